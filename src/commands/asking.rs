//! `--why`: whether an endpoint may be asked why it refuses, and with which schemes.

use super::Context;
use crate::catalogue::manifest::Manifest;
use crate::config::ResolvedSecret;
use crate::error::Error;
use crate::outbound::{Batch, RoutedTarget, Sender};
use crate::scheme_choice::VerifyingKey;

/// Refuses to ask where there is nothing to ask. What is asked looks forged, and may be processed, so endpoints on other
/// machines are not asked.
pub(super) fn check(batch: &Batch<'_>, routes: &[RoutedTarget]) -> Result<(), Error> {
    let conflict = |what: String, hint: &str| Error::ConflictingOptions {
        what,
        hint: hint.to_owned(),
    };
    if routes.is_empty() {
        let what = "--why asks your endpoint, and there is none".to_owned();
        return Err(conflict(what, "give your endpoint with --to"));
    }
    let signs = |sender: &Sender<'_>| sender.secret().is_some() && !sender.is_overridden();
    if !batch.senders.iter().any(signs) {
        let what = "--why compares a right signature with wrong ones, and this run makes none";
        let hint =
            "leave out --scheme none, --as-captured or the --header that replaces the signature";
        return Err(conflict(what.to_owned(), hint));
    }
    let remote = routes
        .iter()
        .find(|routed| routed.route.is_ok() && !routed.is_loopback());
    if let Some(remote) = remote {
        let what = format!(
            "--why asks only endpoints on this machine, and {} is not",
            remote.target
        );
        return Err(conflict(what, "leave out --why, or run the endpoint here"));
    }
    Ok(())
}

/// What the user should know before an endpoint is asked.
pub(super) const NOTE: &str = "--why sends a rejected delivery again, signed in the wrong ways that handlers are known to \
     expect, until one is accepted; your endpoint may process that one";

/// The schemes that an endpoint may have been written for, each with the configured secret.
pub(super) fn keys(context: &Context<'_>) -> Vec<VerifyingKey> {
    let (config, environment) = (&context.config, &*context.world.environment);
    let providers = context.catalogue.providers().iter();
    let key = |manifest: &'static Manifest| {
        let secret = ResolvedSecret::of(&manifest.name, None, config, environment).ok()?;
        VerifyingKey::new(manifest, secret).ok()
    };
    providers
        .filter_map(|provider| key(&provider.manifest))
        .collect()
}
