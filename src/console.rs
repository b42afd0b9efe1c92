//! The protocols of try-it consoles: other ways to say which operation is meant.
//!
//! A console's request is turned into the native request that it means and then goes the native way: it names an operation
//! of the catalogue and its values, nothing else. What it cannot say is an address: traffic goes to the upstream's
//! configured origin, whatever a console believes.

pub mod tools;
