//! What rules count as: `deny`, `warn` and `allow`, from flags, the environment and the file.

use super::{Config, Origin};
use crate::error::Error;
use crate::rules::{Rule, Severity};
use std::collections::BTreeMap;

/// What a user may do to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Its findings are errors.
    Deny,
    /// Its findings are warnings.
    Warn,
    /// Its findings are not shown.
    Allow,
}

impl Level {
    /// All of them, with the words that flags, variables and keys use.
    pub const ALL: [(Level, &'static str); 3] = [
        (Level::Deny, "deny"),
        (Level::Warn, "warn"),
        (Level::Allow, "allow"),
    ];

    /// The word that flags, variables and keys use.
    pub(super) fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(level, _)| *level == self)
            .map_or("", |(_, word)| word)
    }

    fn severity(self) -> Option<Severity> {
        match self {
            Self::Deny => Some(Severity::Error),
            Self::Warn => Some(Severity::Warning),
            Self::Allow => None,
        }
    }
}

/// Rules as a user named them, for one level.
pub type NamedRules<'n> = (Level, &'n [String]);

impl Config {
    /// Sets the levels of rules, on top of those that were set before: first of all warnings together, then of single
    /// rules.
    pub fn set_levels(
        &mut self,
        named: &[NamedRules<'_>],
        origin: &dyn Fn(&str) -> Origin,
    ) -> Result<(), Error> {
        let mut seen: BTreeMap<&'static str, Level> = BTreeMap::new();
        for (level, names) in named {
            if names.iter().any(|name| is_all_warnings(name)) {
                let origin = origin(level.word());
                if seen.insert("warnings", *level).is_some() {
                    return Err(twice("warnings", &origin));
                }
                for rule in Rule::ALL {
                    if self.levels.is_warning(*rule) {
                        self.levels.set_as_warning(*rule, level.severity());
                        self.changed.insert(rule.name(), origin.clone());
                    }
                }
            }
        }
        for (level, names) in named {
            let origin = origin(level.word());
            for name in names
                .iter()
                .filter(|name| !name.is_empty() && !is_all_warnings(name))
            {
                let rule = Rule::named(name, Some(origin.to_string()))?;
                let other = seen.insert(rule.name(), *level);
                if other.is_some_and(|other| other != *level) {
                    return Err(twice(rule.name(), &origin));
                }
                self.levels.set(rule, level.severity());
                self.changed.insert(rule.name(), origin.clone());
            }
        }
        Ok(())
    }
}

/// Whether a name stands for all warnings together.
fn is_all_warnings(name: &str) -> bool {
    name.eq_ignore_ascii_case("warnings")
}

fn twice(name: &str, origin: &Origin) -> Error {
    Error::ConflictingOptions {
        what: format!("rule \"{name}\" has two levels ({origin})"),
        hint: "keep one of them".to_owned(),
    }
}
