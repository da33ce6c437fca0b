//! A folder of exported tables, audited.

use std::ops::ControlFlow;
use std::path::Path;

use crate::cli::args;
use crate::cli::commands::export_folder::{checked, read, texts};
use crate::cli::exit::Failure;
use crate::cli::interrupt::interrupted;
use crate::import::customer::Customer;
use crate::import::inventory::Inventory;
use crate::scenario::model::Scenario;
use crate::study;
use crate::study::audit::Audit;
use crate::units::time::Span;

/// An export, and what was found in it.
pub(super) struct Audited {
    pub(super) inventory: Inventory,
    pub(super) customer: Customer,
    pub(super) scenario: Scenario,
    pub(super) audit: Audit,
}

/// Folder → estate → customer → the fleet as it stands → findings.
pub(super) fn audited(folder: &Path, tables: &args::Tables) -> Result<Audited, Failure> {
    let (inventory, customer) = read(folder, tables, Span::DAY)?;
    let mut scenario = checked(&texts(&customer, "clients.csv")?, &customer)?;
    scenario.duration = Span::ZERO;
    let audit = study::audit::audit(&scenario, &customer.findings, |_, _| match interrupted() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    })?;
    Ok(Audited { inventory, customer, scenario, audit })
}
