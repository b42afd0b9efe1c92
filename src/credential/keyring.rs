//! Long-lived secrets, prepared once per isolate: header values ready to send, and what the scrubber looks for.

use base64ct::{Base64, Encoding};

use crate::config::{Credential, Secret, Settings};
use crate::scrub::Needles;

/// The value of an `Authorization` header, with what is needed to keep it out of everything that leaves.
pub struct Authorization {
    /// `Basic …` or `Bearer …`.
    pub value: Secret,
    /// Which of the upstream's secrets it was made from.
    pub secret_index: usize,
    /// A fetched token, as opposed to a configured secret.
    pub is_token: bool,
    /// Which token it is: when it was asked for.
    pub generation: u64,
}

/// The secrets of one upstream.
pub struct Key {
    /// Name of the upstream.
    pub upstream: String,
    /// `Basic …` for each secret, where the credential is Basic.
    pub basic: Vec<Secret>,
    /// For the scrubber.
    pub needles: Vec<Needles>,
}

/// The secrets of all upstreams.
pub struct Keyring(Vec<Key>);

impl Keyring {
    /// Prepares what was configured.
    pub fn new(settings: &Settings) -> Self {
        Self(settings.upstreams.iter().map(|upstream| key(&upstream.name, &upstream.credential)).collect())
    }

    /// The secrets of that upstream.
    pub fn get(&self, upstream: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.upstream == upstream)
    }
}

fn key(upstream: &str, credential: &Credential) -> Key {
    let (basic, secrets) = match credential {
        Credential::Basic { username, secrets } => (
            secrets
                .iter()
                .map(|secret| {
                    let pair = Secret::new(format!("{username}:{}", secret.expose()));
                    Secret::new(format!("Basic {}", Base64::encode_string(pair.expose().as_bytes())))
                })
                .collect(),
            secrets,
        ),
        Credential::ClientCredentials { secrets, .. } => (Vec::new(), secrets),
    };
    // A search for the secret also finds `user:secret` in Base64, at any alignment.
    let needles = secrets.iter().map(|secret| Needles::new(secret.expose())).collect();
    Key { upstream: upstream.to_owned(), basic, needles }
}
