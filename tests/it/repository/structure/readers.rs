//! Which modules touch files, held against the table in `src/lib.rs`.

use std::collections::{BTreeMap, BTreeSet};

use syn::ExprMethodCall;
use syn::visit::{self, Visit};

use super::names::{Names, Paths};
use super::source::{Source, files};
use crate::support::{in_repository, read};

/// What opens a file or lists a folder.
const READS: [&str; 4] =
    ["std::fs::read", "std::fs::read_dir", "std::fs::read_to_string", "std::fs::File::open"];

/// Methods of `std::path::Path` that ask the disk.
const ASKS: [&str; 9] = [
    "canonicalize",
    "exists",
    "is_dir",
    "is_file",
    "is_symlink",
    "metadata",
    "read_dir",
    "symlink_metadata",
    "try_exists",
];

/// Layers that may touch files.
const TOUCH: [&str; 2] = ["cli", "output"];

/// Methods called in a file.
#[derive(Default)]
struct Methods(BTreeSet<String>);

impl Visit<'_> for Methods {
    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        self.0.insert(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }
}

/// Everything of `std::fs` that a file names, in full.
fn of_disk(names: &Names, source: &Source) -> BTreeSet<String> {
    let paths = Paths::of(source).found.into_iter();
    let full = paths.map(|(module, path)| names.full(&module, &path));
    full.filter(|path| path == "std::fs" || path.starts_with("std::fs::")).collect()
}

/// Modules that read files, by layer: `cli` → `cli::input`, …
fn readers(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let names = Names::of(sources);
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        if of_disk(&names, source).iter().any(|path| READS.contains(&path.as_str())) {
            let layer = source.module.first().cloned().unwrap_or_default();
            found.entry(layer).or_default().insert(source.module.join("::"));
        }
    }
    found
}

/// A row of the table of files in `src/lib.rs`.
#[derive(Debug)]
struct Row {
    what: String,
    layer: String,
    modules: Vec<String>,
}

fn rows(text: &str) -> Vec<Row> {
    let table = text.lines().skip_while(|line| !line.starts_with("//! | files |")).skip(2);
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, what, layer, modules, ""] = cells[..] else { panic!("a row of three cells: {line}") };
        let plain = |word: &str| word.trim().trim_matches(['[', ']', '`']).to_string();
        Row { what: what.to_string(), layer: plain(layer), modules: modules.split(',').map(plain).collect() }
    };
    table.take_while(|line| line.starts_with("//! |")).map(row).collect()
}

/// Where a table and the modules that read files differ.
fn faults(rows: &[Row], readers: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let is = |module: &str, listed: &str| module.ends_with(&format!("::{listed}"));
    let is_listed = |layer: &str, module: &str| {
        let mut of_layer = rows.iter().filter(|row| row.layer == layer).flat_map(|row| &row.modules);
        of_layer.any(|listed| is(module, listed))
    };
    let mut faults = Vec::new();
    for (layer, modules) in readers {
        for module in modules.iter().filter(|module| !is_listed(layer, module)) {
            faults.push(format!(
                "{module} opens files; let another do it, or add it to the table in src/lib.rs"
            ));
        }
    }
    for Row { what, layer, modules } in rows {
        let there =
            |listed: &&String| readers.get(layer).is_some_and(|r| r.iter().any(|module| is(module, listed)));
        for listed in modules.iter().filter(|listed| !there(listed)) {
            faults.push(format!(
                "the table in src/lib.rs says `{what}` of {layer}::{listed}, which opens no file"
            ));
        }
    }
    faults
}

#[test]
fn files_are_read_by_the_modules_that_the_map_names() {
    let sources = files();
    let rows = rows(&read(&in_repository("src/lib.rs")));
    assert!(rows.len() > 1, "src/lib.rs has no table of files: {rows:?}");
    let faults = faults(&rows, &readers(&sources));
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn nothing_below_output_touches_a_file() {
    let sources = files();
    let names = Names::of(&sources);
    let mut wrong = Vec::new();
    for source in
        sources.iter().filter(|source| !source.module.first().is_some_and(|l| TOUCH.contains(&l.as_str())))
    {
        let mut methods = Methods::default();
        source.items.iter().for_each(|item| methods.visit_item(item));
        let asked = methods.0.into_iter().filter(|method| ASKS.contains(&method.as_str()));
        wrong.extend(
            of_disk(&names, source).into_iter().chain(asked).map(|what| format!("{}: {what}", source.name)),
        );
    }
    assert!(wrong.is_empty(), "only {TOUCH:?} may touch files: {wrong:#?}");
}

#[test]
fn unlisted_readers_and_listed_modules_that_read_nothing_are_reported() {
    let text = "//! | files | layer | modules |\n//! |---|---|---|\n//! | inputs are read | [`cli`] | `input`, `a::b` |\n";
    let rows = rows(text);
    let readers = |modules: &[&str]| {
        BTreeMap::from([("cli".to_string(), modules.iter().map(|module| module.to_string()).collect())])
    };
    assert_eq!(faults(&rows, &readers(&["cli::input", "cli::a::b"])), [""; 0]);
    assert!(
        faults(&rows, &readers(&["cli::input", "cli::a::b", "cli::c"]))[0].starts_with("cli::c opens files")
    );
    assert!(
        faults(&rows, &readers(&["cli::input"]))[0]
            .ends_with("`inputs are read` of cli::a::b, which opens no file")
    );
    assert_eq!(
        faults(&rows, &BTreeMap::from([("study".to_string(), ["study::b".to_string()].into())])).len(),
        3
    );
}
