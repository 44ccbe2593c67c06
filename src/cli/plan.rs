//! `labelgate plan`: what a run will take and what its gates need, before anything is sent.

use std::collections::HashSet;

use super::Failure;
use super::answers;
use super::args::PlanArgs;
use super::exit::Exit;
use super::live::Live;
use super::output::{Targets, no_such_format};
use super::recorded::{self, OfRevision, Recorded};
use super::run::{Wanted, wanted};
use super::settings::Settings;
use crate::ask::RequestKey;
use crate::assess::Answers;
use crate::assess::assess;
use crate::fault::{did_you_mean, shown};
use crate::plan::{Assumed, Caching, Counted, Pool, Spend, need};
use crate::project::{Project, ProviderName, texts};
use crate::provider::{Format as Written, Wire, least_cached_tokens};
use crate::report::json::render_plan;
use crate::report::{Format, Plan, Report, html, latex, lay_out_plan, markdown};
use crate::run::Series;
use crate::score::{ClassMetric, Intervals, Metric, RuleMetric, Scope};
use crate::store::{Standing, Store};

pub(super) fn run(args: &PlanArgs, settings: &Settings) -> Result<Exit, Failure> {
    let targets = Targets::of(&args.output, settings)?;
    let intervals = settings.intervals(&args.output)?;
    let assumed = assumed(args)?;
    let mut project = settings.load()?;
    settings.apply_run(&args.run, &mut project)?;
    let wanted = wanted(&project, &args.names)?;
    let path = settings.store_path(&args.run);
    let store = Store::open_existing(&path)?;
    let mut notes = Vec::new();
    let (provider, series) = if project.run.provider == ProviderName::Replay {
        notes.push(
            "Answers are replayed from recordings: nothing is asked, and nothing is paid. With \
             `--provider NAME --model NAME` this plans a run that asks."
                .to_owned(),
        );
        let provider = format!("answers replayed from {}", shown(&project.replay));
        (provider, replayed(&project, &wanted)?)
    } else {
        let live = Live::of(&project, settings)?;
        let series = asked(&project, &live, &wanted, store.as_ref(), &mut notes)?;
        (live.words(&project), series)
    };
    let gates = gates(&project, &wanted, args, intervals, settings, &assumed)?;
    let plan = Plan {
        version: env!("CARGO_PKG_VERSION"),
        provider,
        series,
        n_items: project.items.len() as u64,
        n_clusters: project.items.clusters.len() as u64,
        gates,
        notes,
    };
    let render = |format| match format {
        Format::Json => Ok(render_plan(&plan)),
        Format::Markdown => Ok(markdown::render(&lay_out_plan(&plan))),
        Format::Html => Ok(html::render("Plan", &lay_out_plan(&plan))),
        Format::Latex => Ok(latex::render(&lay_out_plan(&plan))),
        Format::Csv | Format::Junit => Err(no_such_format("a plan", ".json, .md, .html or .tex")),
    };
    targets.put(render, || lay_out_plan(&plan), settings)?;
    Ok(Exit::Success)
}

/// What is recorded of each series, which costs nothing.
fn replayed(project: &Project, wanted: &Wanted<'_>) -> Result<Vec<(String, Spend)>, Failure> {
    let series = wanted.iter().map(|(classifier, revision)| {
        let found = recorded::read(project, classifier, revision)?;
        let counted = Counted {
            questions: project.items.len() as u64,
            stored: found.answers.ratings.outcomes.iter().flatten().count() as u64,
            ..Counted::default()
        };
        let spend = Spend::new(counted, revision.max_tokens, Caching::None, None);
        Ok((format!("{}@{}", classifier.id, revision.name), spend))
    });
    series.collect()
}

/// What each series would be asked.
fn asked(
    project: &Project,
    live: &Live,
    wanted: &Wanted<'_>,
    store: Option<&Store>,
    notes: &mut Vec<String>,
) -> Result<Vec<(String, Spend)>, Failure> {
    let series = live.series(project, wanted, store)?;
    let mut counting: Vec<Counting> = series
        .into_iter()
        .map(|(series, _)| Counting {
            series,
            counted: Counted::default(),
            seen: HashSet::new(),
        })
        .collect();
    for text in texts(project)? {
        let (_, text) = text?;
        for one in &mut counting {
            one.count(&text, store)?;
        }
    }
    let spends = counting.iter().map(|one| one.spend(&project.run.model));
    let spends: Vec<(String, Spend)> = spends.collect();
    let total = crate::plan::total(spends.iter().map(|(_, spend)| spend));
    if total.live.is_none() {
        notes.push(format!(
            "The price of {} is not in the price list, so the cost is unknown. `prices.toml` \
             beside the project file adds it.",
            match &*project.run.model {
                "" => "the program's answers".to_owned(),
                model => format!("`{model}`"),
            }
        ));
    }
    if let (Some(budget), Some(cost)) = (project.run.budget_usd, total.live)
        && cost.expected > budget
    {
        notes.push(format!(
            "The budget of ${budget} is less than the expected cost: the run would stop on the way."
        ));
    }
    if let (Some(limit), 1..) = (project.run.item_tokens, total.counted.items_cut) {
        notes.push(format!(
            "Items of more than {limit} tokens are cut in the middle, as `item_tokens` says; \
             each is counted once for each series."
        ));
    }
    Ok(spends)
}

/// A series whose questions are being counted.
struct Counting {
    series: Series,
    counted: Counted,
    /// Questions to be asked: the same text under the same prompt is one.
    seen: HashSet<RequestKey>,
}

impl Counting {
    fn count(&mut self, text: &str, store: Option<&Store>) -> Result<(), Failure> {
        let Self {
            series,
            counted,
            seen,
        } = self;
        let (body, was_cut) = series.body(text);
        counted.items_cut += u64::from(was_cut);
        for repeat in 0..series.terms.repeats {
            counted.questions += 1;
            let key = series.key(&body, repeat);
            let standing = store.map_or(Ok(Standing::Unasked), |store| store.standing(&key))?;
            match standing {
                Standing::Unasked | Standing::Retryable => {
                    if seen.insert(key) {
                        counted.to_ask += 1;
                        counted.input_tokens += series.input_tokens(&body);
                    }
                }
                Standing::Failed => counted.stored += 1,
                Standing::Answered => {
                    counted.stored += 1;
                    let stored = store.map_or(Ok(None), |store| store.answer(&key))?;
                    let response = stored.and_then(|stored| stored.settled.result.ok());
                    if let Some(usage) = response.and_then(|response| response.usage) {
                        counted.answers += 1;
                        counted.answer_tokens += usage.output_tokens;
                    }
                }
            }
        }
        Ok(())
    }

    fn spend(&self, model: &str) -> (String, Spend) {
        let series = &self.series;
        let tokens = series.prompt.instruction_tokens();
        let caching = match series.format {
            Written::Command => Caching::None,
            Written::Http(wire) if tokens < least_cached_tokens(wire, model) => Caching::None,
            Written::Http(Wire::Anthropic) => Caching::Marked { tokens },
            Written::Http(Wire::OpenAi) => Caching::Automatic { tokens },
        };
        let spend = Spend::new(self.counted, series.max_tokens, caching, series.price);
        (series.name.clone(), spend)
    }
}

/// What the gates of the classifiers need, from what answers there are.
fn gates(
    project: &Project,
    wanted: &Wanted<'_>,
    args: &PlanArgs,
    intervals: Intervals,
    settings: &Settings,
    assumed: &Assumed,
) -> Result<Vec<(Report, Vec<crate::plan::Need>)>, Failure> {
    let is_wanted = |id: &str| wanted.iter().any(|(classifier, _)| &*classifier.id == id);
    let pilot = pilot(project, &is_wanted, args, settings)?;
    let is_classifier = |id: &str| is_wanted(id) && project.classifier(id).is_some();
    let reports = assess(
        project,
        &pilot.answered,
        is_classifier,
        intervals,
        Scope::All,
        |_| {},
    )
    .map_err(|fault| Failure::message(fault.to_string()))?;
    let mut sizes = vec![0_u64; project.items.clusters.len()];
    for item in &project.items.items {
        sizes[item.cluster] += 1;
    }
    let pool = Pool::of(&sizes);
    let needs = reports.into_iter().map(|report| {
        let gates = report.gates.iter();
        let needs = gates
            .map(|(gate, judgement)| need(gate, judgement, &report.scorecard, pool, assumed))
            .collect();
        (report, needs)
    });
    Ok(needs.collect())
}

/// The answers that are there: those of the store or, if nothing was ever asked, recordings. Without
/// any there is nothing to go by, which is no failure.
fn pilot(
    project: &Project,
    wanted: &dyn Fn(&str) -> bool,
    args: &PlanArgs,
    settings: &Settings,
) -> Result<Recorded, Failure> {
    if let Some(gathered) = answers::stored(project, wanted, &args.run, settings)? {
        return Ok(gathered);
    }
    if project.root.join(&project.replay).is_dir() {
        return recorded::read_all(project, wanted);
    }
    Ok(Recorded::assemble(project, |classifier, _| {
        let answers = Answers::none(project.items.len());
        let why = Vec::new();
        wanted(&classifier.id).then_some(OfRevision { answers, why })
    }))
}

fn assumed(args: &PlanArgs) -> Result<Assumed, Failure> {
    let mut truths = Vec::new();
    for text in &args.truths {
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (Some(key.trim()), value),
            None => (None, &**text),
        };
        let Some(value) = value
            .trim()
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite())
        else {
            return Err(Failure::message(format!("no true value: `{text}`"))
                .help("write `--true agreement=0.85`, or `--true 0.85` for every threshold"));
        };
        if let Some(key) = key {
            check_metric(key)?;
        }
        truths.push((key.map(Into::into), value));
    }
    let share = |name: &str, value: Option<f64>| match value {
        Some(value) if !(0.0..=1.0).contains(&value) => {
            let message = format!("{name} lies between 0 and 1, and {value} does not");
            Err(Failure::message(message).help("write 0.12 for 12 %"))
        }
        value => Ok(value),
    };
    if let Some(difference) = args.difference
        && !(-1.0..=1.0).contains(&difference)
    {
        let message = format!("a difference lies between -1 and 1, and {difference} does not");
        return Err(Failure::message(message).help("write -0.02 for two points worse"));
    }
    Ok(Assumed {
        truths,
        difference: args.difference,
        discordance: share("--discordance", args.discordance)?,
        icc: share("--icc", args.icc)?,
    })
}

fn check_metric(key: &str) -> Result<(), Failure> {
    let overall = Metric::ALL.iter().map(|metric| metric.key());
    let of_class = ClassMetric::ALL.iter().map(|metric| metric.key());
    let of_rule = RuleMetric::ALL.iter().map(|metric| metric.key());
    let mut known = overall.chain(of_class).chain(of_rule);
    if known.clone().any(|known| known == key) {
        return Ok(());
    }
    let help = did_you_mean(key, &mut known);
    let help = help.unwrap_or_else(|| "name a metric as gates do, such as `agreement`".to_owned());
    Err(Failure::message(format!("there is no metric `{key}`")).help(help))
}
