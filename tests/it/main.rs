//! One binary for all integration tests.

mod expr;
mod golden;
mod laws_numeric;
