//! The `.env` file beside the project file: read as a whole or faulted, never in part.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use secrecy::SecretString;

use crate::fault::{Fault, Place};

/// What is shown of a line: it may hold a key, and faults end up in logs.
const HIDDEN: &str = "(not shown: it may hold a key)";
/// The largest file that is taken for a list of variables.
const LARGEST: u64 = 1 << 20;

/// The variables of a `.env` file, none where there is no such file; or every line that cannot be
/// read, since a setting that is dropped in silence is worse than none.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, SecretString>, Vec<Fault>> {
    let unreadable = |reason: &str| {
        let fault = Fault::new(path, format!("cannot be read: {reason}"));
        vec![fault.help("make it a text file of lines `NAME=value`, or take it away")]
    };
    let data = match fs::metadata(path) {
        Ok(data) => data,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(unreadable(&error.to_string())),
    };
    // Reading a folder line by line would fail for ever, and a pipe may never end.
    if data.is_dir() {
        return Err(unreadable("it is a folder"));
    }
    if !data.is_file() {
        return Err(unreadable("it is not an ordinary file"));
    }
    if data.len() > LARGEST {
        return Err(unreadable("it is too large"));
    }
    let bytes = fs::read(path).map_err(|error| unreadable(&error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
        let fault = Fault::new(path, "not UTF-8").at(hidden(&before, before.len()));
        vec![fault.help("save the file as UTF-8")]
    })?;
    variables(path, &text)
}

fn variables(path: &Path, text: &str) -> Result<BTreeMap<String, SecretString>, Vec<Fault>> {
    let mut variables = BTreeMap::new();
    let mut faults = Vec::new();
    for variable in dotenvy::from_read_iter(text.as_bytes()) {
        match variable {
            // As in a shell, the last of several counts.
            Ok((name, value)) => drop(variables.insert(name, value.into())),
            Err(error) => faults.push(fault(path, text, &error)),
        }
    }
    if faults.is_empty() {
        Ok(variables)
    } else {
        Err(faults)
    }
}

fn fault(path: &Path, text: &str, error: &dotenvy::Error) -> Fault {
    let help = "write `NAME=value`, the value in quotes if it has spaces or `#`";
    let fault = Fault::new(path, "not a line of the form `NAME=value`").help(help);
    match error {
        dotenvy::Error::LineParse(line, _) => {
            // What begins with an open quote reaches to the end of the file.
            let first = line.lines().next().unwrap_or_default();
            match text.find(first) {
                Some(at) => fault.at(hidden(text, at)),
                None => fault,
            }
        }
        _ => fault,
    }
}

/// The beginning of the line that a byte is on.
fn hidden(text: &str, at: usize) -> Place {
    let line = text[..at].matches('\n').count() + 1;
    Place::of_line(line, 1, 1, HIDDEN)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_line_that_is_none_is_pointed_at_and_not_shown() {
        let text = "A=1\nSECRET sk-12345\nB='x\n";
        let faults = variables(Path::new(".env"), text).unwrap_err();
        let lines: Vec<usize> = faults
            .iter()
            .filter_map(|fault| Some(fault.place.as_ref()?.line))
            .collect();
        assert_eq!(lines, [2, 3]);
        assert!(!format!("{faults:?}").contains("sk-12345"));
    }

    #[test]
    fn variables_are_read_with_quotes_and_comments() {
        let read = variables(Path::new(".env"), "# x\nexport A=\"1 2\"\nB=3\nB=4\n").unwrap();
        assert_eq!(read["A"].expose_secret(), "1 2");
        assert_eq!(read["B"].expose_secret(), "4");
        assert!(!format!("{read:?}").contains("1 2"));
    }
}
