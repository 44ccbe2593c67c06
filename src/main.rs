//! The `labelgate` program: parse, call, return the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    labelgate::cli::main(std::env::args_os())
}
