//! Which program prints JSON in a style, as its language writes the call, and the prints of the common ones.

use super::{NUMBERS, PrintStyle, Reprinter};

impl Reprinter<'_> {
    /// The prints of the common programs with their own settings.
    pub(in super::super) fn common(&self) -> Vec<String> {
        let plain = |style: &PrintStyle| style.tree == 0 && style.white_space.indent.is_none();
        let styles = self.styles().into_iter().filter(plain);
        let known = styles.filter(|style| style.program(false).is_some());
        // Each is tried together with other mistakes.
        const MOST: usize = 8;
        let mut prints: Vec<String> = Vec::new();
        for print in known.filter_map(|style| self.print(&style)) {
            if prints.len() < MOST && !prints.contains(&print) {
                prints.push(print);
            }
        }
        prints
    }
}

impl PrintStyle {
    /// The call that prints JSON in this style, where no other language does.
    pub(super) fn program(&self, sorted: bool) -> Option<String> {
        let escaped = |char| self.escapes.escapes.is_some_and(|escapes| escapes(char));
        let space = self.white_space;
        if self.escapes.net {
            return Some(".NET's JsonSerializer".to_owned());
        }
        if escaped('/') || self.empty_object == "[]" {
            let pretty = if space.indent.is_some() {
                ", JSON_PRETTY_PRINT"
            } else {
                ""
            };
            return Some(format!("json_encode($body{pretty})"));
        }
        if escaped('<') {
            return Some("Go's json.Marshal".to_owned());
        }
        let python = self.numbers.description == NUMBERS[2].description && escaped('\u{e9}');
        if space.comma == ", " || python {
            let mut call = "json.dumps(body".to_owned();
            match space.indent {
                Some(indent) => call += &format!(", indent={}", indent.len()),
                None if space.comma == "," => call += ", separators=(\",\", \":\")",
                None => {}
            }
            if sorted {
                call += ", sort_keys=True";
            }
            return Some(call + ")");
        }
        let javascript = self.numbers.description == NUMBERS[1].description;
        if javascript && !escaped('\u{e9}') && !sorted {
            return Some(match space.indent {
                None => "JSON.stringify(body)".to_owned(),
                Some("\t") => "JSON.stringify(body, null, \"\\t\")".to_owned(),
                Some(indent) => format!("JSON.stringify(body, null, {})", indent.len()),
            });
        }
        None
    }
}
