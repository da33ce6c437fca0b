//! **C4** Separates clients that wait for a package in vain from those that are merely under way.
//!
//! Many at once that wait, some of them since long, do not wait for their next request: their package server does
//! not serve.

use crate::import::assumption::Assumption;
use crate::import::evidence::Evidence;
use crate::import::infer::{Inferred, MANY, is_here};
use crate::scenario::model::initial::{Initial, Package, Plugin};
use crate::units::time::Span;

/// One of so many, at least, waits: fewer are ill by themselves.
const ONE_OF: usize = 50;
/// A client that has waited so long has missed several configuration requests and scans.
const LONG: Span = Span::hours(8);

/// What is waited for.
struct Wait<'a> {
    assumption: Assumption,
    waits: &'a dyn Fn(&Initial) -> bool,
    /// The clients of which the waiting ones are a part.
    among: &'a dyn Fn(&Initial) -> bool,
}

impl Inferred {
    pub(super) fn find_the_stuck(&mut self, evidence: &Evidence) {
        let target = |at: &Initial| at.install_target && is_here(at);
        self.stick(
            evidence,
            Wait {
                assumption: Assumption::PackageStuck,
                waits: &|at| at.package == Package::Requested && is_here(at),
                among: &|at| at.plugin == Plugin::Reported && is_here(at),
            },
        );
        let plugin = Wait {
            assumption: Assumption::PluginStuck,
            waits: &|at| target(at) && evidence.plugins_listed && at.plugin == Plugin::None,
            among: &target,
        };
        // A policy that no client has followed for long may date from the day of the export.
        let settled = self.which(evidence, &|at| target(at) && at.plugin == Plugin::Reported, LONG);
        match settled.len() >= MANY {
            true => self.stick(evidence, plugin),
            false => self.under_way(self.which(evidence, plugin.waits, Span::ZERO).len()),
        }
    }

    fn stick(&mut self, evidence: &Evidence, wait: Wait) {
        let waiting = self.which(evidence, wait.waits, Span::ZERO);
        let long = self.which(evidence, wait.waits, LONG);
        let all = self.clients.iter().filter(|client| (wait.among)(&client.initial)).count();
        let stuck = match long.len() {
            few if few < MANY || waiting.len() * ONE_OF < all => Vec::new(),
            // Inventories come daily: of those that wait for ever a part sent one just now.
            most if 2 * most >= waiting.len() => waiting.clone(),
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
