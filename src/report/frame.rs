//! Code frames like those of rustc: the line, the span, the label under it, and the help.
//!
//! The frame library expects whole lines, but a body on one line may be a megabyte long. It gets a window around the span,
//! cut between characters and without terminal control characters.

use super::paint::Paint;
use super::place::Excerpt;
use super::{Body, Style};
use crate::lint::{Finding, Severity};
use crate::sanitize::{rejoined, visible, visible_lines};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::io::Write as _;
use std::ops::Range;

/// The window around a span, ready to be shown.
struct Window {
    text: String,
    span: Range<usize>,
}

/// Renders the frames of findings.
#[derive(Debug)]
pub(super) struct Frames {
    renderer: Renderer,
    paint: Paint,
    columns: usize,
}

impl Frames {
    pub(super) fn new(style: &Style) -> Self {
        let renderer = if style.paint.is_on() {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let width = style.width.max(40);
        // The gutter takes six columns; the rest is for the line.
        let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(width);
        Self {
            renderer,
            paint: style.paint,
            columns: width - 8,
        }
    }

    /// Renders one finding, followed by a blank line.
    pub(super) fn render(&self, body: &Body<'_>, finding: &Finding, out: &mut Vec<u8>) {
        let place = body.excerpt.place(&finding.span);
        let window = self.window(body.excerpt, &finding.span);
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let message = visible(&finding.message);
        let label = visible(&finding.label);
        let annotation = AnnotationKind::Primary.span(window.span).label(&*label);
        let snippet = Snippet::source(window.text)
            .line_start(as_usize(place.line))
            .annotation(annotation);
        let mut group = level
            .primary_title(&*message)
            .id(finding.rule.name())
            .element(snippet);
        if let Some(help) = &finding.help {
            let help = visible_lines(help).into_owned();
            group = group.element(Level::HELP.message(help));
        }
        let rendered = self.renderer.render(&[group]);
        let rendered = rejoined(&rendered);
        // The library would count the column within the window, so the position in the source is inserted here.
        let (title, rest) = rendered.split_once('\n').unwrap_or((&rendered, ""));
        let gutter = place.line.to_string().len();
        let arrow = self.paint.quiet("-->");
        let source = visible(body.source);
        let _ = writeln!(
            out,
            "{title}\n{:gutter$}{arrow} {source}:{}:{}",
            "", place.line, place.column
        );
        let _ = writeln!(out, "{rest}\n");
    }

    /// The part of the span's first line that fits the terminal.
    fn window(&self, excerpt: &Excerpt<'_>, span: &Range<usize>) -> Window {
        let range = excerpt.range(span);
        // A character has at most four bytes, so anything further away does not fit on the screen.
        let line = excerpt.around(range.start, self.columns * 4);
        let end = range.end.clamp(range.start, line.end.max(range.start));
        let (before, after) = (
            &excerpt.text[line.start.min(range.start)..range.start],
            &excerpt.text[end.min(line.end)..line.end],
        );
        let inside = first_characters(
            &excerpt.text[range.start..end],
            self.columns.saturating_sub(8),
        );
        let wide = |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().count();
        // If the line does not fit, half of the free space goes before the span.
        let room = self.columns.saturating_sub(inside.text.chars().count());
        let most = room.saturating_sub(wide(after)).max(room / 2);
        let before = last_characters(before, most);
        let after = first_characters(
            after,
            room.saturating_sub(before.text.chars().count()).max(4),
        );
        let mut text = String::new();
        if before.cut {
            text.push('…');
        }
        text.push_str(&before.text);
        let start = text.len();
        text.push_str(&inside.text);
        let end = text.len();
        if inside.cut || after.cut {
            text.push_str(if inside.cut { "" } else { &after.text });
            text.push('…');
        } else {
            text.push_str(&after.text);
        }
        Window {
            text,
            span: start..end,
        }
    }
}

struct FramePart {
    text: String,
    cut: bool,
}

fn first_characters(bytes: &[u8], most: usize) -> FramePart {
    // A character has at most four bytes, so the rest of a long line need not be read.
    let near = &bytes[..bytes.len().min(most * 4)];
    let text = String::from_utf8_lossy(near);
    let cut = near.len() < bytes.len() || text.chars().nth(most).is_some();
    let kept: String = text.chars().take(most).collect();
    FramePart {
        text: harmless(&kept),
        cut,
    }
}

fn last_characters(bytes: &[u8], most: usize) -> FramePart {
    let near = &bytes[bytes.len() - bytes.len().min(most * 4)..];
    let begun = near
        .iter()
        .position(|byte| byte & 0xc0 != 0x80)
        .unwrap_or(0);
    let text = String::from_utf8_lossy(&near[begun..]);
    let length = text.chars().count();
    let cut = near.len() < bytes.len() || length > most;
    let kept: String = text.chars().skip(length.saturating_sub(most)).collect();
    FramePart {
        text: harmless(&kept),
        cut,
    }
}

fn harmless(text: &str) -> String {
    visible(&text.replace('\t', "    ")).into_owned()
}

fn as_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
