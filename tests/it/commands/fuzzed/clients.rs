//! Bytes that may be the file of a fleet that is there.

use fleetsim::scenario;
use fleetsim::scenario::fault::Severity;

use crate::commands::fuzzed::scenario::assert_reported;
use crate::rules::invariants::audit;

/// Two groups of one file, policies by its columns, and little else, so that a run is short.
const BASE: &str = "fleetsim: 1\nduration: 3d\nlicenses: {base: {nodes: 4}}\n\
                    policies: {clones: {vip: {clients: {file: clients.csv}}}}\n\
                    groups: {a: {clients: {file: clients.csv}}, b: {clients: {file: clients.csv}}}\n\
                    actions: [{at: 1d, retire: {clients: {file: clients.csv}}}, {at: 2d, run: licensing_refresh}]\n";

/// More clients than this are checked, and not run.
const MOST: usize = 100;

pub fn one(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for base in [BASE, &BASE.replace("a: {clients: {file: clients.csv}}, ", "")] {
        match scenario::check(base, "fuzzed", &|_| Ok(text.to_string())) {
            Ok(checked) if text.lines().count() <= MOST => drop(audit(&checked.scenario, base)),
            Ok(_) => {}
            Err(faults) => {
                assert!(!faults.is_empty(), "refused without a word");
                assert_reported(&faults, Severity::Error, base);
            }
        }
    }
}
