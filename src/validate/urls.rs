//! URLs that will be stored at a vendor.
//!
//! Changing where a browser or the vendor itself goes is what an attacker wants most, so: absolute, https, no user-info,
//! nothing that runs in a page, no private or literal host where the vendor's server does the fetching. Hosts are judged
//! after parsing, because `0x7f.1` and `127.1` are spellings of 127.0.0.1.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::{Finding, Severity};
use crate::vendor::UrlUse;

/// Judges a URL by what will be done with it.
pub fn check(text: &str, purpose: UrlUse) -> Vec<Finding> {
    let Some(url) = parse(text) else {
        return vec![not_a_url()];
    };
    let mut findings = Vec::new();
    match url.scheme() {
        "https" => {}
        "http" => findings.push(Finding {
            code: "url_not_https",
            severity: if purpose == UrlUse::Browser { Severity::Warning } else { Severity::Error },
            message: Cow::Borrowed(match purpose {
                UrlUse::VendorFetches => {
                    "The vendor would fetch this in clear text, so that anybody on the way could replace it; use https."
                }
                UrlUse::BrowserHttps => "The vendor accepts https only.",
                UrlUse::Browser => "Clear-text http lets anybody on the way read and change the login; use https.",
            }),
        }),
        _ => {
            findings.push(error(
                "url_scheme",
                "Only https URLs belong here; other schemes can run code in a page or read files.",
            ));
            return findings;
        }
    }
    if !url.username().is_empty() || url.password().is_some() {
        findings.push(error(
            "url_userinfo",
            "User name and password do not belong in a URL; they are shown and logged everywhere.",
        ));
    }
    if url.host().is_none_or(|host| is_private(&host)) {
        findings.push(Finding {
            code: "url_private_host",
            severity: if purpose == UrlUse::VendorFetches { Severity::Error } else { Severity::Warning },
            message: Cow::Borrowed(
                "Names a private, local or literal address; use the public host name of the identity provider.",
            ),
        });
    }
    findings
}

/// Judges a logo: an https URL, or an image as data.
pub fn check_image(text: &str) -> Vec<Finding> {
    // Clearing a logo by an empty text is accepted by Logto.
    if text.is_empty() || text.starts_with("data:image/") {
        return Vec::new();
    }
    match parse(text) {
        None => vec![not_a_url()],
        Some(url) if matches!(url.scheme(), "https" | "http") => check(text, UrlUse::Browser),
        Some(_) => vec![error(
            "url_scheme",
            "A logo is an https URL or a `data:image/…` URI; other schemes can run code in a page.",
        )],
    }
}

/// Parses what a reader would also take for a URL: the parser forgives blanks, tabs, line breaks and backslashes, and
/// the vendor would store what it forgave.
fn parse(text: &str) -> Option<Url> {
    let tidy = !text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\');
    let written_out = text.split_once(':').is_some_and(|(scheme, rest)| {
        !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") || rest.starts_with("//")
    });
    if tidy && written_out { Url::parse(text).ok() } else { None }
}

fn not_a_url() -> Finding {
    error("url_invalid", "Not an absolute URL; write it out in full, as in https://idp.example.com/sso.")
}

fn error(code: &'static str, message: &'static str) -> Finding {
    Finding { code, severity: Severity::Error, message: Cow::Borrowed(message) }
}

/// True for addresses and names that do not belong to a public identity provider.
pub fn is_private(host: &Host<&str>) -> bool {
    match host {
        // A literal address is never the name of a certificate-bearing public service we could recognise.
        Host::Ipv4(_) | Host::Ipv6(_) => true,
        Host::Domain(name) => {
            const SUFFIXES: &[&str] = &[
                "localhost",
                "local",
                "internal",
                "lan",
                "home",
                "corp",
                "intranet",
                "arpa",
                "localdomain",
                "private",
            ];
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            !name.contains('.')
                || SUFFIXES
                    .iter()
                    .any(|suffix| name.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
        }
    }
}

/// True for the addresses a program on this machine listens on.
pub fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback() && *address != Ipv4Addr::UNSPECIFIED,
        Host::Ipv6(address) => *address == Ipv6Addr::LOCALHOST,
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str, purpose: UrlUse) -> Vec<(&'static str, Severity)> {
        check(text, purpose).into_iter().map(|finding| (finding.code, finding.severity)).collect()
    }

    #[test]
    fn a_public_https_url_is_fine_everywhere() {
        for purpose in [UrlUse::VendorFetches, UrlUse::BrowserHttps, UrlUse::Browser] {
            assert_eq!(codes("https://idp.example.com/sso?x=1#f", purpose), []);
        }
    }

    #[test]
    fn anything_that_is_not_a_written_out_url_is_refused() {
        for text in [
            "",
            " ",
            "not a url",
            "idp.example.com",
            "//idp.example.com",
            "/sso",
            "https:",
            "https:idp.example.com",
            "https:/idp.example.com",
            "https://",
            " https://idp.example.com",
            "https://idp.example.com\n",
            "https://idp\t.example.com",
            "https:\\\\idp.example.com",
            "https://１２７.0.0.1",
            "https://127。0。0。1",
            "https://bücher.example",
            "https://idp.example.com\\@evil.example",
            "https://[::1",
            "https://a:99999/",
        ] {
            assert_eq!(codes(text, UrlUse::Browser), [("url_invalid", Severity::Error)], "{text:?}");
        }
    }

    #[test]
    fn schemes_that_run_or_read_are_refused() {
        for text in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "ftp://idp.example.com",
            "blob:https://idp.example.com/x",
            "vbscript:x",
            "ws://idp.example.com",
        ] {
            assert_eq!(codes(text, UrlUse::Browser), [("url_scheme", Severity::Error)], "{text:?}");
        }
    }

    #[test]
    fn user_info_is_refused() {
        assert_eq!(codes("https://user:pass@idp.example.com/", UrlUse::Browser), [("url_userinfo", Severity::Error)]);
        assert_eq!(
            codes("https://idp.example.com@evil.example/", UrlUse::Browser),
            [("url_userinfo", Severity::Error)]
        );
    }

    #[test]
    fn http_is_an_error_where_the_vendor_fetches_or_insists_and_a_warning_elsewhere() {
        assert_eq!(codes("http://idp.example.com", UrlUse::VendorFetches), [("url_not_https", Severity::Error)]);
        assert_eq!(codes("http://idp.example.com", UrlUse::BrowserHttps), [("url_not_https", Severity::Error)]);
        assert_eq!(codes("http://idp.example.com", UrlUse::Browser), [("url_not_https", Severity::Warning)]);
    }

    #[test]
    fn every_spelling_of_a_private_or_literal_address_is_found() {
        for host in [
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "2130706433",
            "017700000001",
            "0",
            "10.0.0.1",
            "169.254.169.254",
            "192.168.1.1",
            "8.8.8.8",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[fd00::1]",
            "[fe80::1]",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "printer",
            "printer.local",
            "db.internal",
            "metadata.google.internal",
            "nas.lan",
            "router.home.arpa",
        ] {
            let found = codes(&format!("https://{host}/x"), UrlUse::VendorFetches);
            assert_eq!(found, [("url_private_host", Severity::Error)], "{host}");
        }
        for host in ["idp.example.com", "local.example.com", "internal-sso.example.com", "xn--bcher-kva.example"] {
            assert_eq!(codes(&format!("https://{host}/x"), UrlUse::VendorFetches), [], "{host}");
        }
    }

    #[test]
    fn a_logo_may_be_an_https_url_or_an_image_as_data() {
        assert!(check_image("https://cdn.example.com/l.png").is_empty());
        assert!(check_image("data:image/png;base64,AAAA").is_empty());
        assert!(check_image("").is_empty());
        assert_eq!(check_image("javascript:alert(1)").first().map(|finding| finding.code), Some("url_scheme"));
        assert_eq!(check_image("data:text/html,x").first().map(|finding| finding.code), Some("url_scheme"));
        assert_eq!(check_image("logo.png").first().map(|finding| finding.code), Some("url_invalid"));
    }
}
