//! What recorded bodies say about their orders, and what the providers know these by.

use crate::body::{OrderReader, OrderView};
use crate::catalogue::Catalogue;
use crate::catalogue::manifest::FactText;
use crate::json::lookup;

/// Reads the orders of many bodies.
#[derive(Default)]
pub(crate) struct OrderReaders {
    /// By the names of the providers, each made for its first body.
    made: Vec<(&'static str, OrderReader<'static>)>,
}

impl OrderReaders {
    /// The order that a provider's body is about.
    pub(crate) fn read(
        &mut self,
        catalogue: &'static Catalogue,
        provider: Option<&str>,
        text: &[u8],
    ) -> OrderView {
        let provider = provider.and_then(|name| catalogue.provider(name).ok());
        let Some((provider, text)) = provider.zip(std::str::from_utf8(text).ok()) else {
            return OrderView::default();
        };
        let name = provider.manifest.name.as_str();
        let known = self.made.iter().position(|(known, _)| *known == name);
        let at = known.unwrap_or_else(|| {
            let reader = OrderReader::new(&provider.manifest);
            self.made.push((name, reader));
            self.made.len() - 1
        });
        self.made[at].1.read(text)
    }
}

/// What the provider knows the object by, in either form of its bodies.
pub(crate) fn objects(
    catalogue: &'static Catalogue,
    provider: Option<&str>,
    text: &[u8],
) -> Vec<(&'static str, String)> {
    let known = provider.and_then(|name| catalogue.provider(name).ok());
    let start = text.iter().position(|byte| *byte == b'{');
    let Some((known, start)) = known.zip(start) else {
        return Vec::new();
    };
    let manifest = &known.manifest;
    let bare = manifest.envelope.as_ref();
    let bare = bare.map_or("", |envelope| &envelope.value.bare);
    let value = |pointer: &FactText| {
        let short = pointer.strip_prefix(bare).unwrap_or(pointer);
        let range = lookup(text, start, pointer).or_else(|| lookup(text, start, short))?;
        let value = std::str::from_utf8(text.get(range)?).ok()?;
        let empty = matches!(value, "null" | "\"\"" | "[]" | "{}");
        (!empty).then(|| (manifest.name.as_str(), value.to_owned()))
    };
    manifest.history.object.iter().filter_map(value).collect()
}
