//! `import`: a customer's exported tables → a scenario, and the file of its clients.

use std::path::{Path, PathBuf};

use crate::cli::args;
use crate::cli::commands::claim::claim;
use crate::cli::commands::export_folder::{checked, read, texts};
use crate::cli::commands::key_file::{check_key, key_file, tell_of_key};
use crate::cli::commands::{print, print_data};
use crate::cli::exit::Failure;
use crate::cli::input;
use crate::import::customer::Customer;
use crate::import::fault::render_notices;
use crate::import::inventory::Inventory;
use crate::import::sql;
use crate::output::prose::{self, numbers};
use crate::output::store::disk::make_folder;
use crate::output::store::folder::write_together;
use crate::scenario::model::Scenario;
use crate::scenario::overrides::{in_shell, operand};

/// `import`: folder → estate → customer → scenario and clients, both or none.
pub fn import(args: &args::Import) -> Result<(), Failure> {
    if args.sql {
        return queries(args);
    }
    let folder = args.folder.as_deref().expect("without --sql it is required");
    let output = args.output.as_deref().expect("without --sql it is required");
    let clients = clients_beside(output)?;
    claim(&[output, &clients], args.force)?;
    check_key(&args.tables, &[output, &clients], args.force)?;
    let (inventory, customer) = read(folder, &args.tables, args.duration)?;
    let files = texts(&customer, &name_of(&clients))?;
    let scenario = checked(&files, &customer)?;
    let [(_, scenario_file), (_, clients_file)] = files;
    // The scenario last: once it is there, so are its clients and its key.
    let mut written: Vec<(PathBuf, Vec<u8>)> =
        key_file(&args.tables, folder, &inventory, &customer)?.into_iter().collect();
    written.extend([(clients.clone(), clients_file), (output.to_path_buf(), scenario_file)]);
    write_together(&written).map_err(Failure::io)?;
    args.tables.key.iter().filter(|_| !args.quiet).for_each(|key| tell_of_key(key));
    if args.quiet {
        return Ok(());
    }
    let words = import_message(&args.tables, &inventory, &customer, &scenario);
    let next = in_shell(&operand(&output.display().to_string()));
    print(&format!(
        "{words}\n  Wrote {}, {}\n\nNext: fleetsim diagnose {next}\n",
        output.display(),
        clients.display()
    ))
}

/// `import --sql`: the queries that make the tables, printed or as files.
fn queries(args: &args::Import) -> Result<(), Failure> {
    let Some(folder) = &args.output else { return print_data(&sql::as_text()) };
    if folder.exists() && !folder.is_dir() {
        let help = "name a folder for the queries, new or existing";
        return Err(Failure::usage(format!("-o {} is a file\n  help: {help}", folder.display())));
    }
    let files: Vec<(PathBuf, Vec<u8>)> =
        sql::as_files().into_iter().map(|(name, text)| (folder.join(name), text.into_bytes())).collect();
    let io = |error| Failure::io(format!("{}: {error}", folder.display()));
    make_folder(folder).map_err(io)?;
    claim(&files.iter().map(|(path, _)| path.as_path()).collect::<Vec<_>>(), args.force)?;
    write_together(&files).map_err(Failure::io)?;
    if args.quiet {
        return Ok(());
    }
    let names: Vec<String> = files.iter().map(|(path, _)| name_of(path)).collect();
    print(&format!(
        "  Wrote into {}: {}\n\nNext: copy the folder to a computer with sqlcmd and run export.cmd SQLSERVER there; \
         README.txt says more\n",
        folder.display(),
        names.join(", ")
    ))
}

/// What `import` found.
fn import_message(
    tables: &args::Tables,
    inventory: &Inventory,
    customer: &Customer,
    scenario: &Scenario,
) -> String {
    let held = customer.clients.iter().filter(|client| client.initial.licensed).count();
    let notices = render_notices(&inventory.notices, !tables.anonymize);
    let noticed =
        if notices.is_empty() { String::new() } else { format!("\nNoticed in the tables\n\n{notices}") };
    format!(
        "{}: {}, {} held, as exported on {}, version {}\n{}{noticed}",
        scenario.name,
        numbers::counted(customer.clients.len() as u64, "client"),
        numbers::counted(held as u64, "license"),
        scenario.start,
        customer.version,
        prose::audit::assumed(customer),
    )
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
