//! What a command needs, known before it begins: memory, and events. What fills memory is counted with what it was
//! measured to take (`tests/it/commands/memory.rs` compares it with the peak of every command), and what makes most events by
//! how often it comes round.

use crate::observe::columns::COLUMNS;
use crate::observe::{sites, timeline};
use crate::scenario::model::initial::ExportedRecord;
use crate::scenario::model::{Enrol, Group, Initial, Scenario, Site};
use crate::scenario::read::expected_clients;
use crate::study::compare::NumberPair;
use crate::study::load_estimate::{EstimatePart, downloading_at_once, events, rows, time_of_downloads};
use crate::study::parallel::AHEAD;
use crate::study::stats::distribution::{Distribution as Counted, MOST_VALUES};

const MIB: f64 = 1024.0 * 1024.0;

/// What the allocator adds, as a share of everything else.
const SLACK: f64 = 0.03;

/// The program itself, and what every command holds.
const BASE: f64 = 13.0 * MIB;

/// What a thread takes beside its work: its part of the allocator's memory.
const THREAD: f64 = MIB;

/// A client: its row, its next event, the grid of its scans, its first request.
const CLIENT: f64 = 72.0;

/// Also while it downloads, or waits for a download: the download and its place in the order of completion.
const DOWNLOADING: f64 = 105.0;

/// The event of its departure, where all are there from the start and so wait for it together.
const DEPARTURE: f64 = 45.0;

/// Where PCs are switched off: up to where scans were counted; and downloads that wait for a PC.
const ONLINE: f64 = 70.0;

const ONLINE_DOWNLOADING: f64 = 110.0;

/// Where it has a name of its own: what its draws are addressed by, and names that were compared.
const NAMED: f64 = 88.0;

/// What an update side knows of a client, beside the updates.
const UPDATES: f64 = 48.0;

/// What another solution knows of a client, and its next event.
const SOLUTION: f64 = 40.0;

/// A string beside its text: pointer, length, capacity, and what the allocator adds.
const STRING: f64 = (size_of::<String>() + 16) as f64;

/// Tables over time of up to so many rows are whole in a report, a month by the minute; of more rows it keeps fewer
/// than half as many.
pub const WHOLE_ROWS: usize = 50_000;

/// Such a row beside its text: where its cells end; and what charts make of it. The page.
const REPORT_CELLS: f64 = 176.0;

const REPORT_CHARTS: f64 = 280.0;

const PAGE: f64 = MIB;

/// Usual size of a row of `timeline.csv`, in bytes.
const ROW_TEXT: f64 = 160.0;

/// Of a site in a report: downloads over time, and its row on the page.
const REPORT_SITE: f64 = 4_500.0;

/// A group, a site, an action or a license file: as it is written, and what it means.
const ENTRY: f64 = 2_500.0;

/// A name on the disk, as a row of a file of clients, takes in memory beside its text: the string, its line, its
/// place in the order of names.
const NAMED_ROW: f64 = STRING + 16.0;

/// Bytes that the tables of an export take while a scenario is made of them, for each of their own.
const EXPORT: f64 = 3.7;

/// What a command needs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResourceEstimate {
    /// Bytes, by what takes them.
    pub memory: Vec<EstimatePart>,
    /// Events of one run, by what they are.
    pub events: Vec<EstimatePart>,
    /// The group with most clients.
    pub largest_group: String,
    /// Threads that work at the same time.
    pub threads: usize,
}

impl ResourceEstimate {
    /// A command that runs nothing.
    pub fn of_reading(parts: impl IntoIterator<Item = EstimatePart>) -> ResourceEstimate {
        let memory = [(PROGRAM, BASE)].into_iter().chain(parts).collect();
        ResourceEstimate { memory, threads: 1, ..ResourceEstimate::default() }
    }

    /// A scenario that is only looked at.
    pub fn of_scenario(scenario: &Scenario) -> ResourceEstimate {
        let arrivals = scenario.groups.iter().filter(|group| matches!(group.enrol, Enrol::Poisson { .. }));
        let arrivals: f64 = arrivals.map(|group| 8.0 * expected_clients(group, scenario)).sum();
        ResourceEstimate::of_reading([(STATED, stated(scenario)), ("arrivals", arrivals)])
    }

    /// The same, or the reading of a file of clients that took so many bytes, if that was more.
    #[must_use]
    pub fn or_reading(self, bytes: f64) -> ResourceEstimate {
        let reading = ResourceEstimate::of_reading([(CLIENTS_FILE, bytes)]).memory;
        if ResourceEstimate::sum(&reading).0 > ResourceEstimate::sum(&self.memory).0 {
            return ResourceEstimate { memory: reading, ..self };
        }
        self
    }

    /// A plan: fleets with and without what could help, and lists of clients.
    pub fn of_plan(scenario: &Scenario) -> ResourceEstimate {
        let mut estimate = ResourceEstimate::of_fleet(scenario, false);
        *estimate.bytes_of(CLIENTS) *= 1.3;
        estimate
    }

    /// A fleet up to an instant, without a timeline.
    pub fn of_fleet(scenario: &Scenario, every_scan: bool) -> ResourceEstimate {
        let of_group = |group| expected_clients(group, scenario);
        let largest = scenario.groups.iter().max_by(|one, other| of_group(one).total_cmp(&of_group(other)));
        ResourceEstimate {
            largest_group: largest.map_or_else(String::new, |group| group.name.clone()),
            memory: vec![(PROGRAM, BASE), (STATED, stated(scenario)), (CLIENTS, clients(scenario))],
            events: events(scenario, every_scan),
            threads: 1,
        }
    }

    /// One run with its results; `report`: and a page of them.
    pub fn of_run(scenario: &Scenario, every_scan: bool, report: bool) -> ResourceEstimate {
        let mut estimate = ResourceEstimate::of_fleet(scenario, every_scan);
        let rows = rows(scenario);
        // The page is made when the fleet is gone.
        let page = page(rows, ROW_TEXT) + REPORT_SITE * scenario.sites.len() as f64;
        let clients = estimate.part(CLIENTS);
        if report && page > clients.1 {
            *clients = ("the report", page);
        }
        estimate.memory.push((ROWS, rows_of_one(scenario)));
        estimate.memory.push(("rows of sites", site_rows(scenario) * size_of::<sites::SiteRow>() as f64));
        estimate
    }

    /// Many runs, so many at a time, of which only figures are kept.
    pub fn of_figures(scenario: &Scenario, threads: usize) -> ResourceEstimate {
        let mut estimate = ResourceEstimate::of_fleet(scenario, false);
        let threads = threads.max(1);
        estimate.threads = threads;
        *estimate.bytes_of(PROGRAM) += THREAD * threads as f64;
        *estimate.bytes_of(CLIENTS) *= threads as f64;
        estimate.memory.push((ROWS, threads as f64 * rows_of_one(scenario)));
        estimate
    }

    /// A search for the smallest pool: each that is tried is a scenario beside the first.
    pub fn of_search(scenario: &Scenario, threads: usize) -> ResourceEstimate {
        let mut estimate = ResourceEstimate::of_figures(scenario, threads);
        *estimate.bytes_of(STATED) *= 2.0;
        estimate
    }

    /// Many runs whose timelines are laid one upon the other.
    pub fn of_bands(scenario: &Scenario, threads: usize, replications: u64) -> ResourceEstimate {
        let mut estimate = ResourceEstimate::of_figures(scenario, threads);
        *estimate.bytes_of(ROWS) = estimate.waiting(replications) * rows_of_one(scenario);
        estimate.memory.push((DISTRIBUTIONS, bands(scenario, replications, size_of::<Counted>())));
        estimate
    }

    /// As many pairs of runs.
    pub fn of_pairs([first, second]: [&Scenario; 2], threads: usize, replications: u64) -> ResourceEstimate {
        let (mut estimate, mut other) =
            (ResourceEstimate::of_figures(first, threads), ResourceEstimate::of_figures(second, threads));
        // Names are held twice; the fleets of a pair run one after the other.
        *estimate.bytes_of(STATED) += *other.bytes_of(STATED);
        *estimate.bytes_of(CLIENTS) = estimate.bytes_of(CLIENTS).max(*other.bytes_of(CLIENTS));
        *estimate.bytes_of(ROWS) =
            estimate.waiting(replications) * (rows_of_one(first) + rows_of_one(second));
        let shorter = if rows(first) <= rows(second) { first } else { second };
        estimate.memory.push((DISTRIBUTIONS, bands(shorter, replications, size_of::<NumberPair>())));
        for (event, other) in estimate.events.iter_mut().zip(other.events) {
            event.1 = event.1.max(other.1);
        }
        estimate
    }

    /// Runs of which the rows are there at the same time: it takes longer to lay them one upon the other than to run.
    fn waiting(&self, replications: u64) -> f64 {
        (AHEAD as f64 * self.threads as f64 + 1.0).min(replications.max(1) as f64)
    }

    /// Points of a grid, one after the other: all are read before the first is run.
    pub fn of_points(scenarios: &[Scenario], threads: usize) -> ResourceEstimate {
        let all = scenarios.iter().map(|scenario| ResourceEstimate::of_figures(scenario, threads));
        let largest = all.max_by(|one, other| {
            ResourceEstimate::sum(&one.memory).0.total_cmp(&ResourceEstimate::sum(&other.memory).0)
        });
        let Some(mut estimate) = largest else { return ResourceEstimate::default() };
        *estimate.bytes_of(STATED) =
            scenarios.iter().map(|scenario| BESIDE_OTHERS * stated(scenario) + POINT).sum();
        estimate
    }

    /// What takes memory under this name; added where nothing does yet.
    fn part(&mut self, what: &'static str) -> &mut EstimatePart {
        let known = self.memory.iter().position(|(name, _)| *name == what);
        let at = known.unwrap_or_else(|| {
            self.memory.push((what, 0.0));
            self.memory.len() - 1
        });
        &mut self.memory[at]
    }

    /// Bytes that it takes, to be changed.
    fn bytes_of(&mut self, what: &'static str) -> &mut f64 {
        &mut self.part(what).1
    }

    /// Bytes that it takes; none where nothing has the name.
    fn bytes_held(&self, what: &'static str) -> f64 {
        self.memory.iter().find(|(name, _)| *name == what).map_or(0.0, |(_, bytes)| *bytes)
    }

    /// The same with something more.
    fn with(mut self, part: EstimatePart) -> ResourceEstimate {
        self.memory.push(part);
        self
    }

    /// The same with what the allocator adds, which differs between machines and runs: no peak is above the estimate.
    #[must_use]
    pub fn with_slack(self) -> ResourceEstimate {
        let (bytes, _) = ResourceEstimate::sum(&self.memory);
        self.with(("what the allocator adds", SLACK * bytes))
    }

    /// A study that is cut into shards, with files of so many bytes: their texts, and those in the file of the study.
    #[must_use]
    pub fn of_cutting(&self, files: f64) -> ResourceEstimate {
        ResourceEstimate::of_reading([(STATED, self.bytes_held(STATED)), ("texts of files", 4.0 * files)])
    }

    /// Shards of a study that are put together.
    #[must_use]
    pub fn of_merging(&self) -> ResourceEstimate {
        let mut estimate = self.clone();
        *estimate.bytes_of(ROWS) = 0.0;
        estimate.with(self.of_piece(2.3))
    }

    /// A shard of a study that is run.
    #[must_use]
    pub fn of_shard(&self) -> ResourceEstimate {
        self.clone().with(self.of_piece(0.9))
    }

    /// What comes of the runs of [`ResourceEstimate::of_bands`], as a piece of a shard, so many times what the bands themselves
    /// take: its text and what is packed, and when it is read also the bands that are added to others.
    fn of_piece(&self, times: f64) -> EstimatePart {
        ("pieces of shards", times * self.bytes_held(DISTRIBUTIONS))
    }

    /// How much of something in all, and of what most.
    pub fn sum(parts: &[EstimatePart]) -> (f64, &'static str) {
        let most = parts.iter().max_by(|one, other| one.1.total_cmp(&other.1));
        (parts.iter().map(|(_, much)| much).sum(), most.map_or("", |(what, _)| what))
    }
}

const PROGRAM: &str = "the program";
const CLIENTS: &str = "clients";
const STATED: &str = "what the scenario says";

const CLIENTS_FILE: &str = "the file of clients";

const ROWS: &str = "rows of the timeline";

const DISTRIBUTIONS: &str = "distributions of the timeline's numbers";

/// Scenarios that are held side by side take more than each alone: the allocator leaves gaps between their names.
const BESIDE_OTHERS: f64 = 1.1;
/// A scenario of a grid without its clients.
const POINT: f64 = 8.0 * 1024.0;

/// What reading a file of clients takes, of so many bytes, with about so many rows; `states`: it says where they stand.
pub fn of_clients_file(bytes: f64, rows: f64, states: bool) -> EstimatePart {
    let state = if states { size_of::<Initial>() as f64 + 40.0 } else { 0.0 };
    (CLIENTS_FILE, bytes + rows * (NAMED_ROW + bytes_of_name(bytes, rows) + state))
}

/// A name is a part of its row.
fn bytes_of_name(bytes: f64, rows: f64) -> f64 {
    (bytes / rows.max(1.0)).min(24.0)
}

/// What the tables of an export take.
pub fn of_export(bytes: f64) -> EstimatePart {
    ("tables of the export", EXPORT * bytes)
}

/// What a report takes of a result folder: so many instants, with so many bytes each, so many bytes of other tables,
/// and so many sites.
pub fn of_report((instants, bytes): (f64, f64), others: f64, sites: f64) -> EstimatePart {
    ("the report", page(instants, bytes) + 4.0 * others + REPORT_SITE * sites)
}

/// What a page takes. Rows are read up to the most that are kept, and read again where there are more.
fn page(rows: f64, bytes: f64) -> f64 {
    let whole = WHOLE_ROWS as f64;
    let charts = if rows <= whole { REPORT_CHARTS } else { 0.0 };
    rows.min(whole) * (bytes + REPORT_CELLS + charts) + PAGE
}

/// What a scenario says: names and states of its clients, and its entries.
fn stated(scenario: &Scenario) -> f64 {
    let of_group = |group: &Group| {
        let Some(names) = group.clients.names() else { return 0.0 };
        let text: usize = names.iter().map(String::len).sum();
        let states = group.initial.iter().flatten();
        let known_by = states.clone().flat_map(|at| at.guid.iter().chain(&at.also));
        let known_by: f64 = known_by.map(|text| 16.0 + text.len() as f64).sum();
        let exported = states.clone().filter_map(|at| at.exported.as_ref());
        let texts =
            |record: &ExportedRecord| record.texts().map(|text| 32.0 + text.len() as f64).sum::<f64>();
        let exported: f64 =
            exported.map(|record| 16.0 + size_of::<ExportedRecord>() as f64 + texts(record)).sum();
        names.len() as f64 * STRING
            + text as f64
            + known_by
            + exported
            + (states.count() * size_of::<Initial>()) as f64
    };
    let files = scenario.license_files().count();
    let entries = scenario.groups.len() + scenario.sites.len() + scenario.actions.len() + files;
    scenario.groups.iter().map(of_group).sum::<f64>() + ENTRY * entries as f64
}

/// What a run holds of all clients.
fn clients(scenario: &Scenario) -> f64 {
    let updates = scenario.updates.as_ref().map_or(0.0, |updates| {
        let all: f64 = updates.bulletins.iter().map(|bulletin| f64::from(bulletin.updates)).sum();
        UPDATES + all * f64::from(updates.cell_bits()) / 8.0
    });
    let solutions = SOLUTION * scenario.solutions.len() as f64;
    let of_group = |group: &Group| {
        let waiting = downloading_at_once(group, scenario);
        let more = match (&group.online, &group.lifetime) {
            (Some(_), _) => ONLINE + ONLINE_DOWNLOADING * waiting,
            (None, Some(_)) => DEPARTURE * waiting,
            (None, None) => 0.0,
        };
        let named = if group.clients.names().is_some() { NAMED } else { 0.0 };
        let each = CLIENT + DOWNLOADING * waiting + more + updates + solutions + named;
        expected_clients(group, scenario) * each
    };
    scenario.groups.iter().map(of_group).sum()
}

fn rows_of_one(scenario: &Scenario) -> f64 {
    rows(scenario) * size_of::<timeline::TimelineRow>() as f64
}

/// Rows of `sites.csv`, at most: a site has rows while something is loaded from it.
fn site_rows(scenario: &Scenario) -> f64 {
    let rows = rows(scenario);
    let bulletins = scenario.updates.as_ref().map_or(0, |updates| updates.bulletins.len());
    let of_site = |(index, site): (usize, &Site)| {
        let groups = scenario.groups.iter().filter(|group| group.site == index);
        let clients: f64 = groups.map(|group| expected_clients(group, scenario)).sum();
        let lasts = time_of_downloads(site, scenario, clients) / scenario.timeline_every.ms().max(1) as f64;
        // Two packages each, and what follows: a row where it begins, one where it ends, one that says so.
        (clients * (2.0 + bulletins as f64) * 2.0 + lasts + 3.0).min(rows)
    };
    scenario.sites.iter().enumerate().map(of_site).sum()
}

/// The numbers of all rows over replications: each its distribution with the different values that it counts. Numbers
/// of a fleet spread like the root of its size.
fn bands(scenario: &Scenario, replications: u64, cell: usize) -> f64 {
    let clients: f64 = scenario.groups.iter().map(|group| expected_clients(group, scenario)).sum();
    let most = (replications as f64).min(MOST_VALUES as f64);
    let values = most.min(4.0 * clients.sqrt()).max(1.0);
    // Vectors grow by doubling from four; half of the numbers hardly ever vary.
    let varied = 12.0 * ((values.ceil() as u64).next_power_of_two() as f64).max(4.0) + 32.0;
    let constant = 12.0 * 4.0 + 32.0;
    rows(scenario) * COLUMNS.len() as f64 * (cell as f64 + (varied + constant) / 2.0)
}
