//! The built-in receiver, which takes the deliveries of `send` and `replay` where no target is given.

use super::Context;
use crate::catalogue::manifest::Manifest;
use crate::config::ResolvedSecret;
use crate::error::Error;
use crate::http::Target;
use crate::inbound::receiver::Receiver;
use crate::outbound::{Batch, RoutedTarget};
use crate::scheme_choice::VerifyingKey;

/// Starts the receiver where there is no target, and makes it the target.
pub(super) fn receiver(
    context: &Context<'_>,
    batch: &Batch<'_>,
    routes: &mut Vec<RoutedTarget>,
) -> Result<Option<Receiver>, Error> {
    if !routes.is_empty() {
        return Ok(None);
    }
    let receiver = start(context, batch)?;
    routes.push(RoutedTarget::new(Target::at(receiver.address)));
    Ok(Some(receiver))
}

/// The receiver verifies with the secrets in use, and with the configured ones of all other providers. Like `listen`, it
/// expects the scheme of the provider whose body it receives, whatever `--scheme` says.
fn start(context: &Context<'_>, batch: &Batch<'_>) -> Result<Receiver, Error> {
    let senders = batch.senders.iter();
    let signed: Vec<_> = senders
        .filter_map(|sender| sender.signature.signed())
        .collect();
    let (config, environment) = (&context.config, &*context.world.environment);
    let key = |manifest: &'static Manifest| {
        let known = signed
            .iter()
            .find(|signed| signed.provider == manifest.name);
        // A provider without a usable secret sends nothing here.
        let secret = match known {
            Some(signed) => signed.secret.clone(),
            None => ResolvedSecret::of(&manifest.name, None, config, environment).ok()?,
        };
        VerifyingKey::new(manifest, secret).ok()
    };
    let providers = context.catalogue.providers().iter();
    let keys = providers
        .filter_map(|provider| key(&provider.manifest))
        .collect();
    let levels = config.levels.clone();
    Receiver::start(context.catalogue, levels, keys, context.world.now)
}
