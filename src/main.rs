//! The `labelgate` program.

fn main() {}
