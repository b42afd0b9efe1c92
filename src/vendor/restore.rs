//! Puts stored secrets back where a caller sent the mask that stands for them.
//!
//! Needed where the vendor replaces an object whole: without it, reading a connection and writing it back would erase or
//! overwrite its secret. It also is where *no retargeting* bites hardest: with a restored secret, a changed issuer would
//! send that secret to whoever owns the new URL.

use super::Dialect;
use crate::json::Value;

/// Why a mask cannot be replaced by what it stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RestoreError {
    /// There is nothing stored at this place.
    NothingStored,
    /// A URL that would receive the stored secret differs from the stored one.
    Retargeted,
}

/// Replaces the value at each of `masks` (JSON pointers) in `body` by the one in `stored`.
pub fn restore(
    body: &mut Value,
    stored: &Value,
    masks: &[String],
    dialect: &Dialect,
    may_retarget: bool,
) -> Result<(), RestoreError> {
    let moved = dialect.secret_receivers.iter().any(|receiver| body.pointer(receiver) != stored.pointer(receiver));
    if moved && !may_retarget {
        return Err(RestoreError::Retargeted);
    }
    for mask in masks {
        let secret = stored.pointer(mask).filter(|value| value.as_str().is_some_and(|text| !text.is_empty()));
        match (body.pointer_mut(mask), secret) {
            (Some(place), Some(secret)) => *place = secret.clone(),
            _ => return Err(RestoreError::NothingStored),
        }
    }
    Ok(())
}
