//! Panics on demand, for the panic-isolation test's own bundle (feature `panic-drill`).
//!
//! `x-panic-drill: begin` panics before the core sees the request; `resume` panics when the first outcome comes back
//! and lets the account of it through; `crashed` panics at that account as well.

use http::HeaderMap;

use crate::http::message::{Outcome, Step};

const MARK: &str = "drill:";

/// What the request asked for.
pub(super) enum Drill {
    None,
    Resume,
    Crashed,
}

#[allow(clippy::panic)] // the point of this feature
pub(super) fn begin(headers: &HeaderMap) -> Drill {
    match headers.get("x-panic-drill").map(http::HeaderValue::as_bytes) {
        Some(b"begin") => panic!("drill: begin"),
        Some(b"resume") => Drill::Resume,
        Some(b"crashed") => Drill::Crashed,
        _ => Drill::None,
    }
}

impl Drill {
    /// Writes the order into what the loop carries, in front of the core's own state.
    pub(super) fn mark(&self, mut step: Step) -> Step {
        let mark = match self {
            Self::None => return step,
            Self::Resume => "resume:",
            Self::Crashed => "crashed:",
        };
        if let Step::Exchange { suspended, .. }
        | Step::Wait { suspended, .. }
        | Step::Verify { suspended, .. }
        | Step::Limit { suspended, .. }
        | Step::Again { suspended, .. } = &mut step
        {
            *suspended = format!("{MARK}{mark}{suspended}");
        }
        step
    }
}

/// Carries the order out, or gives back the core's own state.
#[allow(clippy::panic)]
pub(super) fn resume<'a>(suspended: &'a str, outcome: &Outcome) -> &'a str {
    let Some(order) = suspended.strip_prefix(MARK) else {
        return suspended;
    };
    match (order.split_once(':'), outcome) {
        (Some(("resume", core)), Outcome::Crashed) => core,
        _ => panic!("drill: resume"),
    }
}
