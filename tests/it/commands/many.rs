//! Everything that a scenario can list many of, with and without faults: reading takes work in proportion, bearable memory,
//! and the answer stays short.
//!
//! Work is counted in bytes asked of the allocator, for a list and one four times as long. Comparisons are not counted:
//! the lists below are so long (as long as a scenario may be) that comparing each with each would take minutes.

use std::fmt::Write;
use std::ops::ControlFlow;

use fleetsim::fleet::Mode;
use fleetsim::scenario::fault::{Fault, Severity, render};
use fleetsim::scenario::overrides::{Changes, Override};
use fleetsim::scenario::{Checked, check_with};
use fleetsim::study::run::run;

use crate::support::work::{Allocated, allocated};

const MIB: u64 = 1 << 20;

/// A kind of list: its name, the scenario with a list of so many entries, the file beside it and the changes from outside.
struct Kind {
    name: &'static str,
    text: fn(usize) -> String,
    file: fn(usize) -> String,
    changes: fn(usize) -> Changes,
    refused: bool,
}

fn kind(name: &'static str, refused: bool, text: fn(usize) -> String) -> Kind {
    Kind { name, text, file: |_| String::new(), changes: |_| Changes::default(), refused }
}

/// Many entries, one after the other.
fn each(n: usize, entry: impl Fn(usize) -> String) -> String {
    let mut all = String::new();
    for i in 0..n {
        let _ = writeln!(all, "{}", entry(i));
    }
    all
}

fn list(n: usize, item: impl Fn(usize) -> String) -> String {
    (0..n).map(item).collect::<Vec<_>>().join(", ")
}

const HEAD: &str = "fleetsim: 1\nduration: 30d\n";
const LICENSES: &str = "licenses: {base: {nodes: 8}}\n";
const GROUPS: &str = "groups: {pcs: {clients: 10}}\n";

fn with(more: &str) -> String {
    format!("{HEAD}{LICENSES}{GROUPS}{more}")
}

fn actions(n: usize, what: impl Fn(usize) -> String) -> String {
    with(&format!("actions:\n{}", each(n, |i| format!("- {{at: 1d, {}}}", what(i)))))
}

fn licenses(n: usize, file: impl Fn(usize) -> String) -> String {
    format!("{HEAD}{GROUPS}licenses:\n{}", each(n, |i| format!("  f{i:06}: {{nodes: 1, {}}}", file(i))))
}

fn groups(n: usize, group: impl Fn(usize) -> String) -> String {
    format!("{HEAD}{LICENSES}groups:\n{}", each(n, |i| format!("  g{i:06}: {{{}}}", group(i))))
}

fn site(key: &str, items: &str) -> String {
    with(&format!("sites: {{hq: {{{key}: [{items}]}}}}\n"))
}

fn clones(n: usize, clone: impl Fn(usize) -> String) -> String {
    let groups = each(n, |i| format!("  g{i:06}: {{clients: 1}}"));
    let clones = each(n, |i| format!("    c{i:06}: {{{}}}", clone(i)));
    format!("{HEAD}{LICENSES}groups:\n{groups}policies:\n  clones:\n{clones}")
}

fn in_file(n: usize, row: impl Fn(usize) -> String) -> String {
    format!("client,group\n{}", each(n, row))
}

fn of_file(_: usize) -> String {
    format!("{HEAD}{LICENSES}groups: {{pcs: {{clients: {{file: clients.csv}}}}}}\n")
}

fn minute(i: usize) -> String {
    format!("{:02}:{:02}", i / 60 % 24, i % 60)
}

fn sets(n: usize, path: fn(usize) -> String) -> Changes {
    Changes::of_sets((0..n / 4).map(|i| Override { path: path(i), value: "9".into() }))
}

fn spoken(n: usize, text: &str) -> Changes {
    Changes { sets: Vec::new(), actions: vec![text.to_string(); n / 4] }
}

#[rustfmt::skip]
fn kinds() -> Vec<Kind> {
    let mut kinds = vec![
        kind("actions", false, |n| actions(n, |_| "run: licensing_refresh".into())),
        kind("actions with a bad word", true, |n| actions(n, |i| format!("run: licensing_refrsh{i}"))),
        kind("actions without a deed", true, |n| actions(n, |_| "runs: x".into())),
        kind("actions of a group", false, |n| actions(n, |_| "retire: {group: pcs, clients: 1}".into())),
        kind("actions of unknown groups", true, |n| actions(n, |i| format!("retire: {{group: pcz{i}}}"))),
        kind("actions of many groups", false, |n| groups(n / 2, |_| "clients: 1".into())
            + "actions:\n" + &each(n / 2, |i| format!("- {{at: 1d, retire: {{group: g{i:06}}}}}"))),
        kind("actions of unknown groups among many", true, |n| groups(n / 2, |_| "clients: 1".into())
            + "actions:\n" + &each(n / 2, |i| format!("- {{at: 1d, retire: {{group: h{i:06}}}}}"))),
        kind("actions of clients by name", false, |n| format!("{HEAD}{LICENSES}groups: {{pcs: {{clients: [{}]}}}}\nactions:\n{}",
            list(n / 2, |i| format!("a{i}")), each(n / 2, |i| format!("- {{at: 1d, retire: {{clients: [a{i}]}}}}")))),
        kind("actions of unknown clients", true, |n| format!("{HEAD}{LICENSES}groups: {{pcs: {{clients: [{}]}}}}\nactions:\n{}",
            list(n / 2, |i| format!("a{i}")), each(n / 2, |i| format!("- {{at: 1d, retire: {{clients: [b{i}]}}}}")))),
        kind("actions of unknown numbered clients", true, |n| groups(n / 2, |_| "clients: 1".into())
            + "actions:\n" + &each(n / 2, |i| format!("- {{at: 1d, retire: {{clients: [h{i:06}-1]}}}}"))),
        kind("restarts of package servers", false, |n| actions(n, |_| "restart_package_server: hq".into())
            + &format!("sites: {{hq: {{down: [{}]}}}}\n", list(n / 4, |i| format!("{{from: {i}m, until: {}m}}", i + 1)))),
        kind("bulletins", false, |n| with(&format!("updates: {{bulletins: [{}]}}\n",
            list(n, |i| format!("{{name: b{i}, published: 1d}}"))))),
        kind("bulletins named twice", true, |n| with(&format!("updates: {{bulletins: [{}]}}\n",
            list(n, |_| "{name: b, published: 1d}".into())))),
        kind("actions of bulletins", false, |n| actions(n / 2, |i| format!("enable_bulletins: [b{i}]"))
            + &format!("updates: {{bulletins: [{}]}}\n", list(n / 2, |i| format!("{{name: b{i}, published: 1d}}")))),
        kind("actions of unknown bulletins", true, |n| actions(n / 2, |i| format!("enable_bulletins: [c{i}]"))
            + &format!("updates: {{bulletins: [{}]}}\n", list(n / 2, |i| format!("{{name: b{i}, published: 1d}}")))),
        kind("SLic files", false, |n| licenses(n, |i| format!("from: {}m", i % 40_000))),
        kind("legacy files", false, |n| licenses(n, |i| format!("format: legacy, from: {i}m"))),
        kind("legacy files of one instant", true, |n| licenses(n, |_| "format: legacy, from: 1d".into())),
        kind("files that replace each other", false, |n| licenses(n, |i| match i {
            0 => "from: 0d".into(), _ => format!("from: {i}m, replaces: f{:06}", i - 1) })),
        kind("files that replace each other in a circle", true, |n| licenses(n, move |i|
            format!("from: 1d, replaces: f{:06}", (i + 1) % n))),
        kind("files that replace unknown ones", true, |n| licenses(n, |i| format!("replaces: g{i:06}"))),
        kind("groups", false, |n| groups(n, |_| "clients: 1".into())),
        kind("groups with a bad number", true, |n| groups(n, |_| "clients: few".into())),
        kind("groups with an unknown key", true, |n| groups(n, |_| "clients: 1, os_name: x".into())),
        kind("groups at unknown sites", true, |n| groups(n, |i| format!("clients: 1, site: s{i}")) + "sites: {hq: {}}\n"),
        kind("groups at no site of many", true, |n| groups(n / 2, |_| "clients: 1".into())
            + "sites:\n" + &each(n / 2, |i| format!("  s{i}: {{}}"))),
        kind("sites", false, |n| groups(n, |i| format!("clients: 1, site: s{i}")) + "sites:\n" + &each(n, |i| format!("  s{i}: {{}}"))),
        kind("sites with a bad bandwidth", true, |n| with("sites:\n") + &each(n, |i| format!("  s{i}: {{bandwidth: much}}"))),
        kind("clients by name", false, |n| format!("{HEAD}{LICENSES}groups: {{pcs: {{clients: [{}]}}}}\n", list(n, |i| format!("a{i}")))),
        kind("clients of two groups", true, |n| format!("{HEAD}{LICENSES}groups: {{a: {{clients: [{0}]}}, b: {{clients: [{0}]}}}}\n",
            list(n / 2, |i| format!("a{i}")))),
        kind("clones apart", false, |n| clones(n / 10, |i| format!("groups: [g{i:06}]"))),
        kind("clones that overlap", false, |n| clones(n / 10, |_| "share: 50%".into())),
        kind("clones of unknown groups", true, |n| clones(n / 4, |i| format!("groups: [h{i:06}]"))),
        kind("clones of unknown systems", true, |n| clones(n / 4, |i| format!("operating_systems: [w{i}]"))),
        kind("clones of named clients", false, |n| clones(n / 10, |i| format!("clients: [g{i:06}-1]"))),
        kind("changes of many clones", true, |n| clones(n / 4, |i| format!("groups: [g{i:06}]"))
            + "actions:\n" + &each(n / 4, |i| format!("- {{at: 1d, policies: {{clones: {{c{i:06}: {{enabled: false}}}}}}}}"))),
        kind("online windows", false, |n| groups(1, |_| format!("clients: 9, online: {{weekdays: [{}]}}",
            list(n, |i| format!("\"{}-{}\"", minute(i), minute(i + 1 + i / 1440 % 700)))))),
        kind("bad online windows", true, |n| groups(n, |_| "clients: 1, online: {weekdays: \"8-9\"}".into())),
        kind("blockouts", false, |n| site("blockouts", &list(n, |i| format!("{{daily: \"{}-{}\"}}", minute(i % 1000), minute(i % 1000 + 1))))),
        kind("maintenance windows", false, |n| with(&format!("updates: {{maintenance_windows: [{}]}}\n",
            list(n, |i| format!("{{daily: \"{}-{}\"}}", minute(i % 1000), minute(i % 1000 + 1)))))),
        kind("throttling", false, |n| site("throttle", &list(n, |i| format!("{{daily: \"{}-{}\", per_client: 1 Mbit/s}}", minute(i), minute(i + 1))))),
        kind("outages", false, |n| site("down", &list(n, |i| format!("{{from: {i}m, until: {}m}}", 2 * i + 1)))),
        kind("holidays", false, |n| groups(1, |_| format!("clients: 9, online: {{daily: \"08:00-10:00\", holidays: [{}]}}",
            list(n, |i| format!("2026-{:02}-{:02}", i % 12 + 1, i % 28 + 1))))),
        kind("instants of arrival", false, |n| groups(1, |_| format!("enrol: [{}]", list(n, |i| format!("{}m", i % 40_000))))),
        kind("observations", false, |n| with(&format!("scan: {{duration: {{empirical: [{}]}}}}\n", list(n, |i| format!("{}s", i % 1000 + 1))))),
        kind("delays", false, |n| with(&format!("platform: {{download_retry: [{}]}}\n", list(n, |_| "3m".into())))),
        kind("unknown keys", true, |n| with(&each(n, |i| format!("key{i}: 1")))),
        kind("unknown keys of one group", true, |n| groups(1, |_| format!("clients: 1, {}", list(n, |i| format!("key{i}: 1"))))),
        kind("keys given twice", true, |n| with(&each(n, |_| "seed: 1".into()))),
        kind("one key given twice below long names", true, |n| with(&format!("{}: {{{}}}\n", "x".repeat(20_000), list(n, |_| "a: 1".into())))),
    ];
    let file = |name, refused, file| Kind { name, text: of_file, file, changes: |_| Changes::default(), refused };
    kinds.push(file("rows of clients", false, |n| in_file(n, |i| format!("a{i},pcs"))));
    kinds.push(file("rows of unknown groups", true, |n| in_file(n, |i| format!("a{i},pcz"))));
    kinds.push(file("rows with bad names", true, |n| in_file(n, |i| format!("?{i},pcs"))));
    kinds.push(file("rows named twice", true, |n| in_file(n, |_| "a,pcs".into())));
    let from_outside = |name, refused, changes| Kind { name, text: |_| with(""), file: |_| String::new(), changes, refused };
    kinds.push(from_outside("values set", false, |n| sets(n, |_| "licenses.base.nodes".into())));
    kinds.push(from_outside("unknown keys set", true, |n| sets(n, |i| format!("scan.key{i}"))));
    kinds.push(from_outside("values set of unknown names", true, |n| sets(n, |i| format!("licenses.bse{i}.nodes"))));
    kinds.push(from_outside("actions spoken", false, |n| spoken(n, "run licensing_refresh at 1d")));
    kinds.push(from_outside("bad actions spoken", true, |n| spoken(n, "retire group=pcz at 1d")));
    kinds
}

/// What the reader says to a list of so many, as text, and what it took.
fn read(kind: &Kind, n: usize) -> (Result<Checked, Vec<Fault>>, String, Allocated) {
    let (text, file, changes) = ((kind.text)(n), (kind.file)(n), (kind.changes)(n));
    let beside = |_: &str| Ok(file.clone());
    let ((result, message), took) = allocated(|| {
        let result = check_with(&text, "many", &beside, &changes);
        let message = match &result {
            Ok(checked) => render(&checked.warnings, Severity::Warning, "many.yaml", &text),
            Err(faults) => render(faults, Severity::Error, "many.yaml", &text),
        };
        (result, message)
    });
    (result, message, took)
}

#[test]
fn reading_takes_work_in_proportion() {
    for kind in kinds() {
        let [(_, _, few), (result, message, many)] = [1_500, 6_000].map(|n| read(&kind, n));
        let name = kind.name;
        assert_eq!(result.is_err(), kind.refused, "{name}: {message}");
        assert!(
            many.bytes < 6 * few.bytes + MIB,
            "{name}: {} bytes, and {} for four times as many",
            few.bytes,
            many.bytes
        );
    }
}

/// As many as a scenario may hold: 200,000 values.
#[test]
fn the_longest_lists_are_read_and_refused_within_bounds() {
    for kind in kinds() {
        let (result, message, took) = read(&kind, 20_000);
        let name = kind.name;
        assert_eq!(result.is_err(), kind.refused, "{name}: {message}");
        assert!(message.lines().count() <= 510, "{name}: {} lines", message.lines().count());
        assert!(took.peak < 100 * MIB, "{name}: {} MiB", took.peak / MIB);
    }
}

/// Few faults are all shown; of many of one kind twenty, and how many more there are.
#[test]
fn of_many_faults_of_a_kind_some_are_shown_and_all_counted() {
    let bad = kinds().into_iter().find(|kind| kind.name == "actions of unknown groups").unwrap();
    for (n, shown, note) in [
        (20, 20, None),
        (21, 20, Some("and 1 more of this kind")),
        (900, 20, Some("and 880 more of this kind")),
    ] {
        let (result, message, _) = read(&bad, n);
        assert_eq!(result.unwrap_err().len(), n);
        assert_eq!(message.matches("error: ").count(), shown);
        assert_eq!(message.contains("more of this kind"), note.is_some(), "{message}");
        assert!(note.is_none_or(|note| message.contains(note)), "{message}");
    }
}

/// A run counts the licenses of all files at every turn of one.
#[test]
fn a_run_with_many_license_files_takes_work_in_proportion() {
    let turns = kinds()
        .into_iter()
        .filter(|kind| ["SLic files", "files that replace each other"].contains(&kind.name));
    for kind in turns {
        let took = |n| {
            let scenario = read(&kind, n).0.unwrap().scenario;
            allocated(|| run(&scenario, 0, Mode::default(), (), |_, _| ControlFlow::Continue(())).is_ok())
                .1
                .bytes
        };
        let [few, many] = [2_500, 10_000].map(took);
        assert!(many < 6 * few + MIB, "{}: {few} bytes, and {many} for four times as many", kind.name);
    }
}
