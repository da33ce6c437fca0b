//! What could help at an instant: the reasons found and the licenses held for nothing, turned into actions.

use std::collections::{BTreeMap, BTreeSet};

use crate::fleet::{Fleet, Observer};
use crate::rules::client::{Mark, Status};
use crate::rules::denial_reason::DenialReason;
use crate::rules::license_status::obstacles;
use crate::rules::release::{KeptBy, Release};
use crate::rules::remedy::{Remedy, against, frees};
use crate::scenario::model::Scenario;
use crate::scenario::model::policies::{Conditions, OneOf, Policies, Systems, Target};
use crate::scenario::read;
use crate::scenario::values::civil;
use crate::study::breakdown::{NAMED, Sample};
use crate::study::plan::choice::exactly;
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
struct Lacking {
    by_remedy: BTreeMap<Remedy, Vec<RecordId>>,
    by_site: BTreeMap<SiteId, Vec<RecordId>>,
}

impl<O: Observer> Finder<'_, '_, O> {
    fn for_clients(&self, goal: &Goal) -> Vec<Step> {
        let lacking = self.lacking(goal);
        let rows = |remedy| lacking.by_remedy.get(&remedy).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<Option<Step>> = lacking
            .by_site
            .iter()
            .map(|(site, rows)| {
                let name = &self.scenario.sites[site.index()].name;
                self.step(Remedy::RestartPackageServer, &format!("restart_package_server {name}"), rows)
            })
            .collect();
        let updates = "membership_update delta=5m complete={daily: 02:10}";
        let over_time = &self.scenario.over_time;
        let policies = &over_time.policies[over_time.policies_at(self.at)].policies;
        let (dsup, target) = (rows(Remedy::EnableDsup), rows(Remedy::TargetEverybody));
        // A policy that was changed is known only after a membership update.
        let mut waiting: BTreeSet<RecordId> =
            rows(Remedy::ScheduleMembershipUpdates).iter().copied().collect();
        if !over_time.membership.schedule_at(self.at).ever_runs() {
            waiting.extend(dsup.iter().chain(target));
        }
        let waiting: Vec<RecordId> = waiting.into_iter().collect();
        found.push(self.step(Remedy::ScheduleMembershipUpdates, updates, &waiting));
        if !policies.dsup_enabled {
            found.push(self.step(Remedy::EnableDsup, "policies dsup.enabled=true", dsup));
        }
        found.push(self.step(Remedy::TargetEverybody, &everybody(policies), target));
        found.into_iter().flatten().collect()
    }

    /// Also what comes later in the chain counts: once one obstacle is gone, the next one shows.
    fn lacking(&self, goal: &Goal) -> Lacking {
        let mut lacking = Lacking::default();
        for (record, _) in
            goal.records().filter(|(record, _)| !self.fleet.record_state(*record).is(Mark::Licensed))
        {
            let client = record.own_machine();
            let state = self.fleet.as_recorded(client);
            let all: Vec<DenialReason> = obstacles(state, self.fleet.surroundings(client, self.at)).collect();
            let remedies: BTreeSet<Remedy> = all.into_iter().filter_map(against).collect();
            for remedy in remedies {
                lacking.by_remedy.entry(remedy).or_default().push(record);
            }
            let group = self.fleet.roster().group_of(client);
            let site = SiteId::from_index(self.scenario.groups[group.index()].site);
            if !state.is(Mark::PackageReady) && !self.fleet.serves(site, self.at) {
                lacking.by_site.entry(site).or_default().push(record); // C4
            }
        }
        lacking
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

    /// An action chooses records of one status.
    fn freeing(&self, remedy: Remedy, rows: &[RecordId]) -> Vec<Step> {
        if remedy == Remedy::RunRefresh {
            return self.freed(remedy, REFRESH, rows).into_iter().collect();
        }
        let of = |status| move |row: &RecordId| self.fleet.record_state(*row).status() == status;
        let by_status = [Status::Active, Status::Retired, Status::Disposed];
        let rows_of = |status| rows.iter().copied().filter(of(status)).collect::<Vec<RecordId>>();
        by_status.into_iter().flat_map(|status| self.freeing_alike(remedy, &rows_of(status))).collect()
    }

    /// One action where one chooses them all, else one a group.
    fn freeing_alike(&self, remedy: Remedy, rows: &[RecordId]) -> Vec<Step> {
        let command = match remedy {
            Remedy::DeleteWithoutPlugin | Remedy::DeleteRecords => "delete",
            _ => "retire",
        };
        // Who is alive is not to be switched off by it.
        let agent = if remedy == Remedy::DeleteWithoutPlugin { " agent=live" } else { "" };
        let said = |rows: &[RecordId]| {
            exactly(self.fleet, rows, self.at).map(|selection| format!("{command} {selection}{agent}"))
        };
        if let Some(whole) = said(rows) {
            return self.freed(remedy, &whole, rows).into_iter().collect();
        }
        let mut groups: BTreeMap<GroupId, Vec<RecordId>> = BTreeMap::new();
        for row in rows {
            groups.entry(self.fleet.roster().group_of(row.own_machine())).or_default().push(*row);
        }
        groups.values().filter_map(|rows| self.freed(remedy, &said(rows)?, rows)).collect()
    }

    fn freed(&self, remedy: Remedy, said: &str, rows: &[RecordId]) -> Option<Step> {
        Some(Step { frees: rows.len() as u64, ..self.step(remedy, said, rows)? })
    }

    /// An action, read as it would be if it were typed; `None` where it is about nobody.
    fn step(&self, remedy: Remedy, said: &str, rows: &[RecordId]) -> Option<Step> {
        rows.first()?;
        let names = rows.iter().take(NAMED).map(|row| self.fleet.roster().name(row.own_machine())).collect();
        let kept_by = if remedy == Remedy::RetireGone { self.kept_by(rows) } else { None };
        let clause = kept_by.map_or(remedy.clause(), KeptBy::clause);
        let clients = Sample { count: rows.len() as u64, names };
        let histories = if remedy.loses_history() { clients.count } else { 0 };
        Some(Step { clause, kept_by, clients, histories, ..spoken(remedy, said, self.scenario, self.at)? })
    }

    /// What keeps the licenses of these records; of several reasons the one that asks for most care.
    fn kept_by(&self, rows: &[RecordId]) -> Option<KeptBy> {
        KeptBy::most_doubtful(rows.iter().filter_map(|row| match self.fleet.fate_of_license(*row) {
            Release::Kept(by) => Some(by),
            _ => None,
        }))
    }
}

const REFRESH: &str = "run licensing_refresh";

/// The licensing refresh by hand, whatever there is to release.
pub fn refresh(scenario: &Scenario, at: Time) -> Option<Step> {
    spoken(Remedy::RunRefresh, REFRESH, scenario, at)
}

/// `None` where a name cannot be spoken: a group called `null`.
fn spoken(remedy: Remedy, said: &str, scenario: &Scenario, at: Time) -> Option<Step> {
    let text = format!("{said} at {}", civil(scenario.start, at));
    let action = read::action(&text, scenario, at).ok()?;
    Some(Step {
        remedy,
        clause: remedy.clause(),
        kept_by: None,
        typed: Typed::Action(text),
        what: What::Action(action),
        clients: Sample { count: 0, names: Vec::new() },
        frees: 0,
        histories: 0,
        nodes: 0,
        without: 0,
        fewer: None,
    })
}

/// The change that makes the install policy take everybody.
fn everybody(policies: &Policies) -> String {
    let policy = &policies.plugin_install;
    let enabled = if policy.enabled { "" } else { " plugin_install.enabled=true" };
    let wider = match &policy.target {
        Target::Clients(_) => " plugin_install.clients=all".to_string(),
        Target::Where(all) => wider(all),
    };
    format!("policies{enabled}{wider}")
}

fn wider(all: &Conditions) -> String {
    let parts = [
        (all.groups != OneOf::All, " plugin_install.groups=all"),
        (all.sites != OneOf::All, " plugin_install.sites=all"),
        (all.systems != Systems::All, " plugin_install.operating_systems=all"),
        (!all.share.is_whole(), " plugin_install.share=100%"),
    ];
    parts.into_iter().filter(|(narrow, _)| *narrow).map(|(_, said)| said).collect()
}
