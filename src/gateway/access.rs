//! How a request gets hold of a credential: which one, whether to fetch or to wait, and what follows from a refusal.
//!
//! Requests never wait for each other's promises: who finds a fetch under way looks again a little later.

use super::{Gateway, Suspended};
use crate::config::{Credential, Secret, Upstream};
use crate::credential::{Authorization, Look, TokenFailure, TokenRefusal, read_token};
use crate::error::{Code, Rejection, UpstreamReport};
use crate::http::message::{Failure, Millis, Outcome};

/// What a request needs next.
pub(super) enum Next {
    Send(Authorization),
    Fetch { secret_index: usize, ahead: bool },
    Wait,
    Fail(Rejection),
}

impl Gateway {
    /// Finds out how to get hold of a credential.
    pub(super) fn credential(&self, upstream: &Upstream, suspended: &mut Suspended, now: Millis) -> Next {
        let mut tokens = self.tokens.borrow_mut();
        if let Credential::Basic { .. } = upstream.credential {
            let secret_index = tokens.secret_index(&upstream.name);
            let value = self
                .keyring
                .as_ref()
                .and_then(|ring| ring.get(&upstream.name))
                .and_then(|key| key.basic.get(secret_index));
            return match value {
                Some(value) => {
                    Next::Send(Authorization { value: value.clone(), secret_index, is_token: false, generation: 0 })
                }
                None => Next::Fail(Rejection::new(Code::InternalError, "No credential is prepared for this upstream.")),
            };
        }
        match tokens.look(&upstream.name, now, suspended.token_fetches) {
            Look::Use(token, generation) => {
                let value = Secret::new(format!("Bearer {}", token.expose()));
                Next::Send(Authorization { value, secret_index: 0, is_token: true, generation })
            }
            Look::Fetch { secret_index, ahead } => {
                suspended.token_fetches = suspended.token_fetches.saturating_add(1);
                Next::Fetch { secret_index, ahead }
            }
            Look::Wait => Next::Wait,
            Look::Failed(failure) => Next::Fail(no_token(upstream, failure)),
        }
    }

    /// Takes in what a token endpoint answered.
    pub(super) fn keep_token(
        &self,
        suspended: &mut Suspended,
        asked_at: Millis,
        secret_index: usize,
        outcome: Outcome,
        now: Millis,
    ) {
        let Some(upstream) = self.upstream(suspended) else { return };
        let Credential::ClientCredentials { secrets, .. } = &upstream.credential else { return };
        let Some(protocol) = upstream.vendor.dialect().token else { return };
        let mut tokens = self.tokens.borrow_mut();
        let failure = match outcome {
            Outcome::Answered { status, body, .. } => match read_token(protocol, status, &body) {
                Ok((token, lifetime_s)) => {
                    tokens.store(&upstream.name, token, lifetime_s, asked_at);
                    return;
                }
                Err(TokenRefusal::Credential) if secrets.len() > 1 && !suspended.tried_other_secret => {
                    suspended.tried_other_secret = true;
                    tokens.use_next_secret(&upstream.name, secret_index, secrets.len());
                    return;
                }
                Err(refusal) => TokenFailure::Refused(refusal),
            },
            Outcome::Failed(Failure::TimedOut) => TokenFailure::TimedOut,
            _ => TokenFailure::Broken,
        };
        tokens.fail(&upstream.name, failure, now);
    }

    /// A credential that was just made ready is refused as well: others need not find that out one by one.
    pub(super) fn remember_refusal(&self, upstream: &Upstream, used: &Authorization, now: Millis) {
        if let Credential::ClientCredentials { .. } = upstream.credential {
            let mut tokens = self.tokens.borrow_mut();
            tokens.drop_refused(&upstream.name, used.generation);
            tokens.fail(&upstream.name, TokenFailure::Refused(TokenRefusal::Credential), now);
        }
    }

    /// After a refusal: is there a credential to try that is not the refused one?
    pub(super) fn another_credential(&self, upstream: &Upstream, used: &Authorization) -> bool {
        let mut tokens = self.tokens.borrow_mut();
        match &upstream.credential {
            Credential::Basic { secrets, .. } => {
                if secrets.len() > 1 {
                    tokens.use_next_secret(&upstream.name, used.secret_index, secrets.len());
                }
                secrets.len() > 1
            }
            Credential::ClientCredentials { .. } => {
                tokens.drop_refused(&upstream.name, used.generation);
                true
            }
        }
    }
}

/// No token, and why. Nothing the endpoint said is repeated.
fn no_token(upstream: &Upstream, failure: TokenFailure) -> Rejection {
    let (code, detail) = match failure {
        TokenFailure::Refused(TokenRefusal::Credential) => (
            Code::UpstreamCredentialRefused,
            "The upstream's token endpoint refused the gateway's client credentials; the operator has to look at them. Your own token is fine.",
        ),
        TokenFailure::Refused(TokenRefusal::Scope) => (
            Code::UpstreamCredentialRefused,
            "The upstream's token endpoint granted a token without the scope that is needed; the operator has to give the gateway's application the management role.",
        ),
        TokenFailure::Refused(TokenRefusal::Busy) => {
            (Code::UpstreamTokenFailed, "The upstream's token endpoint asks for fewer requests; try again in a moment.")
        }
        TokenFailure::Refused(TokenRefusal::Other) | TokenFailure::Broken => {
            (Code::UpstreamTokenFailed, "The upstream's token endpoint gave no usable token; nothing was sent.")
        }
        TokenFailure::TimedOut => {
            (Code::UpstreamTimeout, "The upstream's token endpoint did not answer in time; nothing was sent.")
        }
    };
    let mut rejection = Rejection::new(code, detail);
    rejection.upstream = Some(UpstreamReport { name: upstream.name.clone(), status: 0, code: None });
    // A failure is remembered for as long as this.
    rejection.retry_after_s = (code == Code::UpstreamTokenFailed).then_some(1);
    rejection
}
