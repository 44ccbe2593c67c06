//! Reports in formats that other programs read, held against one another.

mod agree;
pub(crate) mod csv;
mod junit;
mod read;
