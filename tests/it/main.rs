//! One binary for all integration tests.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests, like tests themselves, fail by panicking"
)]

mod architecture;
mod batches;
mod calibration;
mod ci;
mod cli;
mod cli_compare;
mod cli_faults;
mod cli_gates;
mod cli_init;
mod cli_plan;
mod cli_raters;
mod coverage;
mod directions;
mod docs;
mod early;
mod expr;
mod faults;
mod formats;
mod golden;
mod guard;
mod html;
mod influences;
mod intervals;
mod label_file;
mod latex;
mod laws;
mod laws_numeric;
mod live;
mod loopback;
mod oracle;
mod privacy;
mod resampling;
mod review;
mod schema;
#[path = "../server/mod.rs"]
mod server;
mod simulation;
mod split;
mod store;
mod texts;
