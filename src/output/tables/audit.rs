//! What `audit --format csv` prints: a row for each client of each finding.

use std::io::{self, Write};

use crate::import::customer::Customer;
use crate::output::results::audit::GuidsByName;
use crate::output::tables::csv_table;
use crate::study::audit::Audit;

/// Name and meaning of every column.
pub const COLUMNS: [(&str, &str); 8] = [
    ("part", "pool, licenses_to_free, without_license, holders_not_scanning, or records"),
    ("rule", "id of the rule behind it"),
    ("finding", "a word to filter by"),
    ("count", "how many clients, licenses or nodes the finding is about"),
    ("client", "one of them; empty where it is about no client"),
    ("guid", "how the database calls its record"),
    ("what", "what was found"),
    ("cure", "what cures it"),
];

/// The audit as CSV: a row for each client of each finding.
///
/// # Errors
/// When `out` fails.
pub fn write(customer: &Customer, audit: &Audit, out: impl Write) -> io::Result<()> {
    let mut csv = csv_table(COLUMNS, out)?;
    let guids = GuidsByName::of_clients(customer);
    for found in &audit.findings {
        let rule = found.clause.map_or("", |clause| clause.id());
        let count = found.count.to_string();
        let no_name = [String::new()];
        let names = if found.names.is_empty() { &no_name[..] } else { &found.names };
        for name in names {
            let guid = guids.of(name);
            let [what, cure] = [&found.what, &found.cure];
            csv.write_record([found.part.key(), rule, found.key, &count, name, guid, what, cure])?;
        }
    }
    csv.flush()
}
