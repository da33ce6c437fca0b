//! `timeline.csv`: one row a sample instant, RFC 4180, `\n`, constant header, no empty rows.
//!
//! Fields are whole numbers or words; `licenses_total` and `licenses_free` are empty when the pool
//! has no limit.

use std::io::{self, Write};

use jiff::civil::DateTime;

use crate::observe::columns;
use crate::observe::timeline::Row;
use crate::output::csv_table;
use crate::output::prose::dates::timestamp;

/// Name and meaning of every column.
pub const COLUMNS: [(&str, &str); 42] = [
    ("time_s", "seconds since the start of the scenario"),
    ("timestamp", "server local time"),
    ("license_state", "none, in_date, or expired when no license in date is left (E1)"),
    ("aup_state", "maintenance: none, active, notice (56 days before its end), expired"),
    ("solution_state", "working, expired when no license is in date (E1), not_covered by maintenance (M3)"),
    ("licenses_total", "nodes of all license files in force (L1, L2)"),
    ("licenses_in_use", "licenses taken, including those not refunded yet"),
    ("licenses_free", "licenses that can still be taken"),
    ("licenses_over", "licenses in use beyond the nodes in force (L3)"),
    (
        "licenses_retired_unrefunded",
        "licenses of Retired or deleted records, until the licensing refresh runs (V1)",
    ),
    ("clients_managed", "clients with an Active record"),
    ("clients_plugin_installed", "of these: the plug-in is on the PC (C1)"),
    ("clients_plugin_reported", "of these: the server knows about the plug-in (C2)"),
    ("clients_targeted", "of these: targets of the assessment scan package (C3)"),
    ("clients_package_ready", "of these: the package is complete (C4)"),
    ("clients_waiting", "clients that want a license and were rejected (X2)"),
    ("clients_sharing_record", "machines with cloned keys that share another one's record (V10)"),
    (
        "licenses_without_agent",
        "of the licenses in use: held by records whose PC is gone, re-imaged or without agent (V6, V8, V10)",
    ),
    ("downloads_running", "downloads in progress"),
    ("downloads_queued", "downloads that wait for a free slot of their site"),
    ("clients_backing_off", "clients whose package server does not serve; they try again by the ladder (C4)"),
    ("bulletins_listed", "bulletins that imports have listed in the PRC (M2)"),
    ("bulletins_enabled", "of these: a patch update policy was made (M1)"),
    ("updates_pending", "updates Scheduled or Executing, over all clients"),
    ("clients_enrolled", "since the row before: agents started on new PCs"),
    (
        "clients_left",
        "since the row before: PCs retired, disposed, deleted or given up, or whose agent was uninstalled",
    ),
    (
        "clients_returned",
        "since the row before: Retired records set back to Active (V7) and deleted clients that returned (V5)",
    ),
    ("licenses_granted", "since the row before: licenses taken (C6)"),
    ("licenses_refunded", "since the row before: licenses returned to the pool (V1, V3)"),
    ("scans_returned", "since the row before: scans the server processed (C6, X1)"),
    ("scans_rejected", "since the row before: scans of clients without license while the pool was full (X2)"),
    ("scans_failed_untargeted", "since the row before: scans without DSUP or clone (C5)"),
    (
        "scans_not_run",
        "since the row before: scans that did not run: no license in date (E1), or the version not covered (M3)",
    ),
    (
        "scans_unchanged",
        "since the row before: scans whose result was not sent, because it was the same as the last one",
    ),
    (
        "scans_without_record",
        "since the row before: scans of clients whose record is not Active, so not processed (V5, V7)",
    ),
    (
        "downloads_failed",
        "since the row before: downloads refused or broken off by a package server that fails",
    ),
    ("downloads_completed", "since the row before: downloads completed"),
    ("bytes_downloaded", "since the row before: bytes of completed downloads"),
    ("updates_scheduled", "since the row before: updates that patch update policies brought to clients"),
    ("updates_installed", "since the row before: updates installed"),
    ("updates_failed", "since the row before: updates that failed in every cycle they were tried in"),
    (
        "tasks_refused",
        "since the row before: Software Update Installation tasks that could not be scheduled (M4)",
    ),
];

/// Writes the timeline.
///
/// # Errors
/// When the writer fails.
pub fn write(rows: &[Row], start: DateTime, out: impl Write) -> io::Result<()> {
    let mut csv = csv_table(COLUMNS, out)?;
    for row in rows {
        csv.write_record(record(row, start))?;
    }
    csv.flush()
}

/// Time and words, then every number, in the order of [`COLUMNS`].
fn record(row: &Row, start: DateTime) -> Vec<String> {
    let words = [
        row.at.seconds().to_string(),
        timestamp(start, row.at),
        row.now.entitlement.state.words().to_string(),
        row.now.entitlement.aup.words().to_string(),
        row.now.solution_state().words().to_string(),
    ];
    let or_empty = |number: Option<u64>| number.map_or(String::new(), |n| n.to_string());
    words.into_iter().chain(columns::COLUMNS.map(|(_, number)| or_empty(number(row)))).collect()
}
