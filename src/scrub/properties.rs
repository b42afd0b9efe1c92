//! The promise over random secrets and answers: none survives, nothing else is touched.

use super::support::{Dice, WORD, html, json, readable};
use super::tests::SPELLINGS;
use super::walk::match_at;
use super::{Needles, Scrubber, scrub};
use proptest::prelude::*;

fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        // Printable ASCII.
        3 => "[ -~]{16,200}",
        1 => "[A-Za-z0-9_-]{20,60}\\.[A-Za-z0-9_-]{20,80}\\.[A-Za-z0-9_-]{20,50}",
        1 => "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        1 => "secret-(test|live)-[A-Za-z0-9_=-]{16,40}",
        // Little else than what escapes are made of.
        1 => "[%&\\\\#;ux0-9a]{16,40}",
    ]
}

fn word(dice: &mut Dice, most: usize) -> String {
    let length = dice.roll(most);
    dice.of(WORD, length)
}

/// The text around a secret, without what would change how the secret itself is read.
fn filler(dice: &mut Dice) -> String {
    let length = dice.roll(40);
    dice.of("abc XYZ 019 .,:;-_/+=?#()<>ü", length)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_secret_survives(secret in secret(), kind in 0..SPELLINGS.len(), seed: u64) {
        let mut dice = Dice(seed);
        let (name, spell) = SPELLINGS[kind];
        let needles = Needles::new(&secret);
        let spelt = spell(&secret, &mut dice);
        let (before, behind) = (filler(&mut dice), filler(&mut dice));
        // As a JSON string the spelling is written as any text is, unless it is JSON already.
        let context = dice.roll(3);
        let mut text = match context {
            0 => {
                let ready = name.starts_with("JSON");
                let inner = if ready { spelt.clone() } else { json(&spelt, &mut dice, 0) };
                format!(r#"{{"a":"{before}{inner}{behind}","b":[1.50,"{}"]}}"#, word(&mut dice, 30))
            }
            1 => format!("<p title=\"{}\">{spelt}</p>", html(&before, &mut dice, 0)),
            _ => format!("{before}{spelt}{behind}"),
        }
        .into_bytes();
        let count = scrub(&mut text, &[&needles]);
        prop_assert!(count >= 1, "{name}: {spelt}");
        prop_assert_eq!(readable(&text, &secret), None, "{}: {}", name, spelt);
        if context == 0 {
            let value: serde_json::Value = serde_json::from_slice(&text).unwrap();
            let left = value["a"].as_str().unwrap();
            prop_assert!(left.contains("[redacted]"));
            prop_assert!(value["b"][1].is_string());
        }
        let once = text.clone();
        prop_assert_eq!(scrub(&mut text, &[&needles]), 0);
        prop_assert_eq!(once, text);
    }

    /// The quick scan passes over nothing that the slow comparison, tried everywhere, would find.
    #[test]
    fn the_scan_misses_nothing(secret in secret(), one in 0..SPELLINGS.len(), two in 0..SPELLINGS.len(), seed: u64) {
        let mut dice = Dice(seed);
        let secret = &secret[..16];
        let spelt = SPELLINGS[two].1(&SPELLINGS[one].1(secret, &mut dice), &mut dice);
        let mut text = format!("{}{spelt}{}", filler(&mut dice), filler(&mut dice)).into_bytes();
        if dice.roll(2) == 0 {
            let at = dice.roll(text.len());
            text[at] = b"%\\&\n;#u0 "[dice.roll(9)];
        }
        let needles = Needles::new(secret);
        let everywhere = (0..text.len())
            .any(|at| needles.patterns.iter().any(|p| match_at(&text, at, p).is_some()));
        let list = [&needles];
        prop_assert_eq!(Scrubber::new(&list).finds(&text), everywhere);
        let before = text.clone();
        let count = scrub(&mut text, &list);
        prop_assert_eq!(count == 0, !everywhere);
        prop_assert_eq!(count == 0, before == text);
    }
}

/// An answer as an identity service gives it.
fn clean(dice: &mut Dice) -> String {
    let length = 800 + dice.roll(800);
    let certificate: Vec<String> = dice
        .of(&format!("{WORD}+/"), length)
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8(line.to_vec()).unwrap())
        .collect();
    let line = ["\\n", "\\r\\n", "\n"][dice.roll(3)];
    let uuid = |dice: &mut Dice| [8, 4, 4, 4, 12].map(|length| dice.of("0123456789abcdef", length)).join("-");
    let url = format!("https:\\/\\/idp.{}.example/sso?a=%2F{}%3D&amp;b=1", word(dice, 9), word(dice, 20));
    format!(
        r#"{{"connection_id":"saml-connection-test-{}","organization_id":"organization-live-{}",
"status_code":200,"request_id":"request-id-live-{}","created_at":"2025-0{}-1{}T08:{}0:00Z",
"idp_sso_url":"{url}","secret":"secret-live-{}","thumbprint":"{}","basic":"dXNlcjpz{}=",
"x509":"-----BEGIN CERTIFICATE-----{line}{}{line}-----END CERTIFICATE-----",
"jwt":"eyJhbGciOiJIUzI1NiJ9.{}.{}","note":"<b>\u00fc &quot;100\u0025&quot; &#39;{}&#39;<\/b>\\t"}}"#,
        uuid(dice),
        uuid(dice),
        uuid(dice),
        1 + dice.roll(9),
        dice.roll(9),
        dice.roll(5),
        dice.of(WORD, 32),
        dice.of("0123456789ABCDEF", 64),
        dice.of(WORD, 30),
        certificate.join(line),
        dice.of(&format!("{WORD}-_"), 90),
        dice.of(&format!("{WORD}-_"), 43),
        word(dice, 12),
    )
}

#[test]
fn clean_answers_are_never_touched() {
    let mut dice = Dice(20_250_101);
    let secrets = [
        format!("secret-live-{}", dice.of(WORD, 32)),
        format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", dice.of(WORD, 60), dice.of(WORD, 43)),
        dice.of("0123456789abcdef", 32),
        dice.of("!#$%&'()*+,-./:;<=>?@[]^_`{|}~abcXYZ019", 40),
        // The shortest that is searched.
        dice.of(WORD, 8),
    ];
    let needles: Vec<Needles> = secrets.iter().map(|secret| Needles::new(secret)).collect();
    let needles: Vec<&Needles> = needles.iter().collect();
    let scrubber = Scrubber::new(&needles);
    for round in 0..10_000 {
        let body = clean(&mut dice).into_bytes();
        let mut seen = body.clone();
        assert_eq!(scrubber.scrub(&mut seen), 0, "round {round}");
        assert_eq!(seen, body);
    }
}
