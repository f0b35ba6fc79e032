//! x
use inqud_hook::catalogue::Catalogue;
use inqud_hook::lint::{Levels, Linter, Scratch};

#[test]
fn every_sample_is_recognised_as_its_event_and_clean() {
    let catalogue = Catalogue::load(&[]).unwrap();
    let linter = Linter::new(catalogue.providers(), Levels::default());
    linter.check_catalogue().unwrap();
    let mut scratch = Scratch::default();
    let mut bad = 0;
    for entry in catalogue.events() {
        let sample = entry.provider.sample(&entry.event.name).expect("every event has a sample");
        linter.lint(sample.as_bytes(), &mut scratch, &mut |verdict| {
            if !verdict.findings.is_empty() || verdict.event != Some(&entry.event.name) {
                bad += 1;
                println!("{}: {:?} {:#?}", entry.name(), verdict.event, verdict.findings);
            }
        });
    }
    assert_eq!(bad, 0);
}
