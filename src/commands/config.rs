//! `config`: every effective setting, and where it came from; or an example of the file.

use super::{Context, Outcome};
use crate::config::{EXAMPLE, ProviderDefaults, Setting};
use crate::error::Error;
use crate::http::masked;
use crate::outbound::timeout;
use crate::report::{CatalogueMessage, Format, Message};
use crate::signature::DEVELOPMENT_KEY;

/// What `config` was asked to do.
pub(crate) struct ConfigOptions {
    /// Print the example instead.
    pub(crate) example: bool,
    /// Also the levels of rules that nothing changes.
    pub(crate) all: bool,
    pub(crate) format: Format,
}

/// Prints the settings.
pub(crate) fn run(context: &mut Context<'_>, options: &ConfigOptions) -> Result<Outcome, Error> {
    if options.example {
        context.print(EXAMPLE.as_bytes())?;
        return Ok(Outcome::Good);
    }
    let providers = context.catalogue.providers().iter();
    let providers: Vec<ProviderDefaults<'_>> = providers
        .map(|provider| &provider.manifest)
        .map(|manifest| ProviderDefaults {
            name: &manifest.name,
            key: manifest.signing.value.key_header().map(|_| DEVELOPMENT_KEY),
            timeout: timeout(Some(manifest)),
        })
        .collect();
    let config = &context.config;
    let settings = config.settings(masked, &*context.world.environment, &providers);
    let all = options.all || options.format != Format::Human;
    let is_shown = |setting: &&Setting| all || setting.is_changed() || !setting.is_level();
    let shown: Vec<&Setting> = settings.iter().filter(is_shown).collect();
    let messages = shown.iter();
    let messages = messages.map(|setting| Message::Catalogue(CatalogueMessage::Setting(setting)));
    context.say(options.format, messages)?;
    if shown.len() < settings.len() {
        let hidden = settings.len() - shown.len();
        context.note(&format!(
            "{hidden} lint rules have their built-in level; --all lists them"
        ));
    }
    Ok(Outcome::Good)
}
