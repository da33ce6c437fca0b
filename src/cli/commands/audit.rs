//! `audit`: what is wrong with a customer's exported tables.

use crate::cli::args;
use crate::cli::commands::audit_change::compare;
use crate::cli::commands::audited::{Audited, audited};
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
    let Audited { inventory, customer, scenario, audit: found } = audited(folder, &args.tables)?;
    let notices = render_notices(&inventory.notices, !args.tables.anonymize);
    let result = || AuditResult::new(&scenario, &customer, &found, &notices);
    if let Some(output) = &args.report {
        let page = report::of_audit(&result());
        write_together(&[(output.clone(), page.into_bytes())]).map_err(Failure::io)?;
    }
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
