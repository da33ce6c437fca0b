//! What must hold at every instant of every run, checked on random small scenarios with every feature
//! on. A failure prints the seed and the scenario.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use fleetsim::fleet::fact::{Fact, Observer, Step};
use fleetsim::fleet::roster::Roster;
use fleetsim::observe::timeline::Counts;
use fleetsim::rules::clause::Clause;
use fleetsim::rules::client::{ClientState, Mark, Status};
use fleetsim::rules::consumption::{Refused, Returned};
use fleetsim::rules::license_files::{AupState, InForce, LicenseState};
use fleetsim::scenario::model::Scenario;
use fleetsim::study;
use fleetsim::words::time::Time;

use crate::cases::check;

/// Scenarios tried by `cargo test`; `FLEETSIM_RANDOM_SCENARIOS=100000` tries more.
const USUAL: u64 = 600;

/// Follows every fact and asserts the invariants.
struct Audit<'s> {
    scenario: &'s Scenario,
    roster: Roster<'s>,
    /// The groups of records that came during the run.
    further: BTreeMap<u32, usize>,
    last: Time,
    horizon: Time,
    states: BTreeMap<u32, ClientState>,
    in_force: Option<InForce>,
    version_covered: bool,
    in_use: u64,
    taken: u64,
    released: u64,
    /// License-milliseconds held, by client, to be compared with the tally's integral (Little).
    held_since: BTreeMap<u32, Time>,
    held: u128,
    refund_on_retire_at_once: bool,
    /// Machines with cloned keys take licenses for the record of another one.
    clones: bool,
    refreshing_at: Option<Time>,
    updates: Updates,
}

/// What the facts say about updates.
#[derive(Default)]
struct Updates {
    /// By client: Scheduled or Executing now, and installed so far.
    pending: BTreeMap<u32, u32>,
    installed: BTreeMap<u32, u32>,
    listed: u32,
    /// Each bulletin of these scenarios has two updates.
    enabled: u32,
}

impl Updates {
    fn step(&mut self, client: u32, before: ClientState, after: ClientState, step: Step, in_force: InForce) {
        let pending = self.pending.entry(client).or_default();
        match step {
            Step::UpdatesScheduled { updates } => {
                let licensed = after.is(Mark::Licensed) || after.status() == Status::Shared;
                assert!(licensed && after.is(Mark::PackageReady), "{after:?}");
                *pending += updates;
                assert!(*pending <= 2 * self.enabled, "only what is enabled is scheduled");
            }
            Step::UpdatesExecuting { updates } => {
                assert_eq!(in_force.state, LicenseState::InDate, "E1: nothing is deployed");
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
            in_force: None,
            version_covered: true,
            in_use: 0,
            taken: 0,
            released: 0,
            held_since: BTreeMap::new(),
            held: 0,
            refund_on_retire_at_once: yaml.contains("refund_on_retire: immediate"),
            clones: yaml.contains("machines:"),
            refreshing_at: None,
            updates: Updates::default(),
        }
    }

    fn changed(&mut self, at: Time, client: u32, before: ClientState, after: ClientState, step: Step) {
        let known = self.states.insert(client, after).unwrap_or_default();
        assert_eq!(known, before, "facts tell a client's states without a gap");
        self.follows_the_chain(after);
        match step {
            Step::DownloadStarted(_) => self.site_serves(at, client, true),
            Step::Downloaded { .. } => self.site_serves(at, client, false),
            _ => {}
        }
        if let Step::SecondRecord { of, .. } = step {
            self.further.insert(client, self.group_of(of));
        }
        if is_done_by_the_pc(step) {
            self.is_on(at, client, step == Step::Enrolled);
        }
        self.updates.step(client, before, after, step, self.in_force.unwrap());
        match (before.is(Mark::Licensed), after.is(Mark::Licensed)) {
            (false, true) => self.take(at, client, before, step),
            (true, false) => self.release(at, client, before, step),
            _ => {}
        }
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

    fn group_of(&self, client: u32) -> usize {
        self.further.get(&client).copied().unwrap_or_else(|| self.roster.group_of(client))
    }

    /// What a PC does it does while it is on; in the instant in which it goes off, what it began may
    /// still end, and a slot may still come free for it.
    fn is_on(&self, at: Time, client: u32, begins: bool) {
        let Some(online) = &self.scenario.groups[self.group_of(client)].online else { return };
        let today = online.windows.day_of(at);
        let mut of_days = (today - 1..=today).filter(|day| !online.holidays.contains(day));
        let on = |(from, until): (Time, Time)| from <= at && (at < until || at == until && !begins);
        assert!(of_days.any(|day| online.windows.of_day(day).any(on)), "client {client} is off at {at:?}");
    }

    /// Nothing starts while the package server does not serve or has a blockout, and nothing is
    /// complete, but for what is complete in the instant in which that begins.
    fn site_serves(&self, at: Time, client: u32, starts: bool) {
        let site = self.scenario.groups[self.group_of(client)].site;
        let before = if starts { at } else { Time(at.ms() - 1) };
        let down = |at| self.scenario.outages(site).iter().any(|out| out.from <= at && at < out.until);
        assert!(!(down(at) && down(before)), "C4: the package server does not serve at {at:?}");
        let blockouts = self.scenario.sites[site].blockouts.as_ref();
        let blocked = |at| blockouts.is_some_and(|blockouts| blockouts.contains(at));
        assert!(!(blocked(at) && blocked(before)), "a blockout at {at:?}");
    }

    fn take(&mut self, at: Time, client: u32, before: ClientState, step: Step) {
        assert!(matches!(step, Step::LicenseTaken { .. }));
        assert!(before.is(Mark::PackageReady) || self.clones, "C4: {before:?}");
        assert_eq!(before.status(), Status::Active, "V5, V7: first the record has to come back");
        let in_force = self.in_force.unwrap();
        assert_eq!(in_force.state, LicenseState::InDate, "E1: no license is taken after expiry");
        assert!(self.version_covered, "M3: no license is taken while the version is not covered");
        assert!(in_force.nodes.is_none_or(|nodes| self.in_use < nodes), "X2, L3: the pool is full");
        self.in_use += 1;
        self.taken += 1;
        self.held_since.insert(client, at);
    }

    fn release(&mut self, at: Time, client: u32, before: ClientState, step: Step) {
        let Step::LicenseReleased(clause) = step else { panic!("{step:?} releases a license") };
        if clause == Clause::E1 {
            assert_eq!(self.in_force.unwrap().state, LicenseState::Expired, "E1: only when none is in date");
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

/// Steps that need the PC; the others are the server's or the administrator's.
fn is_done_by_the_pc(step: Step) -> bool {
    use Step::*;
    let transfers =
        matches!(step, DownloadStarted(_) | DownloadQueued(_) | Downloaded { .. } | DownloadPutOff { .. });
    let requests = matches!(step, PluginRequested | PackageRequested);
    let reports = matches!(step, Enrolled | FirstContact | PluginReported | RemovalReported);
    transfers || requests || reports || matches!(step, PluginInstalled | PluginRemoved)
}

impl Observer for Audit<'_> {
    fn observe(&mut self, at: Time, fact: &Fact) {
        assert!(at >= self.last && at <= self.horizon, "time goes on, and not beyond the end");
        // V1: a Retired record releases only at the instant of a refresh, which is told after it.
        if let Some(refresh) = self.refreshing_at {
            let same_run =
                matches!(fact, Fact::Changed { step: Step::LicenseReleased(_), .. } | Fact::Refreshed { .. });
            assert!(at == refresh && same_run, "V1: released without a refresh");
        }
        self.last = at;
        match *fact {
            Fact::Changed { client, before, after, step } => self.changed(at, client, before, after, step),
            Fact::InForce(in_force) => self.in_force = Some(in_force),
            Fact::Refreshed { .. } => self.refreshing_at = None,
            Fact::Scanned { client, outcome } => {
                self.is_on(at, client, false);
                let state = self.states[&client];
                let complete = state.is(Mark::PackageReady) || outcome == Err(Refused::PackageIncomplete);
                assert!(state.is(Mark::Agent) && complete, "C4: {state:?} scans");
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
            Fact::LicenseTurn { .. }
            | Fact::Acted { .. }
            | Fact::Arranged { .. }
            | Fact::Restarted { .. }
            | Fact::EnableRefused { .. }
            | Fact::TaskRefused { .. } => {}
            Fact::PackageServer { site, serves } => {
                let turns = self.scenario.outages(site).into_iter();
                assert!(turns.map(|out| if serves { out.until } else { out.from }).any(|turn| turn == at));
            }
            Fact::Imported { brought, .. } => {
                let in_force = self.in_force.unwrap();
                let possible = in_force.state == LicenseState::InDate && in_force.aup != AupState::Expired;
                assert_eq!(brought.is_ok(), possible, "M2, E1");
                self.updates.listed += brought.unwrap_or(0);
            }
            Fact::BulletinsEnabled { bulletins, .. } => {
                self.updates.enabled += bulletins;
                assert!(self.updates.enabled <= self.updates.listed, "what is enabled was listed");
            }
        }
    }
}

/// A small generator of choices; the seed is the test's only input.
struct Choices(u64);

impl Choices {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }
}

const DELAYS: [&str; 7] = [
    "0s",
    "5m",
    "{uniform: [0m, 3h]}",
    "{exponential: 30m}",
    "{lognormal: {median: 3m, p95: 10m}}",
    "{triangular: [1m, 2m, 2h]}",
    "{empirical: [1m, 1m, 90m]}",
];

/// A random scenario of a few dozen clients over some days.
fn scenario_of(seed: u64) -> String {
    let mut c = Choices(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for _ in 0..5 {
        c.below(2);
    }
    let beat = |c: &mut Choices, every: &str| match c.below(3) {
        0 => "immediate".to_string(),
        1 => every.to_string(),
        _ => format!(
            "{{every: {every}, phase: {}, jitter: {{uniform: [-5m, 9m]}}}}",
            c.one(&["random", "10m"])
        ),
    };
    let (configuration, inventory) = (beat(&mut c, "1h"), beat(&mut c, "24h"));
    let membership = c.one(&["immediate", "{delta: 5m}", "{delta: never, complete: {daily: \"02:10\"}}"]);
    let refresh = c.one(&["never", "{daily: \"03:00\"}", "{every: 7h, offset: 1h}"]);
    let (retire, delete) = (c.one(&["immediate", "at_refresh"]), c.one(&["immediate", "at_refresh"]));
    let phase = c.one(&["random", "after_package", "20m"]);
    let (retry, give_up) = match c.below(3) {
        0 => ("next_scan", "never"),
        1 => (c.one(&["45m", "{exponential: 2h}"]), c.one(&["never", "3"])),
        _ => ("next_scan", "2"),
    };
    let site = c.one(&[
        "bandwidth: 20 Mbit/s, per_client: 5 Mbit/s",
        "bandwidth: 2 Mbit/s, concurrent: 3",
        "download_time: {exponential: 20m}, concurrent: 2",
        "bandwidth: unlimited, per_client: unlimited",
    ]);
    let throttle = match site.contains("download_time") {
        true => "",
        false => c.one(&[
            "",
            ", throttle: [{weekdays: \"06:00-18:00\", per_client: 300 kbit/s}]",
            ", throttle: [{daily: \"20:00-06:30\", per_client: 1 Mbit/s}, {monday: \"00:00-24:00\", per_client: 2 Mbit/s}]",
        ]),
    };
    let blockouts = c.one(&[
        "",
        "",
        ", blockouts: [{daily: \"09:00-11:00\"}]",
        ", blockouts: [{weekdays: \"22:00-04:00\"}]",
    ]);
    let down = match c.below(3) {
        0 => String::new(),
        1 => format!(", down: [{{from: {}h}}]", c.below(120)),
        _ => {
            let from = c.below(100);
            format!(
                ", down: [{{from: {from}h, until: {}h}}, {{from: 30h, until: 31h}}]",
                from + 1 + c.below(30)
            )
        }
    };
    let online = |c: &mut Choices| {
        c.one(&[
            "always",
            "{weekdays: \"08:00-18:00\", saturday: \"09:00-12:00\", present: 80%}",
            "{daily: \"22:00-06:00\", holidays: [2026-01-06]}",
            "{daily: \"00:00-24:00\", present: 0.6}",
            "{weekdays: [\"07:00-09:30\", \"09:00-12:15\", \"13:00-13:20\"], holidays: [2026-01-05, 2026-01-08]}",
        ])
        .to_string()
    };
    let (online_a, online_b) = (online(&mut c), online(&mut c));
    let spread = c.one(&["0s", "{uniform: [1m, 60m]}", "5h"]);
    let on_agent_start = c.one(&["true", "false"]);
    let after_change = c.one(&["true", "false"]);
    let inventory = match inventory.strip_prefix('{') {
        Some(rest) => format!("{{after_plugin_change: {after_change}, {rest}"),
        None => format!("{{every: {inventory}, after_plugin_change: {after_change}}}"),
    };
    let mut actions: Vec<String> = (0..c.below(12))
        .map(|_| {
            let at = c.below(120);
            let group = c.one(&["a", "b"]);
            let n = 1 + c.below(6);
            match c.below(9) {
                8 => format!("{{at: {at}h, restart_package_server: s}}"),
                0 => format!("{{at: {at}h, run: licensing_refresh}}"),
                1 => format!("{{at: {at}h, delete: {{group: {group}, status: retired}}}}"),
                2 => {
                    let keys = c.one(&["matching", "new"]);
                    format!("{{at: {at}h, reimage: {{group: {group}, clients: {n}, keys: {keys}}}}}")
                }
                _ => {
                    let deed = c.one(&[
                        "retire",
                        "dispose",
                        "delete",
                        "uninstall_plugin",
                        "install_plugin",
                        "uninstall_agent",
                    ]);
                    let agent = match deed {
                        "retire" | "dispose" | "delete" => c.one(&["", ", agent: live"]),
                        _ => "",
                    };
                    let status = c.one(&["active", "active", "retired", "disposed"]);
                    format!(
                        "{{at: {at}h, {deed}: {{group: {group}, clients: {n}, status: {status}{agent}}}}}"
                    )
                }
            }
        })
        .collect();
    let (nodes, extra) = (c.below(25), c.below(10));
    let old = extra % 3 == 0;
    let reaches_8_5 = !old || c.below(2) == 0;
    if reaches_8_5 {
        let (at, versions) = (c.below(60), if old { ["8.5", "8.6"] } else { ["8.7", "8.8"] });
        let released = c.one(&["2025-11-30", "2026-01-05"]);
        actions
            .push(format!("{{at: {at}h, upgrade: {{version: \"{}\", released: {released}}}}}", versions[0]));
        if at >= 24 && c.below(2) == 0 {
            let upgrade = format!("{{version: \"{}\", released: 2026-01-06}}", versions[1]);
            actions.push(format!("{{at: {}h, upgrade: {upgrade}}}", at + 5));
        }
    }
    actions.extend((0..c.below(5)).map(|_| change(&mut c, reaches_8_5)));
    let version = if old { c.one(&["7.5", "8.1"]) } else { "8.6" };
    let format = if version == "7.5" { "legacy" } else { c.one(&["slic", "legacy"]) };
    let (updates, patching) = if c.below(3) > 0 { updates_of(&mut c) } else { Default::default() };
    actions.extend(patching);
    let delay = |c: &mut Choices| c.one(&DELAYS).to_string();
    format!(
        "fleetsim: 1
duration: {days}d
seed: {seed}
timeline: {{every: {every}}}
platform:
  version: \"{version}\"
  first_contact: {contact}
  configuration_request: {configuration}
  basic_inventory: {inventory}
  membership_update: {membership}
  licensing_refresh: {refresh}
  refund_on_retire: {retire}
  refund_on_delete: {delete}
  on_expiry: {on_expiry}
  reimage_time: {reimage}
  purging: {purging}
  start_spread: {spread}
packages:
  plugin: {{size: {plugin}, install: {install}}}
  assessment_scan: {{size: {{uniform: [1 MB, 60 MB]}}, old_version_usable: {usable}}}
  install_tools: {{size: {tools}}}
scan: {{send_only_if_changed: {changed}, resend_after_reject: {resend}, every: 4h, phase: {phase}, jitter: {{uniform: [-10m, 10m]}}, on_new_policy: {new_policy}, on_agent_start: {on_agent_start},
  duration: {duration}, retry: {retry}, give_up_after: {give_up}}}
licenses:
  base: {{nodes: {nodes}, format: {format}, aup_until: {aup}}}
  extra: {{kind: subscription, nodes: {extra}, format: {format}, from: {from}h, until: 2026-01-08, aup_until: 2026-02-20}}
  renewal: {{nodes: {nodes}, format: {format}, from: {renewed}d 30m, replaces: {replaced}, aup_until: 2026-12-31}}
sites: {{s: {{{site}{throttle}{blockouts}{down}}}}}
groups:
  a: {{clients: {clients}, os: Windows 11, enrol: {enrol}, lifetime: {{exponential: 4d}}, online: {online_a}}}
  b: {{enrol: {{poisson: 6/d}}, holding_time: {holding}, cloned_keys: {clones}, online: {online_b}}}
{policies}
{updates}
actions: [{actions}]
",
        days = 1 + c.below(7),
        on_expiry = c.one(&["keep", "release"]),
        reimage = delay(&mut c),
        purging = c.one(&[
            "{}",
            "{retire_after: 26h}",
            "{delete_after: 2d}",
            "{retire_after: 25h, delete_after: 30h, check: 6h}"
        ]),
        clones = c.one(&["none", "none", "{machines: 2}", "{machines: 3}"]),
        every = c.one(&["1h", "1d", "7h"]),
        usable = c.one(&["true", "false"]),
        tools = c.one(&["0", "15 MB", "2 GB"]),
        changed = c.one(&["true", "false"]),
        resend = c.one(&["next_scan", "when_changed"]),
        contact = delay(&mut c),
        plugin = c.one(&["0", "10 MB"]),
        install = delay(&mut c),
        new_policy = c.one(&["true", "false"]),
        duration = delay(&mut c),
        from = 1 + c.below(80),
        aup = c.one(&["2025-12-01", "2026-01-06", "2026-12-31"]),
        renewed = 4 + c.below(2),
        replaced = c.one(&["base", "extra"]),
        clients = c.below(30),
        enrol = delay(&mut c),
        holding = delay(&mut c),
        policies = if old {
            "policies: {plugin_install: {groups: [a]}}"
        } else {
            c.one(&[
                "",
                "policies: {dsup: {enabled: false}, clones: {vip: {groups: [b]}}}",
                "policies: {plugin_install: {share: 70%}, dsup: {enabled: false}, clones: {vip: {share: 60%}}}",
            ])
        },
        actions = actions.join(", "),
    )
}

/// An action that changes something for everybody.
fn change(c: &mut Choices, reaches_8_5: bool) -> String {
    let target = |c: &mut Choices| {
        c.one(&[
            "{enabled: false}",
            "{enabled: true, groups: all, operating_systems: all}",
            "{groups: [b]}",
            "{share: 30%}",
            "{share: 80%}",
            "{clients: [b-1, b-3]}",
            "{clients: all, share: 100%}",
            "{operating_systems: [Windows 11], sites: [s]}",
        ])
    };
    let what = match c.below(if reaches_8_5 { 7 } else { 4 }) {
        0 => format!("membership_update: {}", c.one(&["never", "3h", "immediate", "{delta: never}"])),
        1 => "run: membership_update".to_string(),
        2 | 3 => format!("policies: {{plugin_install: {}}}", target(c)),
        4 => format!("policies: {{dsup: {{enabled: {}}}}}", c.one(&["true", "false"])),
        5 => format!("policies: {{clones: {{vip: {}}}}}", target(c)),
        _ => format!("policies: {{clones: {{new: {}}}, plugin_install: {}}}", target(c), target(c)),
    };
    format!("{{at: {}h, {what}}}", c.below(130))
}

/// An update side, and actions that go with it. Every bulletin has two updates.
fn updates_of(c: &mut Choices) -> (String, Vec<String>) {
    let bulletins: Vec<String> =
        (0..1 + c.below(5)).map(|n| format!("{{name: B{n}, published: {}h}}", c.below(80))).collect();
    let text = format!(
        "updates: {{import: {{every: {import}h}}, bulletins: [{bulletins}], updates_per_bulletin: 2, \
         enable: {enable}, applicable: {applicable}, cycle: {cycle}, maintenance_windows: {windows}, \
         tools_wait: 1h, install: {install}, failure: {failure}, attempts: 2}}",
        import = 3 + c.below(20),
        bulletins = bulletins.join(", "),
        enable = c.one(&["never", "0s", "{exponential: 5h}"]),
        applicable = c.one(&["100%", "60%"]),
        cycle = c.one(&["2h", "{daily: \"21:00\"}", "never"]),
        windows = c.one(&["[]", "[]", "{daily: \"20:00-06:00\"}"]),
        install = c.one(&DELAYS),
        failure = c.one(&["0%", "60%"]),
    );
    let actions = (0..c.below(5)).map(|_| {
        let (at, group) = (c.below(120), c.one(&["a", "b"]));
        match c.below(4) {
            0 => format!("{{at: {at}h, run: pm_import}}"),
            1 => format!("{{at: {at}h, enable_bulletins: all}}"),
            2 => format!("{{at: {at}h, enable_bulletins: [B0]}}"),
            _ => format!("{{at: {at}h, installation_task: {{bulletins: [B0], group: {group}}}}}"),
        }
    });
    (text, actions.collect())
}

fn audit(seed: u64) -> Counts {
    let yaml = scenario_of(seed);
    let scenario = &check(&yaml, "random").scenario;
    let mut audit = Audit::new(scenario, &yaml);
    let outcome = study::run::run(scenario, 0, &mut audit, |_, _| ControlFlow::Continue(())).unwrap();
    let tally = &outcome.tally;
    assert_eq!(audit.taken - audit.released, audit.in_use, "taken − released = held");
    assert_eq!(
        tally.in_use_ms,
        audit.held_until_the_end(),
        "Little: the integral is the sum of holding times"
    );
    let last = outcome.rows.last().unwrap();
    assert_eq!(last.at, scenario.horizon());
    assert_eq!(last.levels.licenses_in_use, audit.in_use);
    assert!(outcome.rows.windows(2).all(|pair| pair[0].at < pair[1].at), "rows are in order of time");
    let granted: u64 = outcome.rows.iter().map(|row| row.counts.licenses_granted).sum();
    assert_eq!(granted, audit.taken);
    assert!(outcome.rows.iter().all(|row| row.levels.licenses_in_use <= tally.peak.0));
    let accounted = outcome.holders + outcome.lacking.values().sum::<u64>();
    assert_eq!(accounted, outcome.clients, "the reasons account for every client");
    let again = study::run::run(scenario, 0, Audit::new(scenario, &yaml), |_, _| ControlFlow::Continue(()));
    assert_eq!(again.unwrap().fingerprint.hex(), outcome.fingerprint.hex(), "twice the same path");
    outcome.tally.counts
}

#[test]
fn invariants_hold_on_random_scenarios() {
    let count = std::env::var("FLEETSIM_RANDOM_SCENARIOS").map_or(USUAL, |n| n.parse().expect("a number"));
    let mut seen = [0; 11];
    for seed in 1..=count {
        let counts = std::panic::catch_unwind(|| audit(seed)).unwrap_or_else(|cause| {
            eprintln!("seed {seed} fails:\n{}", scenario_of(seed));
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
