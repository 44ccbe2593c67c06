//! The columns that rules name, and the rules compiled against them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Found;
use super::Spec;
use super::field::{Field, Files, Row, Spot};
use super::flags::rule_fault;
use super::join::{Joined, RATER};
use crate::expr::{ExprFault, Name, Part, Program, Rule, RuleText, Scope, Type, Wanted};
use crate::model::{Column, Items, Kind, Scheme, Value};
use crate::table::{Cell, Table};

/// Every column that a rule may name: all that hold neither labels nor ids.
#[derive(Debug)]
pub(super) struct Telemetry<'a> {
    fields: Vec<Field<'a>>,
    joined: &'a Joined,
}

/// A column as rules see it.
#[derive(Debug)]
struct Typed<'a> {
    field: Field<'a>,
    kind: Kind,
    /// A cell that holds a list or an object, which no rule can read.
    nested: Option<Spot<'a>>,
    /// Of a column of text, the first cell that is no number where most are.
    odd: Option<Spot<'a>>,
}

impl<'a> Telemetry<'a> {
    pub(super) fn new(files: Files<'a>, joined: &'a Joined, spec: &Spec) -> Self {
        let taken = [
            Some(&spec.candidate),
            spec.baseline.as_ref(),
            spec.id.as_ref(),
        ];
        let is_taken = |name: &str| {
            let of_labels = taken.iter().flatten().any(|taken| *taken == name);
            of_labels || name == spec.reference || (files.against.is_some() && name == RATER)
        };
        let mut seen = BTreeSet::new();
        let fields = (files.all().flat_map(Table::names))
            .filter(|name| !is_taken(name) && seen.insert(&***name))
            .filter_map(|name| files.somewhere(name))
            .collect();
        Self { fields, joined }
    }

    /// Compiles the rules, and puts the columns that they name into the items.
    pub(super) fn compile(
        &self,
        rules: &[(&str, RuleText<'_>)],
        scheme: &Scheme,
        items: &mut Items,
        found: &mut Found,
    ) -> Vec<Rule> {
        let columns = self.typed(rules);
        let label = Scope(vec![Name {
            name: "label".into(),
            ty: type_of(scheme),
        }]);
        let all = scope(&columns);
        let mut used = BTreeSet::new();
        for (text, rule) in rules {
            compile(text, rule.when, &label, found);
            match compile(text, rule.expect, &all, found) {
                Some(expect) => used.extend(expect.inputs().iter().copied()),
                None => found.extend(odd_cells(&columns, rule.expect.text)),
            }
        }
        for column in used.iter().map(|column| &columns[*column]) {
            found.extend(column.nested.map(|spot| {
                let message = format!("a rule cannot read {}", spot.shown());
                spot.fault(message)
                    .help("write a number, a text, true or false")
            }));
        }
        let used: Vec<&Typed<'_>> = used.iter().map(|column| &columns[*column]).collect();
        self.fill(&used, items);
        // Once more, now that the columns stand as in the items.
        let kept = scope(used.iter().copied());
        let compile = |(text, rule): &(&str, RuleText<'_>)| {
            Some(Rule {
                name: rule.name.into(),
                says: "".into(),
                when: Program::compile(rule.when.text, &label, Wanted::Bool).ok()?,
                expect: compile(text, rule.expect, &kept, &mut Found::default())?,
            })
        };
        rules.iter().filter_map(compile).collect()
    }

    /// The columns with their types. Those whose names are in no rule are not looked into.
    fn typed(&self, rules: &[(&str, RuleText<'_>)]) -> Vec<Typed<'a>> {
        let words: BTreeSet<&str> = rules
            .iter()
            .flat_map(|(_, rule)| words(rule.expect.text))
            .collect();
        let typed = |field: &Field<'a>| {
            if words.contains(field.name) {
                self.look_into(*field)
            } else {
                Typed {
                    field: *field,
                    kind: Kind::Text,
                    nested: None,
                    odd: None,
                }
            }
        };
        self.fields.iter().map(typed).collect()
    }

    fn look_into(&self, field: Field<'a>) -> Typed<'a> {
        let (mut n, mut n_int, mut n_number, mut n_bool) = (0_usize, 0_usize, 0_usize, 0_usize);
        let (mut nested, mut odd) = (None, None);
        for (_, row) in self.joined.walk() {
            let Some(spot) = written(field, row) else {
                continue;
            };
            let cell = spot.cell();
            n += 1;
            n_int += usize::from(int(cell).is_some());
            n_bool += usize::from(truth(cell).is_some());
            if cell.number().is_some() {
                n_number += 1;
            } else {
                odd = odd.or(Some(spot));
            }
            if matches!(cell, Cell::Json(_)) {
                nested = nested.or(Some(spot));
            }
        }
        // A column without any cell can be compared with numbers, as most telemetry is.
        let kind = if n > 0 && n_int == n {
            Kind::Int
        } else if n_number == n {
            Kind::Double
        } else if n_bool == n {
            Kind::Bool
        } else {
            Kind::Text
        };
        let is_odd = kind == Kind::Text && n_number * 2 >= n;
        Typed {
            field,
            kind,
            nested,
            odd: odd.filter(|_| is_odd),
        }
    }

    fn fill(&self, columns: &[&Typed<'_>], items: &mut Items) {
        for column in columns {
            items.telemetry.push(Column {
                name: column.field.name.into(),
                kind: column.kind,
            });
            for (item, row) in self.joined.walk() {
                let spot = written(column.field, row);
                let value = spot.and_then(|spot| value(spot.cell(), column.kind));
                items.items[item].telemetry.push(value);
            }
        }
    }
}

fn type_of(scheme: &Scheme) -> Type {
    match scheme {
        Scheme::Nominal(set) => Type::Nominal(Arc::new(set.clone())),
        Scheme::Ordinal(set) => Type::Ordinal(Arc::new(set.clone())),
        Scheme::Numeric(_) | Scheme::Decisions(_) => Type::Double,
    }
}

fn scope<'t, 'a: 't>(columns: impl IntoIterator<Item = &'t Typed<'a>>) -> Scope {
    let name = |column: &Typed<'_>| Name {
        name: column.field.name.into(),
        ty: column.kind.into(),
    };
    Scope(columns.into_iter().map(name).collect())
}

/// A half of a rule; its faults are shown on the whole rule.
fn compile(rule: &str, half: Part<'_>, scope: &Scope, found: &mut Found) -> Option<Program> {
    let compiled = Program::compile(half.text, scope, Wanted::Bool);
    let shown = |fault: ExprFault| rule_fault(rule, fault.moved(half.start));
    compiled
        .map_err(|faults| found.extend(faults.into_iter().map(shown)))
        .ok()
}

/// Where a column that a faulty rule names was taken for text although it is mostly numbers.
fn odd_cells(columns: &[Typed<'_>], rule: &str) -> Vec<crate::fault::Fault> {
    let words: BTreeSet<&str> = words(rule).collect();
    let named = columns
        .iter()
        .filter(|column| words.contains(column.field.name));
    let odd = named.filter_map(|column| {
        let spot = column.odd?;
        let message = format!(
            "{} makes `{}` a column of text",
            spot.shown(),
            column.field.name
        );
        Some(
            spot.fault(message)
                .help("leave a cell empty where nothing was recorded"),
        )
    });
    odd.collect()
}

/// The words of an expression, among them all its names.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric() && character != '_')
}

fn written(field: Field<'_>, row: Row) -> Option<Spot<'_>> {
    field.spot(row).filter(|spot| !spot.is_missing())
}

fn int(cell: Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Int(value) => Some(value),
        Cell::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn truth(cell: Cell<'_>) -> Option<bool> {
    match cell {
        Cell::Bool(value) => Some(value),
        Cell::Text(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Cell::Text(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn value(cell: Cell<'_>, kind: Kind) -> Option<Value> {
    match kind {
        Kind::Int => int(cell).map(Value::Int),
        Kind::Double => cell.number().map(Value::Double),
        Kind::Bool => truth(cell).map(Value::Bool),
        Kind::Text => cell.name().map(|text| Value::Text(text.as_ref().into())),
    }
}
