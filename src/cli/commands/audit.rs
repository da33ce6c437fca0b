//! `audit`: what is wrong with a customer's exported tables.

use crate::cli::args;
use crate::cli::commands::audit_change::compare;
use crate::cli::commands::audited::{Audited, audited};
use crate::cli::commands::{print, print_data};
use crate::cli::exit::Failure;
use crate::import::fault::render_notices;
use crate::output::prose;
use crate::output::results::audit::AuditResult;
use crate::output::store::json::json;
use crate::output::tables;

/// `audit`: one folder, or several to be compared.
pub fn audit(args: &args::Audit) -> Result<(), Failure> {
    let [folder] = args.folders.as_slice() else { return compare(args) };
    let Audited { inventory, customer, scenario, audit: found } = audited(folder, &args.tables)?;
    let notices = render_notices(&inventory.notices, !args.tables.anonymize);
    match args.format {
        args::AuditFormat::Table => print(&prose::audit::table(&scenario, &customer, &found, &notices)),
        args::AuditFormat::Json => {
            let result = json(&AuditResult::new(&scenario, &customer, &found, &notices));
            print_data(&String::from_utf8_lossy(&result))
        }
        args::AuditFormat::Csv => {
            let mut csv = Vec::new();
            tables::audit::write(&customer, &found, &mut csv).map_err(Failure::io)?;
            print_data(&String::from_utf8_lossy(&csv))
        }
    }
}
