//! Bytes that may be a scenario.

use fleetsim::scenario::fault::{Fault, Severity, lines, render};
use fleetsim::scenario::overrides::Changes;
use fleetsim::scenario::print::print;
use fleetsim::scenario::{self, yaml};

use crate::support::random;

/// Files there are beside the scenario.
pub fn beside(name: &str) -> Result<String, String> {
    match name {
        "clients.csv" => {
            Ok("client,group,status,license\npc-1,pcs,active,yes\npc-2,pcs,retired,no\n".to_string())
        }
        other => random::found_file(other),
    }
}

pub fn one(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(root) = yaml::parse(text) {
        let printed = print(&root);
        // A key of more than 1,024 characters needs a mark in front, and names are shorter; aliases may be too many.
        if let Ok(again) = yaml::parse(&printed) {
            assert!(again.says_the_same(&root), "{root:?}\n{printed}");
            assert_eq!(print(&again), printed);
        } else {
            assert!(text.contains('*') || text.len() > 1_000, "{printed}");
        }
    }
    verdict(text, &Changes::default());
}

/// Faults with places and words, or a scenario that is printed as one that means the same.
pub fn verdict(text: &str, changes: &Changes) {
    match scenario::check_with(text, "fuzzed", &beside, changes) {
        Ok(checked) => {
            assert_reported(&checked.warnings, Severity::Warning, text);
            let printed = match scenario::printed(text, "fuzzed", changes) {
                Ok(printed) => printed,
                Err(faults) => return assert_reported(&faults, Severity::Error, text),
            };
            let again = scenario::check(&printed, "another", &beside)
                .unwrap_or_else(|faults| panic!("{faults:#?}\n{printed}"));
            assert_eq!(scenario::digest(&again.scenario), scenario::digest(&checked.scenario), "{printed}");
            assert_eq!(scenario::printed(&printed, "another", &Changes::default()), Ok(printed));
        }
        Err(faults) => {
            assert!(!faults.is_empty(), "refused without a word");
            assert_reported(&faults, Severity::Error, text);
        }
    }
}

/// Each says what is wrong, and where, in a bearable number of words.
pub fn assert_reported(faults: &[Fault], severity: Severity, text: &str) {
    let lines = lines(text).count() as u64;
    for fault in faults {
        let place = fault.place;
        assert!(!fault.problem.is_empty(), "{fault:?}");
        assert!(place.line <= lines + 1 && (place.line == 0 || place.column > 0), "{fault:?}");
        let rendered = render(std::slice::from_ref(fault), severity, "s.yaml", text);
        assert!(rendered.starts_with("s.yaml") && rendered.ends_with('\n'), "{rendered}");
        assert!(rendered.chars().count() < 8_000, "{rendered}");
        assert!(!rendered.chars().any(|c| c.is_control() && c != '\n'), "{rendered:?}");
    }
}
