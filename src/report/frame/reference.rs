//! Compares frames with those of annotate-snippets, which rustc and Cargo use.

use super::Frames;
use super::drawing::Drawing;
use crate::catalogue::Catalogue;
use crate::lint::{Levels, Linter, Scratch, Severity};
use crate::report::paint::Paint;
use crate::report::{Body, Excerpt, Style};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use proptest::prelude::*;
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// The same frame, drawn by the library.
fn reference(drawing: &Drawing<'_>, width: usize, coloured: bool, out: &mut Vec<u8>) {
    let renderer = if coloured {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(width);
    let level = match drawing.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let annotations = drawing.label.split('\n').map(|label| {
        let annotation = AnnotationKind::Primary.span(drawing.span.clone());
        annotation.label(label)
    });
    let snippet = Snippet::source(drawing.text)
        .line_start(usize::try_from(drawing.line).unwrap())
        .annotations(annotations);
    let mut group = level
        .primary_title(drawing.title)
        .id(drawing.rule)
        .element(snippet);
    if let Some(help) = drawing.help {
        group = group.element(Level::HELP.message(help));
    }
    let rendered = renderer.render(&[group]);
    // The library would count the column within the window, so the position in the source is inserted here.
    let end = rendered
        .match_indices('\n')
        .nth(drawing.title.matches('\n').count());
    let (title, rest) = rendered.split_at(end.unwrap().0);
    let gutter = drawing.line.to_string().len();
    let Drawing {
        arrow,
        source,
        line,
        column,
        ..
    } = drawing;
    write!(
        out,
        "{title}\n{:gutter$}{arrow} {source}:{line}:{column}{rest}\n",
        ""
    )
    .unwrap();
}

/// Words, among them wide and joined characters, of up to that many parts.
fn text(parts: usize) -> impl Strategy<Value = String> {
    let part = prop_oneof![
        6 => "[a-z0-9{}\":,.#\\[]{1,9}",
        3 => Just(" ".to_owned()),
        1 => Just("\u{1f469}\u{200d}\u{1f4bb}".to_owned()),
        1 => Just("日本語".to_owned()),
        1 => Just("é…␛\u{fffd}".to_owned()),
    ];
    prop::collection::vec(part, 1..=parts).prop_map(|parts| parts.concat())
}

fn lines(most: usize) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(9), 1..=most)
}

/// A line that may begin with much white space, and two places in it.
fn line_and_span() -> impl Strategy<Value = (String, std::ops::Range<usize>)> {
    let indent = prop_oneof![3 => Just(0), 1 => 0_usize..60];
    let line = (indent, prop_oneof![text(6), text(60), Just(String::new())])
        .prop_map(|(indent, text)| format!("{:indent$}{text}", ""));
    line.prop_flat_map(|line| {
        let mut places: Vec<usize> = line.char_indices().map(|(at, _)| at).collect();
        places.push(line.len());
        let place = prop::sample::select(places);
        (Just(line), place.clone(), place).prop_map(|(line, one, other)| {
            let span = one.min(other)..one.max(other);
            (line, span)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn a_frame_looks_like_one_of_rustc(
        (text, span) in line_and_span(),
        (title, labels) in (lines(3), lines(4)),
        help in prop::option::of(lines(3)),
        severity in prop::sample::select(vec![Severity::Error, Severity::Warning, Severity::Note]),
        line in prop_oneof![1_u64..20, 1_u64..2_000_000],
        (width, coloured) in (40_usize..150, any::<bool>()),
    ) {
        let help = help.map(|lines| lines.join("\n"));
        let (title, label) = (title.join("\n"), labels.join("\n"));
        // A window shows no more of a span.
        let inside = text[span.clone()].chars().take(width - 16);
        let span = span.start..span.start + inside.map(char::len_utf8).sum::<usize>();
        let drawing = Drawing {
            severity,
            rule: "wrong-type",
            title: &title,
            arrow: "-->",
            source: "a.json",
            line,
            column: 2,
            text: &text,
            span,
            label: &label,
            help: help.as_deref(),
        };
        let (mut drawn, mut expected) = (Vec::new(), Vec::new());
        drawing.draw(width, coloured, &mut drawn);
        reference(&drawing, width, coloured, &mut expected);
        let [drawn, expected] = [drawn, expected].map(|text| String::from_utf8(text).unwrap());
        prop_assert_eq!(&drawn, &expected, "\n{}\n{}", drawn, expected);
    }
}

#[test]
fn the_findings_of_all_bad_bodies_look_like_those_of_rustc() {
    let catalogue = Catalogue::load(&[]).unwrap();
    let linter = Linter::new(catalogue.providers(), Levels::default());
    let mut compared = 0;
    let mut compare = |text: &[u8]| {
        linter.lint(text, &mut Scratch::default(), &mut |linted| {
            for (width, coloured) in [(40, false), (61, true), (80, true), (120, false)] {
                let style = Style {
                    paint: Paint::new(coloured),
                    width,
                    wrapped: true,
                    verbose: false,
                };
                let excerpt = Excerpt::new(text, 1, 0);
                let body = Body::of("a.json", 1, &linted, &excerpt);
                let frames = Frames::new(&style);
                for finding in &linted.findings {
                    let (mut drawn, mut expected) = (Vec::new(), Vec::new());
                    frames.render(&body, finding, &mut drawn);
                    frames.render_by(reference, &body, finding, &mut expected);
                    let [drawn, expected] = [drawn, expected].map(String::from_utf8);
                    assert_eq!(drawn.unwrap(), expected.unwrap());
                    compared += 1;
                }
            }
        });
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bodies/bad");
    for body in fs::read_dir(folder).unwrap() {
        let text = fs::read(body.unwrap().path()).unwrap();
        compare(&text);
        // The same on one long line.
        let line = String::from_utf8_lossy(&text).replace('\n', " ");
        compare(line.as_bytes());
    }
    assert!(compared > 500, "{compared}");
}
