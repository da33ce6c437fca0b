//! A folder of exported tables → the customer's fleet, and the scenario of it; for `import` and `audit`.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::cli::exit::Failure;
use crate::cli::{args, budget};
use crate::import::customer::{Customer, customer};
use crate::import::fault::render;
use crate::import::folder::{MAX_BYTES, may_be_read};
use crate::import::inventory::Inventory;
use crate::import::tables::ExportTable;
use crate::import::{self, Assume, ReadOptions, scenario_text};
use crate::scenario;
use crate::scenario::fault::nearest;
use crate::scenario::model::Scenario;
use crate::study::resource_estimate::{ResourceEstimate, of_export};
use crate::units::is_unprintable;
use crate::units::time::Span;

/// The tables of a folder, and the fleet that they show.
pub(super) fn read(
    folder: &Path,
    tables: &args::Tables,
    duration: Span,
) -> Result<(Inventory, Customer), Failure> {
    budget::check(&ResourceEstimate::of_reading([of_export(bytes_in(folder))]))?;
    let files = files_of(folder)?;
    let options = ReadOptions {
        exported_at: tables.exported_at,
        products: tables.products.clone(),
        licensing_policies: tables.licensing_policies.clone(),
        dates: tables.dates.map(Into::into),
        statuses: tables.statuses.clone(),
        inventory_class: tables.inventory_class,
    };
    let inventory = import::read(files, &options).map_err(|faults| {
        let place = if tables.anonymize { String::new() } else { format!(" in {}", folder.display()) };
        let closing = format!("the tables{place} cannot be used as they are; nothing was written\n");
        Failure::invalid(format!("{}{closing}", render(&faults, !tables.anonymize)))
    })?;
    check_given(tables, &inventory)?;
    let now = inventory.exported_at.ok_or_else(|| {
        Failure::usage(
            "no date in the tables tells when they were exported\n  help: say it with --exported-at",
        )
    })?;
    let customer = customer(&inventory, &assume(folder, tables, duration), now);
    Ok((inventory, customer))
}

/// What the caller knows beside the tables.
pub(super) fn assume(folder: &Path, tables: &args::Tables, duration: Span) -> Assume {
    Assume {
        name: if tables.anonymize { "Customer".to_string() } else { title(folder) },
        version: tables.server_version,
        released: tables.released,
        nodes: tables.nodes,
        clones: tables.clones.clone(),
        silent_after: tables.silent_after,
        anonymous: tables.anonymize.then(|| tables.salt.clone().unwrap_or_default()),
        duration,
    }
}

/// What the caller knows must fit the tables: a slip would change nothing and go unnoticed.
fn check_given(tables: &args::Tables, inventory: &Inventory) -> Result<(), Failure> {
    if tables.nodes.is_some() && inventory.has(ExportTable::Licenses) {
        return Err(Failure::usage(
            "--nodes is for exports without licenses.csv, which says it\n  help: leave it out",
        ));
    }
    if !tables.licensing_policies.is_empty() && !inventory.has(ExportTable::LicenseInUse) {
        return Err(Failure::usage(
            "--licensing-policy is for license_in_use.csv, which is not exported\n  help: export it, or leave the option out",
        ));
    }
    let known = || inventory.policies.iter().map(String::as_str);
    let unknown = |clone: &&String| !known().any(|name| name.eq_ignore_ascii_case(clone));
    let Some(clone) = tables.clones.iter().find(unknown) else { return Ok(()) };
    let near = nearest(clone, known()).filter(|_| !tables.anonymize);
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "its name as targets.csv has it".to_string(),
    };
    Err(Failure::usage(format!("--clone {clone}: no policy of targets.csv is called so\n  help: {help}")))
}

/// The scenario and the file of its clients.
pub(super) fn texts(customer: &Customer, clients: &str) -> Result<[(String, Vec<u8>); 2], Failure> {
    let mut rows = Vec::new();
    scenario_text::write_clients(customer, &mut rows).map_err(Failure::io)?;
    let text = scenario_text::scenario(customer, clients, &rows);
    Ok([(customer.name.clone(), text.into_bytes()), (clients.to_string(), rows)])
}

/// The scenario that was made, as every scenario is checked: what is written is read again first.
pub(super) fn checked(files: &[(String, Vec<u8>); 2], customer: &Customer) -> Result<Scenario, Failure> {
    let [(_, text), (name, clients)] = files;
    let clients = |wanted: &str| match wanted == name {
        true => Ok(String::from_utf8_lossy(clients).into_owned()),
        false => Err(format!("{wanted}: no such file")),
    };
    let text = String::from_utf8_lossy(text);
    let checked = scenario::check(&text, &customer.name, &clients).map_err(|faults| {
        let first =
            faults.first().map_or(String::new(), |fault| format!("{}: {}", fault.path, fault.problem));
        Failure::io(format!(
            "the tables make no scenario that can be run: {first}\n  help: please report this"
        ))
    })?;
    Ok(checked.scenario)
}

/// How large the tables of a folder are together.
fn bytes_in(folder: &Path) -> f64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let tables = entries.filter(|entry| may_be_read(&entry.file_name().to_string_lossy()));
    let bytes = tables.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len() as f64);
    // Of a table that is too large nothing is kept.
    bytes.map(|bytes| bytes.min(MAX_BYTES as f64)).sum()
}

/// The tables of a folder, with the names of other files in it.
fn files_of(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let io = |path: &Path, error: std::io::Error| Failure::io(format!("{}: {error}", path.display()));
    if !folder.is_dir() {
        let what = if folder.exists() {
            "is a file; a folder with the tables is expected"
        } else {
            "there is no such folder"
        };
        return Err(Failure::io(format!(
            "{}: {what}\n  help: see `fleetsim import --help`",
            folder.display()
        )));
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| io(folder, error))? {
        let path = entry.map_err(|error| io(folder, error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') || path.is_dir() {
            continue;
        }
        let content = if may_be_read(&name) { bytes_of(&path)? } else { Vec::new() };
        files.push((name, content));
    }
    files.sort();
    Ok(files)
}

/// A table's bytes; of one that is too large only as many as show that it is, which are zeros if its size tells.
fn bytes_of(path: &Path) -> Result<Vec<u8>, Failure> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() > MAX_BYTES as u64) {
        return Ok(vec![0; MAX_BYTES + 1]);
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|error| Failure::io(format!("{}: {error}", path.display())))?;
    Ok(bytes)
}

/// The title of a scenario made of a folder: its name.
fn title(folder: &Path) -> String {
    let full = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let title: String = name.chars().filter(|c| !is_unprintable(*c)).collect();
    if title.trim().is_empty() { "Customer".to_string() } else { title }
}
