//! Reports in formats that other programs read, held against one another.

mod csv;
mod junit;
