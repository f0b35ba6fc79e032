//! The output of `config` for people: a line for each setting, wrapped behind its name.

use super::super::wrap::lines;
use super::Human;
use crate::config::{Origin, Setting};
use crate::sanitize::visible;
use std::io::Write as _;
use unicode_width::UnicodeWidthStr as _;

/// The columns of the name.
const NAME: usize = 22;

impl Human {
    pub(super) fn setting(&self, setting: &Setting, out: &mut Vec<u8>) {
        let (paint, width) = (self.style.paint, self.style.width);
        let name = paint.name(&format!("{:<NAME$}", visible(&setting.name)));
        let mut value = setting.value.clone().unwrap_or_else(|| "-".to_owned());
        if let Some(state) = setting.state {
            value = format!("{value}, {}", state.word());
        }
        let mut values = lines(&value, NAME + 1, width);
        let origin = format!("({})", origin(setting));
        let mut origins = lines(&origin, NAME + 1, width);
        let fits = |value: &str| NAME + 2 + value.width() + origin.width() <= width;
        let beside = values.len() == 1 && values.iter().all(|value| fits(value));
        let bad = setting.state.filter(|state| !state.is_good());
        if let (Some(state), Some(last)) = (bad, values.last_mut())
            && let Some(before) = last.strip_suffix(state.word())
        {
            *last = format!("{before}{}", paint.warning(state.word()));
        }
        for line in &mut origins {
            *line = paint.quiet(line);
        }
        if beside && let Some(value) = values.pop() {
            values.push(format!("{value} {}", origins.join(" ")));
        } else {
            values.append(&mut origins);
        }
        let _ = writeln!(out, "{name} {}", values.join(&format!("\n{:NAME$} ", "")));
    }
}

/// Where a setting comes from, and what else to know. The first line has the whole path of the file.
fn origin(setting: &Setting) -> String {
    let origin = match &setting.origin {
        Origin::File(path) => path.file_name().unwrap_or_default().display().to_string(),
        other => other.to_string(),
    };
    match &setting.note {
        Some(note) => format!("{origin}; {note}"),
        None => origin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SecretState;
    use crate::report::{Paint, Style};

    #[test]
    fn a_setting_wraps_behind_its_name() {
        let setting = Setting {
            name: "secrets.calypso".to_owned(),
            value: Some("from $CALYPSO_SECRET".to_owned()),
            state: Some(SecretState::NotSet),
            origin: Origin::File("/somewhere/else/inqud-hook.toml".into()),
            note: Some("sent to other machines only with --allow-remote".to_owned()),
        };
        let shown = |width, on| {
            let style = Style {
                paint: Paint::new(on),
                width,
                wrapped: true,
                verbose: false,
            };
            let mut out = Vec::new();
            Human::new(style).setting(&setting, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(
            shown(60, false),
            "secrets.calypso        from $CALYPSO_SECRET, not set\n\
             \u{20}                      (inqud-hook.toml; sent to other\n\
             \u{20}                      machines only with --allow-remote)\n"
        );
        assert_eq!(shown(120, false).lines().count(), 1);
        let coloured = shown(60, true);
        assert!(
            coloured.contains("SECRET, \u{1b}[1;33mnot set\u{1b}[0m\n"),
            "{coloured}"
        );
    }
}
