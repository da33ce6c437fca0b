//! `scenarios/reference.yaml` lists exactly the keys that exist, with exactly the defaults they have.

use std::collections::BTreeSet;

use fleetsim::engine::distribution::Distribution;
use fleetsim::scenario::model::Share;
use fleetsim::scenario::model::{
    Clients, LicenseFormat, LicenseKind, Link, OnExpiry, PeriodicSchedule, Phase, Policies, Reach, Refund,
    Resend, Retry, ReturnAfterDelete, Scenario, Schedule, Version,
};
use fleetsim::scenario::yaml::{self, Kind, Node};
use fleetsim::scenario::{self, Checked};
use fleetsim::units::time::{Span, Time};

use crate::support::{in_repository, read};

/// Mappings whose keys are names the author chooses.
const NAMED: [&str; 5] = ["actions[*].policies.clones", "groups", "licenses", "policies.clones", "sites"];

/// Keys whose default cannot be written down; their comment tells it after `default:`.
const WITHOUT_WORD: [&str; 6] =
    ["aup_until", "cloned_keys", "download_time", "os", "package_size", "replaces"];

fn text() -> String {
    read(&in_repository("scenarios/reference.yaml"))
}

fn check(text: &str) -> Result<Checked, String> {
    scenario::check(text, "reference", &|_| Err("no files here".into()))
        .map_err(|faults| format!("{faults:?}"))
}

#[test]
fn it_lists_exactly_the_keys_that_exist() {
    let text = text();
    let asked = check(&text).unwrap().keys;
    let mut shown = BTreeSet::new();
    collect(&yaml::parse(&text).unwrap(), "", &asked, &mut shown);
    let missing: Vec<_> = asked.difference(&shown).collect();
    assert!(missing.is_empty(), "not in reference.yaml: {missing:?}");
    let invented: Vec<_> = shown.difference(&asked).collect();
    assert!(invented.is_empty(), "only in reference.yaml: {invented:?}");
}

/// Patterns of all keys, down to the values: the keys of a law or a schedule are part of a value.
fn collect(node: &Node, pattern: &str, asked: &BTreeSet<String>, shown: &mut BTreeSet<String>) {
    match &node.kind {
        Kind::List(items) => {
            items.iter().for_each(|item| collect(item, &format!("{pattern}[*]"), asked, shown));
        }
        Kind::Map(entries) if NAMED.contains(&pattern) => {
            entries.iter().for_each(|e| collect(&e.value, &format!("{pattern}.*"), asked, shown));
        }
        Kind::Map(entries) if is_section(pattern, asked) => {
            for entry in entries {
                let dot = if pattern.is_empty() { "" } else { "." };
                let below = format!("{pattern}{dot}{}", entry.key);
                collect(&entry.value, &below, asked, shown);
                shown.insert(below);
            }
        }
        _ => {}
    }
}

fn is_section(pattern: &str, asked: &BTreeSet<String>) -> bool {
    pattern.is_empty() || asked.iter().any(|key| key.starts_with(&format!("{pattern}.")))
}

/// A line of the file that holds a key.
struct KeyLine {
    number: usize,
    indent: usize,
    key: String,
    comment: String,
    /// First line after the key and all that stands below it.
    end: usize,
}

fn key_lines(text: &str) -> Vec<KeyLine> {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let is_key = |line: &str| !line.trim().is_empty() && !line.starts_with('#');
    let keys = lines.iter().enumerate().filter(|(_, line)| is_key(line));
    keys.map(|(number, line)| {
        let (head, comment) = line.split_once(" # ").unwrap_or((line, ""));
        let after = lines[number + 1..].iter().position(|next| is_key(next) && indent(next) <= indent(line));
        KeyLine {
            number,
            indent: indent(line),
            key: head.trim_start_matches([' ', '-']).split(':').next().unwrap().to_string(),
            comment: comment.to_string(),
            end: after.map_or(lines.len(), |n| number + 1 + n),
        }
    })
    .collect()
}

#[test]
fn every_key_has_a_description_and_a_source() {
    for line in key_lines(&text()) {
        let KeyLine { number, key, comment, .. } = &line;
        let place = format!("reference.yaml:{}: `{key}`", number + 1);
        assert!(comment.split_whitespace().count() >= 4 && comment.ends_with('.'), "{place} has no sentence");
        let is_value = line.end == number + 1 && !is_command(&line);
        let sources = ["(assumption)", "vendor", "default:", "Mandatory", "above"];
        assert!(!is_value || sources.iter().any(|s| comment.contains(s)), "{place} tells no source");
    }
}

/// What an action does is an example: there is no default for it.
fn is_command(line: &KeyLine) -> bool {
    let of_clients = [
        "retire",
        "dispose",
        "delete",
        "uninstall_plugin",
        "install_plugin",
        "uninstall_agent",
        "send_inventory",
        "reimage",
        "run_scan",
    ];
    let commands = [
        &of_clients[..],
        &["upgrade", "restart_package_server", "enable_bulletins", "installation_task", "run", "pm_import"],
    ]
    .concat();
    // These are also sections of their own, further to the left.
    let changes =
        ["policies", "membership_update", "event_queue", "configuration_request", "basic_inventory"];
    commands.contains(&line.key.as_str()) || line.indent >= 4 && changes.contains(&line.key.as_str())
}

#[test]
fn what_it_shows_is_what_happens_without_it() {
    let text = text();
    let whole = check(&text).unwrap().scenario;
    let mut left_out = 0;
    for line in key_lines(&text).iter().filter(|line| has_default(line)) {
        let kept = text.lines().enumerate().filter(|(n, _)| *n < line.number || *n >= line.end);
        let shorter: Vec<&str> = kept.map(|(_, line)| line).collect();
        let without = check(&shorter.join("\n")).unwrap_or_else(|e| panic!("without `{}`: {e}", line.key));
        assert_eq!(without.scenario, whole, "line {}: `{}` is not the default", line.number + 1, line.key);
        left_out += 1;
    }
    assert!(left_out >= 45, "only {left_out} keys were tried");
}

/// Not mandatory, no name of the author's (nor anything that holds names), no command of an action.
fn has_default(line: &KeyLine) -> bool {
    let is_name = line.comment.starts_with("A name of your choice");
    let holds_names = ["licenses", "sites", "groups", "policies", "clones", "actions", "updates"]
        .contains(&line.key.as_str());
    let is_group_list = line.key == "groups" && line.indent > 0;
    !line.comment.starts_with("Mandatory")
        && !is_name
        && (!holds_names || is_group_list)
        && !is_command(line)
        && !WITHOUT_WORD.contains(&line.key.as_str())
}

/// The smallest scenario: everything else is a default.
fn defaults() -> Scenario {
    let text = "fleetsim: 1\nduration: 30d\ngroups: {pcs: {clients: 10}}\nlicenses: {base: {nodes: 5}}\n";
    check(text).unwrap().scenario
}

fn beat(every: Span) -> PeriodicSchedule {
    PeriodicSchedule { every, phase: Phase::Random, jitter: Distribution::Constant(0) }
}

/// Daily at this many minutes after midnight; the default start is a midnight.
fn daily(minutes: i64) -> Schedule {
    Schedule::Every { every: Span::DAY, offset: Span::minutes(minutes) }
}

#[test]
fn defaults_of_the_server_and_the_agents() {
    let p = defaults().platform;
    assert_eq!(p.version, Version::V8_6);
    let requests = PeriodicSchedule { phase: Phase::FirstContact, ..beat(Span::hours(1)) };
    assert_eq!(p.configuration_request, requests);
    assert_eq!(p.basic_inventory, beat(Span::hours(24)));
    assert!(p.inventory_after_plugin_change);
    assert_eq!(p.first_contact, Distribution::Uniform { min: 0, max: 15 * 60_000 });
    assert_eq!(p.membership_update.delta, Schedule::Every { every: Span::minutes(5), offset: Span::ZERO });
    assert_eq!(p.membership_update.complete, daily(2 * 60 + 10));
    assert_eq!(p.licensing_refresh, daily(3 * 60));
    assert_eq!(p.on_expiry, OnExpiry::Keep);
    assert!(!p.purging.is_on());
    assert_eq!(p.purging.check, daily(2 * 60));
    assert!(!p.purging.uninstalled_agents);
    assert_eq!(p.reimage_time, Distribution::Constant(Span::HOUR.ms()));
    assert_eq!(p.download_retry, [3, 6, 12, 24, 48, 96, 120].map(Span::minutes));
    assert_eq!(p.start_spread, Distribution::Uniform { min: 60_000, max: 60 * 60_000 });
    assert_eq!(p.reactivate_after, Span::minutes(30));
    assert_eq!(p.return_after_delete, ReturnAfterDelete::NextRequest);
    assert_eq!((p.refund_on_retire, p.refund_on_delete), (Refund::AtRefresh, Refund::AtRefresh));
}

#[test]
fn defaults_of_packages_and_scans() {
    let Scenario { packages, scan, .. } = defaults();
    assert_eq!(packages.plugin, Distribution::Constant(10_000_000));
    assert_eq!(packages.plugin_install, Distribution::Constant(60_000));
    assert_eq!(packages.assessment_scan, Distribution::Constant(40_000_000));
    assert_eq!(scan.schedule, beat(Span::hours(4)));
    assert!(scan.on_new_policy && scan.on_agent_start);
    assert_eq!(scan.duration, Distribution::lognormal_median_p95(180_000.0, 600_000.0).unwrap());
    assert_eq!((scan.retry, scan.give_up_after), (Retry::NextScan, None));
}

#[test]
fn defaults_of_the_update_side() {
    let Scenario { updates, packages, scan, .. } = defaults();
    assert!(updates.is_none(), "nothing is published unless it is asked for");
    let megabytes = |min: i64, max: i64| Distribution::Uniform { min: min * 1_000_000, max: max * 1_000_000 };
    assert_eq!(packages.assessment_scan_update, megabytes(5, 15));
    assert_eq!(
        (packages.old_version_usable, packages.install_tools),
        (true, Distribution::Constant(15_000_000))
    );
    assert!(scan.send_only_if_changed && scan.on_cycle_start && scan.on_cycle_end && scan.on_update_policy);
    assert!(packages.imported_before_start, "without `updates`");
    assert_eq!((scan.resend_after_reject, scan.full_every), (Resend::NextScan, None));
    let text =
        "fleetsim: 1\nduration: 90d\ngroups: {pcs: {clients: 1}}\nplatform: {version: 8.8}\nupdates: {}\n";
    let Scenario { updates, scan, packages, .. } = check(text).unwrap().scenario;
    assert!(!packages.imported_before_start, "with `updates`");
    assert_eq!(scan.full_every, Some(Span::days(60)));
    let updates = updates.unwrap();
    assert_eq!((updates.import, updates.cycle), (daily(60), daily(21 * 60)));
    assert!(updates.import_fails.is_empty());
    assert_eq!((updates.enable, updates.maintenance_windows), (None, None));
    assert_eq!((updates.applicable, updates.failure, updates.attempts), (Share::ALL, Share::NONE, 3));
    assert_eq!(updates.tools_wait, Span::hours(4));
    assert_eq!(updates.install, Distribution::lognormal_median_p95(300_000.0, 1_200_000.0).unwrap());
    // From 5 January to 5 April 2026 the second Tuesdays are 13 January, 10 February and 10 March.
    assert_eq!(updates.published_after, Distribution::Uniform { min: 0, max: Span::DAY.ms() });
    let tuesdays: Vec<Time> = updates.bulletins.iter().step_by(8).map(|b| b.published).collect();
    assert_eq!(tuesdays, [8, 36, 64].map(|day| Time::START + Span::days(day)));
    assert_eq!((updates.bulletins.len(), updates.bulletins[9].name.as_str()), (24, "MS2026-02-2"));
    assert!(updates.bulletins.iter().all(|bulletin| bulletin.updates == 1));
}

#[test]
fn defaults_of_licenses_sites_groups_and_policies() {
    let s = defaults();
    assert_eq!((s.seed, s.timeline_every), (1, Span::DAY));
    let base = &s.licenses[0];
    assert_eq!((base.kind, base.format), (LicenseKind::Perpetual, LicenseFormat::SLic));
    assert_eq!((base.nodes, base.from, base.until, base.aup_until), (Some(5), Time::START, None, None));
    let link = Link::Shared { bandwidth: Some(1_000_000_000), per_client: Some(100_000_000) };
    assert_eq!((s.sites.len(), &s.sites[0].link, s.sites[0].concurrent), (1, &link, None));
    assert!(s.sites[0].throttle.is_empty() && s.sites[0].blockouts.is_none() && s.sites[0].down.is_empty());
    assert_eq!(s.groups[0].online, None);
    assert_eq!(s.groups[0].clients, Clients::Count(10));
    assert_eq!((&s.groups[0].lifetime, &s.groups[0].holding_time), (&None, &None));
    let Policies { plugin_install, dsup, clones, scan, scan_rhythm } = &s.policies;
    assert_eq!(plugin_install.reach(&s.groups, 0), Reach::Everybody);
    assert_eq!((scan.reach(&s.groups, 0), *scan_rhythm), (Reach::Everybody, None));
    assert_eq!(dsup.reach(&s.groups, 0), Reach::Everybody);
    assert!(clones.is_empty());
    assert_eq!((&s.groups[0].os, s.platform.released, base.replaces), (&None, None, None));
    assert_eq!(s.groups[0].cloned_keys, None);
}

#[test]
fn defaults_of_other_solutions() {
    use fleetsim::scenario::model::policies::OneOf;
    use fleetsim::scenario::model::{Solution, SolutionUse};
    assert!(defaults().solutions.is_empty(), "nothing of them is simulated unless they have license files");
    let text = "{fleetsim: 1, duration: 30d, groups: {pcs: {clients: 1}}, licenses: {base: {nodes: 5}, \
                i: {nodes: 1, solution: inventory}, m: {nodes: 2, solution: monitor}, d: {nodes: 3, solution: deployment}}}";
    let found = check(text).unwrap().scenario;
    assert_eq!(found.licenses.len(), 1, "those of Patch Management");
    let days = [(Solution::Inventory, 1, 7), (Solution::Monitor, 2, 1), (Solution::Deployment, 3, 1)];
    assert_eq!(found.solutions.len(), days.len());
    for (used, (of, nodes, days)) in found.solutions.iter().zip(days) {
        let SolutionUse { solution, files, groups, first_data, every } = used;
        assert_eq!((*solution, files.len(), files[0].nodes), (of, 1, Some(nodes)));
        assert_eq!((groups, *every), (&OneOf::All, Span::days(days)));
        assert_eq!(*first_data, Distribution::Uniform { min: 0, max: Span::DAY.ms() });
    }
}
