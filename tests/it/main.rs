//! One binary for all integration tests.

mod expr;
mod label_file;
