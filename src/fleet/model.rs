//! The fleet itself: tables, the dispatch of events, and the one place where a client's state changes.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::ops::ControlFlow;

use crate::engine::draw::Draws;
use crate::engine::queue::{EventKey, EventQueue};
use crate::engine::simulation::Model;
use crate::fleet::chain::targets::Targets;
use crate::fleet::decision::Decision;
use crate::fleet::downloads::site::{Download, Downloads};
use crate::fleet::event::Event;
use crate::fleet::fact::{Cause, Fact, Observer, Step, Watched};
use crate::fleet::fast_forward::parked::{FastForward, Mode};
use crate::fleet::fast_forward::prefetch::Prefetch;
use crate::fleet::patching::update_state::UpdateSide;
use crate::fleet::pool::Pool;
use crate::fleet::records::identity::Records;
use crate::fleet::roster::Roster;
use crate::fleet::schedule::periodic::Occurrences;
use crate::fleet::schedule::predrawn::{Places, draw_ahead};
use crate::fleet::state::Client;
use crate::rules::client::{ClientState, Mark};
use crate::rules::license_calendar::{LicenseFileEvent, calendar};
use crate::rules::license_status::{DenialReason, LicenseContext, standing};
use crate::rules::recovery::fate_of_license;
use crate::rules::release::Release;
use crate::rules::targeting;
use crate::scenario::model::{Installed, PeriodicSchedule, Resend, Scenario, Schedule};
use crate::units::time::Time;

/// Clients that are scheduled at the start before somebody is asked whether to go on.
const SET_UP_TOGETHER: usize = 1 << 16;

/// A fleet in the middle of a run.
pub struct Fleet<'s, O> {
    pub(in crate::fleet) scenario: &'s Scenario,
    pub(in crate::fleet) roster: Roster<'s>,
    pub(in crate::fleet) clients: Vec<Client>,
    /// By group: what was drawn ahead.
    pub(in crate::fleet) ahead: Vec<Places>,
    pub(in crate::fleet) sites: Vec<Downloads<'s>>,
    /// Downloads that wait for another try: the package server does not serve, a blockout, the PC is off.
    pub(in crate::fleet) awaiting_retry: BTreeMap<u32, Download>,
    pub(in crate::fleet) pool: Pool,
    /// What happens to the license files, in order of time.
    pub(in crate::fleet) calendar: Vec<(Time, LicenseFileEvent, usize)>,
    /// Clients whose license the next licensing refresh releases.
    pub(in crate::fleet) unreleased: Vec<u32>,
    pub(in crate::fleet) targets: Targets,
    /// The version that runs.
    pub(in crate::fleet) installed: Installed,
    /// Does maintenance cover it (M3)?
    pub(in crate::fleet) version_covered: bool,
    /// Only with an update side.
    pub(in crate::fleet) updates: Option<UpdateSide<'s>>,
    pub(in crate::fleet) prefetch: Prefetch,
    pub(in crate::fleet) records: Records,
    /// Only where scans that change nothing are counted instead of simulated.
    pub(in crate::fleet) fast_forward: Option<FastForward>,
    /// Whose scans are events in any case.
    pub(in crate::fleet) followed: Watched,
    pub(in crate::fleet) threads: usize,
    pub(in crate::fleet) observer: O,
}

impl<'s, O: Observer> Fleet<'s, O> {
    /// Sets the fleet up and schedules what is known from the start.
    pub fn new(
        scenario: &'s Scenario,
        replication: u64,
        mode: Mode,
        observer: O,
        queue: &mut EventQueue,
    ) -> Self {
        match Fleet::set_up(scenario, replication, mode, observer, queue, || ControlFlow::Continue(())) {
            ControlFlow::Continue(fleet) => fleet,
            ControlFlow::Break(()) => unreachable!("nobody breaks it off"),
        }
    }

    /// The same; with ten million clients it takes seconds, so `watch` is asked now and then whether to go on.
    pub fn set_up(
        scenario: &'s Scenario,
        replication: u64,
        mode: Mode,
        observer: O,
        queue: &mut EventQueue,
        mut watch: impl FnMut() -> ControlFlow<()>,
    ) -> ControlFlow<(), Self> {
        let mut roster = Roster::new(scenario, replication);
        watch()?;
        let joins = roster.take_joins();
        watch()?;
        let followed = observer.watches();
        // Counted that often, scans cost more than they do one by one.
        let counted = observer.counts_at(Time::START) != Time::NEVER;
        let too_often =
            FastForward::COUNTS_A_SCAN * scenario.timeline_every.ms() < scenario.scan.schedule.every.ms();
        let one_by_one = mode.exhaustive || followed == Watched::Everybody || counted && too_often;
        let mut clients: Vec<Client> = roster.groups().map(Client::new).collect();
        let mut fleet = Fleet {
            scenario,
            ahead: draw_ahead(scenario, &roster, &mut clients),
            clients,
            sites: sites(scenario),
            awaiting_retry: BTreeMap::new(),
            pool: Pool::new(&scenario.licenses, Time::START),
            calendar: calendar(&scenario.licenses),
            unreleased: Vec::new(),
            targets: Targets::new(scenario),
            installed: scenario.over_time.versions[0],
            version_covered: true,
            updates: UpdateSide::new(scenario, replication, roster.len()),
            prefetch: Prefetch::default(),
            records: Records::new(scenario, roster.len()),
            fast_forward: if one_by_one { None } else { FastForward::new(scenario, roster.len()) },
            followed,
            threads: mode.threads,
            roster,
            observer,
        };
        watch()?;
        fleet.tell(Time::START, Fact::Entitlement(fleet.pool.entitlement()));
        fleet.judge_coverage(Time::START);
        fleet.begin_as_found(queue);
        fleet.schedule_known(queue);
        fleet.schedule_joins(&joins, queue, watch)?;
        ControlFlow::Continue(fleet)
    }

    fn schedule_known(&self, queue: &mut EventQueue) {
        for (line, (at, _, _)) in
            self.calendar.iter().enumerate().filter(|(_, (at, _, _))| *at >= Time::START)
        {
            queue.push(Event::LicenseFileEvent.at(*at, line as u32, 0));
        }
        for (index, action) in self.scenario.actions.iter().enumerate() {
            queue.push(Event::Action.at(action.at, index as u32, 0));
        }
        self.schedule_recomputations(queue);
        if matches!(self.scenario.platform.licensing_refresh, Schedule::Every { .. }) {
            self.schedule_refresh(Time::START, queue);
        }
        self.schedule_outages(queue);
        self.schedule_import(Time::START, queue);
        self.schedule_count(Time::START, queue);
    }

    /// All who are not there yet come, each at its instant or when its PC is on.
    fn schedule_joins(
        &self,
        joins: &[Time],
        queue: &mut EventQueue,
        mut watch: impl FnMut() -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut client = 0;
        for joins in joins.chunks(SET_UP_TOGETHER) {
            for at in joins {
                if self.initial(client).is_none() {
                    queue.push(Event::Enrol.at(self.when_on(client, *at), client, 0));
                }
                client += 1;
            }
            watch()?;
        }
        ControlFlow::Continue(())
    }

    /// Schedules the first run of the licensing refresh at or after an instant.
    pub(in crate::fleet) fn schedule_refresh(&self, from: Time, queue: &mut EventQueue) {
        let next = targeting::next_run(self.scenario.platform.licensing_refresh, from);
        queue.push(Event::LicensingRefresh.at(next, 0, 0));
    }

    /// Number of clients that join during the run (or were planned to).
    pub fn len(&self) -> usize {
        self.clients.len()
    }

    pub fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    pub fn state(&self, client: u32) -> ClientState {
        self.clients[client as usize].state
    }

    /// Index of a client's group.
    pub(in crate::fleet) fn group(&self, client: u32) -> usize {
        usize::from(self.clients[client as usize].group)
    }

    /// How often a client's chain was cut so far.
    pub(in crate::fleet) fn epoch(&self, client: u32) -> u16 {
        self.clients[client as usize].epoch
    }

    /// Does a client hold a license, and if not, why? `at`: the instant up to which the fleet was simulated.
    ///
    /// # Errors
    /// The first thing it lacks.
    pub fn standing(&self, client: u32, at: Time) -> Result<(), DenialReason> {
        if self.holds_license(client) {
            return Ok(());
        }
        standing(self.as_recorded(client), self.surroundings(client, at))
    }

    /// Does a machine have a license: its own, or that of the record it shares (V10)?
    pub fn holds_license(&self, client: u32) -> bool {
        self.state(self.record(client)).is(Mark::Licensed)
    }

    /// What its standing depends on beside itself.
    pub fn surroundings(&self, client: u32, at: Time) -> LicenseContext {
        LicenseContext {
            install_policy: self.install_policy_targets(client, at),
            membership_updates: self.scenario.over_time.membership.schedule_at(at).ever_runs(),
            scan_settings: self.has_scan_settings(client, at),
            license_in_date: self.pool.in_date(),
            version_covered: self.version_covered,
            only_changes: self.updates.is_some()
                && self.scenario.scan.send_only_if_changed
                && self.scenario.scan.resend_after_reject == Resend::WhenChanged,
        }
    }

    /// Does an agent report under this record?
    pub fn alive(&self, record: u32) -> bool {
        self.machines_of(record).into_iter().any(|machine| self.state(machine).is(Mark::Agent))
    }

    /// Does the package server of a site serve?
    pub fn serves(&self, site: usize, at: Time) -> bool {
        self.sites[site].serves(at)
    }

    /// What becomes of the license a client's record holds, as things stand.
    pub fn fate_of_license(&self, client: u32) -> Release {
        let (platform, version) = (&self.scenario.platform, self.installed.version);
        fate_of_license(self.state(client), self.alive(client), platform, version)
    }

    /// Heap bytes of client rows; what a client costs beside its pending events.
    pub fn client_bytes(&self) -> usize {
        let updates = self.updates.as_ref().map_or(0, UpdateSide::bytes);
        let fast_forward = self.fast_forward.as_ref().map_or(0, FastForward::bytes);
        self.clients.capacity() * size_of::<Client>() + updates + fast_forward
    }

    #[inline]
    pub(in crate::fleet) fn tell(&mut self, now: Time, fact: Fact) {
        self.observer.observe(now, &fact);
    }

    /// Changes a client's state and tells the observers. The only place that does. (Always inlined, so that a
    /// step is made in its fact: copied there right after it was made, it costs 15 ns.)
    #[inline(always)]
    pub(in crate::fleet) fn change(&mut self, now: Time, client: u32, after: ClientState, step: Step) {
        let row = &mut self.clients[client as usize];
        let before = std::mem::replace(&mut row.state, after);
        // Who rests has the package. Asking the state first saves the others an access to memory far away.
        if before.is(Mark::PackageReady)
            && let Some(fast_forward) = &mut self.fast_forward
        {
            fast_forward.note_change(client);
        }
        self.observer.observe(now, &Fact::Changed { client, before, after, step });
    }

    /// A client's draws and its entity in them.
    pub(in crate::fleet) fn draws(&self, client: u32) -> (&Draws, u64) {
        self.roster.draws(self.clients[client as usize].group, client)
    }

    /// Is an event or download of that epoch still about this client as it is now?
    pub(in crate::fleet) fn current(clients: &[Client], client: u32, epoch: u16) -> bool {
        clients[client as usize].epoch == epoch
    }

    /// The first occurrence of a client's heartbeat at or after an instant.
    pub(in crate::fleet) fn next_occurrence(
        &self,
        client: u32,
        schedule: &PeriodicSchedule,
        [phase, jitter]: [Decision; 2],
        from: Time,
    ) -> Time {
        if schedule.every.ms() == 0 {
            return self.when_on(client, from);
        }
        let (draws, entity) = self.draws(client);
        let anchor = self.anchor(client, schedule, phase);
        let occurrences = Occurrences { schedule, draws, jitter, entity, anchor, drawn: None };
        match self.hours(client) {
            None => occurrences.next(from, 0).1,
            Some(hours) => hours.next_occurrence(&occurrences, from),
        }
    }

    /// The last occurrence of a client's heartbeat at or before an instant; the start when there was none.
    pub(in crate::fleet) fn last_beat(
        &self,
        client: u32,
        schedule: &PeriodicSchedule,
        [phase, jitter]: [Decision; 2],
        upto: Time,
    ) -> Time {
        if schedule.every.ms() == 0 {
            return upto;
        }
        let (draws, entity) = self.draws(client);
        let anchor = self.anchor(client, schedule, phase);
        let occurrences = Occurrences { schedule, draws, jitter, entity, anchor, drawn: None };
        occurrences.last(upto).unwrap_or(Time::START)
    }

    pub fn group_name(&self, group: usize) -> &'s str {
        &self.scenario.groups[group].name
    }

    /// Which clients there are by now.
    pub fn roster(&self) -> &Roster<'s> {
        &self.roster
    }

    fn license_turn(&mut self, now: Time, line: u32, queue: &mut EventQueue) {
        let (_, turn, file) = self.calendar[line as usize];
        self.pool.turn(now);
        self.tell(now, Fact::LicenseFileEvent { file, turn });
        self.tell(now, Fact::Entitlement(self.pool.entitlement()));
        self.judge_coverage(now);
        self.release_expired(now);
        self.review_all(now, queue);
    }
}

/// The sites with their outages.
fn sites(scenario: &Scenario) -> Vec<Downloads<'_>> {
    scenario
        .sites
        .iter()
        .zip(scenario.outages())
        .map(|(site, outages)| Downloads::new(site, outages))
        .collect()
}

impl<O: Observer> Model for Fleet<'_, O> {
    /// Always inlined, into the one loop there is, so that the key stays in registers (see [`EventQueue::push`]).
    #[inline(always)]
    fn handle(&mut self, key: EventKey, queue: &mut EventQueue) {
        let EventKey { time: now, entity, ordinal, .. } = key;
        let event = Event::of(key);
        if event.is_step_of_chain() && !Self::current(&self.clients, entity, ordinal) {
            return; // the chain this event belongs to was cut
        }
        match event {
            Event::LicenseFileEvent => self.license_turn(now, entity, queue),
            Event::Action => self.act(now, entity, queue),
            Event::LifetimeEnds => self.retire_at_end(now, entity, Cause::Lifetime, queue),
            Event::HoldingEnds if self.losses(entity) != ordinal => {} // of a license it lost since
            Event::HoldingEnds => self.retire_at_end(now, entity, Cause::HoldingTime, queue),
            Event::PurgeCheck => self.purge_check(now, entity, ordinal, queue),
            Event::LicensingRefresh => self.scheduled_refresh(now, queue),
            Event::Import => self.scheduled_import(now, queue),
            Event::EnableBulletins => self.enable_import(now, entity, queue),
            Event::Enrol => self.enrol(now, entity, queue),
            Event::ImageApplied => self.image_applied(now, entity, queue),
            Event::CheckIn => self.check_in(now, entity, queue),
            Event::Return => self.come_back(now, entity, queue),
            Event::FirstContact => self.first_contact(now, entity, queue),
            Event::TargetsRecomputed => self.targets_recomputed(now, entity, queue),
            Event::InstallTargeted => self.install_targeted(now, entity, queue),
            Event::PluginRequest => self.plugin_request(now, entity, queue),
            Event::PluginInstalled => self.plugin_installed(now, entity, queue),
            Event::PluginReported => self.plugin_reported(now, entity, queue),
            Event::PackageTargeted => self.package_targeted(now, entity, queue),
            Event::PackageRequest => self.package_request(now, entity, queue),
            Event::UpdateRequest => self.update_request(now, entity, queue),
            Event::UninstallRequest => self.uninstall_request(now, entity, queue),
            Event::RemovalReported => self.removal_reported(now, entity, queue),
            Event::PackageServerTurn => self.package_server_turn(now, entity, queue),
            Event::DownloadRetry => self.download_retry(now, entity, queue),
            Event::PcGoesOff => self.pc_goes_off(now, entity, queue),
            Event::SiteDownloads => self.site_downloads(now, entity, ordinal, queue),
            Event::UpdateCycle => self.update_cycle(now, entity, queue),
            Event::RestReviewed => self.rest_reviewed(now, entity, queue),
            Event::CycleScanReturned => self.cycle_scan_returned(now, entity, queue),
            Event::ScanReturned => self.scan_returned(now, entity, queue),
            Event::ScansCounted => self.count_scans(now, queue),
        }
        self.settle_rest(now, queue);
    }

    fn foresee(&mut self, announced: impl Iterator<Item = EventKey>) {
        let clients = &self.clients;
        let scan = |key: EventKey| {
            let event = Event::of(key);
            if event == Event::ScanReturned {
                return Some(key.entity);
            }
            if event.is_step_of_chain() {
                // Rows of clients that come next are far apart in memory: read one after the other where nothing
                // depends on them, they are fetched at the same time.
                black_box(clients[key.entity as usize].epoch);
            }
            None
        };
        let scans = announced.filter_map(scan);
        self.prefetch.look(scans, clients, &self.roster, &self.scenario.scan, self.fast_forward.as_ref());
    }

    #[inline(always)]
    fn looks_at_all(&self, key: EventKey) -> bool {
        use Event::{Action, Import, LicenseFileEvent, LicensingRefresh, ScansCounted, TargetsRecomputed};
        matches!(
            Event::of(key),
            Action | Import | LicenseFileEvent | LicensingRefresh | ScansCounted | TargetsRecomputed
        )
    }
}
