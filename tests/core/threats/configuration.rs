//! T14, T48, T50: a configuration that is wrong must not open a door, form a loop or tell a secret.

use serde_json::{Value, json};
use sso_config_gateway::gateway::Gateway;

use super::support::{CATALOGUE, Case, silent};
use crate::support::{CONNECTOR, LOGTO_SECRET, SAML, STYTCH_SECRET, TOKEN, gateway_with, refused, request, sha256_hex};

/// Stands in every broken value that has room for it.
const MARKER: &str = "marker-7f3a9c";

/// Asserts that nothing is served but `/healthz`, that the entry is named, and that no value is.
fn closed(gateway: &Gateway, entry: &str) {
    let own = ["/readyz", "/", "/nowhere", "/logto", "/healthz/"].map(|path| request("GET", path, ""));
    let bare = CATALOGUE.iter().map(|case| request(case.method(), &case.native_path(), &case.body));
    for asked in CATALOGUE.iter().map(Case::request).chain(bare).chain(own) {
        let asked = asked.header("accept", "application/problem+json");
        let run = refused(gateway, &asked);
        assert_eq!((run.status, run.error()), (503, Some("not_configured")), "{entry} {}: {}", asked.url, run.body);
        let body = run.json();
        let messages: Vec<&str> =
            body["errors"].as_array().unwrap().iter().map(|error| error["message"].as_str().unwrap()).collect();
        assert!(messages.iter().any(|message| message.starts_with(entry)), "{entry}: {messages:?}");
        for value in [MARKER, LOGTO_SECRET, STYTCH_SECRET, TOKEN, "tenant.logto.app"] {
            silent(&run, value);
        }
    }
    assert_eq!(refused(gateway, &request("GET", "/healthz", "")).status, 200);
}

/// A patch of the bindings at a path of members.
fn patch(path: &str, value: &Value) -> Value {
    path.rsplit('/').fold(value.clone(), |inner, name| json!({ name: inner }))
}

#[test]
fn t50_every_broken_configuration_closes_every_door_and_names_its_entry() {
    let wide = json!({ "upstream": "logto", "access": "write", "connections": "all" });
    let grant = |change: Value| {
        let mut grant = wide.clone();
        for (name, value) in change.as_object().unwrap() {
            if value.is_null() {
                grant.as_object_mut().unwrap().remove(name);
            } else {
                grant[name] = value.clone();
            }
        }
        json!([grant])
    };
    let (logto, stytch, loginradius) = ("UPSTREAM_LOGTO", "UPSTREAM_STYTCH_TEST", "UPSTREAM_LOGINRADIUS");
    let (caller, gateway) = ("CALLER_TEST", "GATEWAY");
    let digest_of_nothing = sha256_hex("");
    let mut cases: Vec<(String, Value, String)> = Vec::new();
    let mut add = |path: String, value: Value, entry: String| cases.push((path, value, entry));
    // What is missing or of another kind, member by member; `null` takes it away.
    for (entry, member) in [
        (gateway, "public_origin"),
        (logto, "vendor"),
        (logto, "base_url"),
        (logto, "credential"),
        (stytch, "credential/kind"),
        (stytch, "credential/username"),
        (stytch, "credential/secret"),
        (logto, "credential/client_id"),
        (logto, "credential/secret"),
        (logto, "credential/resource"),
        (loginradius, "credential/audience"),
        (loginradius, "credential/token_url"),
        (caller, "token_sha256"),
        (caller, "grants"),
    ] {
        let named = format!("{entry}.{}", member.replace('/', "."));
        add(format!("{entry}/{member}"), json!(null), named.clone());
        add(format!("{entry}/{member}"), json!(true), named.clone());
        add(format!("{entry}/{member}"), json!(""), named);
    }
    for entry in [gateway, logto, caller] {
        for value in [
            json!(7),
            json!([MARKER]),
            json!(MARKER),
            json!("{"),
            json!(format!("{{\"{MARKER}\":1,\"{MARKER}\":2}}")),
            json!({ "x": "y".repeat(6_000) }),
        ] {
            add(entry.to_owned(), value, entry.to_owned());
        }
        add(format!("{entry}/colour"), json!(MARKER), entry.to_owned());
    }
    for url in [
        format!("http://{MARKER}.example.com"),
        format!("https://{MARKER}.internal"),
        format!("https://{MARKER}@x.example.com"),
        format!("https://{MARKER}.example.com/"),
        format!("https://{MARKER}.example.com?a=b"),
        format!("https://{MARKER}.example.com."),
        format!("ftp://{MARKER}.example.com"),
        format!("https://*.{MARKER}.example.com"),
        format!(" https://{MARKER}.example.com"),
        MARKER.to_owned(),
        "https://10.0.0.1".to_owned(),
        "https://169.254.169.254".to_owned(),
        "https://[::ffff:10.0.0.1]".to_owned(),
        "https://0x7f.1:0".to_owned(),
    ] {
        add(format!("{logto}/base_url"), json!(url), format!("{logto}.base_url"));
        add(
            format!("{loginradius}/credential/token_url"),
            json!(format!("{url}?token")),
            format!("{loginradius}.credential.token_url"),
        );
    }
    for secret in ["NO_SUCH_SECRET", MARKER, "GATEWAY", "UPSTREAM_LOGTO", LOGTO_SECRET] {
        add(format!("{logto}/credential/secret"), json!(secret), format!("{logto}.credential.secret"));
    }
    add(format!("{logto}/credential/secret"), json!([]), format!("{logto}.credential.secret"));
    add(
        format!("{logto}/credential/secret"),
        json!(["LOGTO_SECRET", "LOGTO_SECRET", "LOGTO_SECRET"]),
        format!("{logto}.credential.secret"),
    );
    for (member, value) in [("client_secret", MARKER), ("username", MARKER), ("password", MARKER)] {
        add(format!("{logto}/credential/{member}"), json!(value), format!("{logto}.credential.{member}"));
    }
    for digest in
        [MARKER.to_owned(), "0".repeat(63), "g".repeat(64), digest_of_nothing, sha256_hex("sandbox"), TOKEN.to_owned()]
    {
        add(format!("{caller}/token_sha256"), json!(digest), format!("{caller}.token_sha256"));
    }
    for origin in ["*", "null", "http://x.example.com", "https://x.example.com/", ""] {
        add(format!("{caller}/origins"), json!([origin]), format!("{caller}.origins"));
    }
    for grants in [
        json!([]),
        json!({}),
        json!([MARKER]),
        grant(json!({ "connections": null })),
        grant(json!({ "connections": [] })),
        grant(json!({ "connections": MARKER })),
        grant(json!({ "connections": "*" })),
        grant(json!({ "upstream": MARKER })),
        grant(json!({ "access": "admin" })),
        grant(json!({ "access": null })),
        grant(json!({ "operations": [] })),
        grant(json!({ "operations": [MARKER] })),
        grant(json!({ "operations": ["*"] })),
        grant(json!({ "fields": { "allow": [] } })),
        grant(json!({ "fields": { "deny": [MARKER] } })),
        grant(json!({ "organizations": "all" })),
        grant(json!({ "colour": MARKER })),
        grant(json!({ "retarget_secrets": "yes" })),
    ] {
        add(format!("{caller}/grants"), grants, format!("{caller}.grants"));
    }
    for seconds in [json!(0), json!(61), json!("20"), json!(-1), json!(1.5)] {
        add(format!("{gateway}/deadline_s"), seconds, format!("{gateway}.deadline_s"));
    }
    assert!(cases.len() >= 60, "{}", cases.len());
    for (path, value, entry) in cases {
        closed(&gateway_with(&patch(&path, &value)), &entry);
    }
}

#[test]
fn t50_bindings_that_are_no_configuration_at_all_close_every_door() {
    for (bindings, entry) in [
        ("", "bindings"),
        ("null", "bindings"),
        ("[]", "bindings"),
        ("{}", "GATEWAY"),
        ("{\"GATEWAY\":{},\"GATEWAY\":{}}", "bindings"),
    ] {
        closed(&Gateway::new(bindings), entry);
    }
    closed(&gateway_with(&json!({ "GATEWAY": null })), "GATEWAY");
    closed(
        &gateway_with(&json!({ "UPSTREAM_STYTCH_TEST": null, "UPSTREAM_LOGTO": null, "UPSTREAM_LOGINRADIUS": null })),
        "UPSTREAM_*",
    );
}

/// No caller is no mistake, and no open door.
#[test]
fn t50_a_gateway_without_callers_knows_nobody() {
    let gateway = gateway_with(&json!({ "CALLER_TEST": null }));
    for case in CATALOGUE.iter() {
        for asked in
            [case.request(), case.request().without("authorization"), case.request().header("authorization", "Bearer ")]
        {
            assert_eq!(refused(&gateway, &asked).status, 401);
        }
    }
}

#[test]
fn t50_a_wrong_configuration_serves_nothing_and_names_every_mistake_but_no_value() {
    let broken = gateway_with(&json!({
        "UPSTREAM_LOGTO": { "base_url": "http://tenant.logto.app", "colour": "red-marker-value" },
        "UPSTREAM_STYTCH_TEST": { "credential": { "secret": "NO_SUCH_BINDING" } },
        "CALLER_TEST": { "token_sha256": "marker-digest-value" },
    }));
    for path in ["/readyz", "/", CONNECTOR, SAML, "/nowhere"] {
        let run = refused(&broken, &request("GET", path, "").header("accept", "application/problem+json"));
        assert_eq!((run.status, run.error()), (503, Some("not_configured")), "{path}");
        let body = run.json();
        let messages: Vec<&str> =
            body["errors"].as_array().unwrap().iter().map(|error| error["message"].as_str().unwrap()).collect();
        for place in [
            "UPSTREAM_LOGTO.base_url",
            "UPSTREAM_LOGTO",
            "UPSTREAM_STYTCH_TEST.credential.secret",
            "CALLER_TEST.token_sha256",
        ] {
            assert!(messages.iter().any(|message| message.starts_with(place)), "{place}: {messages:?}");
        }
        for value in ["red-marker-value", "marker-digest-value", LOGTO_SECRET, STYTCH_SECRET, "tenant.logto.app", TOKEN]
        {
            assert!(!run.body.contains(value) && !run.raw_log.iter().any(|line| line.contains(value)), "{value}");
        }
    }
    assert_eq!(refused(&broken, &request("GET", "/healthz", "")).status, 200);
}

#[test]
fn t14_a_secret_that_could_break_out_of_a_header_is_refused_by_name() {
    let good = format!("{MARKER}-0123456789");
    let bad =
        ["\n", "\r\n", "\r", "\t", "\0", "\u{1b}", "\u{7f}", "\u{85}", "\u{2028}", "\u{feff}", "\u{e4}", "\u{200b}"];
    let spelled =
        bad.iter().flat_map(|odd| [format!("{good}{odd}"), format!("{odd}{good}"), format!("{MARKER}{odd}{good}")]);
    let others = [
        format!(" {good}"),
        format!("{good} "),
        MARKER.to_owned(),
        String::new(),
        "aaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
    ];
    let mut tried = 0;
    for secret in spelled.chain(others) {
        for (binding, entry) in [
            ("LOGTO_SECRET", "UPSTREAM_LOGTO.credential.secret: names the secret \"LOGTO_SECRET\""),
            ("STYTCH_TEST_SECRET", "UPSTREAM_STYTCH_TEST.credential.secret: names the secret \"STYTCH_TEST_SECRET\""),
            ("LOGINRADIUS_SECRET", "UPSTREAM_LOGINRADIUS.credential.secret: names the secret \"LOGINRADIUS_SECRET\""),
        ] {
            closed(&gateway_with(&json!({ binding: secret })), entry);
            tried += 1;
        }
    }
    assert!(tried >= 100, "{tried}");
    for secret in [json!(7), json!(true), json!([good]), json!({ "value": good })] {
        closed(&gateway_with(&json!({ "LOGTO_SECRET": secret })), "UPSTREAM_LOGTO.credential.secret");
    }
}

#[test]
fn t48_the_gateway_cannot_be_its_own_upstream_in_any_spelling() {
    let places = [
        ("UPSTREAM_LOGTO/base_url", "UPSTREAM_LOGTO.base_url"),
        ("UPSTREAM_STYTCH_TEST/base_url", "UPSTREAM_STYTCH_TEST.base_url"),
        ("UPSTREAM_LOGINRADIUS/base_url", "UPSTREAM_LOGINRADIUS.base_url"),
        ("UPSTREAM_LOGINRADIUS/credential/token_url", "UPSTREAM_LOGINRADIUS.credential.token_url"),
        ("UPSTREAM_LOGTO/credential/token_url", "UPSTREAM_LOGTO.credential.token_url"),
        ("UPSTREAM_LOGTO/aliases", "UPSTREAM_LOGTO.aliases[0]"),
    ];
    let public = [
        "https://gateway.example.com",
        "https://GATEWAY.Example.COM",
        "https://gateway.example.com:443",
        "HTTPS://gateway.example.com:0443",
        "https://g%61teway.example.com",
    ];
    let local = [
        "http://localhost:8787",
        "http://LOCALHOST:8787",
        "http://127.0.0.1:8787",
        "http://127.1:8787",
        "http://0x7f000001:8787",
        "http://2130706433:8787",
        "http://[::1]:8787",
        "http://[0:0:0:0:0:0:0:1]:8787",
        "https://localhost:8787",
    ];
    let own = public.map(|url| ("https://gateway.example.com", url)).into_iter();
    for (origin, url) in own.chain(local.map(|url| ("http://localhost:8787", url))) {
        for (path, entry) in places {
            let value = match entry {
                _ if entry.ends_with("token_url") => json!(format!("{url}/oidc/token")),
                _ if entry.ends_with(']') => json!([url]),
                _ => json!(url),
            };
            let mut all = patch(path, &value);
            all["GATEWAY"]["public_origin"] = json!(origin);
            let run = refused(
                &gateway_with(&all),
                &request("GET", "http://localhost/readyz", "").header("accept", "application/problem+json"),
            );
            assert_eq!(run.error(), Some("not_configured"), "{path} = {url}");
            assert!(run.body.contains(&format!("{entry}: is this gateway itself")), "{url}: {}", run.body);
        }
    }
    // The measure itself: a neighbour is no loop.
    let neighbour = patch("UPSTREAM_LOGTO/base_url", &json!("https://gateway2.example.com"));
    assert_eq!(refused(&gateway_with(&neighbour), &request("GET", "/readyz", "")).status, 200);
}
