//! The downloads of all sites add up to the timeline, and each is counted at the site of its client.

use std::ops::ControlFlow;

use fleetsim::fleet::Mode;
use fleetsim::fleet::fact::{Fact, Observer, Step};
use fleetsim::fleet::roster::Roster;
use fleetsim::observe::sites::{DownloadCounts, SiteRow, Sites};
use fleetsim::observe::snapshot::Snapshot;
use fleetsim::observe::timeline;
use fleetsim::rules::client::{ClientState, Mark};
use fleetsim::scenario::model::Scenario;
use fleetsim::study::run::run;
use fleetsim::units::ids::{ClientId, SiteId};
use fleetsim::units::time::Time;

use crate::support::cases::{ScenarioFile, check, sites_csv};
use crate::support::random::scenario_of;

/// Random scenarios in a run of the tests.
const RANDOM: u64 = 300;

/// Remembers what changed clients.
#[derive(Default)]
struct Changes(Vec<(Time, ClientId, ClientState, Step)>);

impl Observer for Changes {
    fn observe(&mut self, at: Time, fact: &Fact) {
        if let Fact::Changed { client, after, step, .. } = fact {
            self.0.push((at, *client, *after, *step));
        }
    }
}

/// The rows as they follow from the states of all clients, looked at one by one at every instant.
fn by_looking(scenario: &Scenario, changes: &Changes, instants: impl Iterator<Item = Time>) -> Vec<SiteRow> {
    let mut roster = Roster::new(scenario, 0);
    let mut states = vec![ClientState::default(); roster.len()];
    let mut sites: Vec<usize> = roster.groups().map(|group| scenario.groups[group.index()].site).collect();
    let mut changes = changes.0.iter().peekable();
    let mut rows: Vec<Vec<SiteRow>> = vec![Vec::new(); scenario.sites.len()];
    for at in instants {
        let mut downloads = vec![DownloadCounts::default(); scenario.sites.len()];
        while let Some((_, client, after, step)) = changes.next_if(|(changed, ..)| *changed <= at) {
            if let Step::SecondRecord { of, .. } = step {
                let (number, _) = roster.append(*of);
                assert_eq!(number, *client);
                states.push(ClientState::default());
                sites.push(scenario.groups[roster.group_of(number).index()].site);
            }
            states[client.index()] = *after;
            let site = &mut downloads[sites[client.index()]];
            match step {
                Step::DownloadFailed { .. } => site.failed += 1,
                Step::Downloaded { bytes, .. } => {
                    site.completed += 1;
                    site.bytes += bytes;
                }
                _ => {}
            }
        }
        for (state, site) in states.iter().zip(&sites) {
            let site = &mut downloads[*site];
            site.running += u32::from(state.is(Mark::Downloading));
            site.queued += u32::from(state.is(Mark::DownloadQueued));
            site.backing_off += u32::from(state.is(Mark::BackingOff));
        }
        for (site, downloads) in (0..).map(SiteId).zip(downloads) {
            rows[site.index()].push(SiteRow { at, site, downloads });
        }
    }
    let mut kept: Vec<SiteRow> = rows.iter().flat_map(|rows| relevant_rows(rows)).collect();
    kept.sort_by_key(|row| (row.at, row.site));
    kept
}

/// Of a site's rows at all instants, those that tell something.
fn relevant_rows(rows: &[SiteRow]) -> Vec<SiteRow> {
    let loads = |row: &SiteRow| row.downloads != DownloadCounts::default();
    let tells = |at: &usize| *at == 0 || *at + 1 == rows.len() || loads(&rows[*at]) || loads(&rows[*at - 1]);
    (0..rows.len()).filter(tells).map(|at| rows[at]).collect()
}

fn assert_adds_up(timeline: &[timeline::TimelineRow], sites: &[SiteRow], name: &str) {
    let mut rest = sites.iter().peekable();
    for row in timeline {
        let mut sums = [0; 6];
        while let Some(SiteRow { downloads: of, .. }) = rest.next_if(|site| site.at == row.at) {
            let levels = [of.running, of.queued, of.backing_off].map(u64::from);
            let numbers = levels.into_iter().chain([of.completed, of.failed, of.bytes]);
            sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
        }
        let timeline::TimelineRow { now: Snapshot { levels, .. }, counts, .. } = row;
        let all = [
            levels.downloads_running,
            levels.downloads_queued,
            levels.clients_backing_off,
            counts.downloads_completed,
            counts.downloads_failed,
            counts.bytes_downloaded,
        ];
        assert_eq!(sums, all, "{name} at {:?}", row.at);
    }
    assert_eq!(rest.next(), None, "{name}: the timeline has no such instant");
}

/// Runs a scenario both ways and holds its rows against the timeline, and against the states of all clients.
fn rows_of(scenario: &Scenario, name: &str) -> Vec<SiteRow> {
    let [rows, exhaustive] = [false, true].map(|exhaustive| {
        let (mut sites, mut changes) = (Sites::new(scenario, 0), Changes::default());
        let mode = Mode { exhaustive, ..Mode::default() };
        let go_on = |_, _| ControlFlow::Continue(());
        let outcome = run(scenario, 0, mode, (&mut sites, &mut changes), go_on).expect("nobody interrupts");
        let rows = sites.finish();
        assert_adds_up(&outcome.rows, &rows, name);
        let instants = outcome.rows.iter().map(|row| row.at);
        assert!(rows == by_looking(scenario, &changes, instants), "{name}: rows differ from the clients");
        rows
    });
    assert!(rows == exhaustive, "{name}: exhaustively, the rows differ");
    rows
}

#[test]
fn sites_add_up_to_the_timeline_on_rules_and_cases() {
    for folder in ["scenarios/rules", "scenarios/cases"] {
        for file in ScenarioFile::all_in(folder) {
            rows_of(&file.check().scenario, &file.stem);
        }
    }
}

/// The group of newcomers, and in every second scenario the clients of the start, at a site of their own
/// that fails for a while; and a site without clients.
fn spread_out(yaml: &str, seed: u64) -> String {
    let found = if seed.is_multiple_of(2) { "r" } else { "s" };
    yaml.replacen(
        "sites: {",
        "sites: {q: {}, r: {bandwidth: 1 Mbit/s, concurrent: 2, down: [{from: 20h, until: 30h}]}, ",
        1,
    )
    .replacen("  a: {", "  a: {site: s, ", 1)
    .replacen("  b: {", "  b: {site: r, ", 1)
    .replacen("  c: {", &format!("  c: {{site: {found}, "), 1)
}

#[test]
fn sites_add_up_to_the_timeline_on_random_scenarios() {
    let mut totals = [DownloadCounts::default(); 3];
    for seed in 1..=RANDOM {
        let yaml = spread_out(&scenario_of(seed), seed);
        let scenario = check(&yaml, "random").scenario;
        let rows = std::panic::catch_unwind(|| rows_of(&scenario, &format!("seed {seed}"))).unwrap_or_else(
            |cause| {
                eprintln!("seed {seed} fails:\n{yaml}");
                std::panic::resume_unwind(cause)
            },
        );
        for SiteRow { site, downloads, .. } in rows {
            let total = &mut totals[site.index()];
            total.running += downloads.running;
            total.queued += downloads.queued;
            total.backing_off += downloads.backing_off;
            total.completed += downloads.completed;
            total.failed += downloads.failed;
            total.bytes += downloads.bytes;
        }
    }
    assert_eq!(totals[0], DownloadCounts::default(), "nobody is there");
    for DownloadCounts { running, queued, backing_off, completed, failed, bytes } in &totals[1..] {
        let levels = [running, queued, backing_off].map(|level| u64::from(*level));
        assert!(levels.iter().chain([completed, failed, bytes]).all(|number| *number > 0), "{totals:?}");
    }
}

/// One PC at one of two sites, 100 s of download in the hour after its first day; no row in between.
#[test]
fn rows_without_a_number_are_left_out_but_for_the_first_after_others() {
    let yaml = "fleetsim: 1
duration: 3d
timeline: {every: 6h}
packages: {plugin: {size: 0 B}, assessment_scan: {size: 5 MB}}
sites:
  far: {download_time: 100s}
  near: {}
groups:
  gone: {clients: 0, site: near}
  pcs: {clients: 1, site: far, enrol: 25h}
  rest: {clients: 0, site: near}
platform: {first_contact: 0s, configuration_request: immediate, membership_update: immediate, basic_inventory: immediate}
";
    let scenario = check(yaml, "one").scenario;
    let mut sites = Sites::new(&scenario, 0);
    run(&scenario, 0, Mode::default(), &mut sites, |_, _| ControlFlow::Continue(()))
        .expect("nobody interrupts");
    assert_eq!(
        sites_csv(&scenario, sites),
        "time_s,timestamp,site,downloads_running,downloads_queued,clients_backing_off,downloads_completed,\
         downloads_failed,bytes_downloaded
0,2026-01-05T00:00:00,far,0,0,0,0,0,0
0,2026-01-05T00:00:00,near,0,0,0,0,0,0
108000,2026-01-06T06:00:00,far,0,0,0,1,0,5000000
129600,2026-01-06T12:00:00,far,0,0,0,0,0,0
259200,2026-01-08T00:00:00,far,0,0,0,0,0,0
259200,2026-01-08T00:00:00,near,0,0,0,0,0,0
"
    );
}
