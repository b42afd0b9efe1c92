//! The token cache under any order of events.

use proptest::prelude::*;

use super::*;
use crate::config::Secret;
use crate::vendor::Vendor;

#[derive(Clone, Debug)]
enum Event {
    /// Time passes, in milliseconds.
    Pass(u64),
    /// A request looks for a token.
    Look,
    /// The oldest fetch comes back with a token of this lifetime in seconds.
    Store(u64),
    /// The oldest fetch fails.
    Fail,
    /// The oldest fetch is lost: its request panicked.
    Lose,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => Just(Event::Look),
        2 => (0_u64..20_000).prop_map(Event::Pass),
        1 => (0_u64..5_000_000).prop_map(Event::Pass),
        2 => prop_oneof![0_u64..100, 3_000_u64..4_000].prop_map(Event::Store),
        1 => Just(Event::Fail),
        1 => Just(Event::Lose),
    ];
    proptest::collection::vec(event, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// T36, R1: no token is used after its end; while one fetch is young there is no second; nobody waits for ever.
    #[test]
    fn no_expired_token_no_crowd_and_no_hang(events in events()) {
        let mut tokens = Tokens::default();
        let mut now = 1_000_000_u64;
        let mut fetches: Vec<u64> = Vec::new();
        let mut expires = std::collections::BTreeMap::new();
        for event in events {
            match event {
                Event::Pass(ms) => now += ms,
                Event::Look => match tokens.look("u", now, 0) {
                    Look::Use(token, generation) => {
                        prop_assert_eq!(token.expose(), format!("token-{generation}"));
                        prop_assert!(now < expires[&generation], "used at {} after {}", now, expires[&generation]);
                    }
                    Look::Fetch { secret_index: index, .. } => {
                        prop_assert_eq!(index, 0);
                        prop_assert!(fetches.iter().all(|since| now >= since + 12_000), "a second fetch beside a young one");
                        fetches.push(now);
                    }
                    Look::Wait => prop_assert!(fetches.iter().any(|since| now < since + 12_000), "waits for nobody"),
                    Look::Failed(failure) => prop_assert_eq!(failure, TokenFailure::Broken),
                },
                Event::Store(lifetime) if !fetches.is_empty() => {
                    let asked_at = fetches.remove(0);
                    expires.insert(asked_at, asked_at + lifetime * 1_000);
                    tokens.store("u", Secret::new(format!("token-{asked_at}")), lifetime, asked_at);
                    fetches.clear();
                }
                Event::Fail if !fetches.is_empty() => {
                    fetches.clear();
                    tokens.fail("u", TokenFailure::Broken, now);
                }
                // Its entry stays until it is taken over.
                Event::Lose | Event::Store(_) | Event::Fail => {}
            }
        }
    }

    /// A token of one upstream is never another's (T34).
    #[test]
    fn upstreams_never_share_a_token(order in proptest::collection::vec((0_usize..8, any::<bool>()), 1..80)) {
        let mut tokens = Tokens::default();
        for (index, store) in order {
            let name = format!("upstream-{index}");
            if store {
                tokens.store(&name, Secret::new(format!("token-of-{name}")), 3_600, 1_000);
            } else if let Look::Use(token, _) = tokens.look(&name, 2_000, 0) {
                prop_assert_eq!(token.expose(), format!("token-of-{name}"));
            }
        }
    }

    /// Whatever a token endpoint answers, it is a usable token or a refusal, and never a panic.
    #[test]
    fn an_answer_is_a_token_only_if_it_can_be_sent_in_a_header(status in 100_u16..600, body in "\\PC{0,80}", token in "\\PC{0,20}") {
        for vendor in [Vendor::Logto, Vendor::LoginRadius] {
            let Some(protocol) = vendor.dialect().token else { continue };
            let _ = read_token(protocol, status, body.as_bytes());
            let answer = serde_json::json!({ "access_token": token, "scope": "all", "expires_in": 60 }).to_string();
            if let Ok((read, lifetime)) = read_token(protocol, status, answer.as_bytes()) {
                prop_assert!((200..300).contains(&status));
                prop_assert!(!token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic()));
                prop_assert_eq!((read.expose(), lifetime), (token.as_str(), 60));
            }
        }
    }
}
