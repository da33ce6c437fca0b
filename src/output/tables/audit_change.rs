//! What `audit --format csv` prints of several exports: a row for each client that changed.

use std::io::{self, Write};

use crate::output::tables::csv_table;
use crate::scenario::model::Status;
use crate::study::audit_change::AuditChange;
use crate::study::audit_change::export_state::RecordState;

/// Name and meaning of every column.
pub const COLUMNS: [(&str, &str); 12] = [
    ("client", "what it is called in the later export, or in the earlier one if it is gone"),
    ("guid", "how the database calls its record"),
    (
        "record",
        "what was done to it: retired, disposed, deleted, replaced, active_again, new, new_of_known_name; empty: nothing",
    ),
    ("license", "kept, came_back, taken or none; empty where licenses cannot be compared"),
    ("status_before", "status of the record in the earlier export; empty: it was not there"),
    ("status_now", "in the later one"),
    ("account_before", "its row of the accounting in the earlier export"),
    ("account_now", "in the later one"),
    ("reason_before", "why it was in that row"),
    ("reason_now", "in the later one"),
    ("findings_before", "the findings it was in, separated by spaces"),
    ("findings_now", "in the later export"),
];

/// The comparison as CSV: a row for each client that changed, in order of GUID.
///
/// # Errors
/// When `out` fails.
pub fn write(change: &AuditChange, out: impl Write) -> io::Result<()> {
    let mut csv = csv_table(COLUMNS, out)?;
    let (keys_before, keys_after) = (change.before.keys_by_record(), change.after.keys_by_record());
    for record in change.records.iter().filter(|record| record.changed) {
        let old = record.before.map(|at| &change.before.records[at]);
        let new = record.after.map(|at| &change.after.records[at]);
        let keys =
            |keys: &[Vec<&'static str>], at: Option<usize>| at.map_or(String::new(), |at| keys[at].join(" "));
        csv.write_record([
            change.name(record),
            change.shown_guid(record),
            record.moved.map_or("", |what| what.key()),
            change.licenses.map_or("", |_| record.license.key()),
            status(old),
            status(new),
            old.map_or("", |old| old.account.key()),
            new.map_or("", |new| new.account.key()),
            old.and_then(|old| old.reason).unwrap_or(""),
            new.and_then(|new| new.reason).unwrap_or(""),
            &keys(&keys_before, record.before),
            &keys(&keys_after, record.after),
        ])?;
    }
    csv.flush()
}

/// The status of a record as the tables have it; of a license without a computer there is none.
fn status(record: Option<&RecordState>) -> &'static str {
    let Some(record) = record.filter(|record| record.is_computer) else { return "" };
    Status::WORDS.iter().find(|(_, status)| *status == record.status).map_or("", |(word, _)| *word)
}
