//! Which deliveries of a journal are meant by the values of `--id`.

use crate::error::Error;

/// What `--id` was given.
#[derive(Clone, Debug)]
pub(crate) enum WantedId {
    /// The number of a delivery, as `log` counts; or the provider's id.
    Number(usize, String),
    /// The beginning of a capture's id, or the provider's id.
    Text(String),
}

impl WantedId {
    /// A shorter beginning of an id is taken for a mistake.
    pub(super) const SHORTEST: usize = 4;

    /// Reads the value of `--id`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(number) = text.parse()
        {
            return Ok(Self::Number(number, text.to_owned()));
        }
        if text.chars().count() < Self::SHORTEST {
            return Err(
                "write the number that `log` shows, or at least 4 characters of the id".to_owned(),
            );
        }
        Ok(Self::Text(text.to_owned()))
    }
}

/// Whether that text begins the id of a capture; an error where it began another id before.
pub(super) fn begins(
    text: &str,
    id: Option<&str>,
    begun: &mut Option<String>,
) -> Result<bool, Error> {
    let Some(id) = id.filter(|id| id.starts_with(text)) else {
        return Ok(false);
    };
    match begun {
        Some(other) if other != id => Err(Error::Usage {
            what: format!("--id {text} is ambiguous: {other}, {id}"),
            hint: "write more of the id, or the number that `log` shows".to_owned(),
        }),
        _ => {
            *begun = Some(id.to_owned());
            Ok(true)
        }
    }
}
