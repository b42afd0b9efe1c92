//! How many tokens are remembered, and for how long.

use std::rc::Rc;

use crate::auth::Identity;
use crate::auth::remembered::Remembered;
use crate::http::message::Millis;

const MINUTE: Millis = 60_000;

fn digest(number: u32) -> [u8; 32] {
    let mut digest = [0; 32];
    digest[..4].copy_from_slice(&number.to_be_bytes());
    digest
}

fn keep(remembered: &mut Remembered, number: u32, expires_at: Millis, now: Millis) {
    remembered.keep(digest(number), "caller", (Some("kid"), [9; 32]), Rc::<Identity>::default(), expires_at, now);
}

#[test]
fn t22_no_more_than_a_thousand_tokens_are_remembered_and_the_oldest_makes_room() {
    let mut remembered = Remembered::default();
    for number in 0..5_000 {
        let now = Millis::from(number);
        keep(&mut remembered, number, 60 * MINUTE, now);
        assert!(remembered.count() <= 1_000, "{number}");
    }
    assert_eq!(remembered.count(), 1_000);
    assert!((4_000..5_000).all(|number| remembered.find(&digest(number), 5_000).is_some()));
    assert!((0..4_000).all(|number| remembered.find(&digest(number), 5_000).is_none()));
}

#[test]
fn t22_tokens_that_are_over_make_room_first() {
    let mut remembered = Remembered::default();
    for number in 0..1_000 {
        // Every other one is over within a second, the later ones among them.
        keep(&mut remembered, number, if number % 2 == 0 { 60 * MINUTE } else { 1_000 }, Millis::from(number % 500));
    }
    keep(&mut remembered, 1_000, 60 * MINUTE, 2_000);
    assert_eq!(remembered.count(), 501);
    assert!((0..1_000).step_by(2).all(|number| remembered.find(&digest(number), 2_000).is_some()));
}

#[test]
fn t22_a_token_is_remembered_until_it_ends_and_for_ten_minutes_at_most() {
    let mut remembered = Remembered::default();
    for (number, expires_at, until) in [
        (1, 5 * MINUTE, 5 * MINUTE),
        (2, 10 * MINUTE, 10 * MINUTE),
        (3, 11 * MINUTE, 10 * MINUTE),
        (4, u64::MAX, 10 * MINUTE),
    ] {
        keep(&mut remembered, number, expires_at, 0);
        assert!(remembered.find(&digest(number), until - 1).is_some(), "{number}");
        assert!(remembered.find(&digest(number), until).is_none(), "{number}");
    }
    // Near the end of time nothing wraps around.
    keep(&mut remembered, 5, u64::MAX, u64::MAX - 1);
    assert!(remembered.find(&digest(5), u64::MAX - 1).is_some());
    assert!(remembered.find(&digest(6), 0).is_none());
}

#[test]
fn a_token_is_remembered_with_its_caller_and_its_key() {
    let mut remembered = Remembered::default();
    remembered.keep(digest(1), "one", (None, [1; 32]), Rc::default(), MINUTE, 0);
    remembered.keep(digest(2), "two", (Some("kid"), [2; 32]), Rc::default(), MINUTE, 0);
    let entry =
        |number| remembered.find(&digest(number), 1).map(|entry| (&*entry.caller, entry.kid.as_deref(), entry.key));
    assert_eq!(entry(1), Some(("one", None, [1; 32])));
    assert_eq!(entry(2), Some(("two", Some("kid"), [2; 32])));
}
