//! The WebAssembly side of the edge: four functions for the loop in `shell/loop.mjs`, nothing else.
//!
//! Bytes and flat strings cross, once in and once out per exchange (see [`crate::frame`]); what they mean is the
//! core's business. A panic ends the instance; [`start`] asks wasm-bindgen's glue for a new one at the next call.

// wasm-bindgen exports only what is `pub`, also from a private module.
#![allow(unreachable_pub)]

#[cfg(feature = "panic-drill")]
mod drill;

use std::cell::OnceCell;

use wasm_bindgen::prelude::*;

use crate::frame::{self, Malformed};
use crate::gateway::Gateway;
use crate::http::message::Millis;

thread_local! {
    /// Settings and caches of this instance. A panic throws the instance away, and this with it: the loop then
    /// gives the settings again. A cell that is set once has no borrow that could fail.
    static GATEWAY: OnceCell<Gateway> = const { OnceCell::new() };
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn print_error(line: &str);
}

/// Runs once per instance, before any call.
#[wasm_bindgen(start, private)]
fn start() {
    wasm_bindgen::handler::set_on_abort(wasm_bindgen::handler::schedule_reinit);
    // A panic's message may hold a value; a place in the source cannot.
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, ToString::to_string);
        print_error(&format!("{{\"event\":\"panic\",\"at\":\"{place}\"}}"));
    }));
}

/// Whether this instance has its settings. The loop calls it before every other call: it has no arguments that the
/// glue could copy into an instance that it then replaces.
#[wasm_bindgen]
pub fn ready() -> bool {
    GATEWAY.with(|cell| cell.get().is_some())
}

/// Takes the bindings that are strings or plain JSON, as one JSON object. A second call changes nothing. Gives the origins
/// whose pages may read answers, a line each, for the answer that the loop has to make without a core.
#[wasm_bindgen]
pub fn configure(bindings_json: &str) -> String {
    GATEWAY.with(|cell| cell.get_or_init(|| Gateway::new(bindings_json)).origins().join("\n"))
}

/// Starts on a request. The answer is a frame.
#[wasm_bindgen]
pub fn begin(head: &str, body: Vec<u8>, now: f64) -> Result<Vec<u8>, JsError> {
    GATEWAY.with(|cell| {
        let Some(gateway) = cell.get() else {
            return Err(thrown(Malformed("no settings")));
        };
        let inbound = frame::inbound(head, body).map_err(thrown)?;
        #[cfg(feature = "panic-drill")]
        let drill = drill::begin(&inbound.headers);
        let step = gateway.begin(inbound, millis(now));
        #[cfg(feature = "panic-drill")]
        let step = drill.mark(step);
        Ok(frame::step(step))
    })
}

/// Goes on with a request after what the last step asked for. The answer is a frame.
#[wasm_bindgen]
pub fn resume(suspended: &str, head: &str, body: Vec<u8>, now: f64) -> Result<Vec<u8>, JsError> {
    GATEWAY.with(|cell| {
        let Some(gateway) = cell.get() else {
            return Err(thrown(Malformed("no settings")));
        };
        let outcome = frame::outcome(head, body).map_err(thrown)?;
        #[cfg(feature = "panic-drill")]
        let suspended = drill::resume(suspended, &outcome);
        Ok(frame::step(gateway.resume(suspended, outcome, millis(now))))
    })
}

/// Only a loop that does not match this file gets here; it answers as it does to a panic.
fn thrown(error: Malformed) -> JsError {
    JsError::new(error.0)
}

/// `Date.now()` is a whole number of milliseconds; anything else becomes the nearest end of the range.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn millis(now: f64) -> Millis {
    now as Millis
}
