//! Answers: whatever an upstream says, the caller gets what belongs to the question, with no secret in it.

mod failures;
mod redaction;
mod subjects;
mod vendor_errors;
