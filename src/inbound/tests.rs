//! What is read from bodies of a known layout is what reading them again would tell.

use super::history::{Earlier, History, Marks};
use crate::body::OrderReader;
use crate::catalogue::Catalogue;
use crate::json::lookup;
use crate::lint::{Levels, Linter, Scratch};
use std::time::UNIX_EPOCH;

/// All samples in both forms, several times: once as they are, then with other digits.
fn bodies(catalogue: &'static Catalogue) -> Vec<(&'static str, String)> {
    let mut bodies = Vec::new();
    for (old, new) in [("7", "7"), ("7", "8"), ("5", "6"), ("9", "0")] {
        for entry in catalogue.events() {
            let manifest = &entry.provider.manifest;
            let sample = entry.provider.sample(&entry.event.name).unwrap();
            let text = sample.replace(old, new);
            if manifest.envelope.is_some() {
                let bare = lookup(text.as_bytes(), 0, manifest.bare_pointer());
                bodies.push((&*manifest.name, text[bare.unwrap()].to_owned()));
            }
            bodies.push((&*manifest.name, text));
        }
    }
    bodies
}

#[test]
fn the_order_and_the_marks_do_not_depend_on_whether_the_layout_is_known() {
    let catalogue: &Catalogue = Box::leak(Box::new(Catalogue::load(&[]).unwrap()));
    let linter = Linter::new(catalogue.providers(), Levels::default());
    let mut scratch = Scratch::default();
    let readers: Vec<_> = catalogue
        .providers()
        .iter()
        .map(|provider| OrderReader::new(&provider.manifest))
        .collect();
    let [mut by_layout, mut by_reading] = [(); 2].map(|()| History::new(catalogue));
    let (mut known, mut amounts, mut marked) = (0, 0, 0);
    for (number, (provider, text)) in (0..).zip(bodies(catalogue)) {
        let mut found = Vec::new();
        linter.lint(text.as_bytes(), &mut scratch, &mut |body| found.push(body));
        let layout = scratch.layout();
        let this = Earlier {
            number,
            at: UNIX_EPOCH,
        };
        let note = |history: &mut History, layout| {
            let marks = history.note(this, found.first(), text.as_bytes(), layout);
            // Each history has its own hashes.
            let object = marks.object.map(|_| 0);
            Marks { object, ..marks }
        };
        let marks = note(&mut by_layout, layout.as_ref());
        assert_eq!(marks, note(&mut by_reading, None), "{text}");
        marked += usize::from(marks.out_of_order.is_some());
        let of_provider = catalogue.providers().iter().zip(&readers);
        for (_, reader) in of_provider.filter(|(known, _)| known.manifest.name == provider) {
            let order = reader.read(&text);
            let again = reader.facts(&text, layout.as_ref()).view();
            assert_eq!(again, order, "{text}");
            amounts += usize::from(order.amount.is_some());
        }
        known += usize::from(layout.is_some());
    }
    linter.lint(b"no JSON, \xff", &mut scratch, &mut |_| ());
    assert!(scratch.layout().is_none(), "that of an earlier text");
    assert!(
        known > 100 && amounts > 100 && marked > 10,
        "{known} {amounts} {marked}"
    );
}
