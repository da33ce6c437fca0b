//! `sites.csv`: the downloads of each site at the instants of the timeline.
//!
//! RFC 4180, `\n`, constant header; whole numbers. A site has no row where it has nothing to tell
//! ([`crate::observe::sites`]).

use std::io::{self, Write};

use crate::observe::sites::Row;
use crate::output::csv_table;
use crate::output::prose::dates::timestamp;
use crate::scenario::model::Scenario;

/// Name and meaning of every column.
pub const COLUMNS: [(&str, &str); 9] = [
    ("time_s", "seconds since the start of the scenario"),
    ("timestamp", "server local time"),
    ("site", "name of the site; `default` where the scenario names none"),
    ("downloads_running", "downloads in progress"),
    ("downloads_queued", "downloads that wait for a free slot"),
    ("clients_backing_off", "clients whose package server does not serve; they try again by the ladder (C4)"),
    ("downloads_completed", "since the sample instant before: downloads completed"),
    (
        "downloads_failed",
        "since the sample instant before: downloads refused or broken off by a package server that fails",
    ),
    ("bytes_downloaded", "since the sample instant before: bytes of completed downloads"),
];

/// Writes the downloads of all sites.
///
/// # Errors
/// When the writer fails.
pub fn write(rows: &[Row], scenario: &Scenario, out: impl Write) -> io::Result<()> {
    let mut csv = csv_table(COLUMNS, out)?;
    for Row { at, site, downloads } in rows {
        csv.write_record([
            at.seconds().to_string().as_str(),
            &timestamp(scenario.start, *at),
            &scenario.sites[*site as usize].name,
            &downloads.running.to_string(),
            &downloads.queued.to_string(),
            &downloads.backing_off.to_string(),
            &downloads.completed.to_string(),
            &downloads.failed.to_string(),
            &downloads.bytes.to_string(),
        ])?;
    }
    csv.flush()
}
