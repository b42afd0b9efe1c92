//! Rules for values, stricter than the vendors' own.
//!
//! Decoding has made sure of types; here is judged what the values mean. Everything wrong is reported at once, each with
//! a JSON pointer, a stable code and a sentence that says what to do. A finding is an *error* where the vendor would
//! refuse or the value is dangerous, a *warning* where the facts are disputed or the value is merely unwise; an upstream
//! may set the severity of each of [`CHECKS`]. No sentence contains a value.

pub mod certificates;
mod domains;
mod finding;
pub mod keys;
mod pem;
pub mod urls;

pub use certificates::Armour;
pub use finding::{Finding, Severity};

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::canonical::{Change, Edit, Leaf, Value};
use crate::config::CheckSeverity;
use crate::json;
use crate::vendor::{Dialect, Rule, is_provider_name};

/// Something wrong, and where.
pub struct Problem {
    /// JSON pointer (RFC 6901) into the request's body; empty: the body as a whole.
    pub pointer: String,
    /// What is wrong there.
    pub finding: Finding,
}

impl Problem {
    /// A problem that stops the request.
    pub fn error(pointer: impl Into<String>, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let finding = Finding { code, severity: Severity::Error, message: message.into() };
        Self { pointer: pointer.into(), finding }
    }

    /// A problem that travels with the answer.
    pub fn warning(pointer: impl Into<String>, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let finding = Finding { code, severity: Severity::Warning, message: message.into() };
        Self { pointer: pointer.into(), finding }
    }

    /// True where it stops the request.
    pub fn is_error(&self) -> bool {
        self.finding.severity == Severity::Error
    }

    /// The pointer as an answer shows it: a name that a caller made up may be as long as the whole body.
    pub fn place(&self) -> Cow<'_, str> {
        const LONGEST: usize = 300;
        match self.pointer.char_indices().nth(LONGEST) {
            Some((end, _)) => Cow::Owned(format!("{}…", self.pointer.get(..end).unwrap_or_default())),
            None => Cow::Borrowed(&self.pointer),
        }
    }

    /// `{pointer, code, message}`.
    pub fn to_json(&self) -> json::Value {
        let mut object = json::Object::default();
        object.insert("pointer", self.place().as_ref());
        object.insert("code", self.finding.code);
        object.insert("message", self.finding.message.as_ref());
        json::Value::Object(object)
    }
}

/// Checks whose severity an upstream may set in `checks`. All other problems are matters of type or of the vendor's own
/// rules, which no setting can make go away.
pub const CHECKS: &[&str] = &[
    "certificate_expired",
    "certificate_expiring",
    "certificate_not_yet_valid",
    "certificate_several",
    "certificate_trailing_content",
    "certificate_weak_key",
    "certificate_weak_signature",
    "domain_idn",
    "domain_invalid",
    "domain_wildcard",
    "key_weak",
    "mapping_incomplete",
    "url_not_https",
    "url_private_host",
];

/// True where `checks` may name this code.
pub fn check_is_known(code: &str) -> bool {
    CHECKS.contains(&code)
}

/// Judges every value of a change. `now_s` is in seconds since 1970.
pub fn check(change: &Change, dialect: &Dialect, now_s: i64) -> Vec<Problem> {
    let mut problems = Vec::new();
    for edit in &change.edits {
        let Leaf::Set(value) = &edit.leaf else { continue };
        let mut report = |at: String, findings: Vec<Finding>| {
            problems.extend(findings.into_iter().map(|finding| Problem { pointer: at.clone(), finding }));
        };
        match value {
            Value::Text(text) | Value::Certificate(text) => {
                let findings = text_findings(edit, text, dialect, now_s);
                report(edit.spelling.pointer(), findings);
            }
            Value::Secret(secret) => {
                let findings = text_findings(edit, secret.expose(), dialect, now_s);
                report(edit.spelling.pointer(), findings);
            }
            Value::Texts(list) => {
                for (index, findings) in list_findings(edit, list, dialect) {
                    let at = edit.spelling.pointer();
                    report(index.map_or_else(|| at.clone(), |index| format!("{at}/{index}")), findings);
                }
            }
            Value::Map(pairs) | Value::GroupRoles(pairs) => {
                if pairs.iter().any(|(key, value)| key.contains('\0') || value.contains('\0')) {
                    report(edit.spelling.pointer(), vec![nul()]);
                }
            }
            Value::Flag(_) | Value::Opaque => {}
        }
    }
    problems
}

/// Findings about one text.
fn text_findings(edit: &Edit, text: &str, dialect: &Dialect, now_s: i64) -> Vec<Finding> {
    if text.contains('\0') {
        return vec![nul()];
    }
    if text.is_empty() && dialect.clearing_unverified && edit.rule != Rule::ProviderName {
        return vec![clearing(dialect)];
    }
    match edit.rule {
        Rule::Any | Rule::Domain(_) => Vec::new(),
        Rule::Length(min, max) => length(text, min, max),
        Rule::Url(purpose) => urls::check(text, purpose),
        Rule::Image => urls::check_image(text),
        Rule::Metadata => metadata(text),
        Rule::Certificate(armour, disputed) => {
            let mut findings = certificates::check(text, armour, now_s).findings;
            if disputed {
                // The encoding is not documented, so only what is dangerous in any encoding stops the request.
                for finding in &mut findings {
                    if finding.code != "certificate_is_private_key" {
                        finding.severity = Severity::Warning;
                    }
                }
            }
            findings
        }
        Rule::RsaKey => keys::check_rsa_pkcs1(text),
        Rule::ProviderName => provider_name(text),
    }
}

/// Findings about the entries of a list, by index; `None` is the list as a whole.
fn list_findings(edit: &Edit, list: &[String], dialect: &Dialect) -> Vec<(Option<usize>, Vec<Finding>)> {
    let mut all = Vec::new();
    // A list that is spelled as one string has no entries to point at.
    let is_array = edit.spelling.value.as_array().is_some();
    let mut seen = BTreeSet::new();
    for (index, text) in list.iter().enumerate() {
        let mut findings = Vec::new();
        if text.contains('\0') {
            findings.push(nul());
        } else if text.is_empty() && !is_array && dialect.clearing_unverified {
            findings.push(clearing(dialect));
        } else if let Rule::Domain(public_mail_refused) = edit.rule {
            findings.extend(domains::check(text, public_mail_refused));
            if !seen.insert(text) {
                findings.push(Finding {
                    code: "domain_duplicate",
                    severity: Severity::Error,
                    message: Cow::Borrowed("This domain is listed twice (letter case does not count); name it once."),
                });
            }
        }
        if !findings.is_empty() {
            all.push((is_array.then_some(index), findings));
        }
    }
    all
}

fn clearing(dialect: &Dialect) -> Finding {
    Finding {
        code: "clearing_unverified",
        severity: Severity::Warning,
        message: Cow::Owned(format!(
            "Whether {} clears a member by an empty value is not documented; read the connection back afterwards.",
            dialect.title
        )),
    }
}

fn nul() -> Finding {
    Finding {
        code: "control_character",
        severity: Severity::Error,
        message: Cow::Borrowed("Contains the character U+0000, which no vendor can store; remove it."),
    }
}

/// UTF-16 code units, as the vendors' JavaScript counts them.
fn length(text: &str, min: usize, max: usize) -> Vec<Finding> {
    let units = text.encode_utf16().count();
    let message = if units < min {
        Cow::Borrowed("Must not be empty.")
    } else if units > max {
        Cow::Owned(format!("Has {units} UTF-16 code units; at most {max} are accepted."))
    } else {
        return Vec::new();
    };
    vec![Finding { code: "bad_length", severity: Severity::Error, message }]
}

/// No document type: entities are how XML reads files and grows without end (the vendor answers 500 to some of them).
fn metadata(text: &str) -> Vec<Finding> {
    let body = text.trim_start_matches('\u{feff}').trim();
    if !(body.starts_with('<') && body.ends_with('>')) {
        return vec![Finding::error(
            "metadata_not_xml",
            "Not XML; paste the identity provider's metadata document, or send its URL as `metadataUrl`.",
        )];
    }
    let lower = text.to_ascii_lowercase();
    if lower.contains("<!doctype") || lower.contains("<!entity") {
        return vec![Finding::error(
            "metadata_doctype",
            "SAML metadata has no document type declaration; remove `<!DOCTYPE …>` and everything that depends on it.",
        )];
    }
    Vec::new()
}

fn provider_name(text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !is_provider_name(text) {
        findings.push(Finding {
            code: "provider_name_invalid",
            severity: Severity::Error,
            message: Cow::Borrowed(
                "A provider name has 1 to 60 characters: a letter first, then letters, digits, `_` or `-`.",
            ),
        });
    }
    findings
}

/// Applies the upstream's severities, drops what is switched off, orders errors before warnings and then by pointer, and
/// caps the number.
pub fn settle(mut problems: Vec<Problem>, severities: &[(String, CheckSeverity)]) -> Vec<Problem> {
    problems.retain_mut(|problem| {
        let set = severities.iter().find(|(known, _)| known == problem.finding.code);
        match set.map(|(_, severity)| severity) {
            None => {}
            Some(CheckSeverity::Error) => problem.finding.severity = Severity::Error,
            Some(CheckSeverity::Warning) => problem.finding.severity = Severity::Warning,
            Some(CheckSeverity::Off) => return false,
        }
        true
    });
    // Errors first, so that no number of warnings can push one out.
    problems.sort_by(|a, b| b.is_error().cmp(&a.is_error()).then_with(|| a.pointer.cmp(&b.pointer)));
    problems.truncate(crate::http::limits::PROBLEMS);
    problems
}
