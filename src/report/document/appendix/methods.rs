//! How the figures were made, in sentences that follow the settings: every convention that a reader
//! would need to make them again. `docs/statistics.md` says the same at greater length.

mod directions;

use super::names;
use super::sections::{has_any, methods_used};
use crate::gate::{By, Demand};
use crate::report::appendix::Appendix;
use crate::report::document::{Block, Cell, Table, left};
use crate::report::model::{Run, majority_rule};
use crate::score::{IntervalMethod, Intervals, Metric};

/// The account of methods, and the files that figures rest on.
pub(super) fn methods(run: &Run, appendix: &Appendix) -> Vec<Block> {
    let mut prose = vec![items(run)];
    if run
        .reports
        .iter()
        .any(|report| report.scorecard.all.confusion.is_some())
    {
        prose.push(LABELS.to_owned());
    }
    if has_any(run, &[Metric::Mae]) {
        prose.push(NUMBERS.to_owned());
    }
    if has_any(run, &[Metric::StuartMaxwellP, Metric::BowkerP]) {
        prose.push(MARGINS.to_owned());
    }
    prose.push(intervals(run));
    if run
        .reports
        .iter()
        .any(|report| !report.scorecard.rules.is_empty())
    {
        prose.push(TELEMETRY.to_owned());
    }
    prose.extend(directions::directions(run));
    if run
        .reports
        .iter()
        .any(|report| report.scorecard.comparison.is_some())
    {
        prose.push(COMPARISON.to_owned());
    }
    prose.extend(gates(run));
    if run.reports.iter().any(|report| !report.seconds.is_empty()) {
        prose.push(CEILING.to_owned());
    }
    let mut reports = run.reports.iter();
    if reports.any(|report| !report.certainties.is_empty()) {
        prose.push(CONFIDENCE.to_owned());
    }
    prose.extend(repeats(run));
    if run.manifest.min_clusters > 1 {
        prose.push(suppression(run.manifest.min_clusters));
    }
    prose.push(
        "Rounding. A value has as many decimals as two digits of its standard error take, at least \
         2 and at most 4; its limits have as many. p-values have 3."
            .to_owned(),
    );
    let mut blocks = vec![Block::Heading(
        2,
        "Methods and conventions".to_owned(),
        None,
    )];
    blocks.extend(prose.into_iter().map(Block::Prose));
    blocks.extend(files(run, appendix));
    blocks
}

fn items(run: &Run) -> String {
    let mut raters: Vec<&str> = Vec::new();
    for report in &run.reports {
        if report.scheme != "derived" && !raters.contains(&&*report.reference) {
            raters.push(&report.reference);
        }
    }
    let raters = match raters.is_empty() {
        true => String::new(),
        false => format!(" (rater: {})", raters.join(", ")),
    };
    let split = run.guard.as_ref().and_then(|guard| guard.split);
    let split = split.map_or_else(String::new, |split| {
        format!(" Only items on the {split} side of the hold-out split are used.")
    });
    format!(
        "Items and answers. The candidate’s label is held against that of the reference{raters} on \
         every item that has both; the reference stands in rows, the candidate in columns.{split} An \
         answer that is no label (unparsed, refused, truncated, too long, failed or expired) is left \
         out of the figures of one revision and counted beside them; in a comparison of two revisions \
         it counts as wrong for its side, so that refusing cannot win. Abstaining is a label like any \
         other, and coverage reports it apart. An item is left out where either side gives a label \
         that is excluded by declaration; in a comparison only the reference decides."
    )
}

const LABELS: &str = "Agreement of labels. The label set is the declared one in its declared order; \
    a label that does not occur still counts in Gwet’s AC1 (Gwet 2008), in the coefficient of \
    Brennan and Prediger (1981) and in weighted κ. κ is that of Cohen (1960), its weights for ordered \
    labels those of Cohen (1968), linear or quadratic in the distance of ranks; π that of Scott (1955); \
    α that of Krippendorff (2004), its ordinal distance by the frequencies between two levels. \
    Matthews’ correlation is that of Gorodkin (2004) for several classes. Recall of a label that the \
    reference lacks and precision of one that the candidate lacks are undefined; F1 is 0 where one \
    of the two is lacking and undefined where both are. Macro averages run over the declared labels \
    that occur on either side, where an undefined part counts as 0; weighted averages go by the \
    reference’s counts; balanced accuracy is mean recall over the labels of the reference. Micro F1 \
    and weighted recall, where they are agreement, and figures of what both sides answered, where \
    neither abstained, are not shown again. A value that does not exist is shown as a dash or with \
    its reason, never as 0 or 1.";

const NUMBERS: &str = "Agreement of numbers. Bias is the mean of candidate minus reference. Limits of \
    agreement are those of Bland and Altman (1986), concordance that of Lin (1989) with divisor n, \
    ICC(2,1) for absolute agreement and ICC(3,1) for consistency those of Shrout and Fleiss (1979); \
    ranks of ties are averaged. On a logarithmic scale every figure is of natural logarithms but for \
    the share within a factor of 2 and α of ratios; a value that is not positive or outside the \
    declared range is no answer.";

const MARGINS: &str = "Tests of the margins (Stuart 1955; Maxwell 1970) and \
    of symmetry (Bowker 1948) take items as independent and are descriptive.";

const TELEMETRY: &str = "Telemetry rules. A rule speaks of items with some labels and says what machine \
    records should then show. Holds: of items labelled so, the share whose telemetry is as expected. \
    Found: of items whose telemetry is as expected, the share labelled so. Contrast: holds minus the \
    share with the expected telemetry among all other items, which is 0 where the label says nothing. \
    An item is left out and counted where any record that the rule names is missing. The same rule on \
    the reference’s labels shows what agreement to expect.";

const COMPARISON: &str = "Comparison of revisions. Differences are paired: of the same items, candidate \
    minus baseline, turned so that more is better (for errors and the magnitude of bias, baseline \
    minus candidate).";

const CEILING: &str = "Reliability of the reference. Where a second rater labelled some of the items, \
    the second rater’s agreement with the reference is shown beside the candidate’s on the items that \
    all three labelled. A candidate above this ceiling has learnt the reference’s habits; it is not \
    better than truth.";

const CONFIDENCE: &str = "Confidence. Where a labeller states how sure it is, from 0 to 1, this is held \
    against how often it is right: gives the same label, or a number within a factor of two. \
    Overconfidence is mean confidence less the share that is right. ECE and MCE, the expected and the \
    maximum calibration error (Naeini et al. 2015; Guo et al. 2017), run over ten bins of equal \
    width, closed on the right, empty bins left out; the ECE of equal mass over ten bins of equal \
    number. They have no interval, since chance alone makes them larger than 0: ECE by chance is what \
    it would be on average if every confidence were true and items independent (compare Bröcker and \
    Smith 2007). The Brier score (Brier 1950) is the mean squared distance of confidence from 1 where \
    the item is right and from 0 where it is wrong; its skill score (Murphy 1973) compares it with \
    stating the share of right items for each. AUROC (Hanley and McNeil 1982) is the probability \
    that a right item has a higher confidence than a wrong one.";

fn intervals(run: &Run) -> String {
    let Intervals {
        level,
        method,
        resamples,
        seed,
        ..
    } = run.manifest.intervals;
    let how = match method {
        IntervalMethod::Auto => AUTO.to_owned(),
        IntervalMethod::Wilson => "Every item is taken as independent of all others, whatever its \
            cluster: intervals of shares are those of Wilson (1927), of paired differences of shares \
            those of Tango (1998); other figures have intervals by the delta method (for κ that of \
            Fleiss et al. 1969) with normal limits. They are too narrow where clusters have \
            several items."
            .to_owned(),
        IntervalMethod::Delta => "All intervals are by the delta method over clusters: exact \
            derivatives of the figure, CR2 variance and t limits with the degrees of freedom of \
            Bell and McCaffrey (2002)."
            .to_owned(),
        IntervalMethod::Bootstrap => format!(
            "Intervals are percentiles, by quantiles of type 7 (Hyndman and Fan 1996), of {resamples} \
             resamples of whole clusters, as many as there are, drawn with replacement (Field and Welsh \
             2007); seed {seed}. All figures and differences are of the same resamples; those that \
             leave a figure undefined are left out of its interval and counted."
        ),
    };
    let used: Vec<&str> = methods_used(run).into_iter().map(names::method).collect();
    let used = match used.is_empty() {
        true => String::new(),
        false => format!(" Used here: {}.", used.join("; ")),
    };
    let chance = match method {
        IntervalMethod::Bootstrap => "",
        IntervalMethod::Auto | IntervalMethod::Wilson | IntervalMethod::Delta => {
            " No figure rests on random numbers."
        }
    };
    format!(
        "Intervals. All are two-sided with level {level}. Items of one cluster (account) resemble each \
         other, so the cluster is the unit; an item without one is a cluster of its own. {how} Limits \
         are cut to the range of the figure for display only. With fewer than 20 clusters or fewer \
         than 8 degrees of freedom an interval carries a star and decides nothing.{used}{chance}"
    )
}

const AUTO: &str = "Intervals of shares are those of Wilson (1927) at the effective sample size (Korn \
    and Graubard 1998), of paired differences of shares those of Tango (1998) likewise, with the \
    variance and the degrees of freedom that follow from the correlation that items of a cluster are \
    found to have (Imbens and Kolesár 2016; Pustejovsky and Tipton 2018). Smooth figures (κ, α, F1, \
    averages, correlations) have intervals by the delta method: exact derivatives of the figure, \
    summed by cluster, CR2 variance, t limits with the degrees of freedom of Bell and McCaffrey \
    (2002). Rank correlations and α of ratios have t limits by the jackknife over clusters. Where no \
    cluster has two items these are the ordinary intervals of Wilson, of Tango, and by the delta \
    method (for κ that of Fleiss et al. 1969).";

/// The conditions that were set, as far as there are some.
fn gates(run: &Run) -> Option<String> {
    let demands = || {
        let gates = run.reports.iter().flat_map(|report| &report.gates);
        gates.map(|(gate, _)| gate.demand)
    };
    let n = demands().count();
    if n == 0 {
        return None;
    }
    let by_point =
        demands().filter(|demand| {
            let (Demand::AtLeast { by, .. }
            | Demand::AtMost { by, .. }
            | Demand::NotBehind { by, .. }) = demand;
            *by == By::Point
        });
    let n_points = by_point.count();
    let mut text = format!(
        "Conditions. {n} conditions (gates) stand in the project’s files. A condition by a limit is met \
         when the whole interval meets the threshold, missed when none of it does, and inconclusive \
         otherwise"
    );
    if n_points > 0 {
        text.push_str(&format!("; {n_points} are decided by the value alone"));
    }
    text.push('.');
    let margins = demands().any(|demand| matches!(demand, Demand::NotBehind { .. }));
    if margins {
        text.push_str(
            " Against the baseline a difference is held against minus the declared margin by its \
             one-sided 95 % bound, which is a limit of the two-sided 90 % interval; where no label \
             changed, it is met.",
        );
    }
    text.push_str(
        " All conditions must be met: the whole passes wrongly only if each condition that truly \
         fails passes wrongly, so that no correction for their number is needed (an \
         intersection–union test; Berger 1982). Figures without a condition that got worse are \
         watched with Holm’s procedure (Holm 1979) at 5 % and change no verdict.",
    );
    Some(text)
}

fn repeats(run: &Run) -> Option<String> {
    let repeated = run.reports.iter().filter_map(|report| {
        let score = report.repeats.candidate.as_ref()?;
        Some(format!(
            "{} {} times ({})",
            report.classifier,
            score.count,
            majority_rule(report.scheme)
        ))
    });
    let repeated: Vec<String> = repeated.collect();
    (!repeated.is_empty()).then(|| {
        format!(
            "Repeats. Questions were asked several times and one label made of the answers: {}.",
            repeated.join("; ")
        )
    })
}

fn suppression(min_clusters: u32) -> String {
    format!(
        "Suppression. What rests on fewer than {min_clusters} clusters is hidden and shown as a bar. \
         Counts are sums over the same items, so that a hidden one might be had by adding and \
         subtracting others, from one table or from several. The other figures are therefore shown in the \
         order of their worth, each only if no linear combination of what is shown then gives a count \
         that rests on too few (complementary suppression; Cox 1980). How many items there are and \
         how many are scored and compared is always told."
    )
}

/// The data files with their hashes; prompts have theirs where they stand.
fn files(run: &Run, appendix: &Appendix) -> Vec<Block> {
    let prompts = || appendix.classifiers.iter().flat_map(|one| &one.prompts);
    let is_prompt = |sha256: &str| prompts().any(|prompt| prompt.sha256 == sha256);
    let files = run.manifest.files.iter();
    let rows: Vec<Vec<Cell>> = files
        .filter(|(_, sha256)| !is_prompt(sha256))
        .map(|(file, sha256)| vec![Cell::Text(file.clone()), Cell::Text(sha256.clone())])
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    vec![
        Block::Caption(format!(
            "The files that figures rest on beside the prompts, read by labelgate {}; {}.",
            run.manifest.version, run.manifest.provider
        )),
        Block::Table(Table {
            columns: vec![left("File"), left("SHA-256")],
            rows,
        }),
    ]
}
