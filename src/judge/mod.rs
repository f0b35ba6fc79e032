//! `test`: sends right and wrong deliveries to an endpoint, looks at its answers and at what they do to the shop, and
//! judges.
//!
//! A run goes through the `gate` (a genuine delivery must be accepted, and the calibration shows what a payment does),
//! then through the cases, group by group (`run`). A case works on a `trial`: it makes `order`s, sends the provider's
//! `deliveries`, asks the shop for `state`s through its `access`, and compares their `effect`s; its `judgement` names a
//! cause, of which several cases may share one (`causes`). Everything here blocks; cases that cannot disturb each other
//! run on threads of their own.

mod access;
mod baseline;
mod blocked;
mod bookkeeping;
mod cases;
mod causes;
mod child_output;
mod choice;
mod conclusion;
mod deliveries;
mod doubt;
mod effect;
mod gate;
mod judgement;
mod leaves;
mod options;
mod order;
mod process;
mod process_group;
mod reply;
mod run;
mod save;
mod session;
mod settings;
mod shell;
mod state;
mod survival;
mod trial;
mod why;

pub(crate) use causes::Cause;
pub(crate) use choice::{chosen, listed, provider_of};
pub(crate) use options::{
    CaseChoice, JudgeOptions, OutageCommands, ProcessChoice, ShopOptions, Strictness,
};
pub(crate) use process::{EndpointProcess, ProcessOptions};
pub(crate) use run::{RunProgress, has_failed, judge};
pub(crate) use session::Session;
