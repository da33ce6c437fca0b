//! What is fuzzed: functions from bytes to nothing that panic where something is wrong. The fuzzer of `fuzz/` calls
//! them, and so do the usual tests (`replay`), with what the fuzzer kept in `tests/fuzzed` and mutations of it.
//!
//! | target | bytes | must hold |
//! |---|---|---|
//! | `scenario` | a scenario | faults with words, or a scenario that is printed as one that means the same |
//! | `run` | choices of the random scenarios | the invariants of `invariants` |
//! | `exhaustive` | choices of the random scenarios | scans counted are scans simulated |
//! | `changes` | lines of `--set` and `! --action` | as of `scenario` |
//! | `clients` | the file of a fleet that is there | faults with words, or a fleet that keeps the invariants |
//! | `import` | options and tables of an export | faults with words, or a scenario that passes the check, and an audit |
//! | `report` | a target and the files of a result folder | an error or a page |

mod changes;
mod clients;
mod import;
pub mod mutations;
pub mod packed;
#[cfg(test)]
mod replay;
mod report;
mod scenario;
mod simulated;

/// Something to fuzz.
#[derive(Clone, Copy)]
pub struct Target {
    pub name: &'static str,
    pub one: fn(&[u8]),
    /// Of a hundred mutations in the usual tests; those of runs take long.
    pub percent: usize,
}

pub const TARGETS: [Target; 7] = [
    Target { name: "scenario", one: scenario::one, percent: 25 },
    Target { name: "run", one: simulated::audited, percent: 3 },
    Target { name: "exhaustive", one: simulated::counted, percent: 1 },
    Target { name: "changes", one: changes::one, percent: 8 },
    Target { name: "clients", one: clients::one, percent: 8 },
    Target { name: "import", one: import::one, percent: 15 },
    Target { name: "report", one: report::one, percent: 40 },
];
