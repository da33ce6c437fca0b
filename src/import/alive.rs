//! What has become of the PC behind a record (V7 to V10): no column says it, several hint at it.
//!
//! | evidence | weighs |
//! |---|---|
//! | a request or inventory within two periods of requests | the agent ran a moment ago: outweighs the status (V7) and a flag |
//! | not in the table of agents, where nearly all others are | its agent is gone, once the PC is silent, or the flag says so, too (V8) |
//! | `IsManaged` 0 | its agent is gone, unless it reports; where the table of agents lists it, unless it has been silent for a weekend only |
//! | a record of the same name that goes on | left behind (V10), see [`crate::import::twins`] |
//! | silence for longer than `--silent-after` | gone (V9); the silence of the whole fleet, a weekend or Christmas, left out |
//! | never a report, no agent | known to the directory only: no PC that waits, nothing that was uninstalled |

use crate::import::Assume;
use crate::import::assumption::Assumption;
use crate::import::evidence::Evidence;
use crate::import::infer::Inferred;
use crate::import::inventory::{Computer, ExportedStatus};
use crate::import::rhythm::is_active;
use crate::import::tables::ExportTable;
use crate::import::values::Seen;
use crate::scenario::model::initial::Machine;
use crate::units::time::Span;

/// A PC that was switched off on Friday is on again after so long.
const WEEKEND: Span = Span::days(4);

impl Inferred {
    /// What has become of the PC.
    pub(super) fn machine(
        &mut self,
        evidence: &Evidence,
        assume: &Assume,
        index: usize,
        computer: &Computer,
    ) -> Machine {
        match &computer.status {
            Some(ExportedStatus::Other(_)) => self.note(Assumption::OtherStatus),
            None => self.note(Assumption::NoStatus),
            Some(_) => {}
        }
        if !is_active(computer) {
            return evidence.machine_of_retired(computer);
        }
        if evidence.twins.left_behind[index] {
            self.note(Assumption::LeftBehind);
            return Machine::LeftBehind; // V10
        }
        if evidence.never_reported(computer) {
            self.note(Assumption::NeverReported);
            return Machine::Silent; // V9
        }
        if evidence.agent_is_gone(computer) {
            return Machine::AgentUninstalled; // V8
        }
        match evidence.silence(computer) {
            Some(silence) if silence > assume.silent_after + evidence.lull => {
                self.note(Assumption::Silent);
                Machine::Silent // V9
            }
            _ => Machine::Alive,
        }
    }
}

impl Evidence<'_> {
    /// **V7** A live agent would have set a record of any other status back to Active: one that is not, and reports all
    /// the same, was changed since its last request.
    fn machine_of_retired(&self, computer: &Computer) -> Machine {
        let gone = computer.is_managed == Some(false) && self.has_no_agents(computer);
        if self.is_fresh(computer) && !gone { Machine::Alive } else { Machine::Silent }
    }

    /// Was the last contact so short a time ago that the agent runs, as far as the whole fleet does?
    fn is_fresh(&self, computer: &Computer) -> bool {
        self.silence(computer).is_some_and(|silence| silence <= self.rhythms.alive_within() + self.lull)
    }

    /// Others have the agent in the table of agents, this one has neither agent nor plug-in.
    fn is_unlisted(&self, computer: &Computer) -> bool {
        self.agents_listed && computer.base_agent().is_none() && computer.plug_in().is_none()
    }

    /// The table of agents has nothing of it, or at least not the agent itself, which it has of others.
    fn has_no_agents(&self, computer: &Computer) -> bool {
        let lacks_base = self.agents_listed && computer.base_agent().is_none();
        self.inventory.has(ExportTable::Agents) && (computer.agents.is_empty() || lacks_base)
    }

    /// **V8** Was the agent uninstalled?
    fn agent_is_gone(&self, computer: &Computer) -> bool {
        let silent_for = |span: Span| self.silence(computer).is_none_or(|silence| silence > span);
        let listed = match self.agents_listed {
            true => computer.base_agent().is_some(),
            false => computer.plug_in().is_some(),
        };
        match computer.is_managed {
            Some(false) if listed => silent_for(WEEKEND + self.lull),
            Some(false) => self.has_no_agents(computer) || !self.is_fresh(computer),
            // A new computer is not listed before its first inventory has been processed.
            _ => self.is_unlisted(computer) && silent_for(self.rhythms.inventory_within()),
        }
    }

    /// The flag says that there is no agent, and all else that there is one.
    pub fn flag_is_contradicted(&self, computer: &Computer) -> bool {
        computer.is_managed == Some(false)
            && is_active(computer)
            && self.is_fresh(computer)
            && !self.agent_is_gone(computer)
    }

    /// Usually known to Active Directory only, or no computer at all: no agent was ever there to be uninstalled.
    fn never_reported(&self, computer: &Computer) -> bool {
        let dates = [computer.last_config_request, computer.last_basic_inventory];
        let listed = computer.base_agent().is_some() || computer.plug_in().is_some();
        dates.contains(&Seen::Never) && computer.last_seen().at().is_none() && !listed
    }
}
