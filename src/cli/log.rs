//! What the program says of its own doings, on standard error.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::Failure;
use super::settings::Settings;

const VARIABLE: &str = "LABELGATE_LOG";

/// Shows errors, with `-v` what is out of the ordinary too, and whatever `LABELGATE_LOG` says.
/// Nothing of other crates is shown: they might print headers, and those hold keys.
pub(super) fn set_up(settings: &Settings) -> Result<(), Failure> {
    let level = match settings.variable(VARIABLE) {
        None if settings.verbose => LevelFilter::INFO,
        None => LevelFilter::ERROR,
        Some(word) => word.parse().map_err(|_| {
            let from = settings.from(VARIABLE);
            Failure::message(format!("there is no level `{word}`{from}"))
                .help("it is one of off, error, warn, info, debug and trace")
        })?,
    };
    let choice = anstream::AutoStream::choice(&std::io::stderr());
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(choice != anstream::ColorChoice::Never)
        .with_target(false)
        .without_time();
    let ours = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
    // Set already where this is called twice, as a test of the library may.
    let _ = tracing_subscriber::registry()
        .with(ours)
        .with(lines)
        .try_init();
    Ok(())
}
