//! What is written as LaTeX, compiled with plain `pdflatex` where there is one. Where there is none
//! each test says so on standard error and holds nothing.

mod appendix;
mod hostile;
mod tables;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What `pdflatex` made of a document.
struct Compiled {
    /// Its log, long lines unbroken.
    log: String,
    pages: u64,
}

/// How often a document is compiled at most until its tables have settled.
const RUNS: usize = 4;

/// Compiles a file of a folder as often as LaTeX asks for. `None` without `pdflatex`.
fn compile(folder: &Path, file: &str) -> Option<Compiled> {
    let stem = file.strip_suffix(".tex").unwrap();
    // The contents of another document would be taken for this one's.
    let _ = fs::remove_file(folder.join(format!("{stem}.aux")));
    let _ = fs::remove_file(folder.join(format!("{stem}.toc")));
    let mut log = String::new();
    for run in 0..RUNS {
        let output = Command::new("pdflatex")
            .args([
                "-interaction=nonstopmode",
                "-halt-on-error",
                "-no-shell-escape",
                file,
            ])
            .current_dir(folder)
            // Long messages would be broken in the middle of what is looked for.
            .env("max_print_line", "1000")
            .stdin(Stdio::null())
            .output();
        let output = match output {
            Ok(output) => output,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                skipped();
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{file}: {said}");
        let bytes = fs::read(folder.join(format!("{stem}.log"))).unwrap();
        log = String::from_utf8_lossy(&bytes).into_owned();
        if run > 0 && !log.contains("Rerun") {
            break;
        }
    }
    let (_, pages) = log
        .split_once(&format!("Output written on {stem}.pdf ("))
        .unwrap();
    let pages = pages.split(' ').next().unwrap().parse().unwrap();
    Some(Compiled { log, pages })
}

/// Says on standard error, past the capture of tests, that nothing was held.
fn skipped() {
    let _ = std::io::stderr().write_all(b"skipped: no pdflatex\n");
}

impl Compiled {
    /// Holds that nothing sticks out and nothing is warned of.
    #[track_caller]
    fn check(&self) {
        assert!(self.pages > 0);
        for bad in ["Overfull", "Underfull", "Warning", "Missing character"] {
            let lines: Vec<&str> = self.log.lines().filter(|line| line.contains(bad)).collect();
            assert!(lines.is_empty(), "{}", lines.join("\n"));
        }
    }
}

/// The text of the pages, where `pdftotext` can tell.
fn words(folder: &Path, stem: &str) -> Option<String> {
    let output = Command::new("pdftotext")
        .args(["-layout", &format!("{stem}.pdf"), "-"])
        .current_dir(folder)
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Writes a document that takes a file in, with what its preamble holds before.
fn host(folder: &Path, class: &str, preamble: &str, file: &str) {
    let text = format!(
        "\\documentclass{class}\n{preamble}\n\\begin{{document}}\n\\tableofcontents\n\\section{{Paper}}\n\
         Before.\n\\input{{{file}}}\nAfter 50\\%, a~b.\n\\begin{{table}}\\caption{{Of the paper}}\\end{{table}}\n\
         \\end{{document}}\n"
    );
    fs::write(folder.join("paper.tex"), text).unwrap();
}

const PACKAGES: &str = "\\usepackage{booktabs,longtable,array,tikz}";
