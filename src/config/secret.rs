//! Secrets as values that cannot be shown.
//!
//! There is no `Debug`, no `Display`, no `Serialize` and no `PartialEq`: a secret cannot reach a log line, an error or
//! a snapshot by accident, and cannot be compared in variable time. The text is wiped when dropped. The only way to
//! its bytes is [`Secret::expose`], a name to search for in review.

use zeroize::Zeroizing;

/// A credential of ours: a client secret, an access token, a Basic password.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret into custody.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself. Callers: the header that carries it upstream, the token request, and the scrubber that looks
    /// for it in everything that leaves.
    pub fn expose(&self) -> &str {
        &self.0
    }
}
