//! Tests of the certificate check.
#![allow(clippy::string_slice, clippy::arithmetic_side_effects)]

use super::*;
use crate::validate::pem::vectors::*;

mod blocks;
mod mutations;
mod reading;
mod texts;

/// The codes of the findings, in the order in which they were noticed.
fn codes(checked: &Checked) -> Vec<&'static str> {
    checked.findings.iter().map(|finding| finding.code).collect()
}

/// The codes of the findings that refuse the text.
fn refusals(checked: &Checked) -> Vec<&'static str> {
    let errors = checked.findings.iter().filter(|finding| finding.is_error());
    errors.map(|finding| finding.code).collect()
}

/// `one`, then `more`, as the check orders them.
fn joined(one: &[&'static str], more: &[&'static str]) -> Vec<&'static str> {
    [one, more].concat()
}

const BOTH: [Armour; 2] = [Armour::Pem, Armour::PemOrBareBase64];
