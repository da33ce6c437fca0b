//! `audit`: what is wrong with a customer's exported tables.

use std::ops::ControlFlow;

use crate::cli::args;
use crate::cli::commands::export_folder::{checked, read, texts};
use crate::cli::commands::{print, print_data};
use crate::cli::exit::Failure;
use crate::cli::interrupt::interrupted;
use crate::import::fault::render_notices;
use crate::output::prose;
use crate::output::results::audit::AuditResult;
use crate::output::store::json::json;
use crate::output::tables;
use crate::study;
use crate::units::time::Span;

/// `audit`: folder → estate → customer → the fleet as it stands → findings.
pub fn audit(args: &args::Audit) -> Result<(), Failure> {
    let (inventory, customer) = read(&args.folder, &args.tables, Span::DAY)?;
    let mut scenario = checked(&texts(&customer, "clients.csv")?, &customer)?;
    scenario.duration = Span::ZERO;
    let found = study::audit::audit(&scenario, &customer.findings, |_, _| match interrupted() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    })?;
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
