//! Files of another commit, taken out with plain git: no checkout, no hooks, no filters, no network.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use thiserror::Error;

/// Why a commit's files could not be had.
#[derive(Debug, Error)]
pub enum GitError {
    /// There is no git.
    #[error("there is no `git` to be run: {0}")]
    NoGit(io::Error),
    /// The folder is in no repository, or git will not read it.
    #[error("cannot read `{}` as part of a git repository: {said}", folder.display())]
    NoRepository {
        /// The folder.
        folder: PathBuf,
        /// What git said.
        said: String,
    },
    /// The repository does not have the commit.
    #[error("there is no commit `{0}` in this repository")]
    NoCommit(String),
    /// Git failed in another way.
    #[error("git failed: {0}")]
    Failed(String),
    /// The repository lacks the contents of a file.
    #[error("the repository does not hold the contents of `{0}`")]
    Missing(String),
    /// The file's contents are kept by Git LFS.
    #[error("`{0}` is kept by Git LFS, so the repository holds only a pointer to it")]
    Lfs(String),
    /// A file could not be written.
    #[error("cannot write `{}`: {error}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

/// A commit, seen from a folder of the working tree.
#[derive(Debug)]
pub struct Commit {
    folder: PathBuf,
    sha: String,
}

/// A folder that is removed when this goes out of scope. Nobody else may read it.
#[derive(Debug)]
pub struct TemporaryFolder {
    path: PathBuf,
}

impl Commit {
    /// The commit that a branch, tag or hash names.
    pub fn find(folder: &Path, name: &str) -> Result<Self, GitError> {
        let (is_inside, said) = run(folder, &["rev-parse", "--is-inside-work-tree"])?;
        if !is_inside {
            return Err(GitError::NoRepository {
                folder: folder.to_owned(),
                said,
            });
        }
        let commit = format!("{name}^{{commit}}");
        let arguments = [
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ];
        match run(folder, &arguments)? {
            (true, sha) => Ok(Self {
                folder: folder.to_owned(),
                sha,
            }),
            (false, _) => Err(GitError::NoCommit(name.to_owned())),
        }
    }

    /// Writes files of the commit below a folder, at the same paths. Each of `paths` is a file or a
    /// folder, relative to the folder the commit is seen from; those the commit does not have, and
    /// links, are passed over.
    pub fn extract(&self, paths: &[PathBuf], into: &Path) -> Result<(), GitError> {
        let blobs = self.list(paths)?;
        if blobs.is_empty() {
            return Ok(());
        }
        let mut child = command(&self.folder)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(GitError::NoGit)?;
        let copied = copy(&mut child, &blobs, into);
        // Closing its input has ended it, unless copying failed half way.
        let _ = child.kill();
        let _ = child.wait();
        copied
    }

    /// The hash and the path of each file among some paths.
    fn list(&self, paths: &[PathBuf]) -> Result<Vec<(String, String)>, GitError> {
        let output = command(&self.folder)
            .args(["ls-tree", "-r", "-z", &self.sha, "--"])
            .args(paths)
            .output()
            .map_err(GitError::NoGit)?;
        if !output.status.success() {
            return Err(GitError::Failed(said(&output.stderr)));
        }
        let listed = String::from_utf8_lossy(&output.stdout);
        let blob = |entry: &str| {
            let (about, path) = entry.split_once('\t')?;
            let mut about = about.split(' ');
            let (mode, kind, hash) = (about.next()?, about.next()?, about.next()?);
            let is_plain = |path: &Path| {
                let mut parts = path.components();
                parts.all(|part| matches!(part, Component::Normal(_)))
            };
            let is_file = kind == "blob" && mode != "120000" && is_plain(Path::new(path));
            is_file.then(|| (hash.to_owned(), path.to_owned()))
        };
        Ok(listed.split('\0').filter_map(blob).collect())
    }
}

/// Asks for one file after the other and writes each.
fn copy(child: &mut Child, blobs: &[(String, String)], into: &Path) -> Result<(), GitError> {
    let broken = |error: io::Error| GitError::Failed(error.to_string());
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(GitError::Failed("no way to talk to it".to_owned()));
    };
    let mut output = BufReader::new(output);
    for (hash, path) in blobs {
        writeln!(input, "{hash}")
            .and_then(|()| input.flush())
            .map_err(broken)?;
        let mut header = String::new();
        output.read_line(&mut header).map_err(broken)?;
        let length: u64 = match header.trim_end().rsplit_once(' ') {
            Some((_, length)) if length != "missing" => length
                .parse()
                .map_err(|_| GitError::Failed(header.clone()))?,
            _ => return Err(GitError::Missing(path.clone())),
        };
        let mut bytes = Vec::new();
        (&mut output)
            .take(length)
            .read_to_end(&mut bytes)
            .map_err(broken)?;
        output.read_exact(&mut [0]).map_err(broken)?;
        if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
            return Err(GitError::Lfs(path.clone()));
        }
        let target = into.join(path);
        let folder = target.parent().unwrap_or(into);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&target, bytes))
            .map_err(|error| GitError::Write {
                path: target.clone(),
                error,
            })?;
    }
    Ok(())
}

/// Git in a folder, which asks nobody for anything.
fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .env("LC_ALL", "C")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null());
    command
}

/// Whether git succeeded, and what it printed or complained of.
fn run(folder: &Path, arguments: &[&str]) -> Result<(bool, String), GitError> {
    let output = command(folder)
        .args(arguments)
        .output()
        .map_err(GitError::NoGit)?;
    let is_success = output.status.success();
    let text = match is_success {
        true => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        false => said(&output.stderr),
    };
    Ok((is_success, text))
}

/// The first line of a complaint, without its opening.
fn said(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("fatal: ").unwrap_or(line).to_owned()
}

impl TemporaryFolder {
    /// Makes a new folder within another.
    pub fn new(within: &Path) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        loop {
            let turn = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = within.join(format!("labelgate-{}-{turn}", std::process::id()));
            match make_private(&path) {
                Ok(()) => return Ok(Self { path }),
                // One that was left behind is nobody's to take.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // What cannot be removed is left to the system.
        let _ = fs::remove_dir_all(&self.path);
    }
}
