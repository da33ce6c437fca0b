//! `events.csv`: what happened, one line an event, to be filtered in a spreadsheet.

use std::io::{self, Write};

use jiff::civil::DateTime;

use crate::fleet::roster::Roster;
use crate::observe::trace::Line;
use crate::output::csv_table;
use crate::output::prose::dates::timestamp_ms;
use crate::output::prose::events::sentence;

/// Name and meaning of every column.
pub const COLUMNS: [(&str, &str); 8] = [
    ("time_ms", "milliseconds since the start of the scenario"),
    ("timestamp", "server local time"),
    ("client", "name of the client; empty where it happened to the server"),
    ("group", "its group"),
    ("event", "what happened, one word to filter by"),
    ("rule", "id of the rule behind it, if any"),
    ("reason", "why, in words"),
    ("licenses_in_use", "licenses taken after it"),
];

/// Writes events as they come.
pub struct EventsCsv<'s, W: Write> {
    csv: csv::Writer<W>,
    start: DateTime,
    roster: Roster<'s>,
    group_names: Vec<&'s str>,
}

impl<'s, W: Write> EventsCsv<'s, W> {
    /// Writes the header.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn new(scenario: &'s crate::scenario::model::Scenario, out: W) -> io::Result<Self> {
        let csv = csv_table(COLUMNS, out)?;
        let roster = Roster::new(scenario, 0);
        let group_names = scenario.groups.iter().map(|group| group.name.as_str()).collect();
        Ok(EventsCsv { csv, start: scenario.start, roster, group_names })
    }

    /// Writes one event.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(&mut self, line: &Line) -> io::Result<()> {
        if let Some(of) = line.further_record_of {
            self.roster.append(of);
        }
        let (client, group) = match line.client {
            Some(client) => (self.roster.name(client), self.group_names[self.roster.group_of(client)]),
            None => (String::new(), ""),
        };
        self.csv.write_record([
            line.at.ms().to_string().as_str(),
            &timestamp_ms(self.start, line.at),
            &client,
            group,
            line.event.name(),
            line.event.clause().map_or("", |clause| clause.id()),
            &sentence(&line.event),
            &line.in_use.to_string(),
        ])?;
        Ok(())
    }

    /// The writer, with everything written.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn finish(self) -> io::Result<W> {
        self.csv.into_inner().map_err(|error| io::Error::other(error.error().to_string()))
    }
}
