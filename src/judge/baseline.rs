//! The baseline: known failures that do not fail the run. A file with a case's name on each line, so that a change of it
//! can be reviewed.

use crate::bounded_read::{self, SourceKinds};
use crate::cases::Case;
use crate::error::Error;
use crate::report::{CaseVerdict, JudgedCase};
use std::collections::BTreeSet;
use std::path::Path;

/// The names in a baseline.
#[derive(Debug, Default)]
pub(super) struct Baseline(BTreeSet<Case>);

impl Baseline {
    /// Reads a file; one that does not exist is empty where it is about to be written.
    pub(super) fn read(path: &Path, may_be_missing: bool) -> Result<Self, Error> {
        let shown = path.display();
        if !path.exists() {
            return if may_be_missing {
                Ok(Self::default())
            } else {
                Err(Error::InvalidValue {
                    option: format!("--baseline {shown}"),
                    why: "no such file".to_owned(),
                    hint: "--update-baseline writes it".to_owned(),
                })
            };
        }
        let bytes = bounded_read::read(path, bounded_read::BODY, SourceKinds::Any);
        let bytes = bytes.map_err(|source| Error::Unreadable {
            path: shown.to_string(),
            source,
        })?;
        let text = String::from_utf8_lossy(&bytes);
        let lines = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim());
        let names = lines.enumerate().filter(|(_, name)| !name.is_empty());
        let cases = names.map(|(at, name)| {
            Case::find(name).map_err(|near| Error::Usage {
                what: format!("{shown}:{}: no case {name:?}", at + 1),
                hint: match near.as_slice() {
                    [] => "write one case's name on each line, such as state/duplicate".to_owned(),
                    near => format!("did you mean {}?", near.join(" or ")),
                },
            })
        });
        Ok(Self(cases.collect::<Result<_, _>>()?))
    }

    /// Marks the known failures, and gives the entries that did not fail although they were judged.
    pub(super) fn apply(&self, cases: &mut [JudgedCase]) -> Vec<String> {
        let mut stale = Vec::new();
        for judged in cases {
            if !self.0.contains(&judged.case) {
                continue;
            }
            match judged.verdict {
                CaseVerdict::Fail => judged.known = true,
                CaseVerdict::Pass | CaseVerdict::Advice => {
                    stale.push(judged.case.name().to_owned());
                }
                CaseVerdict::Inconclusive | CaseVerdict::NotRun => {}
            }
        }
        stale
    }

    /// Writes the failures of a run; entries that were not judged stay.
    pub(super) fn update(&self, path: &Path, cases: &[JudgedCase]) -> Result<(), Error> {
        let judged = |case: &Case| {
            let verdict = cases.iter().find(|judged| judged.case == *case);
            verdict.map(|judged| judged.verdict)
        };
        let failed = cases
            .iter()
            .filter(|judged| judged.verdict == CaseVerdict::Fail)
            .map(|judged| judged.case);
        let kept = self.0.iter().copied().filter(|case| {
            matches!(
                judged(case),
                None | Some(CaseVerdict::NotRun | CaseVerdict::Inconclusive)
            )
        });
        let names: BTreeSet<Case> = failed.chain(kept).collect();
        let mut text = "# Known failures of `inqud-hook test`, one case on each line.\n".to_owned();
        for case in names {
            text += &format!("{}  # {}\n", case.name(), case.title());
        }
        std::fs::write(path, text).map_err(|source| Error::Unwritable {
            path: path.display().to_string(),
            source,
        })
    }
}
