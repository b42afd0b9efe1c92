//! `rate_limit`, and doing without.

use serde_json::{Value, json};

use super::{ABSENT, each_is_one_mistake_in, edit, full, loaded, mistakes, together};

fn missing(at: &str, name: &str) -> String {
    format!(
        "{at}: needs the rate-limit binding \"{name}\", which this Worker does not have: add it to `[[ratelimits]]`, or decide to go without any limit by GATEWAY.limits = \"off\""
    )
}

#[test]
fn faulty_limits() {
    let at = |member: &str, message: &str| format!("CALLER_JWT.rate_limit{member}: {message}");
    let period = at(".period_s", "must be 10 or 60, as in the binding");
    let rows: Vec<(&str, Value, String)> = vec![
        ("", json!(100), at("", "must be a table, not a number")),
        ("", json!("JWT_RATE_LIMIT"), at("", "must be a table, not text")),
        ("/binding", json!(ABSENT), at(".binding", "is required")),
        ("/binding", json!(["JWT_RATE_LIMIT"]), at(".binding", "must be text, not a list")),
        ("/binding", json!("OTHER_LIMIT"), missing("CALLER_JWT.rate_limit", "OTHER_LIMIT")),
        ("/binding", json!("jwt_rate_limit"), missing("CALLER_JWT.rate_limit", "?")),
        ("/binding", json!(""), missing("CALLER_JWT.rate_limit", "?")),
        ("/binding", json!("LOGTO_SECRET"), missing("CALLER_JWT.rate_limit", "LOGTO_SECRET")),
        ("/binding", json!("rate limits"), missing("CALLER_JWT.rate_limit", "?")),
        ("/period_s", json!(30), period.clone()),
        ("/period_s", json!(0), period.clone()),
        ("/period_s", json!("60"), period.clone()),
        ("/period_s", json!(60.5), period.clone()),
        ("/period_s", json!(null), period),
        ("/limit", json!(5), at(".limit", "is set where the binding is made (`[[ratelimits]]`)")),
        ("/bindings", json!(5), at(".bindings", "is not known here; did you mean `binding`?")),
    ];
    let pointers: Vec<String> = rows.iter().map(|(member, ..)| format!("/CALLER_JWT/rate_limit{member}")).collect();
    let rows = rows.iter().zip(&pointers);
    each_is_one_mistake_in(&full(), rows.map(|((_, value, message), at)| (&**at, value.clone(), &**message)).collect());
}

#[test]
fn a_limit_that_cannot_be_kept_is_a_mistake() {
    let (jwt, docs) = (
        missing("CALLER_JWT.rate_limit", "JWT_RATE_LIMIT"),
        missing("CALLER_DOCS.session.rate_limit", "SESSION_RATE_LIMIT"),
    );
    for list in
        [json!(ABSENT), json!([]), json!({}), json!("JWT_RATE_LIMIT SESSION_RATE_LIMIT"), json!([["JWT_RATE_LIMIT"]])]
    {
        let mut bindings = full();
        edit(&mut bindings, "/rate limits", list.clone());
        let mut found = mistakes(&bindings);
        found.sort();
        assert_eq!(found, [docs.clone(), jwt.clone()], "{list}");
    }
    together(full(), &[("/rate limits", json!(["JWT_RATE_LIMIT"]))], &[&docs]);
    together(full(), &[("/rate limits", json!(["SESSION_RATE_LIMIT"]))], &[&jwt]);
}

#[test]
fn going_without_limits_is_a_decision_that_is_written_down() {
    let mut bindings = full();
    edit(&mut bindings, "/rate limits", json!(ABSENT));
    edit(&mut bindings, "/GATEWAY/limits", json!("off"));
    let settings = loaded(&bindings);
    assert!(!settings.gateway.limits);
    for caller in &settings.callers {
        assert!(
            caller.rate_limit.is_none()
                && caller.sessions.as_ref().is_none_or(|sessions| sessions.rate_limit.is_none())
        );
    }
    // With limits off, what is written about them is still read.
    together(
        bindings,
        &[("/CALLER_JWT/rate_limit/period_s", json!(7))],
        &["CALLER_JWT.rate_limit.period_s: must be 10 or 60, as in the binding"],
    );
    assert!(loaded(&full()).gateway.limits);
    let words = "GATEWAY.limits: must be \"on\" or \"off\"";
    each_is_one_mistake_in(
        &full(),
        vec![
            ("/GATEWAY/limits", json!(false), words),
            ("/GATEWAY/limits", json!("none"), words),
            ("/GATEWAY/limits", json!(null), words),
        ],
    );
}
