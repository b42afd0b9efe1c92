//! What is put on record: one line per request, two for a write, names and never values.

mod lines;
