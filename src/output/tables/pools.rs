//! `pools.csv`: the pools (or dates) that `size` tried, with what each achieves.

use std::io::{self, Write};

use crate::output::prose::dates::timestamp;
use crate::output::results::size::price;
use crate::output::tables::{csv_table, or_empty};
use crate::scenario::model::Scenario;
use crate::study::size::{Search, Sized};

/// Name of the file.
pub const POOLS: &str = "pools.csv";

/// Name and meaning of every column of `pools.csv`.
pub const COLUMNS: [(&str, &str); 10] = [
    ("nodes", "nodes of the license file that was varied"),
    ("from", "first instant at which it is in force"),
    ("estimate", "the figure of the target; empty when no replication has it"),
    ("ci_low", "its 95 % interval"),
    ("ci_high", "its other end"),
    ("meets_target", "true when the estimate does not exceed the target"),
    ("idle_node_days", "owned but unused, nodes times days, mean"),
    ("waiting_hours", "time clients waited for a license, summed, mean"),
    ("price", "of nodes and waiting; empty without prices"),
    ("waiting_grows", "true when more clients wait at the end than half-way, and not by chance"),
];

/// Writes the pools that were tried, by size.
///
/// # Errors
/// When the writer fails.
pub fn write_pools(scenario: &Scenario, search: &Search, sized: &Sized, out: impl Write) -> io::Result<()> {
    let mut csv = csv_table(COLUMNS, out)?;
    for (variant, tried) in &sized.tried {
        let file = search.variant(scenario, Some(*variant));
        let (value, interval) = (tried.figure, tried.interval);
        csv.write_record([
            or_empty(file.nodes),
            timestamp(scenario.start, file.from),
            or_empty(value),
            or_empty(interval.map(|i| i.low)),
            or_empty(interval.map(|i| i.high)),
            value.is_some_and(|value| value <= search.target.at_most).to_string(),
            or_empty(tried.idle_node_days),
            or_empty(tried.waiting_hours),
            or_empty(price(&file, tried, search)),
            tried.waiting_grows().to_string(),
        ])?;
    }
    csv.flush()
}
