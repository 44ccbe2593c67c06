//! Any number of raters, none of whom is taken as right.

use super::field::{Field, Files};
use super::flags::{self, ItemFlags, SchemeFlags};
use super::items::ItemFields;
use super::labels::Used;
use super::reader::Reader;
use super::{Found, Panel, PanelSpec, join, quoted};
use crate::fault::Fault;
use crate::table::Table;

/// Reads the labels of raters. What cannot be read is a fault, whoever wrote it.
///
/// ```
/// use std::path::Path;
/// use labelgate::label_file::{PanelSpec, panel};
///
/// let text = "ann,ben,cas\nfix,fix,\nbuild,fix,build\n";
/// let table = labelgate::table::read(Path::new("labels.csv"), text.into()).unwrap();
/// let raters = ["ann", "ben", "cas"].map(String::from).to_vec();
/// let panel = panel(&PanelSpec { raters, ..PanelSpec::default() }, &table).unwrap();
/// assert_eq!((panel.ratings.len(), panel.ratings[2].len()), (3, 2));
/// assert_eq!(panel.ratings[2][0], None);
/// ```
pub fn panel(spec: &PanelSpec, table: &Table) -> Result<Panel, Vec<Fault>> {
    let mut found = Found::default();
    let mut notes = Vec::new();
    let files = Files {
        file: table,
        against: None,
        base: None,
    };

    let scheme_flags = SchemeFlags::from(spec);
    let declared = flags::declared(&scheme_flags, &mut found);
    if spec.raters.len() < 2 {
        found.push(
            flags::fault("`--raters` needs at least two columns")
                .help("write `--raters first,second,third`"),
        );
    }
    let mut raters = Vec::new();
    for (at, name) in spec.raters.iter().enumerate() {
        if spec.raters[..at].contains(name) {
            found.push(flags::fault(format!(
                "`--raters` names {} twice",
                quoted(name)
            )));
            continue;
        }
        raters.extend(found.keep(files.of_file(name, "--raters")));
    }
    let fields = ItemFields::find(ItemFlags::from(spec), files, &mut found);
    found.none()?;

    let joined = join::of_file(table, spec.id.as_deref(), &mut found);
    found.none()?;

    let (items, weights) = fields.read(&joined, &mut found);
    let is_declared = declared.is_some();
    let reader = match Reader::new(&scheme_flags, declared, &raters, &joined, &mut notes) {
        Ok(reader) => reader,
        Err(fault) => {
            found.push(fault);
            return Err(found.into_vec());
        }
    };
    let rating = |field: &Field<'_>| reader.reference(*field, &mut found);
    let ratings: Vec<_> = raters.iter().map(rating).collect();
    if let (Some(set), false) = (reader.scheme.labels(), is_declared) {
        let used: Vec<Used<'_>> = (raters.iter().zip(&ratings))
            .map(|(field, labels)| Used::by(*field, labels.iter().flatten()))
            .collect();
        found.extend(Used::outsider(&used, set));
    }
    found.none()?;
    Ok(Panel {
        items,
        weights,
        raters: spec.raters.clone(),
        scheme: reader.scheme,
        ratings,
        notes,
    })
}
