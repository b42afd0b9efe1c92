//! Puts stored secrets back into a body that asks to keep them, from what the upstream just answered.

use crate::error::{Code, Rejection};
use crate::interpret::{Question, belongs_to};
use crate::json;
use crate::vendor::{RestoreError, restore};

/// Puts stored secrets back into a body, from what the upstream just answered. Gives the body and those secrets.
pub(super) fn put_back(
    ours: &str,
    masks: &[String],
    stored: &[u8],
    question: &Question<'_>,
) -> Result<(Vec<u8>, Vec<String>), Rejection> {
    let limits = json::Limits::ANSWER;
    let (Ok(mut body), Ok(mut stored)) = (json::read(ours.as_bytes(), limits), json::read(stored, limits)) else {
        return Err(Rejection::new(
            Code::UpstreamInvalidAnswer,
            "The stored connection could not be read; nothing was sent.",
        ));
    };
    if !belongs_to(question, &mut stored) {
        return Err(Rejection::new(
            Code::WrongSubject,
            "The upstream's answer is about another connection than the one asked for; nothing was sent.",
        ));
    }
    match restore(&mut body, &stored, masks, question.dialect, question.permit.may_retarget()) {
        Ok(()) => {
            let secrets = masks.iter().filter_map(|mask| body.pointer(mask)?.as_str().map(str::to_owned)).collect();
            Ok((body.to_bytes(), secrets))
        }
        Err(RestoreError::NothingStored) => Err(Rejection::new(
            Code::NothingToKeep,
            "The mask asks to keep a stored secret, but none is stored; send the secret itself.",
        )),
        Err(RestoreError::Retargeted) => Err(Rejection::new(
            Code::SecretRetarget,
            "This would send the stored client secret to another issuer; supply the client secret in the same request.",
        )),
    }
}
