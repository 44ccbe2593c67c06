//! Answers of classifiers that nobody asked about, but that are held constant in a direction of one
//! that somebody did: taken from where there are some, and never asked for. What is missing of them
//! is no open question of the command; the direction says what it does without.

use super::recorded::{self, Recorded};
use super::stored::{self, Runs, Shelf};
use crate::assess::{Answered, held_constant};
use crate::project::Project;

/// Where answers are looked for.
pub(super) enum Source<'a> {
    /// The recordings of the project.
    Recordings,
    /// The store.
    Store(&'a Shelf<'a>),
}

/// Adds what is known of those held constant.
pub(super) fn add(
    project: &Project,
    wanted: &dyn Fn(&str) -> bool,
    source: &Source<'_>,
    recorded: &mut Recorded,
) {
    let held = held_constant(project, wanted);
    let is_held = |id: &str| held.contains(&id) && !wanted(id);
    let found: Vec<Option<Answered>> = match source {
        Source::Recordings => project
            .classifiers
            .iter()
            .map(|classifier| {
                let is_held = is_held(&classifier.id);
                let read = || recorded::read(project, classifier, &classifier.candidate).ok();
                let found = is_held.then(read).flatten()?;
                Some(Answered {
                    candidate: found.answers,
                    baseline: None,
                    notes: Vec::new(),
                })
            })
            .collect(),
        Source::Store(shelf) if !held.is_empty() => {
            // Another run may have asked them than that which is looked at.
            let shelf = Shelf {
                runs: Runs::default(),
                ..**shelf
            };
            match stored::read_all(project, &shelf, is_held) {
                Ok((recorded, _)) => recorded.answered,
                Err(_) => return,
            }
        }
        Source::Store(_) => return,
    };
    for (place, found) in recorded.answered.iter_mut().zip(found) {
        let has_some = |one: &Answered| {
            let outcomes = &one.candidate.ratings.outcomes;
            outcomes.iter().any(Option::is_some)
        };
        if place.is_none() {
            *place = found.filter(has_some);
        }
    }
}
