//! When key sets are fetched, step by step.

use crate::auth::KeySet;
use crate::auth::key_sets::{KeySets, Look};

const URL: &str = "https://login.example.com/jwks";

fn set(kid: &str) -> KeySet {
    let key = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"#;
    KeySet::read(format!("{{\"keys\":[{key}{kid:?}}}]}}").as_bytes()).unwrap_or_else(|reason| panic!("{reason}"))
}

/// What is found: `judge`, `fetch`, `ahead`, `wait` or `none`.
fn look(sets: &mut KeySets, kid: &str, now: u64, asked: bool) -> &'static str {
    match sets.look(URL, Some(kid), now, asked) {
        Look::Judge(_) => "judge",
        Look::Fetch { ahead: false } => "fetch",
        Look::Fetch { ahead: true } => "ahead",
        Look::Wait => "wait",
        Look::Unavailable => "none",
    }
}

#[test]
fn whoever_comes_first_fetches_and_the_others_wait() {
    let mut sets = KeySets::default();
    assert_eq!(look(&mut sets, "a", 0, false), "fetch");
    assert_eq!([look(&mut sets, "a", 1, false), look(&mut sets, "b", 1, false)], ["wait", "wait"]);
    sets.fetched(URL, Some(set("a")), 100);
    assert_eq!([look(&mut sets, "a", 101, true), look(&mut sets, "a", 101, false)], ["judge", "judge"]);
    // Somebody else's name is judged by what there is until the pause is over.
    assert_eq!([look(&mut sets, "b", 101, true), look(&mut sets, "b", 59_999, false)], ["judge", "judge"]);
    assert_eq!(look(&mut sets, "b", 60_000, false), "fetch");
    assert_eq!([look(&mut sets, "b", 60_001, false), look(&mut sets, "a", 60_001, false)], ["wait", "judge"]);
}

#[test]
fn whoever_has_asked_does_not_ask_again() {
    let mut sets = KeySets::default();
    assert_eq!(look(&mut sets, "a", 0, false), "fetch");
    sets.fetched(URL, None, 10);
    assert_eq!([look(&mut sets, "a", 10, true), look(&mut sets, "a", 100_000, true)], ["none", "none"]);
    assert_eq!([look(&mut sets, "a", 4_999, false), look(&mut sets, "a", 5_000, false)], ["none", "fetch"]);
}

#[test]
fn a_set_is_refreshed_after_five_minutes_and_serves_for_an_hour() {
    let mut sets = KeySets::default();
    assert_eq!(look(&mut sets, "a", 0, false), "fetch");
    sets.fetched(URL, Some(set("a")), 0);
    assert_eq!([look(&mut sets, "a", 299_999, false), look(&mut sets, "a", 300_000, false)], ["judge", "ahead"]);
    sets.fetched(URL, None, 300_100);
    assert_eq!([look(&mut sets, "a", 359_999, false), look(&mut sets, "a", 360_000, false)], ["judge", "ahead"]);
    sets.fetched(URL, None, 360_100);
    assert_eq!(look(&mut sets, "a", 3_599_999, true), "judge");
    assert_eq!(look(&mut sets, "a", 3_600_000, true), "none");
    assert_eq!(look(&mut sets, "a", 3_600_000, false), "fetch");
    assert_eq!(look(&mut sets, "a", 3_600_001, false), "wait");
    sets.fetched(URL, Some(set("b")), 3_600_500);
    assert_eq!(look(&mut sets, "b", 3_600_500, false), "judge");
}

#[test]
fn a_clock_that_goes_back_keeps_nothing_alive_and_breaks_nothing() {
    let mut sets = KeySets::default();
    assert_eq!(look(&mut sets, "a", u64::MAX, false), "fetch");
    sets.fetched(URL, Some(set("a")), u64::MAX);
    assert_eq!([look(&mut sets, "a", 0, false), look(&mut sets, "b", 0, false)], ["judge", "judge"]);
}

#[test]
fn a_fetch_that_stays_silent_is_taken_over_after_ten_seconds_and_not_before() {
    let mut sets = KeySets::default();
    assert_eq!(look(&mut sets, "a", 0, false), "fetch");
    assert_eq!([look(&mut sets, "a", 9_999, false), look(&mut sets, "a", 10_000, false)], ["wait", "fetch"]);
    assert_eq!(look(&mut sets, "a", 19_999, false), "wait");
}
