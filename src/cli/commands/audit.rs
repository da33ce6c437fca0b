//! `audit`: what is wrong with a customer's exported tables.

use std::path::{Path, PathBuf};

use crate::cli::args;
use crate::cli::commands::audit_change::compare;
use crate::cli::commands::audited::{Audited, audited};
use crate::cli::commands::key_file::{check_key, key_file, tell_of_key};
use crate::cli::commands::report_of::{check_name, check_place};
use crate::cli::commands::{print, print_data};
use crate::cli::exit::Failure;
use crate::import::fault::render_notices;
use crate::output::prose;
use crate::output::report;
use crate::output::results::audit::AuditResult;
use crate::output::store::folder::write_together;
use crate::output::store::json::json;
use crate::output::tables;

/// `audit`: one folder, or several to be compared.
pub fn audit(args: &args::Audit) -> Result<(), Failure> {
    let [folder] = args.folders.as_slice() else { return compare(args) };
    if let Some(output) = &args.report {
        check_name(output)?;
        check_place(output, args.force, "name another file")?;
    }
    let report: Vec<&Path> = args.report.iter().map(PathBuf::as_path).collect();
    check_key(&args.tables, &report, args.force)?;
    let Audited { inventory, customer, scenario, audit: found } = audited(folder, &args.tables)?;
    let notices = render_notices(&inventory.notices, !args.tables.anonymize);
    let result = || AuditResult::new(&scenario, &customer, &found, &notices);
    let key = key_file(&args.tables, folder, &inventory, &customer)?;
    let page = args.report.as_ref().map(|output| (output.clone(), report::of_audit(&result()).into_bytes()));
    let files: Vec<(PathBuf, Vec<u8>)> = key.into_iter().chain(page).collect();
    write_together(&files).map_err(Failure::io)?;
    args.tables.key.iter().for_each(|key| tell_of_key(key));
    match args.format {
        args::AuditFormat::Table => {
            let wrote =
                args.report.as_ref().map_or(String::new(), |file| format!("\nWrote {}\n", file.display()));
            print(&(prose::audit::table(&scenario, &customer, &found, &notices) + &wrote))
        }
        args::AuditFormat::Json => print_data(&String::from_utf8_lossy(&json(&result()))),
        args::AuditFormat::Csv => {
            let mut csv = Vec::new();
            tables::audit::write(&customer, &found, &mut csv).map_err(Failure::io)?;
            print_data(&String::from_utf8_lossy(&csv))
        }
    }
}
