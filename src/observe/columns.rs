//! The columns of `timeline.csv`, each declared once: name, unit, meaning and accessor.
//!
//! [`COLUMNS`] holds the numbers of a row; [`TIME_S`], [`TIMESTAMP`] and [`STATES`] stand before them in the file.
//! Whatever sums up, compares, writes, describes or reads a timeline goes by these tables: bands and differences of
//! many runs, the CSV and Parquet files, the table of the README, the charts of a report. So a new column is a line
//! here and its computation, in [`Levels`] or [`Counts`].

use crate::observe::counts::Counts;
use crate::observe::snapshot::{Levels, Snapshot};
use crate::observe::timeline::TimelineRow;

/// Name and meaning of the first column of every table over time.
pub const TIME_S: (&str, &str) = ("time_s", "seconds since the start of the scenario");

/// Name and meaning of the second one: the same as a date.
pub const TIMESTAMP: (&str, &str) = ("timestamp", "server local time");

/// A column that holds a word.
#[derive(Debug, Clone, Copy)]
pub struct StateColumn {
    /// Header of the column in the file, in snake case.
    pub name: &'static str,
    /// One line for the README: the words it may hold.
    pub meaning: &'static str,
    /// Reads the word for a row from the snapshot at its instant.
    pub word: fn(&Snapshot) -> &'static str,
}

/// The columns of words, in the order of the file.
pub const STATES: [StateColumn; 3] = [
    StateColumn {
        name: "license_state",
        meaning: "none, in_date, or expired when no license in date is left (E1)",
        word: |now| now.entitlement.state.words(),
    },
    StateColumn {
        name: "aup_state",
        meaning: "maintenance: none, active, notice (56 days before its end), expired",
        word: |now| now.entitlement.aup.words(),
    },
    StateColumn {
        name: "solution_state",
        meaning: "working, expired when no license is in date (E1), not_covered by maintenance (M3)",
        word: |now| now.solution_state().words(),
    },
];

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnUnit {
    /// Nodes of the pool, each held by one client at most.
    Licenses,
    /// PCs or their records, as the column's meaning states.
    Clients,
    /// Package downloads, of all sites together.
    Downloads,
    /// Bytes of packages, whole downloads only.
    Bytes,
    /// Software bulletins at the server.
    Bulletins,
    /// Pairs of an update and a client.
    Updates,
    /// Windows System Assessment Scans.
    Scans,
    /// *Software Update Installation* tasks (M4).
    Tasks,
}

use ColumnUnit as Unit;

impl ColumnUnit {
    /// In words, as at an axis of a chart.
    pub fn words(self) -> &'static str {
        match self {
            Unit::Licenses => "licenses",
            Unit::Clients => "clients",
            Unit::Downloads => "downloads",
            Unit::Bytes => "bytes",
            Unit::Bulletins => "bulletins",
            Unit::Updates => "updates",
            Unit::Scans => "scans",
            Unit::Tasks => "tasks",
        }
    }
}

/// Where a column takes its number from.
#[derive(Debug, Clone, Copy)]
enum NumberSource {
    /// Pool and server at the instant; `None` where the pool has no limit.
    Pool(fn(&Snapshot) -> Option<u64>),
    /// Clients at the instant.
    Level(fn(&Levels) -> u64),
    /// What happened since the row before.
    Count(fn(&Counts) -> u64),
}

/// A column that holds a whole number.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Header of the column in the file, in snake case.
    pub name: &'static str,
    /// What one of its number is.
    pub unit: ColumnUnit,
    /// Without the words that all counts begin with; see [`Column::meaning`].
    meaning: &'static str,
    source: NumberSource,
}

const fn pool(
    name: &'static str,
    unit: ColumnUnit,
    meaning: &'static str,
    number: fn(&Snapshot) -> Option<u64>,
) -> Column {
    Column { name, unit, meaning, source: NumberSource::Pool(number) }
}

const fn level(
    name: &'static str,
    unit: ColumnUnit,
    meaning: &'static str,
    number: fn(&Levels) -> u64,
) -> Column {
    Column { name, unit, meaning, source: NumberSource::Level(number) }
}

const fn count(
    name: &'static str,
    unit: ColumnUnit,
    meaning: &'static str,
    number: fn(&Counts) -> u64,
) -> Column {
    Column { name, unit, meaning, source: NumberSource::Count(number) }
}

/// The columns of numbers, in the order of the file: levels at the instant, then counts since the row before.
#[rustfmt::skip]
pub const COLUMNS: &[Column] = &[
    pool("licenses_total", Unit::Licenses, "nodes of all license files in force (L1, L2)", |s| s.entitlement.nodes),
    level("licenses_in_use", Unit::Licenses, "licenses taken, including those not refunded yet", |l| l.licenses_in_use),
    pool("licenses_free", Unit::Licenses, "licenses that can still be taken", |s| s.licenses_free()),
    pool("licenses_over", Unit::Licenses, "licenses in use beyond the nodes in force (L3)", |s| Some(s.licenses_over())),
    level("licenses_retired_unrefunded", Unit::Licenses, "licenses of Retired or deleted records, until the licensing refresh runs (V1)", |l| l.licenses_retired_unrefunded),
    level("clients_managed", Unit::Clients, "clients with an Active record", |l| l.clients_managed),
    level("clients_plugin_installed", Unit::Clients, "of these: the plug-in is on the PC (C1)", |l| l.clients_plugin_installed),
    level("clients_plugin_reported", Unit::Clients, "of these: the server knows about the plug-in (C2)", |l| l.clients_plugin_reported),
    level("clients_targeted", Unit::Clients, "of these: targets of the assessment scan package (C3)", |l| l.clients_targeted),
    level("clients_package_ready", Unit::Clients, "of these: the package is complete (C4)", |l| l.clients_package_ready),
    level("clients_waiting", Unit::Clients, "clients that want a license and were rejected (X2)", |l| l.clients_waiting),
    level("clients_sharing_record", Unit::Clients, "machines with cloned keys that share another one's record (V10)", |l| l.clients_sharing_record),
    level("licenses_without_agent", Unit::Licenses, "of the licenses in use: held by records whose PC is gone, re-imaged or without agent (V6, V8, V10)", |l| l.licenses_without_agent),
    level("downloads_running", Unit::Downloads, "downloads in progress", |l| l.downloads_running),
    level("downloads_queued", Unit::Downloads, "downloads that wait for a free slot of their site", |l| l.downloads_queued),
    level("clients_backing_off", Unit::Clients, "clients whose package server does not serve; they try again by the ladder (C4)", |l| l.clients_backing_off),
    level("bulletins_listed", Unit::Bulletins, "bulletins that imports have listed in the PRC (M2)", |l| l.bulletins_listed),
    level("bulletins_enabled", Unit::Bulletins, "of these: a patch update policy was made (M1)", |l| l.bulletins_enabled),
    level("updates_pending", Unit::Updates, "updates Scheduled or Executing, over all clients", |l| l.updates_pending),
    count("clients_enrolled", Unit::Clients, "agents started on new PCs", |c| c.clients_enrolled),
    count("clients_left", Unit::Clients, "PCs retired, disposed, deleted or given up, or whose agent was uninstalled", |c| c.clients_left),
    count("clients_returned", Unit::Clients, "Retired and Disposed records set back to Active (V7) and deleted clients that returned (V5)", |c| c.clients_returned),
    count("licenses_granted", Unit::Licenses, "licenses taken (C6)", |c| c.licenses_granted),
    count("licenses_refunded", Unit::Licenses, "licenses returned to the pool (V1, V3)", |c| c.licenses_refunded),
    count("scans_returned", Unit::Scans, "scans the server processed (C6, X1)", |c| c.scans_returned),
    count("scans_rejected", Unit::Scans, "scans of clients without license while the pool was full (X2)", |c| c.scans_rejected),
    count("scans_failed_untargeted", Unit::Scans, "scans without DSUP or clone (C5)", |c| c.scans_failed_untargeted),
    count("scans_not_run", Unit::Scans, "scans that did not run: no license in date (E1), the version not covered (M3), or the scan policy off (C8)", |c| c.scans_not_run),
    count("scans_unchanged", Unit::Scans, "scans whose result was not sent, because it was the same as the last one", |c| c.scans_unchanged),
    count("scans_not_returned", Unit::Scans, "scans whose result did not reach the server, which was not reachable or too busy (C6)", |c| c.scans_not_returned),
    count("scans_without_record", Unit::Scans, "scans of clients whose record is not Active, so not processed (V5, V7)", |c| c.scans_without_record),
    count("downloads_failed", Unit::Downloads, "downloads refused or broken off by a package server that fails", |c| c.downloads_failed),
    count("downloads_completed", Unit::Downloads, "downloads completed", |c| c.downloads_completed),
    count("bytes_downloaded", Unit::Bytes, "bytes of completed downloads", |c| c.bytes_downloaded),
    count("updates_scheduled", Unit::Updates, "updates that patch update policies brought to clients", |c| c.updates_scheduled),
    count("updates_installed", Unit::Updates, "updates installed", |c| c.updates_installed),
    count("updates_failed", Unit::Updates, "updates that failed in every cycle they were tried in", |c| c.updates_failed),
    count("tasks_refused", Unit::Tasks, "Software Update Installation tasks that could not be scheduled (M4)", |c| c.tasks_refused),
];

impl Column {
    /// Its number in a row; `None` where the pool has no limit.
    #[inline]
    pub fn number(&self, row: &TimelineRow) -> Option<u64> {
        match self.source {
            NumberSource::Pool(number) => number(&row.now),
            NumberSource::Level(number) => Some(number(&row.now.levels)),
            NumberSource::Count(number) => Some(number(&row.counts)),
        }
    }

    /// Does it count what happened since the row before?
    pub fn is_count(&self) -> bool {
        matches!(self.source, NumberSource::Count(_))
    }

    /// What the number is, in the README's words.
    pub fn meaning(&self) -> String {
        let since = if self.is_count() { "since the row before: " } else { "" };
        format!("{since}{}", self.meaning)
    }
}

/// The column of numbers of a name.
pub fn column(name: &str) -> Option<Column> {
    COLUMNS.iter().copied().find(|column| column.name == name)
}

/// What the column of a name counts, in words; empty when there is none.
pub fn unit_of(name: &str) -> &'static str {
    column(name).map_or("", |column| column.unit.words())
}

/// Name and meaning of every column of `timeline.csv`, in the order of the file.
pub fn described() -> impl Iterator<Item = (&'static str, String)> {
    let before = [TIME_S, TIMESTAMP].into_iter().chain(STATES.map(|state| (state.name, state.meaning)));
    let before = before.map(|(name, meaning)| (name, meaning.to_string()));
    before.chain(COLUMNS.iter().map(|column| (column.name, column.meaning())))
}
