//! The sentence of each event: the `reason` of `events.csv`, `explain`, `compare` and the reports.
//!
//! Interface: [`sentence`] puts a [`TraceEvent`] into words.
//!
//! | file | sentences of |
//! |---|---|
//! | `chain` | the way to a license and back out of it |
//! | `downloads` | packages |
//! | `initial` | the state in which a client is at the start |
//! | `records` | records and their PCs |
//! | `patching` | the update side |
//! | `solutions` | computers that use other solutions |
//! | `server` | license files, refreshes, actions, maintenance, package servers |
//! | `phrases` | parts of sentences that several of these share |
//!
//! Why: one file for each group of `observe/events`, with exhaustive matches: a new event does not compile without a
//! sentence.

use jiff::civil::DateTime;

use crate::observe::events::{ScanEvent, TraceEvent};
use crate::output::prose::dates::timestamp_ms;
use crate::study::divergence::Happening;

mod chain;
mod downloads;
mod initial;
mod patching;
mod phrases;
mod records;
mod server;
mod solutions;

/// Why, in words; without event name, client and rule.
pub fn sentence(event: &TraceEvent) -> String {
    match event {
        TraceEvent::Chain(event) => chain::sentence(*event),
        TraceEvent::Download(package, event) => downloads::sentence(*package, *event),
        TraceEvent::Record(event) => records::sentence(*event),
        TraceEvent::Patching(event) => patching::sentence(event),
        TraceEvent::Solution(event) => solutions::sentence(*event),
        TraceEvent::Scan(event) => of_scan(*event).into(),
        TraceEvent::Server(event) => server::sentence(event),
    }
}

/// What happened, in a line: when, to which client or to the server, what, by which rule, and why.
pub fn line(start: DateTime, happening: Option<&Happening>) -> String {
    let Some(Happening { at, client, event }) = happening else { return NOTHING_MORE.into() };
    let (when, why) = (timestamp_ms(start, *at), sentence(event));
    let rule = event.clause().map(|clause| clause.id());
    line_of_parts(&when, client.as_deref(), (event.name(), rule), &why)
}

/// A run in which nothing more happens.
pub const NOTHING_MORE: &str = "nothing more happens";

/// The same of an event read back from a result file.
pub fn line_of_parts(
    when: &str,
    client: Option<&str>,
    (name, rule): (&str, Option<&str>),
    why: &str,
) -> String {
    let rule = rule.map_or(String::new(), |rule| format!(" ({rule})"));
    format!("{when} {}: {}{rule}: {why}", client.unwrap_or("server"), name_in_words(name))
}

/// `license_taken` as `license taken`.
pub fn name_in_words(name: &str) -> String {
    name.replace('_', " ")
}

fn of_scan(event: ScanEvent) -> &'static str {
    match event {
        ScanEvent::Returned { pool_has_free: true } => "the client holds a license already",
        ScanEvent::Returned { pool_has_free: false } => "the pool is full, the client holds a license",
        ScanEvent::Refused(refused) => refused.words(),
    }
}
