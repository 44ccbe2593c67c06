//! The texts of the items, which stay on the disk until they are wanted.

use std::borrow::Borrow;
use std::fs;
use std::path::PathBuf;

use super::Project;
use super::items::{id, text};
use super::paths::Root;
use crate::ask::sha256;
use crate::fault::Fault;
use crate::table::{Chunks, Table};

/// Where the texts of the items are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextSource {
    /// The file of the items, relative to the project's folder.
    pub path: PathBuf,
    /// The column of their ids.
    pub id: Box<str>,
    /// The column of their texts.
    pub text: Box<str>,
}

/// The texts of a project's items in the order of their file, each with the item's position in
/// [`Items`](crate::model::Items). Items that a limit took away are passed over. No more of the
/// file is held than a part of some hundred kB.
///
/// Every text is the one whose hash the item has, and every item has come when the sequence ends
/// without an error. An error is the last thing to come: the file is damaged, or has changed since
/// the project was loaded.
pub struct Texts<P> {
    project: P,
    path: PathBuf,
    chunks: Chunks,
    /// The rows at hand, and the next of them.
    rows: Option<(Table, usize)>,
    /// Whether each item has come.
    has_come: Vec<bool>,
    n_left: usize,
}

/// Begins to read the texts of the items of a project, which may be lent or an
/// [`Arc`](std::sync::Arc).
///
/// # Errors
///
/// The file of the items can no longer be read.
pub fn texts<P: Borrow<Project>>(project: P) -> Result<Texts<P>, Vec<Fault>> {
    let lent = project.borrow();
    let path = Root::new(&lent.root).path(&lent.texts.path);
    let file = fs::File::open(&path)
        .map_err(|error| vec![Fault::new(&path, format!("cannot be read: {error}"))])?;
    let n_items = lent.items.len();
    Ok(Texts {
        chunks: Chunks::new(&path, file)?,
        path,
        rows: None,
        has_come: vec![false; n_items],
        n_left: n_items,
        project,
    })
}

impl<P: Borrow<Project>> Iterator for Texts<P> {
    type Item = Result<(usize, Box<str>), Vec<Fault>>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.n_left > 0 {
            let Some((table, row)) = &mut self.rows else {
                match self.chunks.next() {
                    Some(Ok(table)) => self.rows = Some((table, 0)),
                    Some(Err(faults)) => return self.fail(faults),
                    None => {
                        let message = format!("{} items are no longer in the file", self.n_left);
                        return self.fail(vec![changed(Fault::new(&self.path, message))]);
                    }
                }
                continue;
            };
            if *row == table.n_rows() {
                self.rows = None;
                continue;
            }
            *row += 1;
            match of_row(self.project.borrow(), &self.has_come, table, *row - 1) {
                Ok(Some((item, text))) => {
                    self.has_come[item] = true;
                    self.n_left -= 1;
                    return Some(Ok((item, text)));
                }
                Ok(None) => {}
                Err(fault) => return self.fail(vec![fault]),
            }
        }
        None
    }
}

impl<P> Texts<P> {
    fn fail<T>(&mut self, faults: Vec<Fault>) -> Option<Result<T, Vec<Fault>>> {
        self.n_left = 0;
        Some(Err(faults))
    }
}

/// The item of a row and its text; `None` if the item was left out.
fn of_row(
    project: &Project,
    has_come: &[bool],
    table: &Table,
    row: usize,
) -> Result<Option<(usize, Box<str>)>, Fault> {
    let columns = &project.texts;
    let id = id(table, row, table.column(&columns.id))?;
    let Some(item) = project.items.position(&id) else {
        return match project.has_item(&id) {
            true => Ok(None),
            false => {
                let message = format!("`{id}` was not among the items");
                Err(changed(table.row_fault(row, message)))
            }
        };
    };
    let text = text(table, row, table.column(&columns.text));
    if has_come[item] {
        let message = format!("the id `{id}` stands in the file twice");
        return Err(changed(table.row_fault(row, message)));
    }
    if sha256(text.as_bytes()) != project.items.items[item].text_sha256 {
        let message = format!("the text of `{id}` is another than before");
        return Err(changed(table.row_fault(row, message)));
    }
    Ok(Some((item, text.into())))
}

fn changed(fault: Fault) -> Fault {
    fault.help("the file has changed since it was read first: start again, and leave it as it is")
}
