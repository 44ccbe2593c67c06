//! Whether an LLM classifier's labels can be trusted, and whether a prompt change makes them worse.
//!
//! A pure core between two edges: `project`, `table` and `provider` read the world into values,
//! [`stat`], `score` and `gate` compute on values alone, `report` and `cli` write values out.
//! `docs/architecture.md` says which module may know which; a test holds it.

pub mod align;
pub mod answer;
pub mod ask;
pub mod assess;
pub mod cli;
pub mod expr;
pub mod fault;
pub mod finding;
pub mod gate;
pub mod git;
pub mod guard;
pub mod label_file;
pub mod looks;
pub mod model;
pub mod num;
pub mod plan;
pub mod project;
pub mod provider;
pub mod report;
pub mod review;
pub mod run;
pub mod score;
pub mod stat;
pub mod store;
pub mod table;
