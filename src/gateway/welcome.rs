//! Who asks, from which page, and how often: the part of a decision that no operation has a say in.

use super::arrival::{Limit, Missing};
use super::intake::{Admitted, Visit};
use super::own;
use crate::audit::Record;
use crate::auth::{Authenticated, Places, Principal, authenticate};
use crate::config::RateLimit;
use crate::error::{Code, Rejection};
use crate::http::cors::Page;

impl<'a> Visit<'a> {
    /// Who asks, from a page that may, and not too often; or what has to be found out first.
    pub(super) fn authenticate(
        &self,
        places: Places,
        record: &mut Record,
    ) -> Result<Result<Principal<'a>, Missing>, Rejection> {
        let mut recognition = self.gateway.recognition.borrow_mut();
        let learned = &self.arriving.learned;
        let found = authenticate(self.settings, &mut recognition, &self.inbound.headers, places, learned, self.now)?;
        self.welcome(found, record)
    }

    /// The second half of [`Visit::authenticate`], for tokens that were found elsewhere.
    pub(super) fn welcome(
        &self,
        found: Authenticated<'a>,
        record: &mut Record,
    ) -> Result<Result<Principal<'a>, Missing>, Rejection> {
        let principal = match found {
            Authenticated::Known(principal) => principal,
            Authenticated::Needs(need) => return Ok(Err(Missing::Caller(need))),
        };
        let caller = principal.caller();
        record.caller = Some(caller.name.clone());
        record.subject = principal.subject().map(str::to_owned);
        record.session = principal.session().map(str::to_owned);
        // A session is shown on our own page, and used there.
        let welcome = match self.page {
            Page::None => true,
            Page::Own if principal.session().is_some() => true,
            Page::Own => caller.origins.contains(&self.settings.gateway.public_origin),
            Page::Known(origin) => caller.origins.iter().any(|known| known == origin),
            Page::Foreign => false,
        };
        if !welcome {
            return Err(foreign_page());
        }
        if let Some(limit) = &caller.rate_limit {
            let who = match (principal.subject(), caller.is_public()) {
                (Some(subject), _) => subject,
                // A visitor may have any number of sessions, but hardly of addresses.
                (None, true) => &own::address(&self.inbound.headers),
                (None, false) => "",
            };
            if let Some(missing) = self.within(limit, format!("{}:{who}", caller.name))? {
                return Ok(Err(missing));
            }
        }
        Ok(Ok(principal))
    }

    /// Whether `key` is within the limit: `None`: it is; or that this has to be found out; or a refusal.
    pub(super) fn within(&self, limit: &RateLimit, key: String) -> Result<Option<Missing>, Rejection> {
        let (code, detail) = match self.arriving.limit {
            Limit::NotAsked => return Ok(Some(Missing::Limit { limit: limit.clone(), key })),
            Limit::Passed => return Ok(None),
            Limit::Reached => (Code::RateLimited, "Too many requests from you; wait and try again."),
            Limit::Unknown => (
                Code::LimitUnavailable,
                "Your rate limit could not be looked up, and nothing is served without it; try again shortly.",
            ),
        };
        Err(Rejection { retry_after_s: Some(limit.period_s), ..Rejection::new(code, detail) })
    }

    /// Stops here until something is found out, if there is time.
    pub(super) fn lacks(&self, missing: Missing) -> Result<Admitted, Rejection> {
        if let Some(remaining) = self.arriving.remaining(self.settings.gateway.deadline_ms, self.now) {
            return Ok(Admitted::Lacks(missing, remaining));
        }
        let (code, detail) = match missing {
            Missing::Caller(_) => (
                Code::CallerKeysUnavailable,
                "Your token could not be checked in time; nothing was sent. Try again shortly.",
            ),
            Missing::Limit { .. } => (
                Code::LimitUnavailable,
                "Your rate limit could not be looked up in time; nothing was sent. Try again shortly.",
            ),
        };
        Err(Rejection { retry_after_s: Some(5), ..Rejection::new(code, detail) })
    }
}

/// The page may not, whoever it asks for.
pub(super) fn foreign_page() -> Rejection {
    Rejection::new(
        Code::OriginNotAllowed,
        "Pages of this origin may not use this gateway, or not with this token; the operator lists a caller's pages in its `origins`.",
    )
}
