//! `verify`: checks the signatures of captured deliveries, and says why one is not valid.

use super::{Context, Outcome};
use crate::capture::reader::{CaptureSink, FoundCapture};
use crate::catalogue::Catalogue;
use crate::error::{Error, STDIN};
use crate::report::{self, Format, Message, VerifyMessage, VerifyTotals};
use crate::scheme_choice::{SchemeChoice, UnusableKey, VerifyingKey, secret_notes};
use crate::verifying::{GivenHeaders, Language, Verifier, VerifierSettings, WITHOUT_NEWLINE};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

/// What `verify` was asked to do.
#[derive(Debug)]
pub(crate) struct VerifyOptions {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) headers: Vec<String>,
    /// The value of the header that carries the signature.
    pub(crate) signature: Option<String>,
    pub(crate) provider: Option<String>,
    pub(crate) scheme: SchemeChoice,
    pub(crate) secret_file: Option<PathBuf>,
    pub(crate) show_signature: bool,
    pub(crate) example: Option<Language>,
    pub(crate) format: Format,
}

/// Reads the deliveries and checks each.
pub(crate) fn run(context: &mut Context<'_>, options: VerifyOptions) -> Result<Outcome, Error> {
    let (paths, format) = (options.paths.clone(), options.format);
    if let (Some(language), []) = (options.example, &*paths) {
        let code = example(context.catalogue, &options, language)?;
        context.print(code.as_bytes())?;
        return Ok(Outcome::Good);
    }
    let verifier = verifier(context, options)?;
    context.note_stdin(&paths);
    let mut stdin = std::mem::replace(&mut context.world.stdin, Box::new(std::io::empty()));
    let mut verifying = Verifying {
        noted: vec![false; verifier.keys().len()],
        totals: VerifyTotals::default(),
        verifier,
        format,
        context,
    };
    crate::capture::reader::read(&paths, &mut *stdin, &mut verifying)?;
    let totals = verifying.totals;
    if totals.deliveries == 0 && totals.unreadable == 0 {
        return Err(Error::Usage {
            what: "there are no deliveries to verify".to_owned(),
            hint: "give a body, an HTTP request, a journal, or an HTTP archive (HAR)".to_owned(),
        });
    }
    if totals.deliveries > 1 {
        context.say(format, [Message::Verify(VerifyMessage::Totals(&totals))])?;
    }
    Ok(match totals {
        totals if totals.unreadable + totals.unchecked > totals.recorded() => Outcome::Failed,
        totals if totals.valid + totals.recorded_valid < totals.deliveries => Outcome::Found,
        _ => Outcome::Good,
    })
}

/// The right check alone, for the provider that is named.
fn example(
    catalogue: &Catalogue,
    options: &VerifyOptions,
    language: Language,
) -> Result<String, Error> {
    let Some(name) = &options.provider else {
        let names = catalogue.providers().iter();
        let names: Vec<&str> = names.map(|known| &*known.manifest.name).collect();
        return Err(Error::Usage {
            what: "--example without a file needs --provider".to_owned(),
            hint: format!("known providers: {}", names.join(", ")),
        });
    };
    Ok(language.whole(&catalogue.provider(name)?.manifest))
}

/// A verifier with the keys that the options choose.
pub(super) fn verifier(context: &Context<'_>, options: VerifyOptions) -> Result<Verifier, Error> {
    let provider = options.provider.as_deref();
    let provider = provider.map(|name| context.catalogue.provider(name));
    let provider = provider.transpose()?.map(|known| &*known.manifest.name);
    let scheme = match (options.scheme, provider) {
        (SchemeChoice::Unsigned, _) => {
            return Err(Error::Usage {
                what: "--scheme none leaves nothing to verify".to_owned(),
                hint: "give a provider's name, or leave --scheme out".to_owned(),
            });
        }
        (SchemeChoice::Own, Some(provider)) => SchemeChoice::Of(provider.to_owned()),
        (scheme, _) => scheme,
    };
    let keys = |choice: &SchemeChoice| {
        VerifyingKey::chosen(
            choice,
            options.secret_file.as_deref(),
            context.catalogue,
            &context.config,
            &*context.world.environment,
        )
    };
    // A secret that cannot be used stops only the deliveries of its provider.
    let (mut others, mut unusable) = (Vec::new(), Vec::new());
    for known in context.catalogue.providers() {
        let manifest = &known.manifest;
        match keys(&SchemeChoice::Of(manifest.name.to_string())) {
            Ok(known) => others.extend(known),
            Err(error) => unusable.push(UnusableKey { manifest, error }),
        }
    }
    let keys = match scheme {
        SchemeChoice::Own if others.is_empty() => keys(&scheme)?,
        SchemeChoice::Own => others.clone(),
        _ => keys(&scheme)?,
    };
    let now = (context.world.now)().duration_since(UNIX_EPOCH);
    Ok(Verifier::new(VerifierSettings {
        catalogue: context.catalogue,
        keys,
        others,
        unusable,
        one_key: !matches!(scheme, SchemeChoice::Own),
        provider,
        given: GivenHeaders::parse(&options.headers, options.signature.as_deref())?,
        show_signature: options.show_signature,
        language: options.example,
        now: now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or_default()),
    }))
}

/// Checks each delivery as it is read.
struct Verifying<'r, 'w> {
    context: &'r mut Context<'w>,
    verifier: Verifier,
    format: Format,
    totals: VerifyTotals,
    /// By key: whether what the user should know about its secret was said.
    noted: Vec<bool>,
}

impl CaptureSink for Verifying<'_, '_> {
    fn take(&mut self, found: FoundCapture<'_>) -> Result<(), Error> {
        let (delivery, key) = if self.context.world.stdin_terminal && found.source == STDIN {
            let (delivery, key, shortened) = self.verifier.verify_typed(found);
            if shortened {
                self.context.note(WITHOUT_NEWLINE);
            }
            (delivery, key)
        } else {
            self.verifier.verify(&found)
        };
        if let Some(key) = key
            && !std::mem::replace(&mut self.noted[key], true)
        {
            let notes = secret_notes(&self.verifier.keys()[key..=key]);
            notes.iter().for_each(|note| self.context.note(note));
        }
        self.totals.add(&delivery);
        if delivery.recorded.is_some() && self.totals.recorded() > 1 && self.format == Format::Human
        {
            // The summary counts them; a day of them would say the same in three lines each.
            return Ok(());
        }
        let message = Message::Verify(VerifyMessage::Verified(&delivery));
        self.context.say(self.format, [message])
    }

    fn skipped(&mut self, words: String) {
        // They may quote the input.
        let words = self.verifier.redactor().text(&words);
        self.context.note(&words);
    }

    fn catalogue(&self) -> Option<&'static Catalogue> {
        Some(self.context.catalogue)
    }

    /// Says what cannot be read, and goes on with the next input.
    fn failed(&mut self, error: Error) -> Result<(), Error> {
        if matches!(error, Error::Closed | Error::Unwritable { .. }) {
            return Err(error);
        }
        self.totals.unreadable += 1;
        let text = report::error(
            &error,
            self.context.stderr_paint,
            self.context.stderr_width(),
        );
        // If stderr is closed, the exit code still tells.
        let _ = self.context.world.stderr.writer.write_all(text.as_bytes());
        Ok(())
    }
}
