//! `audit` of several folders: what changed from the first export to the last, by their dates.

use std::path::Path;

use crate::cli::args;
use crate::cli::commands::audited::audited;
use crate::cli::commands::{print, print_data};
use crate::cli::exit::Failure;
use crate::output::prose;
use crate::output::results::audit_change::AuditChangeResult;
use crate::output::store::json::json;
use crate::output::tables;
use crate::study::audit_change::compare_exports;
use crate::study::audit_change::export_state::ExportState;

/// Audits each folder, keeps of it what is compared, and compares the earliest with the latest.
pub(super) fn compare(args: &args::Audit) -> Result<(), Failure> {
    if args.tables.exported_at.is_some() {
        return Err(Failure::usage(
            "--exported-at is for one export\n  help: leave it out: each export is dated by the latest date in it",
        ));
    }
    if args.report.is_some() {
        return Err(Failure::usage(
            "--report is for one export\n  help: leave it out, or name one folder; --format csv has a row for each client that changed",
        ));
    }
    if args.tables.key.is_some() {
        return Err(Failure::usage(
            "--key is for one export\n  help: write a key for each of them, one command each; `fleetsim translate` takes several",
        ));
    }
    let mut states = Vec::with_capacity(args.folders.len());
    for (index, folder) in args.folders.iter().enumerate() {
        states.push(state(folder, index, args)?);
    }
    let reordered = !states.is_sorted_by_key(|state| state.exported_at);
    states.sort_by_key(|state| state.exported_at);
    let (Some(first), Some(last)) = (states.first(), states.last()) else { return Ok(()) };
    for other in &states[1..states.len() - 1] {
        compare_exports(first, other)
            .map_err(|found| other_server(prose::audit_change::other_server(found, first, other)))?;
    }
    let change = compare_exports(first, last)
        .map_err(|found| other_server(prose::audit_change::other_server(found, first, last)))?;
    match args.format {
        args::AuditFormat::Table => print(&prose::audit_change::table(&change, &states, reordered)),
        args::AuditFormat::Json => {
            print_data(&String::from_utf8_lossy(&json(&AuditChangeResult::new(&change, &states))))
        }
        args::AuditFormat::Csv => {
            let mut csv = Vec::new();
            tables::audit_change::write(&change, &mut csv).map_err(Failure::io)?;
            print_data(&String::from_utf8_lossy(&csv))
        }
    }
}

/// One export; the tables are let go of at once.
fn state(folder: &Path, index: usize, args: &args::Audit) -> Result<ExportState, Failure> {
    let of = audited(folder, &args.tables)?;
    let called = match args.tables.anonymize {
        true => format!("export {}", index + 1),
        false => folder.display().to_string(),
    };
    Ok(ExportState::of(called, &of.inventory, &of.customer, &of.audit))
}

fn other_server(words: String) -> Failure {
    Failure::invalid(words + "\n")
}
