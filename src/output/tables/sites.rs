//! `sites.csv`: the downloads of each site at the instants of the timeline.
//!
//! RFC 4180, `\n`, constant header; whole numbers. A site has no row where it has nothing to tell
//! ([`crate::observe::sites`]).

use std::borrow::Cow;
use std::io::{self, Write};

use crate::observe::columns::{TIME_S, TIMESTAMP};
use crate::observe::sites::SiteRow;
use crate::output::prose::dates::timestamp;
use crate::output::tables::csv_with_header;
use crate::scenario::model::Scenario;

/// Name of the file.
pub const SITES: &str = "sites.csv";

/// A column: its name, its meaning, and its cell in a row.
#[derive(Debug, Clone, Copy)]
pub struct SiteColumn {
    /// As in the header.
    pub name: &'static str,
    /// As the README says it.
    pub meaning: &'static str,
    cell: for<'s> fn(&SiteRow, &'s Scenario) -> Cow<'s, str>,
}

const fn column(
    (name, meaning): (&'static str, &'static str),
    cell: for<'s> fn(&SiteRow, &'s Scenario) -> Cow<'s, str>,
) -> SiteColumn {
    SiteColumn { name, meaning, cell }
}

/// Every column, in the order of the file.
#[rustfmt::skip]
pub const COLUMNS: [SiteColumn; 9] = [
    column(TIME_S, |row, _| row.at.seconds().to_string().into()),
    column(TIMESTAMP, |row, scenario| timestamp(scenario.start, row.at).into()),
    column(("site", "name of the site; `default` where the scenario names none"), |row, scenario| scenario.sites[row.site.index()].name.as_str().into()),
    column(("downloads_running", "downloads in progress"), |row, _| row.downloads.running.to_string().into()),
    column(("downloads_queued", "downloads that wait for a free slot"), |row, _| row.downloads.queued.to_string().into()),
    column(("clients_backing_off", "clients whose package server does not serve; they try again by the ladder (C4)"), |row, _| row.downloads.backing_off.to_string().into()),
    column(("downloads_completed", "since the sample instant before: downloads completed"), |row, _| row.downloads.completed.to_string().into()),
    column(("downloads_failed", "since the sample instant before: downloads refused or broken off by a package server that fails"), |row, _| row.downloads.failed.to_string().into()),
    column(("bytes_downloaded", "since the sample instant before: bytes of completed downloads"), |row, _| row.downloads.bytes.to_string().into()),
];

/// Writes the downloads of all sites.
///
/// # Errors
/// When the writer fails.
pub fn write(rows: &[SiteRow], scenario: &Scenario, out: impl Write) -> io::Result<()> {
    let mut csv = csv_with_header(COLUMNS.map(|column| column.name), out)?;
    for row in rows {
        for column in &COLUMNS {
            csv.write_field((column.cell)(row, scenario).as_bytes())?;
        }
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()
}
