//! The token that a request presents, wherever its client was made to put a secret.
//!
//! `Authorization: Bearer` is the way. A vendor's SDK cannot be told to send that, but it can be given our token in place of
//! the vendor's secret: as the password of Basic, or as an API key. Two places that disagree are nobody's request: an
//! intermediary may have added one of them. Tokens in queries and cookies are never looked at, since both leak.

use base64ct::{Base64, Encoding};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName};
use zeroize::Zeroizing;

use super::authenticate::unknown;
use super::token::LONGEST_TOKEN;
use crate::error::Rejection;

/// Where UTDK's pages put a credential that is an API key.
pub const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The places beside `Authorization: Bearer` that a route's clients use.
#[derive(Clone, Copy, Default)]
pub struct Places {
    /// The password of Basic, with any user name.
    pub basic_password: bool,
    /// [`API_KEY`].
    pub api_key: bool,
}

/// The one token of a request.
pub(super) fn presented(headers: &HeaderMap, places: Places) -> Result<Zeroizing<String>, Rejection> {
    let mut tokens: Vec<Zeroizing<String>> = Vec::new();
    for value in headers.get_all(AUTHORIZATION) {
        let (scheme, rest) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(malformed)?;
        let rest = rest.trim_matches(' ');
        tokens.push(if scheme.eq_ignore_ascii_case("bearer") {
            Zeroizing::new(rest.to_owned())
        } else if places.basic_password && scheme.eq_ignore_ascii_case("basic") {
            password(rest).ok_or_else(malformed)?
        } else {
            return Err(malformed());
        });
    }
    // Two headers of one name may be two clients' doing, even if they agree.
    let repeated = tokens.len() > 1;
    if places.api_key {
        let keys: Vec<_> = headers.get_all(API_KEY).iter().collect();
        if keys.len() > 1 || repeated {
            return Err(malformed());
        }
        for key in keys {
            tokens.push(Zeroizing::new(key.to_str().map_err(|_| malformed())?.trim_matches(' ').to_owned()));
        }
    }
    match tokens.as_slice() {
        [] => Err(unknown("no_token")),
        _ if repeated || tokens.iter().any(|token| Some(token) != tokens.first()) => Err(unknown("two_tokens")),
        [token, ..] if token.is_empty() || token.len() > LONGEST_TOKEN => Err(malformed()),
        [token, ..] => Ok(token.clone()),
    }
}

/// The secret of a client that asks for a token: from its form, or from Basic (RFC 6749, section 2.3.1), not both.
pub fn client_secret(headers: &HeaderMap, form: Option<Zeroizing<String>>) -> Result<Zeroizing<String>, Rejection> {
    let basic = if headers.contains_key(AUTHORIZATION) {
        Some(presented(headers, Places { basic_password: true, api_key: false })?)
    } else {
        None
    };
    match (form, basic) {
        (Some(form), Some(basic)) if form != basic => Err(unknown("two_tokens")),
        (Some(secret), _) | (None, Some(secret)) if secret.is_empty() || secret.len() > LONGEST_TOKEN => {
            Err(malformed())
        }
        (Some(secret), _) | (None, Some(secret)) => Ok(secret),
        (None, None) => Err(unknown("no_token")),
    }
}

fn malformed() -> Rejection {
    unknown("malformed")
}

/// The password of Basic credentials (RFC 7617). The user name is a vendor's project id and says nothing here.
pub(super) fn password(credentials: &str) -> Option<Zeroizing<String>> {
    let decoded = Zeroizing::new(Base64::decode_vec(credentials).ok()?);
    let text = std::str::from_utf8(&decoded).ok()?;
    text.split_once(':').map(|(_, password)| Zeroizing::new(password.to_owned()))
}
