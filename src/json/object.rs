//! Objects: members in the order they came, each name once.
//!
//! A plain list, because configuration objects are small and their order is the caller's. Nothing
//! here can put a name in twice. Looking up one name walks the list; the operations that work on
//! all names at once (reading, collecting, comparing) sort them when there are many, so that a
//! very wide object costs no more than its size deserves.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use super::Value;

/// One member: its name, unescaped, and its value.
pub(super) type Member = (String, Value);

/// Up to this many members, names are compared one by one.
pub(super) const FEW: usize = 16;

/// The members of a JSON object, in order, no name twice.
///
/// Two objects are equal when they have the same members, in whatever order. `Debug` prints
/// names and shapes, never values.
#[derive(Clone, Default)]
pub struct Object {
    members: Vec<Member>,
}

impl Object {
    /// An object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Wraps members whose names the reader has found to differ.
    pub(super) fn from_distinct(members: Vec<Member>) -> Self {
        Self { members }
    }

    /// The value of the member `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members.iter().find(|member| member.0 == name).map(|member| &member.1)
    }

    /// The value of the member `name`, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.members.iter_mut().find(|member| member.0 == name).map(|member| &mut member.1)
    }

    /// Whether there is a member `name`, `null` included.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets the member `name`: in its place if it is there, whose old value is returned; else at
    /// the end. To set many members at once, collect them instead.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        if let Some(place) = self.get_mut(&name) {
            return Some(std::mem::replace(place, value));
        }
        self.members.push((name, value));
        None
    }

    /// Takes the member `name` out; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let index = self.members.iter().position(|member| member.0 == name)?;
        Some(self.members.remove(index).1)
    }

    /// Keeps the members that `keep` says yes to, in order. It may change their values.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Value) -> bool) {
        self.members.retain_mut(|(name, value)| keep(name, value));
    }

    /// The members in order.
    pub fn iter(&self) -> Iter<'_> {
        self.members.iter().map(|(name, value)| (name, value))
    }

    /// The members in order, with values to change.
    pub fn iter_mut(&mut self) -> IterMut<'_> {
        self.members.iter_mut().map(|(name, value)| (name, value))
    }

    /// The names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| name.as_str())
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// References to the members, sorted by name.
    fn sorted(&self) -> Vec<(&str, &Value)> {
        let mut members: Vec<_> = self.iter().collect();
        members.sort_unstable_by_key(|member| member.0);
        members
    }
}

/// The place of the first member whose name an earlier one has.
pub(super) fn first_repeat(members: &[Member]) -> Option<usize> {
    let mut names: Vec<(&str, usize)> =
        members.iter().enumerate().map(|(place, (name, _))| (name.as_str(), place)).collect();
    names.sort_unstable();
    let repeats = names.windows(2).filter_map(|pair| match pair {
        [(one, _), (other, place)] if one == other => Some(*place),
        _ => None,
    });
    repeats.min()
}

/// Collects members. A name given twice keeps its first place and its last value.
impl FromIterator<(String, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(members: I) -> Self {
        let members: Vec<Member> = members.into_iter().collect();
        if first_repeat(&members).is_none() {
            return Self { members };
        }
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut distinct: Vec<Member> = Vec::with_capacity(members.len());
        for (name, value) in members {
            match places.entry(name) {
                Entry::Occupied(place) => {
                    if let Some(earlier) = distinct.get_mut(*place.get()) {
                        earlier.1 = value;
                    }
                }
                Entry::Vacant(place) => {
                    let name = place.key().clone();
                    place.insert(distinct.len());
                    distinct.push((name, value));
                }
            }
        }
        Self { members: distinct }
    }
}

/// Same members in any order.
impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        if self.len() != other.len() {
            return false;
        }
        // Names first and values once: comparing values on both ways would double at each level.
        if self.names().eq(other.names()) {
            return self.iter().zip(other).all(|(one, two)| one.1 == two.1);
        }
        self.sorted() == other.sorted()
    }
}

/// Names and shapes, no contents.
impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

/// The members of an [`Object`] by reference.
pub(super) type Iter<'a> = std::iter::Map<std::slice::Iter<'a, Member>, fn(&Member) -> (&str, &Value)>;

/// The members of an [`Object`] with values to change.
pub(super) type IterMut<'a> = std::iter::Map<std::slice::IterMut<'a, Member>, fn(&mut Member) -> (&str, &mut Value)>;

impl<'a> IntoIterator for &'a Object {
    type Item = (&'a str, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut Object {
    type Item = (&'a str, &'a mut Value);
    type IntoIter = IterMut<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl IntoIterator for Object {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}
