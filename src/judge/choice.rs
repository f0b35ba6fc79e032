//! Which cases run, and what each of them lacks.

use super::options::{CaseChoice, JudgeOptions};
use crate::cases::{Case, Need};
use crate::catalogue::Provider;
use crate::catalogue::pattern::matches;
use crate::config::ResolvedSecret;
use crate::error::Error;
use crate::outbound::Setup;
use crate::report::ListedCase;
use crate::suggest;

/// The cases that the user chose, in their order.
pub(crate) fn chosen(choice: &CaseChoice) -> Result<Vec<Case>, Error> {
    for pattern in choice.only.iter().chain(&choice.skip) {
        if !Case::ALL.iter().any(|case| is_meant(pattern, *case)) {
            return Err(unknown(pattern));
        }
    }
    let wanted = |case: &Case| {
        let only = choice.only.is_empty() || choice.only.iter().any(|word| is_meant(word, *case));
        only && !choice.skip.iter().any(|word| is_meant(word, *case))
    };
    Ok(Case::ALL.iter().copied().filter(wanted).collect())
}

/// Whether a name, a group or a glob means that case.
fn is_meant(pattern: &str, case: Case) -> bool {
    let pattern = pattern.strip_suffix('/').unwrap_or(pattern);
    pattern == case.group() || matches(pattern, case.name())
}

fn unknown(pattern: &str) -> Error {
    let groups = ["gate", "forge", "wire", "ack", "state", "crash", "load"];
    let names = Case::ALL.iter().map(|case| case.name()).chain(groups);
    let near = suggest::nearest(pattern, names);
    Error::Usage {
        what: format!("no case {pattern:?}"),
        hint: if near.is_empty() {
            "`inqud-hook test --list` lists all cases".to_owned()
        } else {
            format!("did you mean {}?", near.join(" or "))
        },
    }
}

/// The chosen cases, each with why it would not run.
pub(crate) fn listed(
    cases: &[Case],
    options: &JudgeOptions,
    provider: Option<&Provider>,
) -> Vec<ListedCase> {
    let listed = cases.iter().map(|case| ListedCase {
        case: *case,
        not_run: missing(*case, options)
            .or_else(|| provider.and_then(|provider| inapplicable(*case, provider))),
    });
    listed.collect()
}

/// What a case needs and was not given.
pub(super) fn missing(case: Case, options: &JudgeOptions) -> Option<String> {
    let has = |need: &Need| match need {
        Need::State => options.shop.state.is_some(),
        Need::Order => options.shop.order.is_some(),
        Need::Process => !options.process.command.is_empty(),
        Need::Outage => options.shop.outage.is_some(),
    };
    let lacking: Vec<&str> = case
        .needs()
        .iter()
        .filter(|need| !has(need))
        .map(|need| need.option())
        .collect();
    let (last, others) = lacking.split_last()?;
    Some(match others {
        [] => format!("needs {last}"),
        others => format!("needs {} and {last}", others.join(", ")),
    })
}

/// Why a case says nothing about deliveries of that provider.
pub(super) fn inapplicable(case: Case, provider: &Provider) -> Option<String> {
    let manifest = &provider.manifest;
    let signing = &manifest.signing.value;
    let title = &manifest.title;
    let about_digests = matches!(
        case,
        Case::EmptyKey
            | Case::OneDigit
            | Case::OtherBody
            | Case::UnkeyedHash
            | Case::OtherHash
            | Case::TamperedField
            | Case::Reformatted
            | Case::Appended
            | Case::Malformed
    );
    match case {
        _ if about_digests && signing.sends_secret() => Some(format!(
            "{title} sends its secret itself, which covers no byte of the body"
        )),
        Case::PublicKey if signing.key_header().is_none() => {
            Some(format!("{title} sends no public key"))
        }
        Case::SchemeWord if !signing.sends_secret() => {
            Some(format!("{title} sends a digest, not its secret"))
        }
        Case::SameNews if manifest.history.delivery.is_none() => {
            Some(format!("{title}'s deliveries have no id of their own"))
        }
        _ => None,
    }
}

/// The provider that the user named, or the only one that has a secret.
pub(crate) fn provider_of<'c>(
    setup: Setup<'_, 'c>,
    options: &JudgeOptions,
) -> Result<&'c Provider, Error> {
    if let Some(name) = &options.provider {
        return setup.catalogue.provider(name);
    }
    let secret = |provider: &Provider| {
        let file = options.sender.secret_file.as_deref();
        let name = &provider.manifest.name;
        ResolvedSecret::of(name, file, setup.config, setup.environment)
    };
    let has_secret =
        |provider: &&Provider| secret(provider).is_ok_and(|secret| secret.place.is_some());
    let providers = setup.catalogue.providers();
    let known: Vec<&Provider> = providers.iter().filter(has_secret).collect();
    if known.is_empty()
        && let Some(error) = providers.iter().find_map(|provider| secret(provider).err())
    {
        return Err(error);
    }
    match known.as_slice() {
        [one] => Ok(one),
        several => {
            let names: Vec<&str> = providers
                .iter()
                .map(|provider| provider.manifest.name.as_str())
                .collect();
            Err(Error::Usage {
                what: match several {
                    [] => "the provider is not given, and none has a secret".to_owned(),
                    _ => "the provider is not given, and several have a secret".to_owned(),
                },
                hint: format!("add --provider, one of {}", names.join(", ")),
            })
        }
    }
}
