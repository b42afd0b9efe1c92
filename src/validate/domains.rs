//! E-mail domains that lead people to a connection.
//!
//! Logto stores any text here, in lower case, and checks nothing but its own list of public mail hosts. A domain that is
//! none never matches anybody; one that is too wide takes logins away from other tenants.

use std::borrow::Cow;

use url::Host;

use super::{Finding, Severity};

/// Hosts that Logto refuses (its source, misspelling included).
const PUBLIC_MAIL: &[&str] = &[
    "gmail.com",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "live.com",
    "icloud.com",
    "aol.com",
    "yandex.com",
    "mail.com",
    "protonmail.com",
    "yanex.com",
    "gmx.com",
    "mail.ru",
    "zoho.com",
    "qq.com",
    "163.com",
    "126.com",
    "sina.com",
    "sohu.com",
];

/// Judges one domain, already in lower case.
pub(super) fn check(domain: &str, public_mail_refused: bool) -> Option<Finding> {
    let (code, severity, message) = if domain.contains('*') {
        ("domain_wildcard", Severity::Error, "Wildcards match nothing; list each domain.")
    } else if PUBLIC_MAIL.contains(&domain.trim_end_matches('.')) {
        let severity = if public_mail_refused { Severity::Error } else { Severity::Warning };
        (
            "domain_public_mail",
            severity,
            "A public mail host would send strangers to this identity provider; use the organization's own domain.",
        )
    } else if !domain.is_ascii() {
        (
            "domain_idn",
            Severity::Error,
            "Write an internationalised domain in its `xn--` form; the vendor compares text, not names.",
        )
    } else if is_domain(domain) {
        return None;
    } else {
        (
            "domain_invalid",
            Severity::Error,
            "Not a domain name; write the part of the e-mail address behind the `@`, as in example.com.",
        )
    };
    Some(Finding { code, severity, message: Cow::Borrowed(message) })
}

/// Letters, digits and hyphens in labels of 1 to 63, at least two labels, 253 in all, and not an address (RFC 1123).
fn is_domain(text: &str) -> bool {
    let labels_fit = text.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    });
    labels_fit && text.len() <= 253 && text.contains('.') && matches!(Host::parse(text), Ok(Host::Domain(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(domain: &str) -> Option<&'static str> {
        check(domain, true).map(|finding| finding.code)
    }

    #[test]
    fn ordinary_domains_pass() {
        for domain in ["example.com", "a.b.c.example", "xn--bcher-kva.example", "1and1.example", "co.uk"] {
            assert_eq!(code(domain), None, "{domain}");
        }
    }

    #[test]
    fn what_cannot_be_a_domain_is_refused() {
        let long_label = format!("{}.example", "a".repeat(64));
        let long_name = format!("{}example", "abcdefgh.".repeat(30));
        for domain in [
            "",
            " ",
            "not a domain",
            "example",
            "example..com",
            ".example.com",
            "example.com.",
            "-a.example",
            "a-.example",
            "user@example.com",
            "https://example.com",
            "example.com/x",
            "exa_mple.com",
            "127.0.0.1",
            "1.2.3",
            "[::1]",
            "a\tb.example",
            "example.com:443",
            &long_label,
            &long_name,
        ] {
            assert_eq!(code(domain), Some("domain_invalid"), "{domain:?}");
        }
    }

    #[test]
    fn wildcards_public_mail_and_unicode_have_their_own_codes() {
        assert_eq!(code("*.example.com"), Some("domain_wildcard"));
        assert_eq!(code("gmail.com"), Some("domain_public_mail"));
        assert_eq!(code("gmail.com."), Some("domain_public_mail"));
        assert_eq!(code("bücher.example"), Some("domain_idn"));
        assert_eq!(code("ｅxample.com"), Some("domain_idn"));
        assert_eq!(check("gmail.com", false).map(|finding| finding.severity), Some(Severity::Warning));
    }
}
