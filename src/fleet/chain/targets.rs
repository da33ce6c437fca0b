//! The clients that the policies take, and since when: C1, C5, C8, T1, T2.
//!
//! Changes of policies have known instants, so a client's scan settings at an instant are arithmetic:
//! a change counts for a client from its first configuration request after the first membership update
//! that follows. Only the install policy needs an event, one for all clients.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::decision::Decision;
use crate::fleet::event::Event;
use crate::fleet::fact::{Observer, Step};
use crate::rules::client::Mark;
use crate::rules::targeting::{self, ScanSettings};
use crate::scenario::model::{Policy, Scenario};
use crate::units::ids::ClientId;
use crate::units::time::Time;

impl<'s, O: Observer> Fleet<'s, O> {
    /// Schedules the updates that bring another install policy.
    pub(in crate::fleet) fn schedule_recomputations(&self, queue: &mut EventQueue) {
        let states = &self.scenario.over_time.policies;
        for index in 1..states.len() {
            let at = self.server.targets.known[index];
            // What is changed again before an update runs, no update ever sees.
            let seen = at != Time::NEVER && self.server.targets.known_at(at) == index;
            if seen {
                queue.push(Event::TargetsRecomputed.at(at, index as u32, 0));
            }
        }
    }

    /// Does a policy target a client?
    fn takes(&self, policy: &Policy, client: ClientId) -> bool {
        let group = self.group_id(client);
        let index = self.roster.first_record(client).offset_from(self.roster.of_group(group).start);
        targeting::takes(policy, &self.scenario.groups, (group.index(), index), |share| {
            let (draws, entity) = self.draws(client);
            share.part.takes(draws.at(Decision::TargetShare as u16, entity, share.key))
        })
    }

    /// **C1** Does the install policy take a client at a membership update at this instant?
    pub(super) fn install_policy_takes(&self, client: ClientId, at: Time) -> bool {
        let policies = &self.scenario.over_time.policies[self.server.targets.known_at(at)].policies;
        targeting::install_policy_takes(
            self.takes(&policies.plugin_install, client),
            self.as_recorded(client),
        )
    }

    /// Does the install policy, as the administrator sees it, target a client?
    pub(in crate::fleet) fn install_policy_targets(&self, client: ClientId, at: Time) -> bool {
        let over_time = &self.scenario.over_time;
        self.takes(&over_time.policies[over_time.policies_at(at)].policies.plugin_install, client)
    }

    /// The next membership update makes a client a target of the install policy, if that takes it.
    pub(super) fn await_install_policy(&self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let update = targeting::next_membership_update(self.scenario, now); // T2
        if update != Time::NEVER && self.install_policy_takes(client, update) {
            self.schedule(Event::InstallTargeted, update, client, queue); // C1
        }
    }

    /// The first membership update with another install policy: clients it takes now become targets,
    /// clients it takes no longer cease to be targets.
    pub(in crate::fleet) fn targets_recomputed(&mut self, now: Time, index: u32, queue: &mut EventQueue) {
        let states = &self.scenario.over_time.policies;
        let [before, after] = [index - 1, index].map(|i| &states[i as usize].policies.plugin_install);
        if before == after && self.server.targets.known[index as usize - 1] < now {
            return; // it was the DSUP or a clone that changed
        }
        ClientId::first(self.len()).for_each(|client| self.recompute(now, client, queue));
    }

    fn recompute(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        let takes = self.install_policy_takes(client, now);
        match (state.is(Mark::InstallTarget), takes) {
            (false, true) => self.install_targeted(now, client, queue),
            (true, false) if self.as_recorded(client).managed() => {
                self.install_untargeted(now, client, queue)
            }
            _ => {}
        }
    }

    /// While its record was not Active, the install policy may have ceased to take a client.
    pub(in crate::fleet) fn catch_up_on_policies(
        &mut self,
        now: Time,
        client: ClientId,
        queue: &mut EventQueue,
    ) {
        if self.state(client).is(Mark::InstallTarget) {
            self.recompute(now, client, queue);
        }
    }

    /// The install policy takes a client no longer: the plug-in stays where it is, and comes no more
    /// where it is not.
    fn install_untargeted(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        // On a PC that is being re-imaged nothing is under way but its new agent, which registers whatever the policy.
        if !state.is(Mark::Plugin) && !state.is(Mark::Imaging) {
            self.cut_chain(now, client, queue);
            self.report_removal(now, client, queue);
            self.await_return(now, client, queue);
        }
        let state = self.state(client);
        let state = if state.is(Mark::Plugin) { state } else { state.halted() };
        let state = state.without(Mark::InstallTarget);
        self.change(now, client, state, Step::InstallUntargeted);
    }

    /// **C5** Can a client's scans succeed at an instant?
    #[inline]
    pub(in crate::fleet) fn has_scan_settings(&self, client: ClientId, at: Time) -> bool {
        if !self.server.version().requires_dsup() {
            return true; // C5, before 8.5
        }
        match self.server.targets.settings[self.group_id(client).index()] {
            Some(answer) => answer,
            None => self.scan_settings(client, at).allow_scans(),
        }
    }

    /// **C8** Is the scan policy on at an instant, and does it target a client?
    #[inline]
    pub(in crate::fleet) fn scan_policy_takes(&self, client: ClientId, at: Time) -> bool {
        self.server.targets.scans[self.group_id(client).index()].unwrap_or_else(|| {
            let states = &self.scenario.over_time.policies;
            self.takes(&states[self.policies_in_effect(client, at)].policies.scan, client) // C8
        })
    }

    /// Where a client's scan settings come from at an instant.
    pub fn scan_settings(&self, client: ClientId, at: Time) -> ScanSettings<'s> {
        let scenario: &'s Scenario = self.scenario;
        let policies = &scenario.over_time.policies[self.policies_in_effect(client, at)].policies;
        targeting::scan_settings(self.server.version(), policies, |policy| self.takes(policy, client))
    }

    /// Index of the policies in effect for a client: the last that a membership update knew before its
    /// configuration request.
    pub(super) fn policies_in_effect(&self, client: ClientId, at: Time) -> usize {
        let mut index = self.server.targets.known_at(at);
        while index > 0 && self.next_configuration(client, self.server.targets.known[index]) > at {
            index -= 1;
        }
        index
    }

    /// The next instant at which other policies come into effect for a client; `NEVER` where its scans
    /// run and succeed, or not, under all of them alike.
    #[cfg_attr(without_fast_forward, expect(dead_code, reason = "only parked clients are reviewed then"))]
    pub(in crate::fleet) fn settings_change(&self, now: Time, client: ClientId) -> Time {
        let (group, targets) = (self.group_id(client).index(), &self.server.targets);
        let same_settings = targets.settings[group].is_some() || !self.server.version().requires_dsup();
        if same_settings && targets.scans[group].is_some() {
            return Time::NEVER;
        }
        self.next_policies(now, client)
    }

    /// The next instant at which other policies come into effect for a client.
    pub(super) fn next_policies(&self, now: Time, client: ClientId) -> Time {
        let later = &self.server.targets.known[self.policies_in_effect(client, now) + 1..];
        // A PC requests policies missed while it was off some time after its start, perhaps after later ones
        // became known: the latest one requested counts.
        let mut next = Time::NEVER;
        for known in later.iter().take_while(|known| **known != Time::NEVER) {
            if *known < next {
                next = next.min(self.next_configuration(client, *known));
            }
        }
        next
    }
}
