//! What the reader accepts, every command carries: scenarios at the limits of what may be written.
//!
//! Each key takes its least, its greatest and other awkward values, together with other keys. What is refused is refused
//! with words; what is accepted runs in every kind of study without a fault of the program, and holds its invariants.

use std::fs;
use std::ops::ControlFlow;

use fleetsim::output::tables::replications::ReplicationsCsv;
use fleetsim::output::tables::{bands, differences, pools, sweep};
use fleetsim::scenario::model::Scenario;
use fleetsim::scenario::overrides::{Changes, Override};
use fleetsim::scenario::{self};
use fleetsim::study::compare::compare;
use fleetsim::study::replicate::{Plan, replicate};
use fleetsim::study::resource_estimate::ResourceEstimate;
use fleetsim::study::size::{Prices, Search, Vary, smallest};
use fleetsim::study::target::Target;
use fleetsim::units::time::Span;

use crate::commands::fuzzed::mutations::Mutations;
use crate::rules::invariants::audit;
use crate::support::cases::check;
use crate::support::faults::{files, fleetsim, stderr_text};

/// Few clients, and every section, so that any key can be set.
const BASE: &str = "fleetsim: 1
duration: 3d
timeline: {every: 3d}
licenses: {base: {nodes: 2}}
sites: {s: {}}
groups: {g: {clients: 3, site: s}}
";

const DURATIONS: &[&str] = &["1s", "1d", "3d", "60d", "20000d", "73050d"];
const PERIODS: &[&str] = &["1ms", "1s", "immediate", "73050d", "{every: 73050d, phase: 73049d}"];
const SCHEDULES: &[&str] = &["never", "immediate", "1ms", "73050d", "{every: 73050d, offset: 73049d}", "1h"];
const LAWS: &[&str] = &[
    "0s",
    "1ms",
    "73050d",
    "{uniform: [0s, 73050d]}",
    "{exponential: 1ms}",
    "{exponential: 73050d}",
    "{lognormal: {median: 1s, p95: 1000d}}",
    "{triangular: [0s, 0s, 73050d]}",
    "{empirical: [0s, 73050d]}",
];
const SIZES: &[&str] = &[
    "0 B",
    "1 B",
    "9000000 GB",
    "9007199 GB",
    "9223372036 GB",
    "{uniform: [0 B, 9007199 GB]}",
    "{lognormal: {median: 1 B, p95: 1000000 GB}}",
];
const BANDWIDTHS: &[&str] = &["1 bit/s", "100000 Gbit/s", "unlimited"];
const NODES: &[&str] = &["0", "1", "1000000000", "unlimited"];

/// Keys with their extreme values.
const KEYS: &[(&str, &[&str])] = &[
    ("start", &["0000-01-01", "9999-12-31T23:59:58", "9999-12-01", "9800-01-01"]),
    ("duration", DURATIONS),
    ("seed", &["0", "18446744073709551615"]),
    ("timeline.every", &["1s", "73050d"]),
    ("platform.version", &["6.2", "7.5", "8.8"]),
    ("platform.first_contact", LAWS),
    ("platform.configuration_request", PERIODS),
    ("platform.basic_inventory", PERIODS),
    ("platform.membership_update", SCHEDULES),
    ("platform.licensing_refresh", SCHEDULES),
    ("platform.download_retry", &["[1ms]", "[73050d]"]),
    ("platform.start_spread", &["0s", "1d"]),
    ("platform.purging.retire_after", &["73050d", "26h"]),
    ("platform.purging.check", SCHEDULES),
    ("platform.reimage_time", LAWS),
    ("packages.plugin.size", SIZES),
    ("packages.plugin.install", LAWS),
    ("packages.assessment_scan.size", SIZES),
    ("packages.assessment_scan.update", SIZES),
    ("packages.install_tools.size", SIZES),
    ("scan.every", &["1ms", "1s", "73050d"]),
    ("scan.phase", &["after_package", "0s"]),
    ("scan.jitter", &["{uniform: [-1ms, 1ms]}", "{uniform: [-1h, 1h]}"]),
    ("scan.duration", LAWS),
    ("scan.retry", LAWS),
    ("scan.full_every", &["1d", "73050d"]),
    ("scan.give_up_after", &["1", "65535"]),
    ("updates.import", SCHEDULES),
    ("updates.new_versions", &["every_import"]),
    (
        "updates.bulletins",
        &["[]", "[{name: a, published: 0000-01-01, updates: 255}, {name: b, published: 9999-12-31}]"],
    ),
    ("updates.enable", LAWS),
    ("updates.cycle", SCHEDULES),
    ("updates.tools_wait", &["1ms", "73050d"]),
    ("updates.install", LAWS),
    ("updates.attempts", &["1", "100"]),
    ("licenses.base.nodes", NODES),
    ("licenses.base.from", &["0000-01-01", "9999-12-31", "73050d"]),
    ("licenses.base.aup_until", &["0000-01-01", "9999-12-31"]),
    ("licenses.more", &["{nodes: 1000000000}", "{nodes: 1000000000, from: 1d}"]),
    ("sites.s.bandwidth", BANDWIDTHS),
    ("sites.s.per_client", BANDWIDTHS),
    ("sites.s.concurrent", &["1", "1000000"]),
    ("sites.s.blockouts", &["[{daily: \"00:00-23:59\"}]"]),
    ("sites.s.down", &["[{from: 0000-01-01, until: 9999-12-31}]", "[{from: 1h, until: 2h}]"]),
    ("groups.g.clients", &["0", "1"]),
    (
        "groups.g.enrol",
        &[
            "73050d",
            "9999-12-31",
            "{poisson: 0.000000000000001/w}",
            "{poisson: {rate: 1/h, from: 73049d, until: 9999-12-31}}",
            "{poisson: 999999999999999999/ms}",
            "{exponential: 73050d}",
        ],
    ),
    ("groups.g.package_size", SIZES),
    ("groups.g.lifetime", LAWS),
    ("groups.g.holding_time", LAWS),
    (
        "groups.g.online",
        &[
            "{monday: \"00:00-00:01\"}",
            "{daily: \"00:00-23:59\", present: 0.0000001}",
            "{weekdays: \"08:00-18:00\", holidays: [0000-01-01, 9999-12-31]}",
        ],
    ),
    (
        "actions",
        &[
            "[{at: 1d, reimage: {group: g, keys: new}}]",
            "[{at: 0s, retire: {group: g, agent: live}}]",
            "[{at: 1h, membership_update: {delta: 1ms, complete: 73050d}}]",
            "[{at: 9999-12-31, run: licensing_refresh}]",
        ],
    ),
];

/// Scenarios that are tried.
const TRIED: usize = 1_000;

/// Events of one run that a test has time for.
const MOST_EVENTS: f64 = 20_000.0;

/// A scenario with one to four keys at an extreme.
fn extreme(seed: u64) -> (String, Changes) {
    let mut choices = Mutations::seeded(seed);
    for _ in 0..10 {
        choices.below(2);
    }
    let mut sets: Vec<Override> = Vec::new();
    for _ in 0..=choices.below(4) {
        let (path, values) = KEYS[choices.below(KEYS.len())];
        let value = values[choices.below(values.len())];
        if sets.iter().all(|set| set.path != path) {
            sets.push(Override { path: path.into(), value: value.into() });
        }
    }
    let changes = Changes::of_sets(sets);
    (format!("{BASE}# {}\n", changes.typed()), changes)
}

/// Events of a run, about, also those that no estimate counts.
fn events(scenario: &Scenario) -> f64 {
    let (known, _) = ResourceEstimate::sum(&ResourceEstimate::of_run(scenario, true, false).events);
    let hours_looked_at = scenario.duration.ms() as f64 / Span::HOUR.ms() as f64;
    let shortest_retry = scenario.platform.download_retry.iter().min().map_or(1, |span| span.ms());
    known
        + hours_looked_at
        + if shortest_retry < 1_000 && scenario.sites[0].down.len() == 1 { 1e9 } else { 0.0 }
}

/// No cell of a table is a number that is none.
fn assert_finite(bytes: &[u8], name: &str) {
    let text = std::str::from_utf8(bytes).unwrap();
    for line in text.lines() {
        for cell in line.split(',') {
            let number = cell.parse::<f64>().unwrap_or(0.0);
            assert!(number.is_finite(), "{name}: {cell} in {line}");
        }
    }
}

/// Every kind of study of a scenario, with the tables that come of it.
fn study(scenario: &Scenario) {
    let plan = Plan::of(2, 1);
    let mut rows = ReplicationsCsv::new(scenario.start, Vec::new()).unwrap();
    let each = |replication: &_| {
        rows.write(replication).unwrap();
        ControlFlow::Continue(())
    };
    let all = replicate(scenario, &plan, each, &|| false);
    assert_finite(&rows.finish().unwrap(), "replications");
    let mut table = Vec::new();
    bands::write(&all.bands, scenario.start, &mut table).unwrap();
    sweep::point(&all).iter().for_each(|row| table.extend(format!("{}\n", row.join(",")).bytes()));
    let mut other = scenario.clone();
    other.licenses[0].nodes = Some(1);
    let compared = compare([scenario, &other], 2, Span::ZERO, 1, || {}, &|| false);
    differences::write_differences(&compared, &mut table).unwrap();
    differences::write_timeline(&compared.timelines, scenario.start, &mut table).unwrap();
    let target = Target::parse("rejected_share <= 1%", scenario.start, scenario.horizon()).unwrap();
    let prices = Some(Prices { node: 1e15, waiting_hour: 1e15 });
    let search = Search {
        target,
        license: 0,
        vary: Vary::Nodes,
        prices,
        replications: 2,
        warm_up: Span::ZERO,
        threads: 1,
    };
    let sized = smallest(scenario, &search, Vec::new(), (), &|| false).unwrap();
    pools::write_pools(scenario, &search, &sized, &mut table).unwrap();
    assert_finite(&table, "tables");
}

#[test]
fn what_the_reader_accepts_every_study_carries() {
    let (mut ran, mut refused) = (0, 0);
    for seed in 1..=TRIED as u64 {
        let (text, changes) = extreme(seed);
        match scenario::check_with(BASE, "extreme", &|_| Err("no files".into()), &changes) {
            Err(faults) => {
                refused += 1;
                assert!(faults.iter().all(|fault| !fault.problem.is_empty()), "{text}");
            }
            Ok(checked) if events(&checked.scenario) <= MOST_EVENTS => {
                ran += 1;
                audit(&checked.scenario, &text);
                study(&checked.scenario);
            }
            Ok(_) => {}
        }
    }
    assert!(ran > TRIED / 3 && refused > TRIED / 40, "{ran} ran, {refused} were refused of {TRIED}");
}

/// What broke once, and what is just inside of each limit.
#[test]
fn the_limits_themselves_are_carried() {
    let head = "fleetsim: 1\ntimeline: {every: 20000d}\n";
    for text in [
        // Time integrals of nodes beyond 64 bits, in one file and in several.
        "duration: 180d\nscan: {every: 7d}\nlicenses: {base: {nodes: 1000000000}}\ngroups: {g: {clients: 3}}",
        "duration: 73050d\nscan: {every: 7305d}\nplatform: {licensing_refresh: 7305d}\nlicenses: {a: {nodes: 1000000000}, \
         b: {nodes: 1000000000, from: 365d}}\ngroups: {g: {clients: 3, lifetime: {exponential: 7305d}}}",
        // Bytes just below what can be counted, over the slowest and the fastest link.
        "duration: 30d\nlicenses: {base: {nodes: 5}}\nsites: {s: {bandwidth: 1 bit/s}}\n\
         groups: {g: {clients: 100, package_size: 9000000 GB}}",
        "duration: 30d\nlicenses: {base: {nodes: 5}}\nsites: {s: {bandwidth: unlimited, per_client: unlimited}}\n\
         groups: {g: {clients: 100, package_size: 9000000 GB}}",
        // As many scans as can be numbered, most of them counted by arithmetic.
        "duration: 3d\nscan: {every: 1ms, duration: 0s}\nlicenses: {base: {nodes: 0, from: 9d}}\ngroups: {g: {clients: 0}}",
    ] {
        let scenario = check(&format!("{head}{text}\n"), "limit").scenario;
        audit(&scenario, text);
        study(&scenario);
    }
}

/// Beyond each limit the reader says what is too much, how much it is, and what would do.
#[test]
fn beyond_a_limit_the_message_names_the_remedy() {
    for (set, says, helps) in [
        (
            "scan.every=1ms",
            "comes round 25,920,000,000 times in 300d, more than the 4,000,000,000",
            "at least 7ms",
        ),
        ("scan.every=6ms", "comes round 4,320,000,000 times", "at least 7ms"),
        ("platform.configuration_request=1ms", "comes round 25,920,000,000 times", "at least 7ms"),
        ("platform.basic_inventory.every=1ms", "comes round 25,920,000,000 times", "at least 7ms"),
        (
            "updates={import: 5m, new_versions: every_import}",
            "comes round 86,401 times in 300d, more than the 65,000",
            "at least 6m",
        ),
        ("groups.g.enrol={poisson: 1001/s}", "more than one arrival a millisecond", "at most `1/ms`"),
        ("packages.plugin.size=9223372036 GB", "is more than 9007199254740992 B", ""),
        ("groups.g.package_size={uniform: [0 B, 9223372036 GB]}", "is more than 9007199254740992 B", ""),
    ] {
        let sets = ["duration=300d", set].map(|typed| Override::parse(typed).unwrap());
        let faults =
            scenario::check_with(BASE, "s", &|_| Err(String::new()), &Changes::of_sets(sets)).expect_err(set);
        let messages: String = faults
            .iter()
            .map(|f| format!("{} [{}]\n", f.problem, f.help.clone().unwrap_or_default()))
            .collect();
        assert!(messages.contains(says) && messages.contains(helps), "{set}: {messages}");
    }
    for set in [
        "scan.every=7ms",
        "updates={import: 7m, new_versions: every_import}",
        "groups.g.package_size=9000000 GB",
    ] {
        let sets = ["duration=300d", set].map(|typed| Override::parse(typed).unwrap());
        let read = scenario::check_with(BASE, "s", &|_| Err(String::new()), &Changes::of_sets(sets));
        assert!(read.is_ok(), "{set}: {:?}", read.err());
    }
}

/// Every file of every command, of a scenario whose figures are as large as they get.
#[test]
fn no_result_file_holds_a_number_that_is_none() {
    let place = tempfile::tempdir().unwrap();
    let cwd = place.path();
    let text = "fleetsim: 1\nname: Extreme\nduration: 20000d\ntimeline: {every: 5000d}\nscan: {every: 2000d}\n\
                platform: {licensing_refresh: 1000d, basic_inventory: 1000d, configuration_request: 1000d}\n\
                licenses: {base: {nodes: 1000000000}}\ngroups: {g: {clients: 3, lifetime: {exponential: 9000d}}}\n";
    fs::write(cwd.join("s.yaml"), text).unwrap();
    let prices = ["--price-node", "1e15", "--price-waiting-hour", "1e15"];
    let target = ["--target", "wait_p95_hours <= 1", "-n", "2"];
    for command in [
        vec!["run", "s.yaml", "--events"],
        vec!["run", "s.yaml", "--seed", "18446744073709551615", "--exhaustive"],
        vec!["replicate", "s.yaml", "-n", "3", "--seed", "18446744073709551615"],
        vec!["compare", "s.yaml", "--set", "licenses.base.nodes=unlimited", "-n", "2"],
        vec!["compare", "s.yaml", "--set", "licenses.base.nodes=1", "-n", "2"],
        vec!["sweep", "s.yaml", "--set", "licenses.base.nodes=[0, 1000000000, unlimited]", "-n", "2"],
        [&["size", "s.yaml"][..], &target, &prices].concat(),
        [&["size", "s.yaml", "--latest-date", "--lead-time", "73050d"][..], &target].concat(),
        vec!["diagnose", "s.yaml"],
    ] {
        let _ = fs::remove_dir_all(cwd.join("out"));
        let rest = ["-o", "out", "--report", "--no-progress"];
        let done = fleetsim(cwd, &[&command[..], &rest].concat()).output().unwrap();
        assert!(done.status.success(), "{command:?}: {}", stderr_text(&done));
        for (name, bytes) in files(&cwd.join("out")) {
            if name.ends_with(".csv") {
                assert_finite(&bytes, &name);
            }
            if name.ends_with(".json") {
                let text = String::from_utf8(bytes).unwrap();
                serde_json::from_str::<serde_json::Value>(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
            }
        }
    }
}

/// What cannot be run as often as asked is refused by the command line.
#[test]
fn ranges_and_numbers_of_the_command_line_are_refused_or_carried() {
    let place = crate::support::faults::place();
    let cwd = place.path();
    for (args, says) in [
        (&["sweep", "s.yaml", "--set", "licenses.base.nodes=6..4:1"][..], "begins above its end"),
        (&["sweep", "s.yaml", "--set", "licenses.base.nodes=4..6:-1"], "steps above zero"),
        (&["sweep", "s.yaml", "--set", "licenses.base.nodes=4..6:0"], "steps above zero"),
        (&["plan", "sweep", "s.yaml", "--set", "licenses.base.nodes=6..4:1"], "begins above its end"),
        (&["replicate", "s.yaml", "-n", "18446744073709551615"], "10000000"),
        (&["size", "s.yaml", "--target", "P(rejected) <= 1%", "--price-node", "1e308"], "at most 1e15"),
        (&["replicate", "s.yaml", "-n", "2", "--seed", "18446744073709551616"], "18446744073709551616"),
    ] {
        let done = fleetsim(cwd, args).output().unwrap();
        assert!(
            done.status.code() == Some(2) && stderr_text(&done).contains(says),
            "{args:?}: {}",
            stderr_text(&done)
        );
    }
}
