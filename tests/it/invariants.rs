//! What must hold at every instant of every run, checked on random small scenarios with every feature
//! on. A failure prints the seed and the scenario.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use fleetsim::fleet::fact::{Fact, Observer, Step};
use fleetsim::observe::timeline::Counts;
use fleetsim::rules::client::{ClientState, Mark, Status};
use fleetsim::rules::consumption::{Refused, Returned};
use fleetsim::rules::license_files::{AupState, InForce, LicenseState};
use fleetsim::study;
use fleetsim::words::time::Time;

use crate::cases::check;

/// Scenarios tried by `cargo test`; `FLEETSIM_RANDOM_SCENARIOS=100000` tries more.
const USUAL: u64 = 600;

/// Follows every fact and asserts the invariants.
struct Audit {
    last: Time,
    horizon: Time,
    states: BTreeMap<u32, ClientState>,
    in_force: Option<InForce>,
    in_use: u64,
    taken: u64,
    released: u64,
    /// License-milliseconds held, by client, to be compared with the tally's integral (Little).
    held_since: BTreeMap<u32, Time>,
    held: u128,
    refund_on_retire_at_once: bool,
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
                assert!(after.is(Mark::Licensed) && after.is(Mark::PackageReady), "{after:?}");
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

impl Audit {
    fn new(horizon: Time, refund_on_retire_at_once: bool) -> Audit {
        Audit {
            last: Time::START,
            horizon,
            states: BTreeMap::new(),
            in_force: None,
            in_use: 0,
            taken: 0,
            released: 0,
            held_since: BTreeMap::new(),
            held: 0,
            refund_on_retire_at_once,
            refreshing_at: None,
            updates: Updates::default(),
        }
    }

    fn changed(&mut self, at: Time, client: u32, before: ClientState, after: ClientState, step: Step) {
        let known = self.states.insert(client, after).unwrap_or_default();
        assert_eq!(known, before, "facts tell a client's states without a gap");
        self.follows_the_chain(after);
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
            assert!(state.is(Mark::Plugin) && state.is(Mark::PackageTarget), "{state:?}");
        }
        if state.is(Mark::PackageTarget) && state.status() == Status::Active {
            assert!(state.is(Mark::PluginReported), "C3 before C2: {state:?}");
        }
        assert!(!(state.is(Mark::Waiting) && state.is(Mark::Licensed)), "{state:?}");
        assert!(!(state.is(Mark::Downloading) && state.is(Mark::DownloadQueued)), "{state:?}");
        if !state.is(Mark::Agent) {
            assert!(!state.is(Mark::Waiting) && !state.is(Mark::Downloading), "{state:?}");
        }
    }

    fn take(&mut self, at: Time, client: u32, before: ClientState, step: Step) {
        assert!(matches!(step, Step::LicenseTaken { .. }));
        assert!(before.is(Mark::PackageReady), "C4: {before:?}");
        let in_force = self.in_force.unwrap();
        assert_eq!(in_force.state, LicenseState::InDate, "E1: no license is taken after expiry");
        assert!(in_force.nodes.is_none_or(|nodes| self.in_use < nodes), "X2, L3: the pool is full");
        self.in_use += 1;
        self.taken += 1;
        self.held_since.insert(client, at);
    }

    fn release(&mut self, at: Time, client: u32, before: ClientState, step: Step) {
        assert!(matches!(step, Step::LicenseReleased(_)));
        // V2, V6: only Retired and deleted records give their license back.
        assert!(matches!(before.status(), Status::Retired | Status::Deleted), "{before:?}");
        if before.status() == Status::Retired && !self.refund_on_retire_at_once {
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

impl Observer for Audit {
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
                let state = self.states[&client];
                let complete = state.is(Mark::PackageReady) || outcome == Err(Refused::PackageIncomplete);
                assert!(state.is(Mark::Agent) && complete, "C4: {state:?} scans");
                let holds = state.is(Mark::Licensed);
                match outcome {
                    Ok(Returned::InventoryOnly) => assert!(holds),
                    Ok(Returned::TakesLicense) => assert!(!holds),
                    Err(Refused::PoolFull) => assert!(!holds, "X1: a holder is never rejected"),
                    Err(_) => {}
                }
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
            Fact::LicenseTurn { .. }
            | Fact::Acted { .. }
            | Fact::EnableRefused { .. }
            | Fact::TaskRefused { .. } => {}
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
        "{bandwidth: 20 Mbit/s, per_client: 5 Mbit/s}",
        "{bandwidth: 2 Mbit/s, concurrent: 3}",
        "{download_time: {exponential: 20m}, concurrent: 2}",
        "{bandwidth: unlimited, per_client: unlimited}",
    ]);
    let after_change = c.one(&["true", "false"]);
    let inventory = match inventory.strip_prefix('{') {
        Some(rest) => format!("{{after_plugin_change: {after_change}, {rest}"),
        None => format!("{{every: {inventory}, after_plugin_change: {after_change}}}"),
    };
    let actions: Vec<String> = (0..c.below(7))
        .map(|_| {
            let at = c.below(120);
            let group = c.one(&["a", "b"]);
            let n = 1 + c.below(6);
            match c.below(6) {
                0 => format!("{{at: {at}h, run: licensing_refresh}}"),
                1 => format!("{{at: {at}h, delete: {{group: {group}, status: retired}}}}"),
                _ => {
                    let deed = c.one(&["retire", "dispose", "delete", "uninstall_plugin"]);
                    format!("{{at: {at}h, {deed}: {{group: {group}, clients: {n}}}}}")
                }
            }
        })
        .collect();
    let (nodes, extra) = (c.below(25), c.below(10));
    let format = c.one(&["slic", "legacy"]);
    let (updates, patching) = if c.below(3) > 0 { updates_of(&mut c) } else { Default::default() };
    let actions = [actions, patching].concat();
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
packages:
  plugin: {{size: {plugin}, install: {install}}}
  assessment_scan: {{size: {{uniform: [1 MB, 60 MB]}}, old_version_usable: {usable}}}
  install_tools: {{size: {tools}}}
scan: {{send_only_if_changed: {changed}, resend_after_reject: {resend}, every: 4h, phase: {phase}, jitter: {{uniform: [-10m, 10m]}}, on_new_policy: {new_policy},
  duration: {duration}, retry: {retry}, give_up_after: {give_up}}}
licenses:
  base: {{nodes: {nodes}, format: {format}{aup}}}
  extra: {{kind: subscription, nodes: {extra}, format: {format}, from: {from}h, until: 2026-01-08, aup_until: 2026-02-20}}
sites: {{s: {site}}}
groups:
  a: {{clients: {clients}, enrol: {enrol}, lifetime: {{exponential: 4d}}}}
  b: {{enrol: {{poisson: 6/d}}, holding_time: {holding}}}
{policies}
{updates}
actions: [{actions}]
",
        days = 1 + c.below(7),
        every = c.one(&["1h", "1d", "7h"]),
        usable = c.one(&["true", "false"]),
        tools = c.one(&["0", "15 MB", "2 GB"]),
        changed = c.one(&["true", "false"]),
        resend = c.one(&["next_scan", "when_changed"]),
        aup = c.one(&["", ", aup_until: 2026-01-06"]),
        version = if extra % 3 == 0 { if format == "legacy" { "7.5" } else { "8.1" } } else { "8.6" },
        contact = delay(&mut c),
        plugin = c.one(&["0", "10 MB"]),
        install = delay(&mut c),
        new_policy = c.one(&["true", "false"]),
        duration = delay(&mut c),
        from = 1 + c.below(80),
        clients = c.below(30),
        enrol = delay(&mut c),
        holding = delay(&mut c),
        policies = if extra % 3 == 0 {
            "policies: {plugin_install: {groups: [a]}}"
        } else {
            c.one(&["", "policies: {dsup: {enabled: false}, clones: {vip: {groups: [b]}}}"])
        },
        actions = actions.join(", "),
    )
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
    let at_once = yaml.contains("refund_on_retire: immediate");
    let mut audit = Audit::new(scenario.horizon(), at_once);
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
    let again = study::run::run(scenario, 0, Audit::new(scenario.horizon(), at_once), |_, _| {
        ControlFlow::Continue(())
    });
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
    assert!(seen.iter().all(|n| *n > 2 * count), "the scenarios show everything: {seen:?}");
}
