//! A 64-bit fingerprint of the path a run took: equal paths, equal numbers.
//!
//! It covers every change of state with its instant, in order. Scans that change nothing are left
//! out, so it does not matter whether they were simulated one by one.

use crate::fleet::fact::{Fact, Observer};
use crate::fleet::solution_fact::{SolutionChange, SolutionFact, SolutionStep};
use crate::units::time::Time;

/// Mixes facts into 64 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    mixed: u64,
    /// Number of facts mixed in.
    facts: u64,
}

impl Default for Fingerprint {
    fn default() -> Self {
        Fingerprint { mixed: 0x666c_6565_7473_696d, facts: 0 } // "fleetsim"
    }
}

impl Fingerprint {
    /// Sixteen hex digits.
    pub fn hex(&self) -> String {
        format!("{:016x}", self.mixed)
    }

    /// How many facts are in it: changes of state, and what happened to the server.
    pub fn facts(&self) -> u64 {
        self.facts
    }

    fn mix(&mut self, word: u64) {
        self.mixed = (self.mixed ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }
}

impl Observer for Fingerprint {
    #[inline]
    fn observe(&mut self, at: Time, fact: &Fact) {
        let what = match fact {
            Fact::Changed { client, after, .. } => u64::from(client.0) << 32 | u64::from(after.bits()),
            Fact::LicenseFileEvent { file, turn } => 1 << 63 | (*file as u64) << 8 | *turn as u64,
            Fact::Refreshed { released, .. } => 3 << 62 | u64::from(*released),
            Fact::Acted { action, clients, .. } => 7 << 61 | u64::from(*action) << 32 | u64::from(*clients),
            Fact::Arranged { action } => 5 << 61 | u64::from(*action),
            Fact::Coverage { version, covered } => {
                9 << 60 | u64::from(version.number()) << 1 | u64::from(*covered)
            }
            Fact::PackageServer { site, package, serves } => {
                let package = package.map_or(0, |package| 1 + package as u64);
                11 << 60 | (u64::from(site.0)) << 8 | package << 1 | u64::from(*serves)
            }
            Fact::Imported { brought, .. } => 13 << 60 | u64::from(brought.unwrap_or(u32::MAX)),
            Fact::BulletinsEnabled { bulletins, .. } => 15 << 60 | u64::from(*bulletins),
            Fact::EnableRefused { action, bulletin, .. } => {
                17 << 59 | u64::from(action.unwrap_or(0xff_ffff)) << 32 | u64::from(*bulletin)
            }
            Fact::TaskRefused { action, .. } => 19 << 59 | u64::from(*action),
            Fact::Solution(fact) => match of_solution(fact) {
                Some(what) => what,
                None => return,
            },
            Fact::Restarted { .. }
            | Fact::Scanned { .. }
            | Fact::ScansCounted { .. }
            | Fact::Entitlement(_) => {
                return;
            }
        };
        self.facts += 1;
        self.mix(at.ms() as u64);
        self.mix(what);
    }
}

/// What is mixed in of another solution: its computers and its license files.
fn of_solution(fact: &SolutionFact) -> Option<u64> {
    let of = |what: u64| 19 << 58 | (fact.solution as u64) << 40 | what;
    match fact.what {
        SolutionChange::Entitlement(_) => None,
        SolutionChange::File { file, turn } => Some(of(1 << 39 | (file as u64) << 8 | turn as u64)),
        SolutionChange::Computer { client, step } => {
            let step = match step {
                SolutionStep::LicenseTaken { waited } => u64::from(waited),
                SolutionStep::LicenseReturned(by) => 2 + by as u64,
                SolutionStep::StopsWaiting => 5,
                SolutionStep::PluginRemoved => 6,
                SolutionStep::DataDiscarded { why, starts_waiting } => {
                    8 + (why as u64) * 2 + u64::from(starts_waiting)
                }
            };
            Some(of(step << 32 | u64::from(client.0)))
        }
    }
}
