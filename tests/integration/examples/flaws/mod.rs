//! Ways to break each shop by a change of its source, and the case of `test` that finds it.

pub(super) mod go;
pub(super) mod node;
pub(super) mod php;
pub(super) mod python;

/// A mistake that a shop might have.
pub(super) struct Flaw {
    /// What the shop then does.
    pub(super) name: &'static str,
    /// Texts that stand once in its source, and what replaces them.
    pub(super) changes: &'static [(&'static str, &'static str)],
    /// The case that fails.
    pub(super) case: &'static str,
}
