//! Finds the places where an occurrence may begin, in one pass from the end to the start.
//!
//! Why it exists: nearly every answer holds no secret, and learning that has to cost next to
//! nothing. For each place the scan keeps which patterns could have their second, and their
//! third, character there; a place is compared only where the first three agree. Going backwards,
//! what an escape needs to know of the text behind it is known already, so that a text made of
//! nothing but escapes costs a constant for each byte.
//!
//! It promises no occurrence, only that none is passed over: where it cannot tell, it answers
//! yes.

use super::pattern::Pattern;
use super::unit::{self, Chain, DEPTH, Reading, Source};
use zeroize::Zeroize;

/// The places remembered; a power of two, so that a place finds its slot by its low bits.
const KEPT: usize = 128;

/// Patterns share the bits of one word; those beyond the 64th share a bit with an earlier one.
const BITS: usize = 64;

/// The bit of the pattern with this number.
pub(super) fn bit(index: usize) -> u64 {
    1_u64.rotate_left(u32::try_from(index & BITS.wrapping_sub(1)).unwrap_or(0))
}

/// The patterns that accept a byte as their first, second and third character; at last, whether
/// an escape or a line break may begin with it.
type Row = [u64; 4];

/// A row for each byte.
pub(super) struct Table([Row; 256]);

impl Table {
    pub(super) fn new<'a>(patterns: impl Iterator<Item = (usize, &'a Pattern)>) -> Self {
        let mut table = [[0_u64; 4]; 256];
        for byte in *b"%\\&\r\n" {
            if let Some(row) = table.get_mut(usize::from(byte)) {
                row[3] = 1;
            }
        }
        for (index, pattern) in patterns {
            for (place, bytes) in pattern.heads().iter().enumerate() {
                for byte in bytes.iter() {
                    let row = table.get_mut(usize::from(*byte));
                    if let Some(word) = row.and_then(|row| row.get_mut(place)) {
                        *word |= bit(index);
                    }
                }
            }
        }
        Self(table)
    }

    #[inline]
    fn row(&self, byte: u8) -> &Row {
        self.0.get(usize::from(byte)).unwrap_or(&[0; 4])
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        // It tells the first characters of each secret.
        self.0.zeroize();
    }
}

/// What is remembered of a place with an escape or a line break.
#[derive(Clone, Copy)]
struct Place {
    /// Its readings, if an escape may begin there.
    chain: Chain,
    /// The patterns that may go on there with their second and third character.
    next: [u64; 2],
}

struct Scan<'a> {
    text: &'a [u8],
    table: &'a Table,
    /// The place under work; those behind it are known.
    at: usize,
    kept: [Place; KEPT],
}

impl Source for Scan<'_> {
    fn text(&self) -> &[u8] {
        self.text
    }

    #[inline]
    fn read(&self, at: usize, depth: usize) -> Option<Reading> {
        let byte = *self.text.get(at)?;
        let raw = (byte, at.saturating_add(1));
        if depth == 0 || !unit::starts(byte) {
            return Some(raw);
        }
        match self.kept(at) {
            Some(kept) => kept.chain.get(depth).copied(),
            None => self.text.read(at, depth),
        }
    }
}

impl Scan<'_> {
    #[inline]
    fn kept(&self, at: usize) -> Option<&Place> {
        match at.wrapping_sub(self.at) {
            0..KEPT => self.kept.get(at & KEPT.wrapping_sub(1)),
            _ => None,
        }
    }

    /// The patterns that may go on at `at` with their second and third character.
    fn next(&self, at: usize) -> [u64; 2] {
        let Some(byte) = self.text.get(at) else {
            return [0; 2];
        };
        let row = self.table.row(*byte);
        if row[3] != 0 {
            return self.kept(at).map_or([u64::MAX; 2], |kept| kept.next);
        }
        let behind = at.saturating_add(1);
        let third = self.text.get(behind).map_or(0, |byte| {
            let row = self.table.row(*byte);
            match row[3] {
                0 => row[2],
                _ => self.kept(behind).map_or(u64::MAX, |kept| kept.next[1]),
            }
        });
        [row[1] & third, row[2]]
    }

    /// As [`Scan::next`], behind what is left of an indentation.
    fn next_line(&self, at: usize) -> [u64; 2] {
        let ahead = self.text.get(at..).unwrap_or_default();
        let blanks = ahead.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
        self.next(at.saturating_add(blanks.count()))
    }

    /// Judges a place with an escape or a line break: the patterns that may begin there, and
    /// those that may go on there.
    // Apart from the loop that calls it, so that the loop keeps its state in registers.
    #[inline(never)]
    fn judge(&mut self, at: usize, byte: u8) -> [u64; 3] {
        self.at = at;
        let raw = (byte, at.saturating_add(1));
        let chain = if unit::starts(byte) { unit::chain(self, raw, DEPTH) } else { [raw; DEPTH.wrapping_add(1)] };
        let mut all = [0_u64; 3];
        unit::each(self, &chain, |(byte, end)| {
            let row = self.table.row(byte);
            if row[0] | row[1] != 0 {
                let next = self.next(end);
                all[0] |= row[0] & next[0];
                all[1] |= row[1] & next[1];
            }
            all[2] |= row[2];
            // Base64 may go on behind a line break, and that may be escaped as well.
            if unit::blank(byte) {
                let next = self.next_line(end);
                all[1] |= next[0];
                all[2] |= next[1];
            }
        });
        if let Some(slot) = self.kept.get_mut(at & KEPT.wrapping_sub(1)) {
            slot.chain = chain;
            slot.next = [all[1], all[2]];
        }
        all
    }
}

/// Tells each place where patterns may begin, with their bits, from the last to the first, until
/// `tell` answers no.
pub(super) fn places(text: &[u8], table: &Table, tell: &mut dyn FnMut(usize, u64) -> bool) {
    let mut scan = Scan {
        text,
        table,
        at: text.len(),
        kept: [Place { chain: [(0, 0); DEPTH.wrapping_add(1)], next: [0; 2] }; KEPT],
    };
    let mut next = [0_u64; 2];
    for (at, byte) in text.iter().enumerate().rev() {
        let row = table.row(*byte);
        let first = if row[3] == 0 {
            let first = row[0] & next[0];
            next = [row[1] & next[1], row[2]];
            first
        } else {
            let all = scan.judge(at, *byte);
            next = [all[1], all[2]];
            all[0]
        };
        if first != 0 && !tell(at, first) {
            break;
        }
    }
}
