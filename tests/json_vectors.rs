//! The strict reader against a table of texts: what JSON is, what it is not, and what was decided
//! where RFC 8259 leaves a choice.

#[path = "vectors/json/accept.rs"]
mod accept;
#[path = "vectors/json/decided.rs"]
mod decided;
#[path = "vectors/json/reject_bytes.rs"]
mod reject_bytes;
#[path = "vectors/json/reject_structure.rs"]
mod reject_structure;
#[path = "vectors/json/reject_values.rs"]
mod reject_values;

use sso_config_gateway::json::{Limits, read};

/// What each text is, the text, and what is to come of it.
type Table = &'static [(&'static str, &'static [u8], &'static str)];

/// Fails with every text of the tables that is not read, or is not written as the table says, or
/// does not read back equal.
fn assert_all_are_read(tables: &[Table]) {
    let mut wrong = Vec::new();
    for (title, text, expected) in tables.iter().copied().flatten() {
        match read(text, Limits::REQUEST) {
            Ok(value) => {
                let written = value.to_bytes();
                if written != expected.as_bytes() {
                    wrong.push(format!("{title}: written as {}", written.escape_ascii()));
                }
                if read(&written, Limits::REQUEST).as_ref() != Ok(&value) {
                    wrong.push(format!("{title}: does not read back"));
                }
            }
            Err(error) => wrong.push(format!("{title}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Fails with every text of the tables that is read, or is refused as something else.
fn assert_all_are_refused(tables: &[Table]) {
    let mut wrong = Vec::new();
    for (title, text, expected) in tables.iter().copied().flatten() {
        match read(text, Limits::REQUEST) {
            Ok(value) => wrong.push(format!("{title}: read as {value:?}")),
            Err(error) => {
                let kind = format!("{:?}", error.kind);
                if kind.split(' ').next() != Some(expected) {
                    wrong.push(format!("{title}: {kind}, not {expected}"));
                }
                if error.offset > text.len() {
                    wrong.push(format!("{title}: offset {} is outside", error.offset));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_text_of_the_grammar_is_read_and_written_in_one_spelling() {
    assert_all_are_read(&[accept::STRUCTURE, accept::NUMBERS, accept::STRINGS]);
}

#[test]
fn no_number_outside_the_grammar_is_read() {
    assert_all_are_refused(&[reject_values::NUMBERS]);
}

#[test]
fn no_string_outside_the_grammar_is_read() {
    assert_all_are_refused(&[reject_values::STRINGS]);
}

#[test]
fn no_bytes_outside_utf8_are_read() {
    assert_all_are_refused(&[reject_bytes::UTF8]);
}

#[test]
fn no_structure_outside_the_grammar_is_read() {
    assert_all_are_refused(&[
        reject_structure::WORDS,
        reject_structure::ARRAYS,
        reject_structure::OBJECTS,
        reject_structure::BODIES,
    ]);
}

#[test]
fn numbers_that_no_machine_holds_are_kept_as_spelled() {
    assert_all_are_read(&[decided::KEPT]);
}

#[test]
fn half_surrogate_pairs_are_refused() {
    assert_all_are_refused(&[decided::SURROGATES]);
}

#[test]
fn repeated_names_are_refused_at_any_depth_and_in_any_spelling() {
    assert_all_are_refused(&[decided::REPEATED]);
}

#[test]
fn the_tables_are_as_large_as_the_public_suite() {
    let count = |tables: &[Table]| tables.iter().map(|table| table.len()).sum::<usize>();
    assert!(count(&[accept::STRUCTURE, accept::NUMBERS, accept::STRINGS]) >= 95);
    let refused = [
        reject_values::NUMBERS,
        reject_values::STRINGS,
        reject_bytes::UTF8,
        reject_structure::WORDS,
        reject_structure::ARRAYS,
        reject_structure::OBJECTS,
        reject_structure::BODIES,
    ];
    assert!(count(&refused) >= 188);
    assert!(count(&[decided::KEPT, decided::SURROGATES, decided::REPEATED]) >= 35);
}

#[test]
fn a_hundred_thousand_brackets_are_refused_at_the_limit() {
    for opening in ["[", "{\"\":"] {
        let body = opening.repeat(100_000);
        let limits = Limits { bytes: body.len(), ..Limits::REQUEST };
        let error = read(body.as_bytes(), limits).expect_err("it is too deep");
        assert_eq!(error.offset, opening.len() * 64);
        assert_eq!(error.kind.to_string(), "arrays and objects are nested deeper than 64 levels; flatten the body");
    }
}
