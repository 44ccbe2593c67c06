//! Reports in formats that other programs read, held against one another.

pub(crate) mod csv;
mod junit;
