//! Whom a command asks: provider, model, place, key and limits, out of flags, environment and
//! project.

use std::path::PathBuf;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};

use super::Failure;
use super::args::RunArgs;
use super::batching::BatchWish;
use super::guard::choose_items;
use super::run::Wanted;
use super::settings::Settings;
use crate::answer::AnswerForm;
use crate::ask::{Prompt, labels_text, shape};
use crate::fault::did_you_mean;
use crate::plan::{Price, Prices};
use crate::project::{Classifier, Project, ProviderName, Revision, prices};
use crate::provider::{BatchClient, Connection, Format, Http, Process, place_of_command};
use crate::provider::{Dialect, Wire};
use crate::run::{Series, Terms};
use crate::store::{SeriesRecord, Store};

/// The store of a project, relative to its folder.
const STORE: &str = ".labelgate/store.sqlite";

/// Somebody to ask over HTTP, and how to get there.
pub(super) struct Server {
    pub(super) wire: Wire,
    pub(super) base_url: String,
    pub(super) key: Option<SecretString>,
    /// The variable that should hold a key and does not.
    pub(super) lacks_key: Option<&'static str>,
    pub(super) headers: HeaderMap,
}

/// A provider that can be asked, with all it takes to write questions for it.
pub(super) struct Live {
    server: Option<Server>,
    format: Format,
    base_url: String,
    prices: Prices,
}

impl Live {
    /// The provider that the project names by now.
    pub(super) fn of(project: &Project, settings: &Settings) -> Result<Self, Failure> {
        let prices = prices(&project.root)?;
        let Some(wire) = wire(project.run.provider) else {
            return Ok(Self {
                server: None,
                format: Format::Command,
                base_url: place_of_command(&project.root, &project.run.command)
                    .map_err(|error| Failure::message(error.to_string()))?,
                prices,
            });
        };
        if project.run.model.is_empty() {
            return Err(Failure::message("no model is named")
                .help("set `model` under [run], or pass --model NAME"));
        }
        let server = settings.server(project, wire)?;
        Ok(Self {
            format: Format::Http(wire),
            base_url: server.base_url.clone(),
            server: Some(server),
            prices,
        })
    }

    /// What to say if anything has to be asked, and there is no key for it.
    pub(super) fn lacks_key(&self) -> Option<Failure> {
        let server = self.server.as_ref()?;
        let variable = server.lacks_key?;
        let message = format!("no key for {}: {variable} is not set", server.wire.word());
        Some(Failure::message(message).help(
            "set it in the environment or in `.env` beside the project file; it is written nowhere",
        ))
    }

    /// Who is asked, in words.
    pub(super) fn words(&self, project: &Project) -> String {
        match &self.server {
            Some(server) => format!(
                "{} ({}) at {}",
                project.run.model,
                server.wire.word(),
                server.base_url
            ),
            None => format!("the program {}", self.base_url),
        }
    }

    /// The way to the provider.
    pub(super) fn connect(&self, project: &Project) -> Result<Connection, Failure> {
        let run = &project.run;
        let connection = match &self.server {
            Some(Server {
                lacks_key: Some(_), ..
            }) => Ok(Connection::Closed),
            Some(server) => Http::new(
                server.wire,
                &server.base_url,
                server.key.as_ref(),
                &server.headers,
                run.concurrency as usize,
                run.timeout,
            )
            .map(Connection::Http)
            .map_err(|error| error.to_string()),
            None => Process::new(&project.root, &run.command, run.timeout)
                .map(Connection::Process)
                .map_err(|error| error.to_string()),
        };
        connection.map_err(Failure::message)
    }

    /// The provider's batches, and where it is; `None` where it has none or there is no key.
    pub(super) fn batches(
        &self,
        project: &Project,
    ) -> Result<Option<(BatchClient, &str)>, Failure> {
        let Some(server) = self
            .server
            .as_ref()
            .filter(|server| server.lacks_key.is_none())
        else {
            return Ok(None);
        };
        let (key, headers) = (server.key.as_ref(), &server.headers);
        let timeout = project.run.timeout;
        BatchClient::new(server.wire, &server.base_url, key, headers, timeout)
            .map(|client| Some((client, &*self.base_url)))
            .map_err(|error| Failure::message(error.to_string()))
    }

    /// A budget can only be kept where the price is known.
    pub(super) fn check_budget(&self, project: &Project) -> Result<(), Failure> {
        let run = &project.run;
        if run.budget_usd.is_some() && self.prices.of(&run.model).is_none() {
            let message = format!(
                "a budget needs a price, and that of `{}` is unknown",
                run.model
            );
            return Err(Failure::message(message)
                .help("write it into `prices.toml` beside the project file"));
        }
        Ok(())
    }

    /// What is asked, ready to be sent.
    pub(super) fn series(
        &self,
        project: &Project,
        wanted: &Wanted<'_>,
        store: Option<&Store>,
    ) -> Result<Vec<(Series, SeriesRecord)>, Failure> {
        let run = &project.run;
        let price = self.prices.of(&run.model);
        let series = wanted.iter().map(|(classifier, revision)| {
            let record = SeriesRecord {
                classifier: classifier.id.clone(),
                revision: revision.name.clone(),
                provider: self.format.word().into(),
                base_url: self.base_url.as_str().into(),
                model: run.model.clone(),
                settings: "".into(),
                prompt_sha256: revision.sha256.as_str().into(),
            };
            let dialect = known_dialect(store, &record)?
                .unwrap_or_else(|| self.format.first_dialect(&self.base_url));
            let terms = Terms {
                dialect,
                repeats: run.repeats,
                item_tokens: run.item_tokens,
            };
            let Some(series) = series(classifier, revision, &record, terms, price) else {
                return Err(Failure::message(format!(
                    "there is no provider `{}`",
                    record.provider
                )));
            };
            let record = SeriesRecord {
                settings: terms.to_json().into(),
                ..record
            };
            Ok((series, record))
        });
        series.collect()
    }
}

/// The form in which the same server understood the same revision before.
fn known_dialect(store: Option<&Store>, record: &SeriesRecord) -> Result<Option<Dialect>, Failure> {
    let Some(store) = store else {
        return Ok(None);
    };
    let alike = store.latest_alike(record)?;
    let terms = alike.and_then(|alike| Terms::from_json(&alike.settings));
    Ok(terms.map(|terms| terms.dialect))
}

/// A revision as a record says it was asked, or is to be.
pub(super) fn series(
    classifier: &Classifier,
    revision: &Revision,
    record: &SeriesRecord,
    terms: Terms,
    price: Option<Price>,
) -> Option<Series> {
    let format = Format::of_word(&record.provider)?;
    let labels = classifier.scheme.labels();
    let labels = labels.map_or_else(String::new, |set| labels_text(set, revision.labels));
    let shape = match &revision.answer {
        AnswerForm::Json { .. } => Some(shape(&classifier.scheme, &revision.fields)),
        AnswerForm::Label => None,
    };
    Some(Series {
        name: format!("{}@{}", classifier.id, revision.name),
        format,
        base_url: record.base_url.to_string(),
        prompt: Prompt::new(
            &revision.template,
            &labels,
            &record.model,
            revision.max_tokens,
            revision.sampling,
            shape,
        ),
        max_tokens: revision.max_tokens,
        terms,
        price,
    })
}

impl RunArgs {
    /// What is said of batches.
    pub(super) fn batch_wish(&self) -> Result<BatchWish, Failure> {
        const LONGEST_PAUSE: f64 = 60.0;
        let seconds = self.poll.unwrap_or(LONGEST_PAUSE);
        let pause = Duration::try_from_secs_f64(seconds).ok();
        let pause = pause.filter(|pause| !pause.is_zero()).ok_or_else(|| {
            Failure::message(format!("`--poll {seconds}` is no time to wait"))
                .help("write a number of seconds, such as 60")
        })?;
        Ok(BatchWish {
            is_wanted: self.batch,
            is_detached: self.detach,
            pause,
            forgets: self.forget_batches,
        })
    }
}

impl Settings {
    /// Puts what flags and environment say of a run into the project, in place of what its file
    /// says.
    pub(super) fn apply_run(&self, args: &RunArgs, project: &mut Project) -> Result<(), Failure> {
        let run = &mut project.run;
        if let Some((name, from)) = self.word(args.provider.as_ref(), "LABELGATE_PROVIDER") {
            run.provider = ProviderName::of_word(&name).ok_or_else(|| {
                let known = ProviderName::ALL.map(ProviderName::word);
                let failure = Failure::message(format!("there is no provider `{name}`{from}"));
                let help = did_you_mean(&name, known);
                failure.help(help.unwrap_or_else(|| format!("it is one of {}", known.join(", "))))
            })?;
        }
        if let Some((model, _)) = self.word(args.model.as_ref(), "LABELGATE_MODEL") {
            run.model = model.into();
        }
        if let Some((url, _)) = self.word(args.base_url.as_ref(), "LABELGATE_BASE_URL") {
            run.base_url = Some(url.into());
        } else if let Some(url) =
            wire(run.provider).and_then(|wire| self.variable(variables(wire).base_url))
        {
            run.base_url = Some(url.into());
        }
        const FROM_ONE: &str = "write a whole number from 1 up";
        let counts = [
            (
                args.concurrency,
                "LABELGATE_CONCURRENCY",
                &mut run.concurrency,
            ),
            (args.repeats, "LABELGATE_REPEATS", &mut run.repeats),
        ];
        for (flag, variable, setting) in counts {
            match self.number(flag, variable, FROM_ONE)? {
                Some(0) => {
                    let name = variable.trim_start_matches("LABELGATE_").to_lowercase();
                    let message = format!("a {name} of 0 would ask nothing");
                    return Err(Failure::message(message).help(FROM_ONE));
                }
                Some(number) => *setting = number,
                None => {}
            }
        }
        const DOLLARS: &str = "write the dollars that may be spent, such as 2.50";
        if let Some(budget) = self.number(args.budget_usd, "LABELGATE_BUDGET_USD", DOLLARS)? {
            if !(budget > 0.0 && budget.is_finite()) {
                let message = format!("a budget of {budget} dollars buys nothing");
                return Err(Failure::message(message).help(DOLLARS));
            }
            run.budget_usd = Some(budget);
        }
        choose_items(project, args, self)?;
        Ok(())
    }

    /// The text of a flag or, without it, of a variable, and where it was said.
    fn word(&self, flag: Option<&String>, variable: &str) -> Option<(String, String)> {
        match flag {
            Some(word) => Some((word.clone(), String::new())),
            None => Some((self.variable(variable)?, self.from(variable))),
        }
    }

    /// The file that answers are stored in.
    pub(super) fn store_path(&self, args: &RunArgs) -> PathBuf {
        match &args.store {
            Some(typed) => self.path(typed),
            None => match self.variable("LABELGATE_STORE") {
                Some(path) => self.path(path.as_ref()),
                None => self.root.join(STORE),
            },
        }
    }

    /// Where the project's HTTP provider is, and what opens its door.
    pub(super) fn server(&self, project: &Project, wire: Wire) -> Result<Server, Failure> {
        let variables = variables(wire);
        let usual = wire.default_base_url();
        let base_url = project.run.base_url.as_deref().unwrap_or(usual);
        let base_url = base_url.trim_end_matches('/').to_owned();
        let key = self.secret(variables.key);
        let mut headers = self.headers(wire)?;
        // Never both: the provider would refuse.
        let token = variables.token.filter(|_| key.is_none());
        let token = token.and_then(|name| self.secret(name));
        if let Some(token) = &token {
            add(
                &mut headers,
                "the token",
                "authorization",
                &format!("Bearer {}", token.expose_secret()),
            )?;
        }
        // Servers on one's own machine often want none.
        let lacks_key = key.is_none() && token.is_none() && base_url == usual;
        Ok(Server {
            wire,
            lacks_key: lacks_key.then_some(variables.key),
            base_url,
            key,
            headers,
        })
    }

    /// Headers that the environment adds to every request.
    fn headers(&self, wire: Wire) -> Result<HeaderMap, Failure> {
        let mut headers = HeaderMap::new();
        for (variable, name) in variables(wire).headers {
            if let Some(value) = self.secret(variable) {
                add(&mut headers, variable, name, value.expose_secret())?;
            }
        }
        const CUSTOM: &str = "ANTHROPIC_CUSTOM_HEADERS";
        if wire == Wire::Anthropic
            && let Some(lines) = self.secret(CUSTOM)
        {
            for line in lines
                .expose_secret()
                .lines()
                .filter(|line| !line.trim().is_empty())
            {
                let (name, value) = line.split_once(':').unwrap_or((line, ""));
                add(&mut headers, CUSTOM, name, value)?;
            }
        }
        Ok(headers)
    }
}

/// Adds a header that is not printed; `from` says where it comes from.
fn add(headers: &mut HeaderMap, from: &str, name: &str, value: &str) -> Result<(), Failure> {
    let fault = || {
        Failure::message(format!("{from} holds no valid header"))
            .help("it is lines of `Name: value` in plain ASCII")
    };
    let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| fault())?;
    let mut value = HeaderValue::from_str(value.trim()).map_err(|_| fault())?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(())
}

/// The format of a provider that is asked over HTTP.
pub(super) fn wire(provider: ProviderName) -> Option<Wire> {
    match provider {
        ProviderName::Anthropic => Some(Wire::Anthropic),
        ProviderName::OpenAi => Some(Wire::OpenAi),
        ProviderName::Command | ProviderName::Replay => None,
    }
}

/// The variables of the environment that a provider's own tools read.
struct Variables {
    base_url: &'static str,
    key: &'static str,
    token: Option<&'static str>,
    headers: &'static [(&'static str, &'static str)],
}

fn variables(wire: Wire) -> Variables {
    match wire {
        Wire::Anthropic => Variables {
            base_url: "ANTHROPIC_BASE_URL",
            key: "ANTHROPIC_API_KEY",
            token: Some("ANTHROPIC_AUTH_TOKEN"),
            headers: &[],
        },
        Wire::OpenAi => Variables {
            base_url: "OPENAI_BASE_URL",
            key: "OPENAI_API_KEY",
            token: None,
            headers: &[
                ("OPENAI_ORG_ID", "openai-organization"),
                ("OPENAI_PROJECT_ID", "openai-project"),
            ],
        },
    }
}
