//! The version that runs, and whether maintenance covers it: M3.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::fact::{Fact, Observer};
use crate::rules::client::Mark;
use crate::rules::maintenance::{SolutionState, version_covered};
use crate::rules::update_cycle::tools_gate_license;
use crate::units::ids::ClientId;
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// Does maintenance cover the version that runs (M3)?
    pub fn version_covered(&self) -> bool {
        self.server.version_covered()
    }

    /// Does Patch Management work, or has the last license ended (E1), or maintenance before the version
    /// came (M3)?
    pub fn works(&self) -> SolutionState {
        SolutionState::of(self.licenses.pool().entitlement().state, self.server.version_covered())
    }

    /// An action has upgraded the server.
    pub(in crate::fleet) fn upgraded(&mut self, now: Time, queue: &mut EventQueue) {
        let gated = tools_gate_license(self.server.version());
        self.server.upgrade(self.scenario.over_time.installed_at(now));
        self.judge_coverage(now);
        if gated && !tools_gate_license(self.server.version()) {
            ClientId::first(self.len()).for_each(|client| self.gate_falls(now, client, queue)); // U2
        }
        self.review_parked(now, ClientId::first(self.len()), queue);
    }

    /// A client that has the scan package and waits for the tools need not wait for them any more.
    fn gate_falls(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        if state.is(Mark::ToolsWanted) && !state.is(Mark::PackageReady) {
            self.package_ready(now, client, queue);
        }
    }

    /// Maintenance or version may have changed: is the version covered (M3)?
    pub(in crate::fleet) fn judge_coverage(&mut self, now: Time) {
        if !self.licenses.pool().in_date() {
            return; // without a file in force there is no maintenance to judge by, and nothing works (E1)
        }
        let covered = version_covered(self.server.released(), self.licenses.pool().entitlement().aup_until);
        if covered != self.server.version_covered() {
            self.server.set_version_covered(covered);
            self.report(now, Fact::Coverage { version: self.server.version(), covered });
        }
    }
}
