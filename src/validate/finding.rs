//! What a check has to say about a value.
//!
//! A finding is a stable code for programs and a sentence for people. Sentences are written
//! in advance and name no part of the value: the value may be a secret in the wrong field.

use std::borrow::Cow;

/// Whether a finding refuses the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The vendor would refuse the value, or it is dangerous.
    Error,
    /// The value passes, but is unwise or its acceptance is disputed.
    Warning,
}

/// One problem of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable name of the problem, in `snake_case`.
    pub code: &'static str,
    /// Whether the problem refuses the value.
    pub severity: Severity,
    /// What is wrong and what to do about it, without any part of the value.
    pub message: Cow<'static, str>,
}

impl Finding {
    /// A finding that refuses the value.
    pub const fn error(code: &'static str, message: &'static str) -> Self {
        Self { code, severity: Severity::Error, message: Cow::Borrowed(message) }
    }

    /// A finding that lets the value pass.
    pub const fn warning(code: &'static str, message: &'static str) -> Self {
        Self { code, severity: Severity::Warning, message: Cow::Borrowed(message) }
    }

    /// The same finding with another severity.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Whether this finding refuses the value.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Adds a finding unless one with the same code is there already.
pub(super) fn add_once(findings: &mut Vec<Finding>, finding: Finding) {
    if findings.iter().all(|known| known.code != finding.code) {
        findings.push(finding);
    }
}
