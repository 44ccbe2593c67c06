//! Texts that would be commands, and characters that LaTeX has no sign for.

use std::fs;

use super::{PACKAGES, compile, host, words};
use crate::cli::{code, labelgate, project, text};

/// In prompts, where lines and spaces are kept.
const PROMPT: &str = "\
\\end{verbatim} \\end{lstlisting} \\end{labelgatelisting} \\end{document}
\\input{/etc/passwd} \\write18{touch owned} \\immediate\\openout3=owned
$ % & _ # { } ~ ^ \\ \" ' ` `` '' --- ?` !` << >> ,, <|> *[x] \\\\ \\[ \\] % not a comment
^^5cinput{/etc/passwd} \\catcode`\\%=12 \\def\\labelgateline{} \\csname end\\endcsname
→ ← ≥ ≤ ≠ κ α é ü ñ č ő ł ß œ ø – — … “quoted” ‘single’ „low“ « » € £ © ® ™ ½ ² ° §
中文 日本語 한국어 Привет עברית العربية 😀 👩‍💻 ế Å ﬁ e\u{301} x\u{35F}y \u{200B} \u{202E} \u{AD}
control: \u{1} \u{7} \u{1b}[31m \u{7f} \u{85} \u{9f} tab:\tend
\ttab first
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
////////////////////////////////////////________________________________________----------------------------------------
";

#[test]
fn hostile_prompts_and_definitions_stay_text() {
    let folder = project();
    let prompt = folder.path().join("prompts/work_mode/v2.md");
    let edited = fs::read_to_string(&prompt).unwrap() + PROMPT;
    fs::write(&prompt, edited).unwrap();
    let file = folder.path().join("prompts/work_mode/classifier.toml");
    let all = fs::read_to_string(&file).unwrap();
    let definition = r#"says = "\\end{longtable} \\input{/etc/passwd} & 50 % of $x_1^2$ # ~ {} \\\\ → 中 😀 [a] *b*""#;
    let (before, after) = all.split_once("says = ").unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    let title = r#"title = "\\section{owned} & $50 % _{x}^ → 😀 \"quoted\"""#;
    let before = before.replacen(
        "title = \"Work mode: the one activity the session is mainly for\"",
        title,
        1,
    );
    assert!(before.contains(title));
    fs::write(&file, format!("{before}{definition}\n{after}")).unwrap();
    let output = labelgate(
        folder.path(),
        &["appendix", "work_mode", "-q", "-o", "appendix.tex"],
    );
    // The recordings answer another prompt.
    assert_eq!(code(&output), 4, "{}", text(&output.stderr));
    let source = fs::read_to_string(folder.path().join("appendix.tex")).unwrap();
    assert!(source.is_ascii());
    let Some(compiled) = compile(folder.path(), "appendix.tex") else {
        return;
    };
    compiled.check();
    assert!(!folder.path().join("owned").exists());
    assert!(!compiled.log.contains("/etc/passwd)"), "a file was read");
    if let Some(words) = words(folder.path(), "appendix") {
        for said in [
            "\\end{verbatim} \\end{lstlisting}",
            "\\input{/etc/passwd}",
            "U+1F600",
            "U+4E2D",
            "U+001B",
        ] {
            assert!(words.contains(said), "{said} is missing:\n{words}");
        }
        assert!(!words.contains("root:"), "{words}");
    }
    host(folder.path(), "{article}", PACKAGES, "appendix");
    let Some(compiled) = compile(folder.path(), "paper.tex") else {
        return;
    };
    compiled.check();
}

#[test]
fn hostile_labels_and_slices_stay_text() {
    let folder = tempfile::tempdir().unwrap();
    let labels = [
        "\\input{/etc/passwd}",
        "a & b \\\\ c",
        "50 % #1 ~^_{}$",
        "→ κ 中 😀",
        "[x]* \\end{longtable}",
        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    ];
    let mut writer = csv::Writer::from_path(folder.path().join("labels.csv")).unwrap();
    writer
        .write_record(["id", "account", "cand_1", "ref & x", "slice %"])
        .unwrap();
    for n in 0..120 {
        let reference = labels[n % labels.len()];
        let candidate = labels[if n % 5 == 0 {
            (n + 1) % labels.len()
        } else {
            n % labels.len()
        }];
        let slice = labels[(n / 7) % labels.len()];
        writer
            .write_record([
                &format!("i{n}"),
                &format!("u{}", n / 3),
                candidate,
                reference,
                slice,
            ])
            .unwrap();
    }
    writer.flush().unwrap();
    let arguments = [
        "score",
        "labels.csv",
        "--candidate",
        "cand_1",
        "--reference",
        "ref & x",
        "--scheme",
        "nominal",
        "--cluster",
        "account",
        "--slice",
        "slice %",
        "-q",
        "-o",
        "table.tex",
    ];
    let output = labelgate(folder.path(), &arguments);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let Some(compiled) = compile(folder.path(), "table.tex") else {
        return;
    };
    compiled.check();
    host(folder.path(), "[12pt]{article}", PACKAGES, "table");
    if let Some(compiled) = compile(folder.path(), "paper.tex") {
        compiled.check();
    }
}
