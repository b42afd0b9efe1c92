//! The one schema in the middle.
//!
//! A *connection* is what a vendor has stored; a *change* is the same tree with every leaf absent, null or set. Both are
//! spoken of through [`Field`], the closed list of leaves from the mapping table of the vendor facts. Policy, audit,
//! validation and translation see fields only, so none of them can depend on one vendor's spelling.

mod change;
mod effect;
mod field;

pub use change::{Change, Edit, Leaf, Spelling, Value, pointer};
pub use effect::Effect;
pub use field::{Field, Group};
