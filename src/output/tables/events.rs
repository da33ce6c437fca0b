//! `events.csv`: what happened, one line an event, to be filtered in a spreadsheet.

use std::borrow::Cow;
use std::io::{self, Write};

use jiff::civil::DateTime;

use crate::fleet::roster::Roster;
use crate::observe::columns::TIMESTAMP;
use crate::observe::trace::Line;
use crate::output::prose::dates::timestamp_ms;
use crate::output::prose::events::sentence;
use crate::output::tables::csv_with_header;

/// Name of the file.
pub const EVENTS: &str = "events.csv";

/// An event, with the names of the clients it happened to.
struct NamedEvent<'l> {
    line: &'l Line,
    start: DateTime,
    client: String,
    group: &'l str,
}

/// A column: its name, its meaning, and its cell in a row.
#[derive(Debug, Clone, Copy)]
pub struct EventColumn {
    /// As in the header.
    pub name: &'static str,
    /// As the README says it.
    pub meaning: &'static str,
    cell: for<'l> fn(&'l NamedEvent<'l>) -> Cow<'l, str>,
}

const fn column(
    (name, meaning): (&'static str, &'static str),
    cell: for<'l> fn(&'l NamedEvent<'l>) -> Cow<'l, str>,
) -> EventColumn {
    EventColumn { name, meaning, cell }
}

/// Every column, in the order of the file.
#[rustfmt::skip]
pub const COLUMNS: [EventColumn; 8] = [
    column(("time_ms", "milliseconds since the start of the scenario"), |event| event.line.at.ms().to_string().into()),
    column(TIMESTAMP, |event| timestamp_ms(event.start, event.line.at).into()),
    column(("client", "name of the client; empty where it happened to the server"), |event| event.client.as_str().into()),
    column(("group", "its group"), |event| event.group.into()),
    column(("event", "what happened, one word to filter by"), |event| event.line.event.name().into()),
    column(("rule", "id of the rule behind it, if any"), |event| event.line.event.clause().map_or("", |clause| clause.id()).into()),
    column(("reason", "why, in words"), |event| sentence(&event.line.event).into()),
    column(("licenses_in_use", "licenses taken after it; of another solution where the event is about its pool"), |event| event.line.in_use.to_string().into()),
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
        let csv = csv_with_header(COLUMNS.map(|column| column.name), out)?;
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
            Some(client) => {
                (self.roster.name(client), self.group_names[self.roster.group_of(client).index()])
            }
            None => (String::new(), ""),
        };
        let event = NamedEvent { line, start: self.start, client, group };
        for column in &COLUMNS {
            self.csv.write_field((column.cell)(&event).as_bytes())?;
        }
        self.csv.write_record(None::<&[u8]>).map_err(io::Error::from)
    }

    /// The writer, with everything written.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn finish(self) -> io::Result<W> {
        self.csv.into_inner().map_err(|error| io::Error::other(error.error().to_string()))
    }
}
