//! The documents say what the code does: every code, operation and limit that people see has its place in them.

use sso_config_gateway::error::Code;
use sso_config_gateway::http::limits;
use sso_config_gateway::validate::{CHECKS, certificates, keys};
use sso_config_gateway::vendor::Vendor;

const README: &str = include_str!("../../README.md");
const PROBLEMS: &str = include_str!("../../docs/checks.md");

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
