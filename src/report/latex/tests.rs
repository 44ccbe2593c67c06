use proptest::prelude::*;

use super::text::{Mode, escape, line};

#[test]
fn x() {}
