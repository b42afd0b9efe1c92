//! The documents say what the code does: every code, operation and limit that people see has its place in them.

use std::collections::BTreeSet;

use sso_config_gateway::error::Code;
use sso_config_gateway::http::limits;
use sso_config_gateway::validate::{CHECKS, certificates, keys};
use sso_config_gateway::vendor::Vendor;

const README: &str = include_str!("../../README.md");
const PROBLEMS: &str = include_str!("../../docs/checks.md");
const SECURITY: &str = include_str!("../../docs/security.md");
/// The configuration's reader: one file for each kind of table, whose members stand in a `Shape`.
const LOADERS: &[&str] = &[
    include_str!("../../src/config/load/gateway.rs"),
    include_str!("../../src/config/load/upstream.rs"),
    include_str!("../../src/config/load/credential.rs"),
    include_str!("../../src/config/load/caller.rs"),
    include_str!("../../src/config/load/issuer.rs"),
    include_str!("../../src/config/load/session.rs"),
    include_str!("../../src/config/load/limit.rs"),
    include_str!("../../src/config/load/grant.rs"),
];
const AUDIT: &str = include_str!("../../src/audit.rs");

#[test]
fn every_error_code_is_in_the_readme_with_its_status() {
    for code in Code::ALL {
        let name = format!("`{}`", code.name());
        let row = README.lines().find(|line| line.starts_with('|') && line.contains(&name));
        let row = row.unwrap_or_else(|| panic!("{name} is in no row"));
        assert!(row.contains(code.status().as_str()), "{name}: {row}");
    }
}

#[test]
fn every_operation_is_in_the_readme_with_its_path() {
    for vendor in Vendor::ALL {
        for operation in vendor.dialect().operations {
            let row = README.lines().find(|line| line.contains(&format!("`{}`", operation.name)));
            let row = row.unwrap_or_else(|| panic!("{} is in no row", operation.name));
            assert!(row.contains(&format!("{} {}", operation.method, operation.template())), "{row}");
            assert!(row.contains(vendor.dialect().title), "{row}");
        }
    }
}

#[test]
fn every_check_and_every_finding_has_its_place_on_the_page_of_problems() {
    let findings = certificates::ALL.iter().chain(keys::ALL).map(|finding| finding.code);
    // Only the conversion on the canonical door finds this one.
    for code in CHECKS.iter().copied().chain(findings).filter(|code| *code != "key_not_pkcs8") {
        assert!(PROBLEMS.contains(&format!("`{code}`")), "{code} is not documented");
    }
}

#[test]
fn the_limits_in_the_readme_are_the_limits() {
    let spaced = |number: usize| {
        let text = number.to_string();
        let (head, tail) = text.split_at(text.len().saturating_sub(3));
        if head.is_empty() { tail.to_owned() } else { format!("{head} {tail}") }
    };
    let section = README.split("## Limits").nth(1).unwrap().split("## ").next().unwrap().replace('\n', " ");
    for (number, what) in [
        (limits::REQUEST_BODY, "bytes"),
        (limits::MEMBERS, "members"),
        (limits::URL, "bytes"),
        (limits::PATH_VALUE, "bytes"),
        (limits::PROBLEMS, "problems"),
    ] {
        assert!(section.contains(&format!("{} {what}", spaced(number))), "{number} {what}: {section}");
    }
    assert!(section.contains(&format!("depth {}", limits::JSON_DEPTH)) && section.contains("4 MiB"));
}

#[test]
fn every_member_of_the_configuration_is_in_the_readme_and_no_other() {
    let known: BTreeSet<&str> = LOADERS
        .iter()
        .flat_map(|source| {
            let shapes: Vec<_> = source.split("known: &[").skip(1).collect();
            assert!(!shapes.is_empty(), "a loader without a shape: {source}");
            shapes
        })
        .flat_map(|shape| shape.split(']').next().unwrap().split('"').skip(1).step_by(2))
        .collect();
    assert!(known.len() > 40, "{known:?}");
    let section = section(README, "## Configuration");
    let written: BTreeSet<&str> = code(section).flat_map(words).collect();
    let missing: Vec<_> = known.iter().filter(|member| !written.contains(*member)).collect();
    assert!(missing.is_empty(), "not in the README: {missing:?}");
    // What a row is about stands in its first cell.
    let entries = ["GATEWAY", "UPSTREAM_", "CALLER_", "NAME"];
    let subjects: Vec<_> = rows(section).flat_map(|row| code(row[0]).flat_map(words).collect::<Vec<_>>()).collect();
    let stale: Vec<_> = subjects.iter().filter(|word| !entries.contains(word) && !known.contains(*word)).collect();
    assert!(stale.is_empty(), "the loader does not know {stale:?}");
}

#[test]
fn every_field_of_a_record_is_on_the_page_about_security_and_no_other() {
    let record = AUDIT.split("pub struct Record {").nth(1).unwrap().split("\n}").next().unwrap();
    let fields: BTreeSet<&str> = record
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//") && !line.starts_with('#'))
        .filter_map(|line| line.trim_start_matches("pub ").split_once(':').map(|(name, _)| name))
        .collect();
    assert!(fields.len() > 20, "{fields:?}");
    let documented: BTreeSet<&str> =
        rows(section(SECURITY, "## What is logged")).flat_map(|row| code(row[0]).collect::<Vec<_>>()).collect();
    assert_eq!(fields, documented);
}

#[test]
fn the_page_about_security_names_only_codes_that_there_are_and_says_their_status() {
    let rows: Vec<_> = rows(section(SECURITY, "## When something is missing")).collect();
    assert!(rows.len() > 10);
    for row in rows {
        let mut statuses = Vec::new();
        for word in code(row[1]).filter(|word| !word.contains([':', '/'])) {
            let known = Code::ALL.iter().find(|code| code.name() == word);
            statuses.push(known.unwrap_or_else(|| panic!("{word} is no code")).status());
        }
        assert!(!statuses.is_empty(), "{row:?}");
        for status in statuses {
            assert!(row[1].contains(status.as_str()), "{row:?}");
        }
    }
}

/// The part of a document below a heading, up to the next one of its rank.
fn section<'a>(document: &'a str, heading: &str) -> &'a str {
    let (_, below) = document.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    below.split("\n## ").next().unwrap()
}

/// The cells of every row of a section's tables, without heads.
fn rows(section: &str) -> impl Iterator<Item = Vec<&str>> {
    let tables = section.split("\n\n").map(str::trim).filter(|part| part.starts_with('|'));
    tables
        .flat_map(|table| table.lines().skip(2))
        .map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect())
}

/// What stands between backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The names in a piece of code.
fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}
