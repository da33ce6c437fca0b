//! One scenario a rule, with its events worked out by hand in its header.

use std::ops::ControlFlow;

use fleetsim::rules::clause::Clause;
use fleetsim::rules::targeting::ScanSettings;
use fleetsim::scenario::read::clients_called;
use fleetsim::study::explain::explain;
use fleetsim::units::ids::GroupId;

use crate::support::cases::{Expected, ScenarioFile, assert_all_as_expected};
use crate::support::{files_below, in_repository, read};

const FOLDER: &str = "scenarios/rules";

#[test]
fn events_are_those_worked_out_by_hand() {
    assert_all_as_expected(&ScenarioFile::all_in(FOLDER));
}

#[test]
fn every_rule_has_a_scenario_that_says_it() {
    let files = ScenarioFile::all_in(FOLDER);
    for clause in Clause::all() {
        let prefix = format!("{}-", clause.id().to_lowercase());
        let own: Vec<&ScenarioFile> = files.iter().filter(|file| file.stem.starts_with(&prefix)).collect();
        assert!(!own.is_empty(), "rule {clause} has no scenario {FOLDER}/{prefix}*.yaml");
        for file in own {
            let (stem, words) = (&file.stem, file.header_words());
            assert!(
                words.contains(clause.sentence()),
                "{stem} does not quote {clause}: {}",
                clause.sentence()
            );
            let in_events = Expected::of(file).events.iter().any(|event| event.rule == clause.id());
            let in_words = words.contains(&format!("Rule {clause}"));
            assert!(in_events || in_words, "{stem} mentions {clause} neither in its events nor in words");
        }
    }
}

/// In `src/rules` every rule has a doc comment that names it, a line of code that ends with it, and a row
/// of a test's table.
#[test]
fn every_rule_is_documented_decided_and_tested() {
    let sources: Vec<String> =
        files_below(&in_repository("src/rules"), "rs").iter().map(|path| read(path)).collect();
    let halves = || sources.iter().map(|source| source.split_once("mod tests {").unwrap_or((source, "")));
    let names = |line: &str, id: &str| line.split(|c: char| !c.is_alphanumeric()).any(|word| word == id);
    let ends_with = |text: &str, id: &str| {
        let mut comments = text.lines().filter_map(|line| line.split_once("// "));
        comments.any(|(code, comment)| !code.trim().is_empty() && names(comment, id))
    };
    let mut missing = Vec::new();
    for clause in Clause::all() {
        let id = clause.id();
        let documented = halves().any(|(code, _)| code.contains(&format!("**{id}**")));
        let decided = halves().any(|(code, _)| ends_with(code, id));
        let tested = halves().any(|(_, tests)| ends_with(tests, id));
        for (there, what) in [
            (documented, "doc comment `**id**`"),
            (decided, "line of code that ends with `// id`"),
            (tested, "row of a test table that ends with `// id`"),
        ] {
            if !there {
                missing.push(format!("{id}: no {what}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// `src/fleet` applies what `src/rules` decides: it compares no version, and it cites rules without going by
/// them, or choosing between them.
#[test]
fn handlers_decide_nothing_by_version_or_rule() {
    let decides = |code: &str| {
        let cited = code.find("Clause::");
        let is_pattern = cited.is_some_and(|at| code.rfind("=>").is_some_and(|arrow| at < arrow));
        let is_condition = ["==", "!=", "matches!(", "if "].iter().any(|sign| code.contains(sign));
        code.contains("Version::")
            || ["version <", "version >", "version =="].iter().any(|sign| code.contains(sign))
            || code.contains("KeptBy::")
            || is_pattern
            || cited.is_some() && is_condition
    };
    #[rustfmt::skip]
    let table = [
        ("Release::AtRefresh(Clause::V1) if alive => Release::Kept(Clause::V7),",   true),
        ("Release::AtRefresh(_) | Release::Kept(Clause::V1) => list.push(record),", true),
        ("let clause = if deleted { Clause::V5 } else { Clause::V10 };",            true),
        ("if self.installed.version >= Version::V8_5 {",                            true),
        ("Release::Kept(KeptBy::RetiredIn6x) => {}",                                true),
        ("self.release_license(now, client, Clause::E1);",                          false),
        ("Event::Return => self.told(now, Clause::V5),",                            false),
    ];
    for (code, expected) in table {
        assert_eq!(decides(code), expected, "{code}");
    }
    let mut found = Vec::new();
    for path in files_below(&in_repository("src/fleet"), "rs") {
        let source = read(&path);
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().filter_map(|line| line.split("//").next()) {
            // An installed version of a solution; the update side counts versions of its packages.
            if decides(line) && !line.contains("updates.version") {
                found.push(format!("{}: {}", path.display(), line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "decided in a handler: {found:#?}");
}

#[test]
fn no_scenario_is_without_a_rule() {
    for file in ScenarioFile::all_in(FOLDER) {
        let id = file.stem.split('-').next().unwrap_or_default().to_uppercase();
        assert!(Clause::all().any(|clause| clause.id() == id), "{}: no rule {id}", file.stem);
    }
}

/// What stands behind a client's scans: T1 and C5 before 8.5 show in `explain` and in no event.
#[test]
fn explain_names_the_policy_behind_the_scans() {
    use ScanSettings::{Clone, Conflict, Dsup, NotNeeded};
    #[rustfmt::skip]
    let table = [
        // scenario          client       settings come from
        ("t1-two-clones",   "both-1",    Conflict("finance", "vip")),
        ("t1-two-clones",   "one-1",     Clone("vip")),
        ("t1-by-share",     "old-2",     Conflict("pilot", "windows_10")),
        ("t1-by-share",     "old-1",     Clone("windows_10")),
        ("t1-by-share",     "new-2",     Clone("pilot")),
        ("t1-by-share",     "new-1",     Dsup),
        ("c5-after-upgrade", "sales-1",  Dsup), // by an action
        ("c5-dsup-off",     "finance-1", Clone("finance")),
        ("c5-dsup-off",     "sales-1",   ScanSettings::None),
        ("c5-dsup-on",      "sales-1",   Dsup),
        ("c5-before-8-5",   "sales-1",   NotNeeded),
    ];
    for (stem, name, settings) in table {
        let file = ScenarioFile::read(&in_repository(&format!("{FOLDER}/{stem}.yaml")));
        let scenario = file.check().scenario;
        let (group, index) = clients_called(name, &scenario.groups)[0];
        let client = (GroupId::from_index(group), index, 1);
        let story = explain(&scenario, client, |_, _| ControlFlow::Continue(())).expect("not interrupted");
        assert_eq!(story.expect("it exists").settings, settings, "{name} in {stem}");
    }
}

/// Records of a PC that has several, and machines that share one, have stories of their own.
#[test]
fn explain_follows_a_pc_from_record_to_record() {
    #[rustfmt::skip]
    let table = [
        // scenario              client  record  is called  its story tells      shares the record of
        ("v10-new",               "pc-1", 1,     "pc-1",    "left_behind",       None),
        ("v10-new",               "pc-1", 2,     "pc-1~2",  "second_record",     None),
        ("v5-before-the-refresh", "pc-1", 2,     "pc-1~2",  "returned",          None),
        ("v10-cloned",            "pc-2", 1,     "pc-2",    "shares_record",     Some("pc-1".to_string())),
    ];
    for (stem, name, nth, called, tells, shares) in table {
        let file = ScenarioFile::read(&in_repository(&format!("{FOLDER}/{stem}.yaml")));
        let scenario = file.check().scenario;
        let (group, index) = clients_called(name, &scenario.groups)[0];
        let explained =
            explain(&scenario, (GroupId::from_index(group), index, nth), |_, _| ControlFlow::Continue(()));
        let story = explained.expect("not interrupted").expect("it exists");
        assert_eq!((story.client.as_str(), story.shares_record_of), (called, shares), "{stem}");
        assert!(story.lines.iter().any(|line| line.event.name() == tells), "{stem}: {:?}", story.lines);
    }
    let file = ScenarioFile::read(&in_repository(&format!("{FOLDER}/v10-new.yaml")));
    let scenario = file.check().scenario;
    let third = explain(&scenario, (GroupId(0), 0, 3), |_, _| ControlFlow::Continue(()));
    assert!(third.expect("not interrupted").is_none(), "there is no third record");
}
