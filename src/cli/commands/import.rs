//! `import` and `audit`: a customer's exported tables → a scenario, or what is wrong with them.

use std::fs::{self, File};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::cli::commands::{print, print_data};
use crate::cli::exit::Failure;
use crate::cli::input;
use crate::cli::interrupt::interrupted;
use crate::cli::{args, budget};
use crate::import::customer::{Customer, customer};
use crate::import::fault::{render, render_notices};
use crate::import::folder::{MAX_BYTES, table_of};
use crate::import::inventory::Inventory;
use crate::import::tables::ExportTable;
use crate::import::{self, Assume, ReadOptions, scenario_text};
use crate::output::prose::{self, numbers};
use crate::output::results::audit::AuditResult;
use crate::output::store::folder::write_together;
use crate::output::store::json::json;
use crate::output::tables;
use crate::scenario;
use crate::scenario::fault::nearest;
use crate::scenario::model::Scenario;
use crate::scenario::overrides::{in_shell, operand};
use crate::study;
use crate::study::resource_estimate::{ResourceEstimate, of_export};
use crate::units::is_unprintable;
use crate::units::time::Span;

/// `import`: folder → estate → customer → scenario and clients, both or none.
pub fn import(args: &args::Import) -> Result<(), Failure> {
    let clients = clients_beside(&args.output)?;
    claim(&[&args.output, &clients], args.force)?;
    let (inventory, customer) = read(&args.folder, &args.tables, args.duration)?;
    let files = texts(&customer, &name_of(&clients))?;
    let scenario = checked(&files, &customer)?;
    let [(_, scenario_file), (_, clients_file)] = files;
    // The scenario last: once it is there, so are its clients.
    write_together(&[(clients.clone(), clients_file), (args.output.clone(), scenario_file)])
        .map_err(Failure::io)?;
    if args.quiet {
        return Ok(());
    }
    print(&import_message(args, &inventory, &customer, &scenario, &clients))
}

/// What `import` says when it is done.
fn import_message(
    args: &args::Import,
    inventory: &Inventory,
    customer: &Customer,
    scenario: &Scenario,
    clients: &Path,
) -> String {
    let held = customer.clients.iter().filter(|client| client.initial.licensed).count();
    let notices = render_notices(&inventory.notices, !args.tables.anonymize);
    let noticed =
        if notices.is_empty() { String::new() } else { format!("\nNoticed in the tables\n\n{notices}") };
    format!(
        "{}: {}, {} held, as exported on {}, version {}\n{}{noticed}\n  Wrote {}, {}\n\n\
         Next: fleetsim diagnose {} --at 0d\n",
        scenario.name,
        numbers::counted(customer.clients.len() as u64, "client"),
        numbers::counted(held as u64, "license"),
        scenario.start,
        customer.version,
        prose::audit::assumed(customer),
        args.output.display(),
        clients.display(),
        in_shell(&operand(&args.output.display().to_string())),
    )
}

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

fn read(folder: &Path, tables: &args::Tables, duration: Span) -> Result<(Inventory, Customer), Failure> {
    budget::check(&ResourceEstimate::of_reading([of_export(bytes_in(folder))]))?;
    let files = files_of(folder)?;
    let options = ReadOptions { exported_at: tables.exported_at };
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
    let assume = Assume {
        name: if tables.anonymize { "Customer".to_string() } else { title(folder) },
        version: tables.server_version,
        released: tables.released,
        nodes: tables.nodes,
        clones: tables.clones.clone(),
        silent_after: tables.silent_after,
        anonymous: tables.anonymize.then(|| tables.salt.clone().unwrap_or_default()),
        duration,
    };
    let customer = customer(&inventory, &assume, now);
    Ok((inventory, customer))
}

/// What the caller knows must fit the tables: a slip would change nothing and go unnoticed.
fn check_given(tables: &args::Tables, inventory: &Inventory) -> Result<(), Failure> {
    if tables.nodes.is_some() && inventory.has(ExportTable::Licenses) {
        return Err(Failure::usage(
            "--nodes is for exports without licenses.csv, which says it\n  help: leave it out",
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
fn texts(customer: &Customer, clients: &str) -> Result<[(String, Vec<u8>); 2], Failure> {
    let mut rows = Vec::new();
    scenario_text::write_clients(customer, &mut rows).map_err(Failure::io)?;
    let text = scenario_text::scenario(customer, clients, &rows);
    Ok([(customer.name.clone(), text.into_bytes()), (clients.to_string(), rows)])
}

/// The scenario that was made, as every scenario is checked: what is written is read again first.
fn checked(files: &[(String, Vec<u8>); 2], customer: &Customer) -> Result<Scenario, Failure> {
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
    let tables = entries.filter(|entry| table_of(&entry.file_name().to_string_lossy()).is_some());
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
        let content = if table_of(&name).is_some() { bytes_of(&path)? } else { Vec::new() };
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

/// `acme.clients.csv` beside `acme.yaml`.
fn clients_beside(scenario: &Path) -> Result<PathBuf, Failure> {
    let is_table = scenario.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv"));
    if scenario.file_name().is_none() || scenario.is_dir() || is_table {
        let problem = format!("-o {} names no scenario", scenario.display());
        return Err(Failure::usage(format!("{problem}\n  help: name the scenario, such as `-o acme.yaml`")));
    }
    Ok(scenario.with_file_name(format!("{}.clients.csv", input::name_for_results(scenario))))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Missing permission is reported at once, and nothing is overwritten by accident.
fn claim(files: &[&Path], force: bool) -> Result<(), Failure> {
    for path in files {
        if path.exists() && !force {
            let help = "choose another name, or overwrite it with --force";
            return Err(Failure::io(format!("{} exists\n  help: {help}", path.display())));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return Err(Failure::io(format!("{}: there is no folder {}", path.display(), folder.display())));
        }
    }
    Ok(())
}

/// The title of a scenario made of a folder: its name.
fn title(folder: &Path) -> String {
    let full = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let title: String = name.chars().filter(|c| !is_unprintable(*c)).collect();
    if title.trim().is_empty() { "Customer".to_string() } else { title }
}
