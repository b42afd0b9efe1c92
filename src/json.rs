//! JSON as this gateway reads and writes it.
//!
//! Two parsers that read one body differently are a hole: the policy judges one meaning and the
//! vendor acts on another. So the gateway reads a body once, with this reader, and sends its own
//! serialisation of what it read, never the caller's bytes.
//!
//! - **One reading.** RFC 8259 to the letter, in UTF-8. Repeated member names (compared after
//!   unescaping, at any depth), lone surrogates, a byte order mark, anything after the value, too
//!   much depth and too many bytes are refused, each with a sentence that says where and what to
//!   do.
//! - **Nothing lost.** Members keep their order; numbers keep the characters they were written
//!   with, so `1.0`, `-0`, `1e400` and thirty digits arrive as they came.
//! - **Nothing shown.** Values may be secrets: no error quotes one, and `Debug` prints only the
//!   shape.
//!
//! ```
//! use sso_config_gateway::json::{self, Limits};
//!
//! let value = json::read(br#"{"issuer": "https://idp.example", "ttl": 1.0}"#, Limits::REQUEST)?;
//! assert_eq!(value.pointer("/issuer").and_then(json::Value::as_str), Some("https://idp.example"));
//! assert_eq!(value.to_bytes(), br#"{"issuer":"https://idp.example","ttl":1.0}"#);
//! # Ok::<(), json::ReadError>(())
//! ```

mod error;
mod number;
mod object;
mod pointer;
mod reader;
mod scan;
mod value;
mod writer;

#[cfg(test)]
mod tests;

pub use error::{ReadError, ReadErrorKind};
pub use number::Number;
pub use object::Object;
pub use pointer::escape_pointer_token;
pub use reader::{Limits, read};
pub use value::Value;

/// Writes an [`Object`] as it looks: `object! { "code" => "not_found", "status" => 404 }`.
///
/// A name given twice keeps its first place and its last value. The result turns into a
/// [`Value`] with `Value::from`, so objects nest.
#[macro_export]
macro_rules! object {
    ($($name:expr => $value:expr),* $(,)?) => {
        <$crate::json::Object as ::core::iter::FromIterator<_>>::from_iter([
            $((::std::string::String::from($name), $crate::json::Value::from($value))),*
        ])
    };
}
#[doc(inline)]
pub use crate::object;
