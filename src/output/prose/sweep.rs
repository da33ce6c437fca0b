//! What `sweep` prints.

use crate::output::prose::numbers::{counted, rounded};
use crate::output::results::sweep::SweepResult;
use crate::output::tables::sweep::PointRows;

/// What `sweep` prints: a line a point.
pub fn swept(manifest: &SweepResult, values: &[Vec<String>], points: &[PointRows]) -> String {
    const SHOWN: [&str; 5] =
        ["P(any_rejected)", "clients_rejected", "peak_demand", "waiting_client_hours", "idle_node_days"];
    let runs = counted(manifest.replications, "run");
    let points_in_words = counted(points.len() as u64, "point");
    let mut text =
        format!("{}: {points_in_words}, {runs} each, seed {}\n\n", manifest.scenario, manifest.seed);
    let mut table: Vec<Vec<String>> = vec![manifest.set.iter().map(|set| set.path.clone()).collect()];
    table[0].extend(SHOWN.map(str::to_string));
    for (values, rows) in values.iter().zip(points) {
        let mean = |name: &str| {
            let row = rows.iter().find(|row| row[0] == name)?;
            row[2].parse::<f64>().ok().map(rounded)
        };
        let means = SHOWN.map(|name| mean(name).unwrap_or_else(|| "-".into()));
        table.push(values.iter().cloned().chain(means).collect());
    }
    for line in &table {
        let cells = line.iter().enumerate().map(|(column, cell)| {
            let width = table.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
            format!("{cell:>width$}")
        });
        text += &format!("  {}\n", cells.collect::<Vec<_>>().join("  "));
    }
    text + "\n  Means over replications; the rest is in the files\n"
}
