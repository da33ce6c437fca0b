//! Commands of many runs: same bytes for any number of threads, what is interrupted is not lost, and
//! what they say is what single runs say.

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use assert_cmd::cargo::CommandCargoExt;
use fleetsim::observe::columns::COLUMNS;
use fleetsim::output::prose::events::sentence;
use fleetsim::output::results::replicate::ReplicateResult;
use fleetsim::output::store::json::json;
use fleetsim::output::tables::replications::ReplicationsCsv;
use fleetsim::output::tables::{bands, differences, timeline};
use fleetsim::scenario::model::Scenario;
use fleetsim::study::compare::compare;
use fleetsim::study::divergence::first_divergence;
use fleetsim::study::measures::{MEASURES, find};
use fleetsim::study::replicate::{Plan, one, replicate};
use fleetsim::study::stopping::{HalfWidth, Stopping};
use fleetsim::units::time::Span;
use tempfile::TempDir;

use crate::support::cases::{SMALL, small};
use crate::support::cases::{ScenarioFile, check, run_silently};
use crate::support::in_repository;

/// All result files of `replicate`, as bytes.
fn bytes(scenario: &Scenario, plan: &Plan) -> [Vec<u8>; 3] {
    let mut csv = ReplicationsCsv::new(scenario.start, Vec::new()).unwrap();
    let each = |replication: &_| {
        csv.write(replication).unwrap();
        ControlFlow::Continue(())
    };
    let all = replicate(scenario, plan, each, &|| false);
    let mut bands = Vec::new();
    bands::write(&all.bands, scenario.start, &mut bands).unwrap();
    [csv.finish().unwrap(), bands, json(&ReplicateResult::new(scenario, plan, &all))]
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let scenario = small();
    let precise = Stopping::new(find("mean_in_use").unwrap(), HalfWidth::Relative(0.03));
    for stopping in [None, Some(precise)] {
        let replications = if stopping.is_some() { 1_000 } else { 40 };
        let plan = |threads| Plan { stopping: stopping.clone(), ..Plan::of(replications, threads) };
        let alone = bytes(&scenario, &plan(1));
        for threads in [2, 3, 7, 16] {
            assert!(bytes(&scenario, &plan(threads)) == alone, "{threads} threads differ");
        }
    }
}

/// Replication 0 is the run that `run` shows; a band of one replication is that run.
#[test]
fn replication_zero_is_the_run() {
    let scenario = small();
    let outcome = run_silently(&scenario);
    let all = replicate(&scenario, &Plan::of(1, 1), |_| ControlFlow::Continue(()), &|| false);
    for (row, cells) in outcome.rows.iter().zip(&all.bands.cells) {
        for (column, cell) in COLUMNS.iter().zip(cells) {
            let number = column.number(row).map(i128::from);
            assert_eq!((cell.min(), cell.max()), (number, number), "{}", column.name);
        }
    }
    let totals = &outcome.totals;
    let parts = |name: &str| all.measures[find(name).unwrap()].min();
    assert_eq!(parts("peak_demand"), Some(totals.peak_demand.0.into()));
    assert_eq!(parts("scans_rejected"), Some(totals.counts.scans_rejected.into()));
    assert_eq!(parts("waiting_client_hours"), Some(totals.waiting_ms as i128));
    assert_eq!(parts("first_exhausted"), totals.first_exhausted.map(|at| at.ms().into()));
}

/// Bands have every column of the timeline that holds a number, with the timeline's own values.
#[test]
fn bands_know_all_columns_of_the_timeline() {
    let outcome =
        run_silently(&ScenarioFile::read(&in_repository("scenarios/quickstart.yaml")).check().scenario);
    let mut csv = Vec::new();
    timeline::write(&outcome.rows, small().start, &mut csv).unwrap();
    let text = String::from_utf8(csv).unwrap();
    let names: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let words = ["time_s", "timestamp", "license_state", "aup_state", "solution_state"];
    let numbers: Vec<&str> = names.iter().copied().filter(|name| !words.contains(name)).collect();
    assert_eq!(COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>(), numbers);
    for (line, row) in text.lines().skip(1).zip(&outcome.rows) {
        for (cell, name) in line.split(',').zip(&names) {
            if let Some(column) = COLUMNS.iter().find(|column| column.name == *name) {
                assert_eq!(column.number(row).map_or(String::new(), |n| n.to_string()), *cell, "{name}");
            }
        }
    }
}

#[test]
fn the_warm_up_is_left_out_of_bands_and_measures() {
    let scenario = small();
    let with = |warm_up| {
        let plan = Plan { warm_up, ..Plan::of(3, 1) };
        replicate(&scenario, &plan, |_| ControlFlow::Continue(()), &|| false)
    };
    let (all, late) = (with(Span::ZERO), with(Span::days(30)));
    assert_eq!((all.bands.at.len(), late.bands.at.len()), (41, 10));
    let enrolled = |r: &fleetsim::study::replicate::Replicated| {
        r.measures[find("clients_enrolled").unwrap()].mean().unwrap()
    };
    assert!(enrolled(&late) < enrolled(&all) / 2.0 && enrolled(&late) > 0.0);
}

#[test]
fn a_scenario_compared_with_itself_does_not_differ() {
    let scenario = small();
    assert_eq!(first_divergence([&scenario, &scenario], &|| false), None);
    let compared = compare([&scenario, &scenario], 5, Span::ZERO, 2, || (), &|| false);
    assert!(compared.measures.iter().all(|pair| pair.difference.max().unwrap_or(0) == 0));
}

/// One more license: the runs part where the 61st client asks for the first time.
#[test]
fn runs_part_where_the_difference_tells() {
    let scenario = small();
    let mut larger = scenario.clone();
    larger.licenses[0].nodes = Some(61);
    let divergence = first_divergence([&scenario, &larger], &|| false).expect("60 are too few");
    let (first, second) = (divergence.first.clone().unwrap(), divergence.second.clone().unwrap());
    assert_eq!((first.event.name(), second.event.name()), ("scan_rejected", "license_taken"));
    assert_eq!((first.at, first.client), (second.at, second.client));
    let reasons = divergence.before.clone().unwrap().map(|happening| sentence(&happening.unwrap().event));
    assert_eq!(reasons, ["base: 60 nodes", "base: 61 nodes"]);
    let compared = compare([&scenario, &larger], 30, Span::ZERO, 2, || (), &|| false);
    let rejected = &compared.measures[find("clients_rejected").unwrap()];
    let unpaired = rejected.first.variance().unwrap() + rejected.second.variance().unwrap();
    assert!(rejected.difference.mean().unwrap() < 0.0);
    assert!(rejected.difference.variance().unwrap() < 0.1 * unpaired, "pairs differ by little");
}

/// Records that come up during a run have names of their own, wherever they stand in the scenario.
#[test]
fn runs_part_at_a_second_record_under_its_name() {
    let head = "fleetsim: 1\nduration: 9d\ngroups: {pcs: {clients: [pc-one]}}\n\
                actions: [{at: 5d, reimage: {clients: [pc-one], keys: new}}]\n";
    let of_nodes = |nodes| check(&format!("{head}licenses: {{base: {{nodes: {nodes}}}}}\n"), "two").scenario;
    let divergence = first_divergence([&of_nodes(1), &of_nodes(2)], &|| false)
        .expect("the first record keeps its license");
    let sides = [divergence.first, divergence.second]
        .map(|side| side.map(|it| (it.client.unwrap(), it.event.name())));
    let of_second = |event| Some(("pc-one~2".to_string(), event));
    assert_eq!(sides, [of_second("scan_rejected"), of_second("license_taken")]);
}

/// Differences of the timelines are those of the rows of single runs, at instants that both have.
#[test]
fn timelines_are_compared_row_by_row() {
    let first = small();
    let mut second =
        check(&SMALL.replace("40d", "30d").replace("seed", "timeline: {every: 2d}\nseed"), "other").scenario;
    second.licenses[0].nodes = Some(50);
    let compared = compare([&first, &second], 2, Span::ZERO, 1, || (), &|| false);
    let days: Vec<i64> = compared.timelines.at.iter().map(|at| at.ms() / Span::DAY.ms()).collect();
    assert_eq!(days, (0..=30).step_by(2).collect::<Vec<_>>());
    let rows = |scenario| [0, 1].map(|index| one(scenario, index, Span::ZERO, &|| false).unwrap().rows);
    let (of_first, of_second) = (rows(&first), rows(&second));
    let (mut differ, levels) =
        (0, COLUMNS.iter().position(|column| column.name == "clients_waiting").unwrap());
    for (index, cells) in compared.timelines.cells.iter().enumerate() {
        for (column, cell) in COLUMNS.iter().zip(cells) {
            let name = column.name;
            let number = |row| i128::from(column.number(row).unwrap());
            let pairs = [0, 1].map(|run| (number(&of_first[run][2 * index]), number(&of_second[run][index])));
            let differences = pairs.map(|(first, second)| second - first);
            assert_eq!(cell.difference.min(), differences.into_iter().min(), "{name}");
            assert_eq!(cell.difference.max(), differences.into_iter().max(), "{name}");
            assert_eq!(cell.first.mean(), Some((pairs[0].0 + pairs[1].0) as f64 / 2.0), "{name}");
        }
        differ += i32::from(cells[levels].difference.max() != Some(0));
    }
    assert!(differ > 3, "with ten nodes fewer more wait");
    let mut csv = Vec::new();
    differences::write_timeline(&compared.timelines, first.start, &mut csv).unwrap();
    assert_eq!(String::from_utf8(csv).unwrap().lines().count(), 1 + 16 * COLUMNS.len());
}

#[test]
fn measures_are_described() {
    let meanings: BTreeSet<&str> = MEASURES.iter().map(|measure| measure.meaning).collect();
    assert_eq!(meanings.len(), MEASURES.len());
}

// The program.

pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.yaml"), SMALL).unwrap();
    fs::write(folder.path().join("t.yaml"), SMALL.replace("nodes: 60", "nodes: 70")).unwrap();
    fs::write(
        folder.path().join("two.yaml"),
        SMALL.replace("{base: {nodes: 60}}", "{a: {nodes: 5}, b: {nodes: 5}}"),
    )
    .unwrap();
    fs::write(folder.path().join("ample.yaml"), SMALL.replace("nodes: 60", "nodes: 600")).unwrap();
    fs::write(folder.path().join("longer.yaml"), SMALL.replace("40d", "50d")).unwrap();
    folder
}

pub fn fleetsim(cwd: &Path, args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("fleetsim").unwrap();
    command.current_dir(cwd).args(args).stdin(Stdio::null());
    command
}

#[track_caller]
pub fn expect(code: i32, cwd: &Path, args: &[&str]) -> String {
    let Output { status, stdout, stderr } = fleetsim(cwd, args).output().unwrap();
    let printed = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert_eq!(status.code(), Some(code), "{args:?}\n{printed}");
    printed
}

#[test]
fn exit_codes_and_messages() {
    let dir = folder();
    let cwd = dir.path();
    for (code, args, says) in [
        (0, "replicate s.yaml -n 5", "Small: 5 replications"),
        (0, "replicate s.yaml -n 5 --format json", "\"probabilities\""),
        (0, "replicate --help", "Examples:"),
        (0, "sweep --help", "--set scan.every=[4h, 6h, 8h]"),
        (0, "size --help", "P(exhausted before 2026-06-01)"),
        (0, "compare --help", "Examples:"),
        (0, "compare s.yaml t.yaml -n 5", "The runs part at"),
        (0, "compare s.yaml s.yaml -n 5 -o same", "takes the same path in both"),
        (0, "sweep s.yaml --set licenses.base.nodes=50..60:10 -n 3", "2 points"),
        (1, "replicate missing.yaml -n 5", "no such scenario"),
        (1, "sweep s.yaml --set seed=1 --resume -o fresh", "nothing is unfinished"),
        (1, "replicate t.yaml -n 2 -o s-compare/differences.csv", "is a file"),
        (2, "replicate s.yaml", "--replications <N>|--until-half-width <W>"),
        (
            0,
            "replicate ample.yaml --until-half-width 1% --of clients_rejected",
            "All 1,020 replications gave the same `clients_rejected`; another value has a probability of at most 0.361 %",
        ),
        (2, "replicate s.yaml -n 0", "0 is not in 1.."),
        (2, "replicate s.yaml -n -5", "invalid value '-5' for '--replications <N>'"),
        (2, "replicate s.yaml -n 1000000000000", "1000000000000 is not in 1..=10000000"),
        (2, "replicate s.yaml -n 5 --threads -1", "invalid value '-1' for '--threads <T>'"),
        (1, "replicate s.yaml -n 5 -o s.yaml", "s.yaml is a file, and the results need a folder"),
        (2, "replicate s.yaml --until-half-width 0", "a number above zero"),
        (2, "replicate s.yaml --until-half-width 1 --of peak_demnd", "did you mean `peak_demand`?"),
        (2, "replicate s.yaml -n 5 --warm-up 40d", "leaves nothing"),
        (2, "replicate s.yaml -n 5 --threads 0", "--threads"),
        (2, "sweep s.yaml --set licenses.base.nodes=1..2", "a range needs a step"),
        (2, "sweep s.yaml --set licenses.base.nodes=50..60:-5", "a range goes up in steps above zero"),
        (2, "sweep s.yaml --set licenses.base.nodes=60..50:5", "the range begins above its end"),
        (
            2,
            "sweep s.yaml --set licenses.base.nodes=1..1000000000:1",
            "more than 10000 values; take a larger step",
        ),
        (2, "sweep s.yaml --set seed=1 --set seed=2", "is set twice"),
        (3, "sweep s.yaml --set licenses.bsae.nodes=4", "did you mean `base`?"),
        (3, "sweep s.yaml --set licenses.base.nodes=[4,-1]", "(--set licenses.base.nodes=-1)"),
        (2, "size two.yaml --target rejected_share<=1%", "which license file? there are: a, b"),
        (2, "size s.yaml --target rejected_share<=1% --license bse", "did you mean `base`?"),
        (0, "size s.yaml --target rejected_share<=1% -n 1 -o one", "nobody knows how surely: too few runs"),
        (2, "size s.yaml --target rejected", "`<=` is missing"),
        (2, "size s.yaml --target P(rejected)<=1", "a probability of 1 is no limit"),
        (2, "size s.yaml --target P(rejected)<=101%", "a probability of 101% is no limit"),
        (2, "size s.yaml --target P(rejected)<=-1%", "`-1%` is no level"),
        (0, "size s.yaml --target P(rejected)<=0 -n 3 -o never", "too few runs to be sure of any"),
        (
            0,
            "size s.yaml --set licenses.base.kind=trial --set licenses.base.until=2026-01-20 --target expired_hours<=1 -n 2 -o none",
            "Nothing reaches the target; the best attainable is 576",
        ),
        (2, "size s.yaml --target idle_node_days<=9", "does not always fall when the pool grows"),
        (1, "size s.yaml --target rejected_share<=1% --resume -o fresh", "nothing is unfinished"),
        (1, "replicate s.yaml -n 5 --resume -o fresh", "nothing is unfinished"),
        (1, "compare s.yaml t.yaml -n 5 --resume -o fresh", "nothing is unfinished"),
    ] {
        let args: Vec<&str> = args.split(' ').collect();
        let printed = expect(code, cwd, &args);
        assert!(printed.contains(says), "{args:?} does not say `{says}`:\n{printed}");
    }
    let printed = expect(0, cwd, &["size", "s.yaml", "--target", "P(rejected) <= 10%", "-n", "20"]);
    assert!(printed.contains("Smallest pool: "), "{printed}");
    let dated =
        ["size", "two.yaml", "--target", "P(rejected) <= 10%", "-n", "5", "--license", "b", "-o", "d"];
    let printed = expect(0, cwd, &[&dated[..], &["--latest-date", "--lead-time", "10d"]].concat());
    assert!(printed.contains("Nothing reaches the target"), "{printed}");
    let printed = expect(0, cwd, &["compare", "s.yaml", "longer.yaml", "-n", "2", "-o", "c"]);
    assert!(printed.contains("what adds up over time differs for that alone"), "{printed}");
    let bought = ["size", "s.yaml", "--target", "P(rejected) <= 10%", "-n", "20", "--price-node", "2"];
    let printed = expect(0, cwd, &[&bought[..], &["-o", "e"]].concat());
    assert!(printed.contains("Cheapest: ") && !printed.contains("misses"), "{printed}");
    let waiting = ["--price-waiting-hour", "0.1", "--lead-time", "9d", "-o", "f"];
    let printed = expect(0, cwd, &[&bought[..], &waiting].concat());
    for line in ["; it misses the target", "Cheapest that meets the target: ", "before the start: too late"] {
        assert!(printed.contains(line), "{line}: {printed}");
    }
    let priced = ["--price-node", "2", "--price-waiting-hour", "0.1"];
    let printed = expect(0, cwd, &[&dated[..], &priced].concat());
    assert!(printed.contains("Cheapest: ") && printed.contains("Smallest pool: "), "{printed}");
    assert!(expect(2, cwd, &[&dated[..], &["--price-node", "-2"]].concat()).contains("price"));
    assert!(cwd.join("s-size/pools.csv").exists() && cwd.join("s-replicate/bands.csv").exists());
}
