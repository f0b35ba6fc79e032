//! `send`: posts signed samples, a scenario or the user's own body, and shows what the endpoint answers.

use super::deliver::{DeliverOptions, deliver};
use super::{Context, Outcome};
use crate::body::Seed;
use crate::error::Error;
use crate::outbound::{ComposeOptions, Setup, compose};

/// What `send` was asked to do.
#[derive(Debug)]
pub(crate) struct SendOptions {
    pub(crate) compose: ComposeOptions,
    pub(crate) deliver: DeliverOptions,
}

/// Makes the bodies and sends them.
pub(crate) fn run(context: &mut Context<'_>, options: &SendOptions) -> Result<Outcome, Error> {
    let seed = options.compose.seed.unwrap_or_else(context.world.entropy);
    context.note_stdin(options.compose.body.as_slice());
    let setup = Setup {
        catalogue: context.catalogue,
        config: &context.config,
        environment: &*context.world.environment,
    };
    let batch = compose(
        setup,
        &options.compose,
        &options.deliver.sender,
        Seed(seed),
        context.world.now,
        &mut context.world.stdin,
    )?;
    if options.compose.body.is_some() && options.compose.seed.is_some() && !options.compose.edit {
        context.note("--seed has no effect: the body of --body is sent as it is");
    }
    deliver(context, &batch, &options.deliver, "send")
}
