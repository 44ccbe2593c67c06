//! Whether those who say how sure they are turn out right: candidate and baseline against the
//! reference, the reference against its other raters.

use super::Answered;
use crate::model::{Label, Outcome, Ratings};
use crate::project::Classifier;
use crate::report::{Certainty, Whose};
use crate::score::{Claim, Scorecard, SecondOpinion, Subject, calibration, is_share_hidden};

/// Of everyone who says how sure it is. `seconds` are the other raters, by name.
pub(super) fn certainties(
    subject: &Subject<'_>,
    classifier: &Classifier,
    answered: &Answered,
    card: &Scorecard,
    seconds: &[(String, &[Option<Label>], SecondOpinion)],
    min_clusters: u64,
) -> Vec<Certainty> {
    let reference = &classifier.reference;
    let (rater, labels) = &reference.raters.raters[reference.rater];
    let of = |claim: &Claim<'_>, keep: &dyn Fn(usize) -> bool, is_hidden: bool| {
        let hide = (min_clusters, !is_hidden);
        calibration(&subject.sample, subject.scheme, claim, keep, hide)
    };
    let mut all = Vec::new();
    let baseline = answered.baseline.as_ref().zip(classifier.baseline.as_ref());
    let baseline = baseline.map(|(answers, revision)| {
        let measures = card.baseline.as_ref().unwrap_or(&card.all);
        (Whose::Baseline, revision, answers, measures)
    });
    let candidate = (
        Whose::Candidate,
        &classifier.candidate,
        &answered.candidate,
        &card.all,
    );
    for (whose, revision, answers, measures) in [candidate].into_iter().chain(baseline) {
        let claim = Claim {
            labels: &answers.ratings,
            confidences: &answers.confidences,
            reference: labels,
        };
        let keep = |item: usize| subject.is_in_scope(item);
        let found = of(&claim, &keep, is_share_hidden(&measures.metrics));
        all.extend(found.map(|calibration| Certainty {
            whose,
            name: revision.name.to_string(),
            against: rater.to_string(),
            calibration,
        }));
    }
    // A decision of the review that stands in for the rater's label is not what the rater was sure of.
    let decided = |item: usize| reference.decided.get(item).is_some_and(Option::is_some);
    let is_own = |item: usize| !(reference.adjudicated && decided(item));
    let own = Ratings {
        outcomes: (0..)
            .zip(labels)
            .map(|(item, label)| label.clone().filter(|_| is_own(item)).map(Outcome::Ok))
            .collect(),
        n_normalised: 0,
    };
    for (name, others, opinion) in seconds {
        let claim = Claim {
            labels: &own,
            confidences: &reference.confidence,
            reference: others,
        };
        // The items of the second opinion, so that the two can be read side by side.
        let keep = |item: usize| {
            let outcome = answered.candidate.ratings.outcomes[item].as_ref();
            match (outcome.and_then(Outcome::label), subject.scheme.labels()) {
                (Some(Label::One(label)), Some(set)) => !set.is_excluded(*label),
                (label, _) => label.is_some(),
            }
        };
        let found = of(&claim, &keep, is_share_hidden(&opinion.ceiling));
        all.extend(found.map(|calibration| Certainty {
            whose: Whose::Reference,
            name: rater.to_string(),
            against: name.clone(),
            calibration,
        }));
    }
    all
}
