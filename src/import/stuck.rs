//! **C4** Separates clients that wait for a package in vain from those that are merely under way.
//!
//! | evidence | weighs |
//! |---|---|
//! | the plug-in was reported long ago, by the client's own dates, with requests since | it is stuck, however few they are |
//! | of those that wait, at least half have done so for long | the others do, too: their last inventory was a later one |
//! | a target of the install policy without the plug-in, for long | it is stuck where many are: when it became a target is in no table |

use crate::import::assumption::Assumption;
use crate::import::evidence::Evidence;
use crate::import::infer::{Inferred, MANY, is_here};
use crate::scenario::model::initial::{Initial, Package, Plugin};
use crate::units::time::Span;

/// What is waited for.
struct Wait<'a> {
    assumption: Assumption,
    waits: &'a dyn Fn(&Initial) -> bool,
    /// So many, at least, wait for long if any is stuck.
    at_least: usize,
}

impl Inferred {
    pub(super) fn find_the_stuck(&mut self, evidence: &Evidence) {
        let target = |at: &Initial| at.install_target && is_here(at);
        self.stick(
            evidence,
            Wait {
                assumption: Assumption::PackageStuck,
                waits: &|at| at.package == Package::Requested && is_here(at),
                at_least: 1,
            },
        );
        let plugin = Wait {
            assumption: Assumption::PluginStuck,
            waits: &|at| target(at) && evidence.plugins_listed && at.plugin == Plugin::None,
            at_least: MANY,
        };
        // A policy that no client has followed for long may date from the day of the export.
        let settled = self.which(
            evidence,
            &|at| target(at) && at.plugin == Plugin::Reported,
            evidence.rhythms.long_wait(),
        );
        match settled.len() >= MANY {
            true => self.stick(evidence, plugin),
            false => self.under_way(self.which(evidence, plugin.waits, Span::ZERO).len()),
        }
    }

    fn stick(&mut self, evidence: &Evidence, wait: Wait) {
        let waiting = self.which(evidence, wait.waits, Span::ZERO);
        let long = self.which(evidence, wait.waits, evidence.rhythms.long_wait());
        let stuck = match long.len() {
            few if few < wait.at_least => Vec::new(),
            // Inventories come daily: of those that wait for ever a part sent one just now.
            most if most >= MANY && 2 * most >= waiting.len() => waiting.clone(),
            _ => long,
        };
        for client in &stuck {
            let client = &mut self.clients[*client];
            client.stuck = true;
            if client.initial.plugin == Plugin::None {
                client.initial.plugin = Plugin::Requested;
            }
        }
        self.under_way(waiting.len() - stuck.len());
        if !stuck.is_empty() {
            self.assumptions.insert(wait.assumption, stuck.len() as u64);
        }
    }

    fn under_way(&mut self, clients: usize) {
        if clients > 0 {
            *self.assumptions.entry(Assumption::UnderWay).or_default() += clients as u64;
        }
    }

    /// Positions of the clients for which a condition holds, and has held for so long.
    fn which(&self, evidence: &Evidence, holds: &dyn Fn(&Initial) -> bool, since: Span) -> Vec<usize> {
        let clients = self.clients.iter().zip(&evidence.inventory.computers).enumerate();
        clients
            .filter(|(_, (client, computer))| {
                holds(&client.initial) && (since == Span::ZERO || evidence.unchanged_for(computer, since))
            })
            .map(|(position, _)| position)
            .collect()
    }
}
