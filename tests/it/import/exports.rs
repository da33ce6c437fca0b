//! The sixteen ready-made cases as customers' exports: each is recognised as what it is, and nothing beside it.
//!
//! The folders below `tests/exports` bear the names of the scenarios in `scenarios/cases`, where question, cause and
//! fix stand. Each holds healthy computers too, and differs from the others in form: delimiter, encoding, braces,
//! words for nothing, columns, quotes, what the query tool added.

use std::collections::BTreeMap;
use std::fs;

use fleetsim::import::{Assume, ReadOptions};
use fleetsim::units::time::Span;

use crate::support::cases::ScenarioFile;
use crate::support::imported::{Imported, assume, files_of, version};
use crate::support::in_repository;

/// A folder, and all that an audit finds in it.
struct Case {
    stem: &'static str,
    /// What the caller has to say because no table does.
    server: Option<&'static str>,
    /// What the export shows.
    shows: &'static str,
    /// Rule, finding, count; in the order in which the audit tells them.
    findings: &'static [(&'static str, &'static str, u64)],
    /// Computers without a license and why, as `diagnose` says it at the start.
    lacking: &'static [(&'static str, u64)],
}

const CASES: [Case; 16] = [
    Case {
        stem: "01-package-never-completed",
        server: None,
        shows: "12 of KIEL have the plug-in since long, ask hourly, and have no Patch Inventory; 35 licenses are free",
        findings: &[("C4", "package_never_completed", 12)],
        lacking: &[("package_server_down", 12), ("retired", 3)],
    },
    Case {
        stem: "02-retired-not-released",
        server: None,
        shows: "6 Retired records silent for hours are in the license table; 5 new computers scan in vain",
        findings: &[("X2", "pool_exhausted", 24), ("V1", "retired_not_released", 6), ("X2", "pool_full", 5)],
        lacking: &[("pool_full", 5), ("retired", 2)],
    },
    Case {
        stem: "03-disposed",
        server: None,
        shows: "8 Disposed records silent for weeks are in the license table; 6 replacements scan in vain",
        findings: &[("X2", "pool_exhausted", 28), ("V6", "disposed", 8), ("X2", "pool_full", 6)],
        lacking: &[("pool_full", 6), ("disposed", 1)],
    },
    Case {
        stem: "04-retired-but-alive",
        server: None,
        shows: "7 Retired records asked for their configuration within the last hour",
        findings: &[("V7", "retired_agent_alive", 7)],
        lacking: &[],
    },
    Case {
        stem: "05-agents-uninstalled",
        server: None,
        shows: "9 Active records with a license are not managed and have no agent; 5 are known to the directory only",
        findings: &[("V8", "agent_uninstalled", 9)],
        lacking: &[("silent", 5)],
    },
    Case {
        stem: "06-temporary-file",
        server: None,
        shows: "agents of 7.6, a perpetual license of 30 nodes, and a later temporary one of 8; 30 are held",
        findings: &[("L1", "file_replaced", 30), ("L3", "pool_exceeded", 30), ("X2", "pool_full", 6)],
        lacking: &[("pool_full", 6)],
    },
    Case {
        stem: "07-plugin-uninstalled",
        server: None,
        shows: "8 kiosks with a license have the agent and no plug-in; a server is outside the install policy",
        findings: &[("V2", "plugin_uninstalled", 8), ("C1", "outside_install_policy", 1)],
        lacking: &[("outside_install_policy", 1)],
    },
    Case {
        stem: "08-after-the-upgrade",
        server: None,
        shows: "a clone covers the 8 servers, the DSUP nobody; 16 laptops have not scanned since, 11 new ones never",
        findings: &[("C5", "untargeted", 11), ("X3", "untargeted", 16)],
        lacking: &[("untargeted", 11)],
    },
    Case {
        stem: "09-membership-updates-dead",
        server: None,
        shows: "8 computers registered hours ago are in no target at all, not even of the inventory policy",
        findings: &[("T2", "no_membership_update", 8)],
        lacking: &[("no_membership_update", 8)],
    },
    Case {
        stem: "10-package-server-stuck",
        server: None,
        shows: "14 of PLANT are targets of the install policy and have no plug-in, some since a day",
        findings: &[("C4", "plugin_never_installed", 14)],
        lacking: &[("package_server_down", 14)],
    },
    Case {
        stem: "11-cloned-images",
        server: None,
        shows: "3 GUIDs stand there five times each, under other names",
        findings: &[("V10", "shared_record", 3)],
        lacking: &[],
    },
    Case {
        stem: "12-maintenance-expired",
        server: None,
        shows: "maintenance ended on 31 January, results came until 1 March, and none since",
        findings: &[("M3", "version_not_covered", 32)],
        lacking: &[],
    },
    Case {
        stem: "13-tasks-refused",
        server: Some("8.5 RU3"),
        shows: "maintenance has ended, and the version of the agents does not tell the release update",
        findings: &[("M2", "maintenance_ended", 1), ("M4", "tasks_refused", 30)],
        lacking: &[("retired", 2)],
    },
    Case {
        stem: "14-re-image-wave",
        server: None,
        shows: "16 names stand there twice, once silent for days and once alive; 5 new records scan in vain",
        findings: &[
            ("X2", "pool_exhausted", 35),
            ("V10", "left_behind", 16),
            ("X2", "pool_full", 5),
            ("V10", "same_name", 32),
        ],
        lacking: &[("pool_full", 5), ("retired", 3)],
    },
    Case {
        stem: "15-lapsed-over-a-weekend",
        server: None,
        shows: "Monday morning: the subscription ended on Friday, the office has been off since, 6 are new",
        findings: &[("E1", "licenses_expired", 1), ("E1", "licenses_expired", 6)],
        lacking: &[("licenses_expired", 6)],
    },
    Case {
        stem: "16-who-gets-the-40",
        server: None,
        shows: "10 Retired records still hold, 15 computers scan in vain; rows of other products among them",
        findings: &[
            ("X2", "pool_exhausted", 30),
            ("V1", "retired_not_released", 10),
            ("X2", "pool_full", 15),
        ],
        lacking: &[("pool_full", 15)],
    },
];

/// A folder of the repository, as `import` reads it.
pub fn import(stem: &str, server: Option<&str>) -> Imported {
    let assume = Assume { version: server.and_then(version), ..assume(stem) };
    let folder = in_repository(&format!("tests/exports/{stem}"));
    Imported::of(files_of(&folder), &assume, &ReadOptions::default())
}

#[test]
fn each_export_is_recognised_as_what_it_is() {
    let mut wrong = Vec::new();
    for Case { stem, server, shows, findings, .. } in &CASES {
        let audit = import(stem, *server).audit();
        let rule = |clause: Option<fleetsim::rules::clause::Clause>| clause.map_or("-", |clause| clause.id());
        let found: Vec<_> = audit.findings.iter().map(|f| (rule(f.clause), f.key, f.count)).collect();
        if found != *findings {
            wrong.push(format!("{stem} ({shows})\n  expected {findings:?}\n  found    {found:?}\n"));
        }
        for finding in &audit.findings {
            let names = finding.names.len() as u64;
            assert!(names == 0 || names == finding.count, "{stem}: {finding:?}");
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.concat());
}

#[test]
fn each_imported_scenario_is_diagnosed_likewise_and_gives_no_warning() {
    for Case { stem, server, lacking, .. } in &CASES {
        let imported = import(stem, *server);
        let mut warnings: Vec<&String> = imported.checked.warnings.iter().map(|w| &w.problem).collect();
        warnings.retain(|warning| !warning.starts_with("membership updates never run")); // the finding of case 9
        assert!(warnings.is_empty(), "{stem}: {warnings:?}");
        let found = imported.diagnosis(Span::SECOND).lacking;
        let found: BTreeMap<&str, u64> = found.iter().map(|(denial, s)| (denial.key(), s.count)).collect();
        assert_eq!(found, lacking.iter().copied().collect(), "{stem}");
    }
}

/// The exports are those of the ready-made scenarios, and each has healthy computers beside the ill ones.
#[test]
fn the_exports_are_those_of_the_cases() {
    let scenarios: Vec<String> =
        ScenarioFile::all_in("scenarios/cases").into_iter().map(|file| file.stem).collect();
    assert_eq!(CASES.map(|case| case.stem).to_vec(), scenarios);
    let mut folders: Vec<String> = fs::read_dir(in_repository("tests/exports"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    assert_eq!(folders, scenarios);
    for Case { stem, server, .. } in &CASES {
        let imported = import(stem, *server);
        let all = imported.inventory.computers.len();
        assert!((12..=60).contains(&all), "{stem} has {all} computers");
        assert!(imported.diagnosis(Span::SECOND).holders >= 15, "{stem}");
    }
}
