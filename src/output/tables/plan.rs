//! `plan.csv`: the clients of each step of a plan, a row a record and step.
//!
//! It is also a file of clients as scenarios name them: an action takes those that say yes in the column of its step,
//! `retire clients={file: plan.csv, column: step_1}`.

use std::io::{self, Write};

use crate::output::tables::{csv_with_header, or_empty};
use crate::scenario::model::Scenario;
use crate::scenario::values::civil;
use crate::study::plan::{Plan, column};
use crate::units::time::Time;

/// Name of the file.
pub const PLAN_CSV: &str = "plan.csv";

/// Name and meaning of every column; behind them comes one for each step.
pub const COLUMNS: [(&str, &str); 8] = [
    ("step", "number of the step"),
    ("client", "name of the client"),
    ("guid", "how the database calls its record"),
    ("status", "of the record at the instant of the plan: active, retired, disposed, or as it was exported"),
    ("last_configuration_request", "as exported; empty where the fleet was not imported, or it is not known"),
    ("last_basic_inventory", "likewise"),
    ("last_patch_inventory", "likewise"),
    ("why", "why the step is about it"),
];

/// Name of the column of clients.
pub const CLIENT: &str = COLUMNS[1].0;

/// Writes the clients of all steps.
///
/// # Errors
/// When `out` fails.
pub fn write(plan: &Plan, scenario: &Scenario, out: impl Write) -> io::Result<()> {
    let numbers = || 1..=plan.steps.len();
    let own = COLUMNS.iter().map(|(name, _)| name.to_string());
    let mut csv = csv_with_header(own.chain(numbers().map(column)), out)?;
    for (number, step) in numbers().zip(&plan.steps) {
        for listed in step.records.iter().filter_map(|record| plan.listed.get(record)) {
            let date = |at: Option<Time>| or_empty(at.map(|at| civil(scenario.start, at).to_string()));
            let cells = [
                number.to_string(),
                listed.name.clone(),
                listed.guid.clone().unwrap_or_default(),
                listed.status.clone(),
                date(listed.last_configuration),
                date(listed.last_inventory),
                date(listed.last_scan),
                listed.why.to_string(),
            ];
            let is_of = numbers().map(|other| if other == number { "yes" } else { "" }.to_string());
            csv.write_record(cells.into_iter().chain(is_of))?;
        }
    }
    csv.flush()
}
