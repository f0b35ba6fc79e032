//! The same finding again and again: people are shown the first few, and told how often it came.
//!
//! Each piece of work leaves out what it has shown often enough itself; when the pieces are written in order, what the
//! earlier ones have shown is left out too.

use crate::lint::{Finding, Rule};
use crate::report::RepeatedFinding;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// How many findings of one sort are shown.
const MOST_SHOWN: u64 = 3;
/// More sorts than this are told apart by their rule alone, so that memory stays small.
const MOST_SORTS: usize = 1_000;

/// A rendered finding: its sort, and where it ends in what was rendered.
pub(super) struct RenderedFinding {
    pub(super) sort: usize,
    pub(super) end: usize,
}

/// How often each sort of finding came.
#[derive(Default)]
pub(super) struct Repeats {
    /// With the keys by which they are told apart, in the order of their first findings.
    sorts: Vec<(u64, RepeatedFinding)>,
    places: HashMap<u64, usize>,
}

impl Repeats {
    /// Counts a finding. Returns its sort, and whether it is one of the first.
    pub(super) fn count(&mut self, finding: &Finding, source: &str) -> (usize, bool) {
        let pointer = shape(&finding.pointer);
        // Without a field of its own, a finding is told apart by its words; those of an unrecognised body only list it.
        let words = match finding.rule {
            Rule::Unrecognised => "",
            _ if finding.missing_field().is_some() => &finding.message,
            _ if finding.pointer.is_empty() => &finding.label,
            _ => "",
        };
        let mut hasher = DefaultHasher::new();
        (finding.rule, &pointer, words).hash(&mut hasher);
        let sort = self.sort(hasher.finish(), || {
            RepeatedFinding::new(finding.rule, finding.severity, &pointer)
        });
        let found = &mut self.sorts[sort].1;
        found.add(source);
        (sort, admit(found))
    }

    /// Whether a finding of a sort of another count is also one of the first here.
    pub(super) fn admits(&mut self, other: &Self, sort: usize) -> bool {
        let (key, found) = &other.sorts[sort];
        let sort = self.sort(*key, || found.uncounted());
        admit(&mut self.sorts[sort].1)
    }

    /// Adds the counts of the findings that come next.
    pub(super) fn merge(&mut self, other: Self) {
        for (key, found) in other.sorts {
            let sort = self.sort(key, || found.uncounted());
            self.sorts[sort].1.merge(found);
        }
    }

    /// The sorts of which some findings were not shown.
    pub(super) fn folded(self) -> Vec<RepeatedFinding> {
        let sorts = self.sorts.into_iter().map(|(_, found)| found);
        sorts.filter(|found| found.shown < found.count).collect()
    }

    /// The place of a sort, which is made if it is new.
    fn sort(&mut self, key: u64, new: impl FnOnce() -> RepeatedFinding) -> usize {
        if let Some(place) = self.places.get(&key) {
            return *place;
        }
        let mut found = new();
        let mut key = key;
        if self.sorts.len() >= MOST_SORTS {
            found.pointer.clear();
            let mut hasher = DefaultHasher::new();
            found.rule.hash(&mut hasher);
            key = hasher.finish();
        }
        *self.places.entry(key).or_insert_with(|| {
            self.sorts.push((key, found));
            self.sorts.len() - 1
        })
    }
}

fn admit(found: &mut RepeatedFinding) -> bool {
    // It fills half a screen, and is the same for whatever is not a webhook.
    let most = if found.rule == Rule::Unrecognised {
        1
    } else {
        MOST_SHOWN
    };
    let admitted = found.shown < most;
    found.shown += u64::from(admitted);
    admitted
}

/// A pointer with stars for the places in lists.
fn shape(pointer: &str) -> String {
    let steps = pointer.split('/').map(|step| {
        let is_place = !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
        if is_place { "*" } else { step }
    });
    steps.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Complaint;

    fn finding(rule: Rule, pointer: &str) -> Finding {
        Complaint::new(rule, "said", "here").at(pointer.to_owned(), 0..1)
    }

    #[test]
    fn the_first_of_all_pieces_are_shown_and_all_are_counted() {
        let mut all = Repeats::default();
        let mut shown = Vec::new();
        for piece in [["a", "a"], ["a", "b"], ["c", "d"]] {
            let mut repeats = Repeats::default();
            let sorts =
                piece.map(|source| repeats.count(&finding(Rule::WrongType, "/data/3/x"), source));
            for (sort, first) in sorts {
                assert!(first);
                shown.push(all.admits(&repeats, sort));
            }
            all.merge(repeats);
        }
        assert_eq!(shown, [true, true, true, false, false, false]);
        let folded = all.folded();
        let [found] = folded.as_slice() else {
            panic!("{folded:?}")
        };
        assert_eq!(
            (&*found.pointer, found.count, found.shown, found.files),
            ("/data/*/x", 6, 3, 4)
        );
        assert_eq!(found.sources, ["a", "b", "c"]);
    }

    #[test]
    fn many_sorts_take_no_more_memory_than_a_thousand() {
        let mut repeats = Repeats::default();
        for name in 0..5_000 {
            repeats.count(&finding(Rule::UnknownField, &format!("/a{name}")), "a");
        }
        assert_eq!(repeats.sorts.len(), MOST_SORTS + 1);
        let folded = repeats.folded();
        assert_eq!((&*folded[0].pointer, folded[0].count), ("", 4_000));
    }
}
