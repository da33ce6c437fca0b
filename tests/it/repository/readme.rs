//! The README is true: what it shows is what the program does, its tables are those of the code.
//!
//! Parts between `<!-- NAME -->` and `<!-- end NAME -->` are generated and compared here.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use std::process::Command;

use fleetsim::import::tables::ExportTable;
use fleetsim::observe::columns::described;
use fleetsim::output::tables::{
    audit, audit_change, bands, differences, events, key, plan, pools, replications, sites, solutions, sweep,
};
use fleetsim::rules::clause::Clause;
use fleetsim::scenario::clients_csv;

use crate::support::cases::ScenarioFile;
use crate::support::{files_below, generated_part, in_repository, read};

/// Compares (or, when updating, replaces) a generated part of the README.
fn generated(name: &str, expected: &str) {
    generated_part("README.md", name, expected);
}

/// All parts in one test: they are written into one file.
#[test]
fn the_generated_parts_of_the_readme_are_up_to_date() {
    let (printed, timeline) = quickstart();
    generated("quickstart", &format!("```text\n{printed}```\n"));
    generated("timeline", &excerpt(&timeline));
    generated("story", &format!("```text\n{}```\n", story()));
    generated("diagnosis", &format!("```text\n{}```\n", diagnosis()));
    let (audit, plan) = export();
    generated("audit", &format!("```text\n{audit}```\n"));
    generated("plan", &format!("```text\n{plan}```\n"));
    generated("tables", &tables());
    generated("client columns", &columns(clients_csv::columns()));
    generated("theory", &theory());
    generated("cases", &cases());
    generated("rules", &rules());
    generated("columns", &columns(described()));
    generated("site columns", &columns(sites::COLUMNS.map(|column| (column.name, column.meaning))));
    generated("solution columns", &columns(solutions::COLUMNS.map(|column| (column.name, column.meaning))));
    generated("event columns", &columns(events::COLUMNS.map(|column| (column.name, column.meaning))));
    generated("band columns", &columns(bands::COLUMNS));
    generated(
        "replication columns",
        &columns(replications::columns().map(|column| (column.name, column.meaning))),
    );
    generated("sweep columns", &columns(sweep::COLUMNS));
    generated("difference columns", &columns(differences::COLUMNS));
    generated("pool columns", &columns(pools::COLUMNS));
}

/// The page about exports lists the columns that are read and written.
#[test]
fn the_generated_parts_of_the_page_about_exports_are_up_to_date() {
    for (name, expected) in [
        ("column names", names_of_columns()),
        ("audit columns", columns(audit::COLUMNS)),
        ("plan columns", columns(plan::COLUMNS)),
        ("change columns", columns(audit_change::COLUMNS)),
        ("key columns", columns(key::COLUMNS)),
    ] {
        generated_part("docs/EXPORTS.md", name, &expected);
    }
}

/// A line a case of the table of all results: the figure that is furthest off.
fn theory() -> String {
    let results = read(&in_repository("tests/theory/RESULTS.md"));
    let mut cases: BTreeMap<String, Vec<Vec<&str>>> = BTreeMap::new();
    for line in results.lines().filter(|line| line.starts_with("| [")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        cases.entry(cells[0][1..6].to_uppercase()).or_default().push(cells);
    }
    assert_eq!(cases.len(), 27);
    let mut table = String::from(
        "| case | figure | theory | simulated | error in SE | figures |\n|---|---|---|---|---|---|\n",
    );
    for (id, figures) in cases {
        let error = |cells: &[&str]| cells[4].parse::<f64>().map_or(-1.0, f64::abs);
        let first = &figures[0];
        let worst = figures
            .iter()
            .fold(first, |worst, cells| if error(cells) > error(worst) { cells } else { worst });
        let stem = worst[0][1..].split(']').next().unwrap();
        let title = read(&in_repository(&format!("tests/theory/{stem}.yaml")));
        let title = title.lines().next().unwrap().split_once(": ").unwrap().1.trim_end_matches(['.', ',']);
        let [figure, theory, simulated, error] = [1, 2, 3, 4].map(|cell| worst[cell]);
        let count = figures.len();
        table += &format!(
            "| [{id}](tests/theory/{stem}.yaml): {title} | {figure} | {theory} | {simulated} | {error} | {count} |\n"
        );
    }
    table
}

/// What the program prints in an empty folder.
fn program(args: &[&str], folder: &Path) -> String {
    let scenario = in_repository("scenarios/quickstart.yaml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleetsim"));
    command.current_dir(folder).arg(args[0]).arg(scenario).args(&args[1..]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().replace('\\', "/")
}

/// What the README's first command prints, and the timeline it writes.
fn quickstart() -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let printed = program(&["run"], folder.path());
    (printed, read(&folder.path().join("quickstart/timeline.csv")))
}

fn story() -> String {
    program(&["explain", "--client", "branch_pcs-120"], tempfile::tempdir().unwrap().path())
}

fn diagnosis() -> String {
    program(&["diagnose", "--at", "2026-02-16T12:00"], tempfile::tempdir().unwrap().path())
}

/// What `audit`, and then `import` and `diagnose --plan`, print of the exported example.
fn export() -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let tables = in_repository("scenarios/export").display().to_string();
    let printed = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fleetsim"));
        let output = command.current_dir(folder.path()).args(args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let audit = printed(&["audit", &tables]);
    printed(&["import", &tables, "-o", "customer.yaml"]);
    (audit, printed(&["diagnose", "customer.yaml", "--plan"]))
}

/// The tables that are read, with their columns.
fn tables() -> String {
    let row = |table: ExportTable| {
        let columns: Vec<&str> = table.columns().iter().map(|column| column.name).collect();
        let without = if table == ExportTable::Computers { "mandatory" } else { table.without() };
        format!("| `{}.csv` | {} | {without} |\n", table.name(), columns.join(", "))
    };
    format!("| file | columns | without it |\n|---|---|---|\n{}", ExportTable::ALL.map(row).concat())
}

/// The columns of each table, with the other names by which they are known.
fn names_of_columns() -> String {
    let mut rows = String::from("| table | column | also called |\n|---|---|---|\n");
    for table in ExportTable::ALL {
        for (place, column) in table.columns().iter().enumerate() {
            let of = if place == 0 { table.name() } else { "" };
            let needed = if column.needed { " (needed)" } else { "" };
            let also: Vec<String> = column.aliases.iter().map(|alias| format!("`{alias}`")).collect();
            rows += &format!("| {of} | `{}`{needed} | {} |\n", column.name, also.join(", "));
        }
    }
    rows
}

/// Some columns of every ninth row, as a table.
fn excerpt(timeline: &str) -> String {
    const SHOWN: [&str; 7] = [
        "timestamp",
        "licenses_total",
        "licenses_in_use",
        "licenses_free",
        "clients_managed",
        "clients_waiting",
        "scans_rejected",
    ];
    let mut rows = timeline.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let columns = SHOWN.map(|name| header.iter().position(|column| *column == name).unwrap());
    let row = |cells: Vec<&str>| format!("| {} |\n", cells.join(" | "));
    let picked = rows.step_by(9).map(|cells| row(columns.map(|column| cells[column]).to_vec()));
    format!("{}{}{}", row(SHOWN.to_vec()), row(vec!["---"; SHOWN.len()]), picked.collect::<String>())
}

/// The rule table: id, sentence, where it is decided, a scenario that shows it.
fn rules() -> String {
    let mut table = String::from("| rule | in one sentence | scenario |\n|---|---|---|\n");
    let scenarios = files_below(&in_repository("scenarios/rules"), "yaml");
    for clause in Clause::all() {
        let prefix = format!("{}-", clause.id().to_lowercase());
        let names = scenarios.iter().map(|path| path.file_name().unwrap().to_str().unwrap());
        let shown: Vec<String> =
            names.filter(|n| n.starts_with(&prefix)).map(|n| format!("[{n}](scenarios/rules/{n})")).collect();
        assert!(!shown.is_empty(), "rule {clause} has no scenario");
        table += &format!("| {clause} | {} | {} |\n", clause.sentence(), shown.join(", "));
    }
    table
}

/// The ready-made cases: title, cause, rules.
fn cases() -> String {
    let rows = ScenarioFile::all_in("scenarios/cases").into_iter().map(|file| {
        let words = file.header_words();
        let between = |from: &str, to: &str| {
            let rest = words.split_once(from).unwrap_or_else(|| panic!("{}: no `{from}`", file.stem)).1;
            rest.split(to).next().unwrap_or(rest).trim().trim_end_matches('.').to_string()
        };
        let (title, stem) = (between(": ", ". Question:"), &file.stem);
        let link = format!("[{title}](scenarios/cases/{stem}.yaml) ([export](tests/exports/{stem}))");
        format!("| {link} | {} | {} |\n", between("Fix:", "Rules:"), between("Rules:", "Look at:"))
    });
    format!("| case | fix | rules |\n|---|---|---|\n{}", rows.collect::<String>())
}

fn columns(columns: impl IntoIterator<Item = (impl Display, impl Display)>) -> String {
    let rows = columns.into_iter().map(|(name, meaning)| format!("| `{name}` | {meaning} |\n"));
    format!("| column | meaning |\n|---|---|\n{}", rows.collect::<String>())
}

/// Every word of `events.csv` and every key of `summary.json` is explained.
#[test]
fn words_and_keys_of_the_results_are_explained() {
    let text = read(&in_repository("README.md"));
    let sources = files_below(&in_repository("src/observe/events"), "rs");
    let events: String = sources.iter().map(|path| read(path)).collect();
    let quoted = events.split('"').skip(1).step_by(2);
    let words =
        quoted.filter(|word| word.contains('_') && word.chars().all(|c| c.is_lowercase() || c == '_'));
    let folder = tempfile::tempdir().unwrap();
    let summary: serde_json::Value =
        serde_json::from_str(&program(&["run", "--format", "json"], folder.path())).unwrap();
    let mut named: Vec<String> = words.map(str::to_string).collect();
    for (key, value) in summary.as_object().unwrap() {
        named.push(key.clone());
        if key != "without_license" {
            named.extend(value.as_object().into_iter().flat_map(|part| part.keys().cloned()));
        }
    }
    assert!(named.len() > 60, "{named:?}");
    for word in named {
        assert!(text.contains(&format!("`{word}`")), "README.md does not explain `{word}`");
    }
}

/// Every scenario and page named in the README exists.
#[test]
fn every_link_leads_somewhere() {
    let text = read(&in_repository("README.md"));
    for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
        let local = !link.starts_with("http") && !link.starts_with('#');
        assert!(!local || in_repository(link).exists(), "README.md links to {link}, which does not exist");
    }
}
