//! What must hold at every instant of every run, checked on random small scenarios with every feature
//! on. A failure prints the seed, the scenario, and the smallest one found that fails like it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::ControlFlow;

use fleetsim::fleet::Mode;
use fleetsim::fleet::fact::{Fact, Observer, PackageKind, Step, Watched};
use fleetsim::fleet::roster::Roster;
use fleetsim::fleet::solution_fact::{ReturnedBy, SolutionChange, SolutionFact, SolutionStep};
use fleetsim::observe::counts::Counts;
use fleetsim::rules::clause::Clause;
use fleetsim::rules::client::{ClientState, Mark, Status};
use fleetsim::rules::consumption::{Refused, Returned};
use fleetsim::rules::license_files::{AupState, Entitlement, LicenseState};
use fleetsim::rules::maintenance::ImportRefused;
use fleetsim::rules::solutions::Discarded;
use fleetsim::scenario;
use fleetsim::scenario::model::{Scenario, Share, Solution, Unreachable};
use fleetsim::study;
use fleetsim::study::run::Outcome;
use fleetsim::units::ids::{ClientId, GroupId};
use fleetsim::units::time::Time;

use crate::support::cases::check;
use crate::support::minimal::minimal;
use crate::support::random::{found_file, scenario_of};

/// Scenarios tried by `cargo test`; `FLEETSIM_RANDOM_SCENARIOS=100000` tries more.
const USUAL: u64 = 600;

/// Follows every fact and asserts the invariants.
struct Audit<'s> {
    scenario: &'s Scenario,
    roster: Roster<'s>,
    /// The groups of records that came during the run.
    further: BTreeMap<ClientId, GroupId>,
    last: Time,
    horizon: Time,
    states: BTreeMap<ClientId, ClientState>,
    entitlement: Option<Entitlement>,
    version_covered: bool,
    in_use: u64,
    /// Most of them at once.
    peak: u64,
    sites: Vec<Queue>,
    /// Licenses held from before the start.
    found: u64,
    taken: u64,
    released: u64,
    /// Records that became Active again, by their states.
    returned: u64,
    /// License-milliseconds held, by client, to be compared with the tally's integral (Little).
    held_since: BTreeMap<ClientId, Time>,
    held: u128,
    refund_on_retire_at_once: bool,
    /// Machines with cloned keys take licenses for the record of another one.
    clones: bool,
    refreshing_at: Option<Time>,
    updates: Updates,
    solutions: BTreeMap<Solution, Pool>,
    ever_deleted: BTreeSet<ClientId>,
}

/// What the facts say about the pool of another solution.
#[derive(Default)]
struct Pool {
    entitlement: Entitlement,
    /// Licenses by record; that of a deleted one may wait for the refresh while it has another.
    held: BTreeMap<ClientId, u64>,
    waiting: BTreeSet<ClientId>,
    taken: u64,
    returned: u64,
    discarded: u64,
}

impl Pool {
    fn in_use(&self) -> u64 {
        self.held.values().sum()
    }

    /// `status`: of the record that the step is about; `came_back`: it was deleted some time.
    fn step(
        &mut self,
        solution: Solution,
        client: ClientId,
        step: SolutionStep,
        (status, came_back): (Status, bool),
    ) {
        let (in_use, full) =
            (self.in_use(), self.entitlement.nodes.is_some_and(|nodes| self.in_use() >= nodes));
        let in_date = self.entitlement.state == LicenseState::InDate;
        let held = self.held.entry(client).or_default();
        match step {
            SolutionStep::LicenseTaken { waited } => {
                assert!(in_date && !full, "S1, L3: {in_use} in use of {:?}", self.entitlement);
                assert_eq!(status, Status::Active, "S1");
                assert!(*held == 0 || came_back, "S1: one license a record");
                assert_eq!(self.waiting.remove(&client), waited);
                *held += 1;
                self.taken += 1;
            }
            SolutionStep::LicenseReturned(by) => {
                *held -= 1;
                self.returned += 1;
                let left = match solution {
                    _ if by == ReturnedBy::Uninstalling => solution == Solution::Deployment,
                    Solution::Inventory => status != Status::Active,
                    Solution::Monitor => matches!(status, Status::Retired | Status::Deleted),
                    Solution::Deployment => status == Status::Deleted,
                };
                assert!(left || came_back, "S2: {solution:?} {status:?} {by:?}");
            }
            SolutionStep::DataDiscarded { why, starts_waiting } => {
                self.discarded += 1;
                assert!(!starts_waiting || self.waiting.insert(client));
                match why {
                    Discarded::PoolFull => assert!(in_date && full),
                    Discarded::Expired => assert!(!in_date),
                    Discarded::NoActiveRecord => assert!(!starts_waiting),
                }
            }
            SolutionStep::StopsWaiting => assert!(self.waiting.remove(&client)),
            SolutionStep::PluginRemoved => {}
        }
    }
}

/// The downloads of a site.
#[derive(Clone, Default)]
struct Queue {
    running: u32,
    /// Clients that wait for a slot, in the order in which they came.
    waiting: VecDeque<ClientId>,
}

impl Queue {
    /// No more at once than the site serves, and the client that waited longest is next.
    fn step(&mut self, client: ClientId, before: ClientState, after: ClientState, most: Option<u32>) {
        match (before.is(Mark::DownloadQueued), after.is(Mark::DownloadQueued)) {
            (false, true) => self.waiting.push_back(client),
            (true, false) if after.is(Mark::Downloading) => {
                assert_eq!(self.waiting.pop_front(), Some(client), "first come, first served");
            }
            (true, false) => self.waiting.retain(|waits| *waits != client),
            _ => {}
        }
        match (before.is(Mark::Downloading), after.is(Mark::Downloading)) {
            (false, true) => self.running += 1,
            (true, false) => self.running -= 1,
            _ => {}
        }
        assert!(most.is_none_or(|most| self.running <= most), "{} downloads at once", self.running);
    }
}

/// What the facts say about updates.
#[derive(Default)]
struct Updates {
    /// By client: Scheduled or Executing now, and installed so far.
    pending: BTreeMap<ClientId, u32>,
    installed: BTreeMap<ClientId, u32>,
    listed: u32,
    /// Each bulletin of these scenarios has two updates.
    enabled: u32,
}

impl Updates {
    fn step(
        &mut self,
        client: ClientId,
        before: ClientState,
        after: ClientState,
        step: Step,
        entitlement: Entitlement,
    ) {
        let pending = self.pending.entry(client).or_default();
        match step {
            Step::UpdatesScheduled { updates } => {
                let licensed = after.is(Mark::Licensed) || after.status() == Status::Shared;
                assert!(licensed && after.is(Mark::PackageReady), "{after:?}");
                *pending += updates;
                assert!(*pending <= 2 * self.enabled, "only what is enabled is scheduled");
            }
            Step::UpdatesExecuting { updates } => {
                assert_eq!(entitlement.state, LicenseState::InDate, "E1: nothing is deployed");
                assert!(updates > 0 && updates <= *pending);
            }
            Step::CycleEnded { installed, failed, again } => {
                assert!(before.is(Mark::Executing) && installed + failed + again > 0);
                *pending -= installed + failed;
                let all = self.installed.entry(client).or_default();
                *all += installed;
                assert!(*all <= 2 * self.enabled, "each update is installed once");
            }
            Step::Reimaged(_) => drop(self.installed.insert(client, 0)), // with the disk
            Step::UpdatesDropped { updates } => {
                *pending -= updates;
                assert_eq!(*pending, 0);
            }
            _ => {}
        }
        if after.is(Mark::Executing) {
            assert!(*pending > 0 && !after.is(Mark::CyclePlanned), "{after:?}");
        }
    }
}

impl Audit<'_> {
    fn new<'s>(scenario: &'s Scenario, yaml: &str) -> Audit<'s> {
        Audit {
            scenario,
            roster: Roster::new(scenario, 0),
            further: BTreeMap::new(),
            last: Time::START,
            horizon: scenario.horizon(),
            states: BTreeMap::new(),
            entitlement: None,
            version_covered: true,
            in_use: 0,
            peak: 0,
            sites: vec![Queue::default(); scenario.sites.len()],
            found: 0,
            taken: 0,
            released: 0,
            returned: 0,
            held_since: BTreeMap::new(),
            held: 0,
            refund_on_retire_at_once: yaml.contains("refund_on_retire: immediate"),
            clones: yaml.contains("machines:"),
            refreshing_at: None,
            updates: Updates::default(),
            solutions: BTreeMap::new(),
            ever_deleted: BTreeSet::new(),
        }
    }

    fn of_solution(&mut self, SolutionFact { solution, in_use, what }: SolutionFact) {
        let pool = self.solutions.entry(solution).or_default();
        match what {
            SolutionChange::Entitlement(entitlement) => pool.entitlement = entitlement,
            SolutionChange::File { .. } => {}
            SolutionChange::Computer { client, step } => {
                let status = self.states.get(&client).copied().unwrap_or_default().status();
                pool.step(solution, client, step, (status, self.ever_deleted.contains(&client)));
            }
        }
        assert_eq!(pool.in_use(), in_use, "{solution:?}: licenses held are licenses in use");
    }

    /// The results say what the facts said.
    fn check_solutions(&self, outcome: &Outcome) {
        let results = &outcome.solutions;
        assert_eq!(results.at_end.len(), self.scenario.solutions.len());
        for now in &results.at_end {
            let pool = &self.solutions[&now.solution];
            assert_eq!((now.licenses_in_use, now.licenses_total), (pool.in_use(), pool.entitlement.nodes));
            assert_eq!(now.computers_without, pool.waiting.len() as u64);
            let counted = (now.licenses_taken, now.licenses_returned, now.data_discarded);
            assert_eq!(counted, (pool.taken, pool.returned, pool.discarded));
            let rows = results.rows.iter().filter(|row| row.now.solution == now.solution);
            assert_eq!(rows.clone().map(|row| row.data_discarded).sum::<u64>(), pool.discarded);
            assert_eq!(rows.count(), outcome.rows.len(), "a row at each instant of the timeline");
        }
    }

    fn changed(&mut self, at: Time, client: ClientId, before: ClientState, after: ClientState, step: Step) {
        let known = self.states.insert(client, after).unwrap_or_default();
        assert_eq!(known, before, "facts tell a client's states without a gap");
        self.follows_the_chain(after);
        if before.status() != after.status() && after.status() == Status::Active {
            self.becomes_active(before.status(), step);
        }
        match step {
            Step::DownloadStarted(package) => self.site_serves(at, client, package, true),
            Step::Downloaded { package, .. } => self.site_serves(at, client, package, false),
            _ => {}
        }
        if let Step::Deleted(_) = step {
            self.ever_deleted.insert(client);
        }
        if let Step::SecondRecord { of, .. } = step {
            self.further.insert(client, self.group_of(of));
        }
        let direct = !self.scenario.over_time.has_backlog();
        if is_a_contact(step) && direct {
            self.reaches_the_server(at, client);
        }
        if is_done_by_the_pc(step) && (direct || !is_a_contact(step)) {
            self.is_on(at, client, step == Step::Enrolled);
        }
        let site = self.scenario.groups[self.group_of(client).index()].site;
        self.sites[site].step(client, before, after, self.scenario.sites[site].concurrent);
        self.updates.step(client, before, after, step, self.entitlement.unwrap());
        match (before.is(Mark::Licensed), after.is(Mark::Licensed)) {
            (false, true) if step == Step::Initial => self.found(at, client),
            (false, true) => self.take(at, client, before, step),
            (true, false) => self.release(at, client, before, step),
            _ => {}
        }
    }

    /// A record becomes Active for the first time, or returns, and is reported as one or the other (V5, V7).
    fn becomes_active(&mut self, before: Status, step: Step) {
        let reported = match before {
            Status::Unknown => matches!(step, Step::Initial | Step::FirstContact { .. } | Step::Returned),
            Status::Retired | Status::Disposed => step == Step::Reactivated,
            Status::Deleted | Status::Shared => step == Step::Returned,
            Status::Active => false,
        };
        assert!(reported, "V5, V7: {before:?} becomes Active by {step:?}");
        self.returned += u64::from(before != Status::Unknown || step == Step::Returned);
    }

    /// A client's marks come in the order of the chain.
    fn follows_the_chain(&self, state: ClientState) {
        if state.is(Mark::PackageReady) {
            // A client that returned has both before the server targets it again (V5).
            assert!(state.is(Mark::Plugin), "{state:?}");
        }
        if state.is(Mark::PackageTarget) && state.status() == Status::Active && !state.is(Mark::Imaging) {
            assert!(state.is(Mark::PluginReported), "C3 before C2: {state:?}");
        }
        assert!(!(state.is(Mark::Waiting) && state.is(Mark::Licensed)), "{state:?}");
        assert!(!(state.status() == Status::Shared && state.is(Mark::Licensed)), "V10: one license a record");
        assert!(!(state.is(Mark::AgentUninstalled) && state.is(Mark::Agent)), "V8: {state:?}");
        if state.is(Mark::LeftBehind) {
            assert!(!state.is(Mark::Agent) && !state.is(Mark::Plugin), "V10: {state:?}");
        }
        assert!(!(state.is(Mark::Downloading) && state.is(Mark::DownloadQueued)), "{state:?}");
        assert!(!(state.is(Mark::InstallTarget) && state.is(Mark::UninstallTarget)), "V2: {state:?}");
        assert!(!(state.is(Mark::Downloading) && state.is(Mark::BackingOff)), "{state:?}");
        if !state.is(Mark::Agent) {
            assert!(!state.is(Mark::BackingOff), "{state:?}");
            assert!(!state.is(Mark::Waiting) && !state.is(Mark::Downloading), "{state:?}");
        }
    }

    /// While the server is not reachable for a client, nothing that it sends or asks for arrives.
    fn reaches_the_server(&self, at: Time, client: ClientId) {
        let group = self.group_of(client).index();
        let site = self.scenario.groups[group].site;
        let holds = |period: &&Unreachable| period.from <= at && at < period.until;
        let concerns = |period: &&Unreachable| period.groups.has(group) && period.sites.has(site);
        let mut periods = self.scenario.platform.unreachable.iter().filter(concerns).filter(holds);
        assert!(periods.all(|period| period.chance != Share::ALL), "{client:?} reaches the server at {at:?}");
    }

    fn group_of(&self, client: ClientId) -> GroupId {
        self.further.get(&client).copied().unwrap_or_else(|| self.roster.group_of(client))
    }

    /// What a PC does it does while it is on; in the instant in which it goes off, what it began may
    /// still end, and a slot may still come free for it.
    fn is_on(&self, at: Time, client: ClientId, begins: bool) {
        let Some(online) = &self.scenario.groups[self.group_of(client).index()].online else { return };
        let today = online.windows.day_of(at);
        let mut of_days = (today - 1..=today).filter(|day| !online.holidays.contains(day));
        let on = |(from, until): (Time, Time)| from <= at && (at < until || at == until && !begins);
        assert!(of_days.any(|day| online.windows.of_day(day).any(on)), "client {client:?} is off at {at:?}");
    }

    /// Nothing starts while the package server does not serve it or has a blockout, and nothing is
    /// complete, but for what is complete in the instant in which that begins.
    fn site_serves(&self, at: Time, client: ClientId, package: PackageKind, starts: bool) {
        let site = self.scenario.groups[self.group_of(client).index()].site;
        let before = if starts { at } else { Time(at.ms() - 1) };
        let down = |at| self.scenario.outages()[site].iter().any(|out| out.keeps_back(package.served(), at));
        assert!(!(down(at) && down(before)), "C4: the package server does not serve at {at:?}");
        let blockouts = self.scenario.sites[site].blockouts.as_ref();
        let blocked = |at| blockouts.is_some_and(|blockouts| blockouts.contains(at));
        assert!(!(blocked(at) && blocked(before)), "a blockout at {at:?}");
    }

    /// It held a license before the start, whatever is owned now (L3).
    fn found(&mut self, at: Time, client: ClientId) {
        assert_eq!(at, Time::START);
        self.in_use += 1;
        self.peak = self.peak.max(self.in_use);
        self.found += 1;
        self.held_since.insert(client, at);
    }

    fn take(&mut self, at: Time, client: ClientId, before: ClientState, step: Step) {
        assert!(matches!(step, Step::LicenseTaken { .. }));
        // A result that waited in the event queue counts, whatever has become of the agent.
        let direct = !self.scenario.over_time.has_backlog();
        assert!(!direct || before.is(Mark::PackageReady) || self.clones, "C4: {before:?}");
        assert_eq!(before.status(), Status::Active, "V5, V7: first the record has to come back");
        let entitlement = self.entitlement.unwrap();
        assert_eq!(entitlement.state, LicenseState::InDate, "E1: no license is taken after expiry");
        assert!(self.version_covered, "M3: no license is taken while the version is not covered");
        assert!(entitlement.nodes.is_none_or(|nodes| self.in_use < nodes), "X2, L3: the pool is full");
        self.in_use += 1;
        self.peak = self.peak.max(self.in_use);
        self.taken += 1;
        self.held_since.insert(client, at);
    }

    fn release(&mut self, at: Time, client: ClientId, before: ClientState, step: Step) {
        let Step::LicenseReleased(clause) = step else { panic!("{step:?} releases a license") };
        if clause == Clause::E1 {
            assert_eq!(
                self.entitlement.unwrap().state,
                LicenseState::Expired,
                "E1: only when none is in date"
            );
        } else {
            // V2, V6, V8, V10: only Retired and deleted records give their license back.
            assert!(matches!(before.status(), Status::Retired | Status::Deleted), "{before:?}");
        }
        if clause == Clause::V1 && !self.refund_on_retire_at_once {
            self.refreshing_at = Some(at);
        }
        self.in_use -= 1;
        self.released += 1;
        self.held += (at - self.held_since.remove(&client).unwrap()).ms() as u128;
    }

    /// License-milliseconds held up to the end.
    fn held_until_the_end(&self) -> u128 {
        self.held + self.held_since.values().map(|since| (self.horizon - *since).ms() as u128).sum::<u128>()
    }
}

/// Steps in which the server hears of a client, or a client of its policies.
fn is_a_contact(step: Step) -> bool {
    use Step::*;
    let requests = matches!(step, PluginRequested | PackageRequested | PluginRemoved);
    let reports =
        matches!(step, FirstContact { .. } | PluginReported | RemovalReported | Returned | Recognised);
    requests || reports || matches!(step, LicenseTaken { .. } | StartsWaiting { .. })
}

/// Steps that need the PC; the others are the server's or the administrator's.
fn is_done_by_the_pc(step: Step) -> bool {
    use Step::*;
    let transfers =
        matches!(step, DownloadStarted(_) | DownloadQueued(_) | Downloaded { .. } | DownloadPutOff { .. });
    let requests = matches!(step, PluginRequested | PackageRequested);
    let reports = matches!(step, Enrolled | FirstContact { .. } | PluginReported | RemovalReported);
    transfers || requests || reports || matches!(step, PluginInstalled | PluginRemoved)
}

impl Observer for Audit<'_> {
    /// Every scan is audited.
    fn watches(&self) -> Watched {
        Watched::AllClients
    }

    fn observe(&mut self, at: Time, fact: &Fact) {
        assert!(at >= self.last && at <= self.horizon, "time goes on, and not beyond the end");
        // V1: a Retired record releases only at the instant of a refresh, which is reported after it.
        if let Some(refresh) = self.refreshing_at {
            let same_run =
                matches!(fact, Fact::Changed { step: Step::LicenseReleased(_), .. } | Fact::Refreshed { .. });
            assert!(at == refresh && same_run, "V1: released without a refresh");
        }
        self.last = at;
        match *fact {
            Fact::Changed { client, before, after, step } => self.changed(at, client, before, after, step),
            Fact::Entitlement(entitlement) => self.entitlement = Some(entitlement),
            Fact::Refreshed { .. } => self.refreshing_at = None,
            Fact::Scanned { client, outcome } => {
                let direct = !self.scenario.over_time.has_backlog();
                if direct {
                    self.is_on(at, client, false);
                }
                if direct && matches!(outcome, Ok(_) | Err(Refused::PoolFull | Refused::NoActiveRecord(_))) {
                    self.reaches_the_server(at, client);
                }
                let state = self.states[&client];
                let complete = state.is(Mark::PackageReady) || outcome == Err(Refused::PackageIncomplete);
                assert!(!direct || state.is(Mark::Agent) && complete, "C4: {state:?} scans");
                let holds = state.is(Mark::Licensed);
                match outcome {
                    Ok(Returned::InventoryOnly) => assert!(holds || state.status() == Status::Shared),
                    Ok(Returned::TakesLicense) => assert!(!holds),
                    Err(Refused::PoolFull) => assert!(!holds, "X1: a holder is never rejected"),
                    Err(Refused::VersionNotCovered) => assert!(!self.version_covered),
                    Err(_) => {}
                }
            }
            Fact::Coverage { covered, .. } => self.version_covered = covered,
            Fact::Solution(fact) => self.of_solution(fact),
            Fact::LicenseFileEvent { .. }
            | Fact::ScansCounted { .. }
            | Fact::Acted { .. }
            | Fact::Arranged { .. }
            | Fact::Restarted { .. }
            | Fact::EnableRefused { .. }
            | Fact::TaskRefused { .. } => {}
            Fact::PackageServer { site, package, serves } => {
                let outages = self.scenario.outages();
                let mut turns = outages[site.index()]
                    .iter()
                    .filter(|outage| outage.package == package)
                    .map(|outage| if serves { outage.until } else { outage.from.max(Time::START) });
                assert!(turns.any(|turn| turn == at));
            }
            Fact::Imported { brought, .. } => {
                let entitlement = self.entitlement.unwrap();
                let in_date = entitlement.state == LicenseState::InDate;
                let possible = in_date && entitlement.aup != AupState::Expired;
                match brought {
                    Err(ImportRefused::Fails) => assert!(in_date, "E1"),
                    _ => assert_eq!(brought.is_ok(), possible, "M2, E1"),
                }
                self.updates.listed += brought.unwrap_or(0);
            }
            Fact::BulletinsEnabled { bulletins, .. } => {
                self.updates.enabled += bulletins;
                assert!(self.updates.enabled <= self.updates.listed, "what is enabled was listed");
            }
        }
    }
}

/// Runs a scenario twice and asserts all of it.
pub fn audit(scenario: &Scenario, yaml: &str) -> Counts {
    let mut audit = Audit::new(scenario, yaml);
    let outcome =
        study::run::run(scenario, 0, Mode::default(), &mut audit, |_, _| ControlFlow::Continue(())).unwrap();
    audit.check_solutions(&outcome);
    let totals = &outcome.totals;
    assert_eq!(audit.found + audit.taken - audit.released, audit.in_use, "found + taken − released = held");
    assert_eq!(audit.found, totals.licenses_at_start);
    assert_eq!(audit.returned, totals.counts.clients_returned, "V5, V7: every return is counted");
    assert_eq!(
        totals.in_use_ms,
        audit.held_until_the_end(),
        "Little: the integral is the sum of holding times"
    );
    let last = outcome.rows.last().unwrap();
    assert_eq!(last.at, scenario.horizon());
    assert_eq!(last.now.levels.licenses_in_use, audit.in_use);
    assert!(outcome.rows.windows(2).all(|pair| pair[0].at < pair[1].at), "rows are in order of time");
    let granted: u64 = outcome.rows.iter().map(|row| row.counts.licenses_granted).sum();
    assert_eq!(granted, audit.taken);
    assert_eq!(totals.peak.0, audit.peak, "the peak is the most at once");
    for row in &outcome.rows {
        let held = row.now.levels.licenses_in_use;
        assert!(row.now.levels.licenses_retired_unrefunded <= held && held <= audit.peak, "{row:?}");
    }
    let accounted = outcome.holders + outcome.lacking.values().sum::<u64>();
    assert_eq!(accounted, outcome.clients, "the reasons account for every client");
    let again = study::run::run(scenario, 0, Mode::default(), Audit::new(scenario, yaml), |_, _| {
        ControlFlow::Continue(())
    });
    assert_eq!(again.unwrap().fingerprint.hex(), outcome.fingerprint.hex(), "twice the same path");
    outcome.totals.counts
}

#[test]
fn invariants_hold_on_random_scenarios() {
    let count = std::env::var("FLEETSIM_RANDOM_SCENARIOS").map_or(USUAL, |n| n.parse().expect("a number"));
    let mut seen = [0; 11];
    for seed in 1..=count {
        let yaml = scenario_of(seed);
        let audited = || audit(&check(&yaml, "random").scenario, &yaml);
        let counts = std::panic::catch_unwind(audited).unwrap_or_else(|cause| {
            // What is no scenario any more proves nothing.
            let fails = |yaml: &str| {
                if let Ok(checked) = scenario::check(yaml, "random", &found_file) {
                    audit(&checked.scenario, yaml);
                }
            };
            eprintln!("seed {seed} fails:\n{yaml}\nso does\n{}", minimal(&yaml, &fails));
            std::panic::resume_unwind(cause)
        });
        let Counts { licenses_granted, licenses_refunded, scans_returned, scans_rejected, .. } = counts;
        let Counts { scans_failed_untargeted, scans_not_run, downloads_completed, .. } = counts;
        let kinds = [licenses_granted, licenses_refunded, scans_returned, scans_rejected];
        let kinds = kinds.into_iter().chain([scans_failed_untargeted, scans_not_run, downloads_completed]);
        let Counts { updates_installed, updates_failed, scans_unchanged, cycles_stopped, .. } = counts;
        let kinds = kinds.chain([updates_installed, 9 * updates_failed, scans_unchanged, 9 * cycles_stopped]);
        seen.iter_mut().zip(kinds).for_each(|(sum, n)| *sum += n);
    }
    assert!(seen.iter().all(|n| *n > count), "the scenarios show everything: {seen:?}");
}
