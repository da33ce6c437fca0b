//! Each of the ready-made cases shows the trouble its header speaks of, and the cure.
//!
//! Below the words for people a header claims figures, each as of an instant `[Nd ]HH:MM` after the start:
//!
//! ```text
//! #! trouble 3d 12:00: licenses_in_use=80 clients_waiting=20
//! #! why 3d 12:00: pool_full=20
//! #! cure 6d 00:00: licenses_in_use=100 clients_waiting=0
//! ```
//!
//! `trouble` and `cure` are cells of the timeline (so the instant must be one of its rows; columns of an
//! interval count from the row before), `why` are the reasons for having no license, by the keys that
//! `diagnose` and summary.json use. A claim may also be a bound: `clients_waiting>=20`.

use std::collections::{BTreeMap, BTreeSet};

use fleetsim::observe::columns::described;
use fleetsim::observe::trace::Detail;
use fleetsim::rules::clause::Clause;
use fleetsim::scenario::model::Scenario;
use fleetsim::units::time::{Span, Time};

use crate::support::cases::{Results, ScenarioFile, run_silently, run_with_events};

const FOLDER: &str = "scenarios/cases";
const CASES: usize = 16;

/// What a header tells people, in this order.
const PARTS: [&str; 5] = ["Question:", "Cause:", "Fix:", "Rules:", "Look at:"];

/// One line of claims.
struct Claim {
    kind: String,
    at: Time,
    figures: Vec<(String, Bound, u64)>,
}

#[derive(Clone, Copy)]
enum Bound {
    Exactly,
    AtLeast,
    AtMost,
}

impl Claim {
    fn all_of(file: &ScenarioFile) -> Vec<Claim> {
        let lines = file.text.lines().filter_map(|line| line.strip_prefix("#! "));
        lines.map(|line| Claim::parse(line).unwrap_or_else(|| panic!("{}: `{line}`?", file.stem))).collect()
    }

    fn parse(line: &str) -> Option<Claim> {
        let (kind, rest) = line.split_once(' ')?;
        let (at, figures) = rest.split_once(": ")?;
        let (days, clock) = at.split_once("d ").unwrap_or(("0", at));
        let (hours, minutes) = clock.split_once(':')?;
        let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
        Some(Claim {
            kind: kind.to_string(),
            at: Time::START + Span::days(days.parse().ok()?) + Span::minutes(minutes),
            figures: figures.split_whitespace().map(figure).collect::<Option<_>>()?,
        })
    }

    /// What is not as claimed.
    fn wrong(&self, found: &BTreeMap<String, String>, what: &str) -> Vec<String> {
        let differs = |(name, bound, claimed): &(String, Bound, u64)| {
            let is: u64 = found.get(name).map_or(Ok(0), |cell| cell.parse()).ok()?;
            let holds = match bound {
                Bound::Exactly => is == *claimed,
                Bound::AtLeast => is >= *claimed,
                Bound::AtMost => is <= *claimed,
            };
            (!holds).then(|| format!("  {what}: {name} is {is}, claimed {claimed}\n"))
        };
        self.figures.iter().filter_map(differs).collect()
    }
}

/// The instant of a case's first trouble.
pub fn first_trouble(file: &ScenarioFile) -> Time {
    let claims = Claim::all_of(file);
    claims.iter().find(|claim| claim.kind == "trouble").expect("each case shows a trouble").at
}

fn figure(text: &str) -> Option<(String, Bound, u64)> {
    let of = |separator, bound| {
        let (name, value) = text.split_once(separator)?;
        Some((name.to_string(), bound, value.parse().ok()?))
    };
    of(">=", Bound::AtLeast).or_else(|| of("<=", Bound::AtMost)).or_else(|| of("=", Bound::Exactly))
}

/// Cells of a timeline by instant and column.
fn rows(scenario: &Scenario) -> BTreeMap<i64, BTreeMap<String, String>> {
    let timeline = Results::of(scenario, &run_silently(scenario)).timeline;
    let mut lines = timeline.lines().map(|line| line.split(',').map(str::to_string));
    let header: Vec<String> = lines.next().expect("a header").collect();
    let row = |cells: Box<dyn Iterator<Item = String>>| header.iter().cloned().zip(cells).collect();
    let rows: Vec<BTreeMap<String, String>> = lines.map(|cells| row(Box::new(cells))).collect();
    rows.into_iter().map(|row| (row["time_s"].parse().expect("seconds"), row)).collect()
}

/// Why clients have no license at an instant.
fn reasons(scenario: &Scenario, at: Time) -> BTreeMap<String, String> {
    let until = Scenario { duration: at - Time::START, ..scenario.clone() };
    let lacking = run_silently(&until).lacking;
    lacking.into_iter().map(|(denial, clients)| (denial.key().to_string(), clients.to_string())).collect()
}

#[test]
fn each_case_shows_what_it_claims() {
    let files = ScenarioFile::all_in(FOLDER);
    let mut wrong = Vec::new();
    for file in &files {
        let scenario = file.check().scenario;
        let rows = rows(&scenario);
        for claim in Claim::all_of(file) {
            let what = format!("{}, {} at {}", file.stem, claim.kind, claim.at - Time::START);
            let found = match claim.kind.as_str() {
                "why" => reasons(&scenario, claim.at),
                "trouble" | "cure" => match rows.get(&claim.at.seconds()) {
                    Some(row) => row.clone(),
                    None => panic!("{what}: the timeline has no row then"),
                },
                other => panic!("{what}: what is `{other}`?"),
            };
            wrong.extend(claim.wrong(&found, &what));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.concat());
}

#[test]
fn each_case_says_question_cause_fix_rules_and_columns() {
    let files = ScenarioFile::all_in(FOLDER);
    assert_eq!(files.len(), CASES);
    for (index, file) in files.iter().enumerate() {
        let (stem, words) = (&file.stem, file.header_words());
        assert!(stem.starts_with(&format!("{:02}-", index + 1)), "{stem} is no case {}", index + 1);
        let places = PARTS.map(|part| words.find(part).unwrap_or_else(|| panic!("{stem} has no `{part}`")));
        assert!(places.is_sorted(), "{stem}: the parts of the header are {PARTS:?}");
        let claims = Claim::all_of(file);
        for kind in ["trouble", "cure"] {
            assert!(claims.iter().any(|claim| claim.kind == kind), "{stem} claims no {kind}");
        }
        for column in columns_named(&words) {
            assert!(described().any(|(name, _)| name == column), "{stem}: no column `{column}`");
        }
    }
}

/// The rules a case names are those that decide in it: in its events, or as reasons at a claimed instant.
#[test]
fn each_case_is_about_the_rules_it_names() {
    for file in ScenarioFile::all_in(FOLDER) {
        let scenario = file.check().scenario;
        let (outcome, events) = run_with_events(&scenario, Detail::Everything);
        let mut seen: BTreeSet<String> = events.into_iter().map(|event| event.rule).collect();
        if outcome.totals.peak_over > 0 {
            seen.insert("L3".to_string());
        }
        let mut lacking: Vec<_> = outcome.lacking.into_keys().collect();
        for claim in Claim::all_of(&file).iter().filter(|claim| claim.kind == "why") {
            let until = Scenario { duration: claim.at - Time::START, ..scenario.clone() };
            lacking.extend(run_silently(&until).lacking.into_keys());
        }
        seen.extend(
            lacking.iter().filter_map(|denial| denial.clause()).map(|clause| clause.id().to_string()),
        );
        for rule in rules_named(&file.header_words()) {
            assert!(Clause::all().any(|clause| clause.id() == rule), "{}: no rule {rule}", file.stem);
            assert!(seen.contains(&rule), "{}: {rule} decides nothing in it ({seen:?})", file.stem);
        }
    }
}

/// What stands after a part's heading, up to the next one's.
fn part<'w>(words: &'w str, heading: &str) -> &'w str {
    let rest = words.split(heading).nth(1).unwrap_or_default();
    rest.split(". ").next().unwrap_or(rest).trim_end_matches('.')
}

fn rules_named(words: &str) -> Vec<String> {
    part(words, "Rules:").split(',').map(|rule| rule.trim().to_string()).collect()
}

fn columns_named(words: &str) -> Vec<&str> {
    part(words, "Look at:").split(',').map(str::trim).collect()
}
