//! Variables that look like settings of the tool but are not: mostly a typo.

use super::environment::{
    ALLOWED_HOSTS, CATALOGUE, CONFIG, PREFIX, SECRET_VARIABLE, TARGET, level_variable, variable,
};
use super::{Config, Level, SecretSource};
use crate::suggest;

/// What else begins like a setting: variables that the tool gives to the programs it starts, and the one in the scripts
/// that it prints.
const OTHERS: [&str; 6] = ["ORDER", "AMOUNT", "CURRENCY", "EDIT", "CHILD", "LOGIN"];

impl Config {
    /// Looks among the names of all variables for those that nothing reads. `is_header` knows the headers whose values
    /// printed scripts take from a variable of that name. To be called before the secrets are read.
    pub(crate) fn find_unknown_variables(
        &mut self,
        names: impl IntoIterator<Item = String>,
        providers: &[&str],
        is_header: fn(&str) -> bool,
    ) {
        self.unknown_variables.extend(self.unused_file());
        let file = self.env_file.iter();
        let in_file = file.flat_map(|file| {
            let place = format!(" in {}", file.path().display());
            file.names().map(move |name| (name.clone(), place.clone()))
        });
        let all = names.into_iter().map(|name| (name, String::new()));
        let mut own: Vec<(String, String)> = all
            .chain(in_file)
            .filter(|(name, _)| name.starts_with(PREFIX) && !self.uses(name))
            .collect();
        // Mostly there is none.
        if own.is_empty() {
            return;
        }
        own.sort();
        let known = known(providers);
        let unknown = own.into_iter().filter_map(|(name, place)| {
            let rest = name.strip_prefix(PREFIX)?;
            let addition = unknown(rest, &known, providers, is_header)?;
            Some(format!(
                "unknown variable {name}{place} is ignored{addition}"
            ))
        });
        self.unknown_variables.extend(unknown);
    }

    /// That the file of `--env-file` sets nothing that is read.
    fn unused_file(&self) -> Option<String> {
        let file = self.env_file.as_ref()?;
        let read = |name: &String| name.starts_with(PREFIX) || self.uses(name);
        if file.names().any(read) {
            return None;
        }
        let likely = file.names().find(|name| {
            let name = name.to_ascii_lowercase();
            ["secret", "key", "token"]
                .iter()
                .any(|word| name.contains(word))
        });
        let path = file.path().display();
        let advice = likely.map_or(String::new(), |name| {
            format!("; to use {name}, rename it, or name it in the configuration: `calypso = {{ env = \"{name}\" }}` under [secrets]")
        });
        Some(format!(
            "{path} sets no variable that is read, such as {SECRET_VARIABLE} or {}{advice}",
            variable("SECRET", "calypso")
        ))
    }

    /// Whether the file reads a secret from that variable.
    fn uses(&self, name: &str) -> bool {
        let mut sources = self.secrets.values().map(|secret| &secret.value);
        sources.any(|source| matches!(source, SecretSource::Variable(used) if used == name))
            || self.test.value.secret_env.as_deref() == Some(name)
    }
}

/// A spelling, behind the prefix, and the variable that it means.
type VariableSpelling = (String, String);

/// All spellings that are read, and then those that are not but can be understood.
struct Spellings {
    read: Vec<VariableSpelling>,
    misread: Vec<VariableSpelling>,
}

fn known(providers: &[&str]) -> Spellings {
    let same = |name: &str| (name.replacen(PREFIX, "", 1), name.to_owned());
    let levels = Level::ALL.map(|(_, word)| level_variable(word));
    let plain = [ALLOWED_HOSTS, CONFIG, SECRET_VARIABLE];
    let mut read: Vec<VariableSpelling> = plain.into_iter().map(same).collect();
    read.extend(levels.iter().map(|name| same(name)));
    for [name, other] in [TARGET, CATALOGUE] {
        read.extend([same(name), (same(other).0, name.to_owned())]);
    }
    let mut misread = Vec::new();
    for provider in providers {
        for what in ["SECRET", "KEY"] {
            let name = variable(what, provider);
            let own = name.replacen(&format!("{PREFIX}{what}_"), "", 1);
            misread.push((format!("{own}_{what}"), name.clone()));
            read.push(same(&name));
        }
    }
    Spellings { read, misread }
}

/// What to add about an unknown variable; `None` if it is known.
fn unknown(
    rest: &str,
    known: &Spellings,
    providers: &[&str],
    is_header: fn(&str) -> bool,
) -> Option<String> {
    if OTHERS.contains(&rest) || known.read.iter().any(|(spelling, _)| spelling == rest) {
        return None;
    }
    let all = || known.read.iter().chain(&known.misread);
    let near = suggest::best(rest, all().map(|(spelling, _)| spelling.as_str()));
    if let Some((_, meant)) = all().find(|(spelling, _)| Some(spelling.as_str()) == near) {
        return Some(format!("; did you mean {meant}?"));
    }
    if is_header(&rest.replace('_', "-")) {
        return None;
    }
    let of_provider = ["SECRET_", "KEY_"]
        .iter()
        .any(|what| rest.starts_with(what));
    Some(match of_provider {
        true => format!("; known providers: {}", providers.join(", ")),
        false => String::new(),
    })
}
