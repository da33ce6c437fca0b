//! The layers of `src/lib.rs` hold: imports go one way, and what only some layers may do, only they do.

use std::path::Path;

use crate::support::{files_below, in_repository, read};

/// Each layer with those it may use.
const LAYERS: [(&str, &[&str]); 10] = [
    ("units", &[]),
    ("engine", &["units"]),
    ("scenario", &["units", "engine"]),
    ("rules", &["units", "scenario"]),
    ("import", &["units", "scenario", "rules"]),
    ("fleet", &["units", "engine", "scenario", "rules"]),
    ("observe", &["units", "scenario", "rules", "fleet"]),
    ("study", &["units", "engine", "scenario", "rules", "import", "fleet", "observe"]),
    ("output", &["units", "scenario", "rules", "fleet", "observe", "study", "import"]),
    ("cli", &["units", "scenario", "rules", "fleet", "observe", "study", "import", "output"]),
];

/// (text of the source, layers it may stand in, why). Which modules touch files: `structure::readers`.
const CONFINED: [(&str, &[&str], &str); 8] = [
    ("println!", &[], "commands return text, cli prints it"),
    ("std::time", &["output", "cli"], "nothing below output knows the wall clock"),
    ("std::env", &["cli"], "the environment changes no result"),
    ("serde_yaml", &["scenario"], "YAML is read in one module"),
    ("rand_chacha", &["engine"], "randomness is drawn by the engine's keyed draws"),
    ("libm::", &["engine", "study"], "laws are computed by the engine, intervals by the study"),
    ("terminal_size", &["cli"], "output draws for a width it is given"),
    ("clap", &["cli"], "arguments are the cli's business"),
];

/// Source without comments and without the tests at its end.
fn code(path: &Path) -> String {
    let text = read(path);
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn sources() -> Vec<(String, String, String)> {
    let root = in_repository("src");
    let of = |path: &std::path::PathBuf| {
        let inside = path.strip_prefix(&root).unwrap();
        let layer = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        (layer, inside.display().to_string(), code(path))
    };
    files_below(&root, "rs").iter().filter(|path| path.parent() != Some(root.as_path())).map(of).collect()
}

#[test]
fn imports_go_down_the_table_only() {
    let mut wrong = Vec::new();
    for (layer, file, code) in sources() {
        let (_, allowed) = LAYERS.iter().find(|(name, _)| *name == layer).expect("every folder is a layer");
        for used in code.split("crate::").skip(1) {
            let used = used.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            let is_layer = LAYERS.iter().any(|(name, _)| *name == used);
            if is_layer && used != layer && !allowed.contains(&used) {
                wrong.push(format!("{file} uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The scenario layer knows the laws of the engine, and no more of it.
#[test]
fn the_scenario_layer_uses_only_the_laws_of_the_engine() {
    for (_, file, code) in sources().into_iter().filter(|(layer, _, _)| layer == "scenario") {
        for used in code.split("crate::engine::").skip(1) {
            assert!(used.starts_with("distribution"), "{file} uses engine::{}", used.lines().next().unwrap());
        }
    }
}

#[test]
fn what_is_confined_to_a_layer_stays_there() {
    let mut wrong = Vec::new();
    for (layer, file, code) in sources() {
        for (text, allowed, why) in CONFINED {
            if code.contains(text) && !allowed.contains(&layer.as_str()) {
                wrong.push(format!("{file}: `{text}` ({why})"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// So that the tests which make each of them fail in turn need to know one file.
#[test]
fn one_module_does_what_changes_a_disk() {
    let does = [
        "NamedTempFile",
        "File::create",
        "fs::write",
        "fs::rename",
        "fs::remove",
        "OpenOptions",
        "create_dir",
    ];
    for (_, file, code) in sources().into_iter().filter(|(_, file, _)| !file.ends_with("disk.rs")) {
        for text in does {
            assert!(!code.contains(text), "{file}: `{text}` belongs into output/store/disk.rs");
        }
    }
}

/// What happens at an instant may not depend on when the run ends. Only the roster asks: arrivals without a number of
/// clients are drawn up to the end of the run.
#[test]
fn the_simulation_does_not_see_the_end_of_the_run() {
    let simulated = |layer: &str| ["engine", "fleet", "rules"].contains(&layer);
    for (_, file, code) in sources().into_iter().filter(|(layer, _, _)| simulated(layer)) {
        let may = file.ends_with("roster.rs");
        for text in ["horizon()", "scenario.duration"] {
            assert!(
                may || !code.contains(text),
                "{file}: `{text}` lets the end of a run change what comes before"
            );
        }
    }
}

#[test]
fn the_yaml_crate_is_used_in_one_module() {
    let users: Vec<String> = sources()
        .into_iter()
        .filter(|(_, _, code)| code.contains("serde_yaml"))
        .map(|(_, file, _)| file)
        .collect();
    assert_eq!(users.len(), 1, "{users:?}");
}
