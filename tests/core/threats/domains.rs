//! T32: one domain in many spellings. Whoever owns the login of `acme.example` must not share it with a spelling that a
//! mail server takes for the same, nor lose it to one that only a person does.

use serde_json::json;

use crate::support::{CONNECTOR, PROVIDER, answered, gateway, refused, request, run};

const DOMAIN: &str = "acme.example";

/// The same domain in other letter case: the vendors compare in lower case.
fn other_cases() -> Vec<String> {
    let case = |mask: usize| -> String {
        let spell = |(at, c): (usize, char)| if mask >> (at % 4) & 1 == 1 { c.to_ascii_uppercase() } else { c };
        DOMAIN.chars().enumerate().map(spell).collect()
    };
    (1..16).map(case).collect()
}

/// Spellings that are another text for a machine, and the same for a person or for some other machine.
fn look_alikes() -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    // Cyrillic, Greek, full-width, mathematical and other letters that look like the ones they replace.
    for (letter, like) in [
        ('a', "\u{430}\u{3b1}\u{ff41}\u{1d41a}\u{251}\u{e1}\u{e0}\u{1ea1}"),
        ('c', "\u{441}\u{3f2}\u{ff43}\u{1d41c}\u{e7}"),
        ('m', "\u{ff4d}\u{1d426}\u{271}"),
        ('e', "\u{435}\u{ff45}\u{1d41e}\u{e9}\u{11b}"),
        ('x', "\u{445}\u{3c7}\u{ff58}\u{d7}"),
        ('p', "\u{440}\u{3c1}\u{ff50}"),
        ('l', "\u{4cf}\u{ff4c}\u{1d425}\u{13a}"),
        ('.', "\u{3002}\u{ff0e}\u{ff61}\u{2024}\u{b7}"),
    ] {
        all.extend(like.chars().map(|other| DOMAIN.replacen(letter, &other.to_string(), 1)));
    }
    // Nothing to be seen, at the beginning, inside and at the end.
    for hidden in [
        '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{202e}', '\u{2066}', '\u{61c}',
        '\u{180e}',
    ] {
        all.extend([
            format!("{hidden}{DOMAIN}"),
            DOMAIN.replacen("me", &format!("m{hidden}e"), 1),
            format!("{DOMAIN}{hidden}"),
        ]);
    }
    // Composed and decomposed, dots and blanks too many, escapes, a port, a path, an address.
    all.extend(
        [
            "acm\u{e9}.example",
            "acme\u{301}.example",
            "acme.example.",
            ".acme.example",
            "acme..example",
            " acme.example",
            "acme.example ",
            "acme.example\t",
            "acme%2eexample",
            "acme.example:443",
            "acme.example/",
            "@acme.example",
            "user@acme.example",
            "https://acme.example",
            "*.acme.example",
            "[acme.example]",
            "acme_.example",
            "-acme.example",
            "acme-.example",
        ]
        .map(str::to_owned),
    );
    all
}

fn connector(domains: &[&str]) -> String {
    json!({ "domains": domains }).to_string()
}

fn provider(domain: &str) -> String {
    json!({ "Provider": "my-saml-app", "DataMap": { "ID": "NameID", "Email": "mail" }, "Domain": domain }).to_string()
}

#[test]
fn t32_a_domain_is_in_its_one_spelling_or_refused() {
    let spellings = look_alikes();
    assert!(spellings.len() >= 80, "{}", spellings.len());
    for spelling in spellings {
        for (method, path, body) in
            [("PATCH", CONNECTOR, connector(&[&spelling])), ("PUT", PROVIDER, provider(&spelling))]
        {
            let run = refused(&gateway(), &request(method, path, &body));
            assert_eq!((run.status, run.error()), (400, Some("invalid_body")), "{spelling:?}: {}", run.body);
            assert!(run.problems().iter().any(|problem| problem.starts_with("domain_")), "{spelling:?}: {}", run.body);
        }
    }
}

#[test]
fn t32_two_spellings_of_one_domain_are_one_domain() {
    let spellings = other_cases();
    assert_eq!(spellings.len(), 15);
    for spelling in spellings {
        let alone = run(&gateway(), &request("PATCH", CONNECTOR, &connector(&[&spelling])), |sent| {
            assert!(sent.body.contains(&spelling), "the vendor gets it as it was written");
            answered(200, crate::logto::ANSWER)
        });
        assert_eq!(alone.status, 200, "{spelling}: {}", alone.body);
        let both = request("PATCH", CONNECTOR, &connector(&[DOMAIN, &spelling]));
        assert_eq!(refused(&gateway(), &both).problems(), ["domain_duplicate;/domains/1"], "{spelling}");
    }
}
