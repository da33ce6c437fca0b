//! What could help at an instant: the reasons found and the licenses held for nothing, turned into actions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::fleet::{Fleet, Observer};
use crate::rules::client::{Mark, Status};
use crate::rules::denial_reason::DenialReason;
use crate::rules::license_status::obstacles;
use crate::rules::release::{KeptBy, Release};
use crate::rules::remedy::{Remedy, against, frees};
use crate::scenario::action_text;
use crate::scenario::model::policies::{DSUP, PoliciesChange, PolicyChange, SCAN};
use crate::scenario::model::{Action, AdminCommand, Agent, MembershipUpdate, Scenario, Selection};
use crate::study::breakdown::{NAMED, Sample};
use crate::study::plan::choice::{self, Chooser};
use crate::study::plan::goal::Goal;
use crate::study::plan::{Step, Typed, What};
use crate::units::ids::{ClientId, GroupId, RecordId, SiteId};
use crate::units::time::Time;

/// Finds what could help the clients of the goal.
pub fn find<O: Observer>(fleet: &Fleet<O>, scenario: &Scenario, goal: &Goal) -> Vec<Step> {
    let finder = Finder { fleet, scenario, at: goal.at };
    let mut found = finder.for_clients(goal);
    found.extend(finder.for_licenses());
    found.sort_by_key(|step| step.remedy);
    found
}

struct Finder<'f, 's, O> {
    fleet: &'f Fleet<'s, O>,
    scenario: &'s Scenario,
    at: Time,
}

/// Records by what helps against what they lack.
#[derive(Default)]
struct UnlicensedRecords {
    by_remedy: BTreeMap<Remedy, Vec<RecordId>>,
    by_site: BTreeMap<SiteId, Vec<RecordId>>,
}

impl<'s, O: Observer> Finder<'_, 's, O> {
    fn for_clients(&self, goal: &Goal) -> Vec<Step> {
        let unlicensed = self.unlicensed_records(goal);
        let rows = |remedy| unlicensed.by_remedy.get(&remedy).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<Option<Step>> = unlicensed
            .by_site
            .iter()
            .map(|(site, rows)| {
                self.step(
                    Remedy::RestartPackageServer,
                    AdminCommand::RestartPackageServer(site.index()),
                    rows,
                )
            })
            .collect();
        let updates = AdminCommand::MembershipUpdate(MembershipUpdate::usual(self.scenario.start));
        let over_time = &self.scenario.over_time;
        let policies = &over_time.policies[over_time.policies_at(self.at)].policies;
        let (dsup, target) = (rows(Remedy::EnableDsup), rows(Remedy::TargetEverybody));
        let scans = rows(Remedy::EnableScanPolicy);
        // A policy that was changed is known only after a membership update.
        let mut waiting: BTreeSet<RecordId> =
            rows(Remedy::ScheduleMembershipUpdates).iter().copied().collect();
        if !over_time.membership.schedule_at(self.at).ever_runs() {
            waiting.extend(dsup.iter().chain(target).chain(scans));
        }
        let waiting: Vec<RecordId> = waiting.into_iter().collect();
        found.push(self.step(Remedy::ScheduleMembershipUpdates, updates, &waiting));
        found.push(self.step(Remedy::RunImport, AdminCommand::Import, rows(Remedy::RunImport)));
        if let Some(scan) = PolicyChange::to_everybody(&policies.scan, SCAN) {
            let change = PoliciesChange { scan, ..PoliciesChange::none() };
            found.push(self.step(
                Remedy::EnableScanPolicy,
                AdminCommand::ChangePolicies(Box::new(change)),
                scans,
            ));
        }
        if let Some(policy) = PolicyChange::to_everybody(&policies.dsup, DSUP) {
            let change = PoliciesChange { dsup: policy, ..PoliciesChange::none() };
            found.push(self.step(Remedy::EnableDsup, AdminCommand::ChangePolicies(Box::new(change)), dsup));
        }
        if let Some(plugin_install) = PolicyChange::to_everybody(&policies.plugin_install, "plugin_install") {
            let change = PoliciesChange { plugin_install, ..PoliciesChange::none() };
            found.push(self.step(
                Remedy::TargetEverybody,
                AdminCommand::ChangePolicies(Box::new(change)),
                target,
            ));
        }
        found.into_iter().flatten().collect()
    }

    /// Also what comes later in the chain counts: once one obstacle is gone, the next one shows.
    fn unlicensed_records(&self, goal: &Goal) -> UnlicensedRecords {
        let mut unlicensed = UnlicensedRecords::default();
        for (record, _) in
            goal.records().filter(|(record, _)| !self.fleet.record_state(*record).is(Mark::Licensed))
        {
            let client = record.own_machine();
            let state = self.fleet.as_recorded(client);
            let all: Vec<DenialReason> =
                obstacles(state, self.fleet.license_context(client, self.at)).collect();
            let remedies: BTreeSet<Remedy> = all.into_iter().filter_map(against).collect();
            for remedy in remedies {
                unlicensed.by_remedy.entry(remedy).or_default().push(record);
            }
            let group = self.fleet.roster().group_of(client);
            let site = SiteId::from_index(self.scenario.groups[group.index()].site);
            if !state.is(Mark::PackageReady) && !self.fleet.is_served(client, self.at) {
                unlicensed.by_site.entry(site).or_default().push(record); // C4
            }
        }
        unlicensed
    }

    fn for_licenses(&self) -> Vec<Step> {
        let version = self.scenario.over_time.installed_at(self.at).version;
        let mut held: BTreeMap<Remedy, Vec<RecordId>> = BTreeMap::new();
        for record in ClientId::first(self.fleet.len()).map(ClientId::own_record) {
            let state = self.fleet.record_state(record);
            if !state.is(Mark::Licensed) {
                continue;
            }
            let (alive, fate) = (self.fleet.alive(record), self.fleet.fate_of_license(record));
            if let Some(remedy) = frees(state, alive, fate, version) {
                held.entry(remedy).or_default().push(record);
            }
        }
        held.into_iter().flat_map(|(remedy, rows)| self.freeing(remedy, &rows)).collect()
    }

    /// An action chooses records of one status, held by one reason where the step is worded by it: what is known of a
    /// PC is not mixed with what only seems so (V9).
    fn freeing(&self, remedy: Remedy, rows: &[RecordId]) -> Vec<Step> {
        if remedy == Remedy::RunRefresh {
            return self.freed(remedy, AdminCommand::LicensingRefresh, rows).into_iter().collect();
        }
        if let Some(step) = self.retired_and_disposed(remedy, rows) {
            return vec![step];
        }
        let mut alike: BTreeMap<(Status, Option<KeptBy>), Vec<RecordId>> = BTreeMap::new();
        for row in rows {
            let by_reason = matches!(remedy, Remedy::RetireGone | Remedy::DeleteRecords);
            let reason = self.reason(*row).filter(|_| by_reason);
            alike.entry((self.fleet.record_state(*row).status(), reason)).or_default().push(*row);
        }
        alike.values().flat_map(|rows| self.freeing_alike(remedy, rows)).collect()
    }

    /// Retired and Disposed records whose agents live, in one action: setting those to Retired that are so already changes
    /// nothing (V11).
    fn retired_and_disposed(&self, remedy: Remedy, rows: &[RecordId]) -> Option<Step> {
        let is = |status| rows.iter().any(|row| self.fleet.record_state(*row).status() == status);
        let both = remedy == Remedy::UninstallAgents && is(Status::Retired) && is(Status::Disposed);
        let selection = self.chooser().named(rows).filter(|_| both)?;
        let step = self.freed(remedy, AdminCommand::Retire(selection, Agent::Off), rows)?;
        Some(Step { kept_by: None, ..step })
    }

    fn chooser(&self) -> Chooser<'_, 's, O> {
        Chooser { fleet: self.fleet, scenario: self.scenario, at: self.at }
    }

    /// One action where one chooses them all, else one a group.
    fn freeing_alike(&self, remedy: Remedy, rows: &[RecordId]) -> Vec<Step> {
        // Clients whose agents live have to stay on.
        let agent = if remedy == Remedy::DeleteWithoutPlugin { Agent::Live } else { Agent::Off };
        let command = |rows: &[RecordId]| {
            let selection = self.chooser().exactly(rows)?;
            let status = self.fleet.record_state(*rows.first()?).status();
            Some(match remedy {
                // A Disposed record is Retired first: then the PC counts as switched off (V11).
                Remedy::UninstallAgents if status == Status::Retired => {
                    AdminCommand::UninstallAgent(selection)
                }
                Remedy::DeleteWithoutPlugin | Remedy::DeleteRecords => AdminCommand::Delete(selection, agent),
                _ => AdminCommand::Retire(selection, agent),
            })
        };
        if let Some(whole) = command(rows) {
            return self.freed(remedy, whole, rows).into_iter().collect();
        }
        let mut groups: BTreeMap<GroupId, Vec<RecordId>> = BTreeMap::new();
        for row in rows {
            groups.entry(self.fleet.roster().group_of(row.own_machine())).or_default().push(*row);
        }
        groups.values().filter_map(|rows| self.freed(remedy, command(rows)?, rows)).collect()
    }

    fn freed(&self, remedy: Remedy, command: AdminCommand, rows: &[RecordId]) -> Option<Step> {
        Some(Step { frees: rows.len() as u64, ..self.step(remedy, command, rows)? })
    }

    /// A command as a step; `None` where it helps no client.
    fn step(&self, remedy: Remedy, command: AdminCommand, rows: &[RecordId]) -> Option<Step> {
        rows.first()?;
        let names = rows.iter().take(NAMED).map(|row| self.fleet.roster().name(row.own_machine())).collect();
        let by_reason =
            matches!(remedy, Remedy::RetireGone | Remedy::UninstallAgents | Remedy::DeleteRecords);
        let reasons = rows.iter().filter_map(|row| self.reason(*row));
        let kept_by = KeptBy::most_doubtful(reasons).filter(|_| by_reason);
        let clause = match remedy {
            Remedy::RetireGone => kept_by.map_or(remedy.clause(), KeptBy::clause),
            _ => remedy.clause(),
        };
        let clients = Sample { count: rows.len() as u64, names };
        let histories = if remedy.loses_history() { clients.count } else { 0 };
        let records = Arc::from(rows);
        Some(Step {
            clause,
            kept_by,
            clients,
            records,
            histories,
            ..step_of(remedy, command, self.scenario, self.at)
        })
    }

    /// What keeps the license of a record.
    fn reason(&self, record: RecordId) -> Option<KeptBy> {
        match self.fleet.fate_of_license(record) {
            Release::Kept(by) => Some(by),
            _ => None,
        }
    }
}

/// The licensing refresh by hand, whatever there is to release.
pub fn refresh(scenario: &Scenario, at: Time) -> Step {
    step_of(Remedy::RunRefresh, AdminCommand::LicensingRefresh, scenario, at)
}

fn step_of(remedy: Remedy, what: AdminCommand, scenario: &Scenario, at: Time) -> Step {
    let action = Action { at, what };
    let typed = match action.what.selection() {
        Some(Selection::Named(named)) if named.len() > choice::NAMED => Typed::Listed,
        _ => Typed::Action(action_text::write(&action, scenario)),
    };
    Step {
        remedy,
        clause: remedy.clause(),
        kept_by: None,
        typed,
        what: What::Action(action),
        clients: Sample { count: 0, names: Vec::new() },
        records: Arc::from([]),
        frees: 0,
        histories: 0,
        nodes: 0,
        without: 0,
        fewer: None,
    }
}
