//! `UPSTREAM_*.credential`: how an upstream knows us, and the secrets that prove it.
//!
//! Secrets are named, never written: a value put where a name belongs is refused without being repeated.

use serde_json::Value;

use super::{
    address::Address,
    entry::Bindings,
    mistake::Mistakes,
    secrets::secrets,
    table::{Shape, Table},
};
use crate::{
    config::Credential,
    vendor::{AskedFor, TokenProtocol, Vendor},
};

const WRITTEN: &str = "a secret is never written here; `secret` gives the name of its binding";

const BASIC: Shape = Shape {
    known: &["kind", "username", "secret"],
    refused: &[
        ("client_id", "is not part of a basic credential; `username` is the project id"),
        ("project_id", "is called `username` here"),
        ("password", WRITTEN),
        ("client_secret", WRITTEN),
    ],
};

const WITH_RESOURCE: Shape = Shape {
    known: &["kind", "client_id", "secret", "resource", "token_url"],
    refused: &[
        ("audience", "is for loginradius; logto has `resource`"),
        ("username", "is for stytch; logto has `client_id`"),
        ("client_secret", WRITTEN),
    ],
};

const WITH_AUDIENCE: Shape = Shape {
    known: &["kind", "client_id", "secret", "token_url", "audience"],
    refused: &[
        ("resource", "is for logto; loginradius has `audience`"),
        ("username", "is for stytch; loginradius has `client_id`"),
        ("client_secret", WRITTEN),
    ],
};

/// What could be read of a credential.
pub(super) struct Found {
    pub(super) token_url: Option<Address>,
    pub(super) credential: Option<Credential>,
}

/// Reads the credential that this vendor takes. Refuses any other kind.
pub(super) fn read(
    at: &str,
    value: &Value,
    vendor: Vendor,
    base_url: Option<&Address>,
    bindings: &Bindings,
    mistakes: &mut Mistakes,
) -> Option<Found> {
    let protocol = vendor.dialect().token;
    let (shape, kind) = match protocol.map(|protocol| protocol.asked_for) {
        None => (BASIC, "basic"),
        Some(AskedFor::Resource) => (WITH_RESOURCE, "client_credentials"),
        Some(AskedFor::Audience) => (WITH_AUDIENCE, "client_credentials"),
    };
    let table = Table::open(at, value, &shape, mistakes)?;
    let kind = table.required_word("kind", &[(kind, ())], mistakes);
    let secrets = secrets(&table, bindings, mistakes);
    let Some(protocol) = protocol else {
        let username = visible(&table, "username", mistakes);
        if username.as_ref().is_some_and(|name| name.contains(':')) {
            mistakes.add(table.at("username"), "must not contain a colon");
        }
        let credential = kind.zip(username).map(|((), username)| Credential::Basic { username, secrets });
        return Some(Found { token_url: None, credential });
    };

    let client_id = visible(&table, "client_id", mistakes);
    let (resource, audience) = match protocol.asked_for {
        AskedFor::Resource => (visible(&table, "resource", mistakes), None),
        AskedFor::Audience => (None, visible(&table, "audience", mistakes)),
    };
    let token_url = token_url(&table, protocol, base_url, mistakes);
    let credential = kind.and(client_id).zip(token_url.as_ref()).map(|(client_id, token_url)| {
        Credential::ClientCredentials { client_id, secrets, token_url: token_url.text.clone(), resource, audience }
    });
    Some(Found { token_url, credential })
}

/// Where tokens are fetched. Some vendors serve them beside their API; elsewhere it must be said.
fn token_url(
    table: &Table<'_>,
    protocol: &TokenProtocol,
    base_url: Option<&Address>,
    mistakes: &mut Mistakes,
) -> Option<Address> {
    let default_path = protocol.default_path.filter(|_| table.get("token_url").is_none());
    let url = if let Some(path) = default_path {
        Address::url(&format!("{}{path}", base_url?.text))
    } else {
        Address::url(table.required_text("token_url", mistakes)?)
    };
    url.and_then(Address::dialable).map_err(|reason| mistakes.add(table.at("token_url"), reason)).ok()
}

/// A required text of visible ASCII: it will stand in a header or a form.
fn visible(table: &Table<'_>, key: &str, mistakes: &mut Mistakes) -> Option<String> {
    let text = table.required_text(key, mistakes)?;
    if text.is_empty() {
        mistakes.add(table.at(key), "is empty");
        return None;
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        mistakes.add(table.at(key), "must be visible ASCII characters, without blanks");
        return None;
    }
    Some(text.to_owned())
}
