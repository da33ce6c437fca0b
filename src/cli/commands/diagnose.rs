//! `diagnose`: why clients hold no license, counted.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::args::{self, Format};
use crate::cli::budget;
use crate::cli::commands::{
    again, commit, files_in_words, length_until, load_with_files, note, print, print_data, stage,
};
use crate::cli::exit::Failure;
use crate::cli::input::{self, ScenarioFiles};
use crate::cli::progress::Progress;
use crate::output::prose;
use crate::output::report::REPORT;
use crate::output::results::diagnosis::{DIAGNOSIS, DiagnosisResult};
use crate::output::results::origin::{CommandLine, ORIGIN, ResultsOf, ResultsOrigin};
use crate::output::results::plan::{PLAN, PlanResult};
use crate::output::store::folder::{Contents, ResultFolder};
use crate::output::store::json::json;
use crate::output::tables::{self, plan::PLAN_CSV};
use crate::rules::permitted::Permitted;
use crate::scenario::model::Scenario;
use crate::scenario::overrides::{Changes, in_shell, operand};
use crate::study;
use crate::study::plan::{Asked, PATIENCE};
use crate::study::resource_estimate::ResourceEstimate;
use crate::units::time::Time;

/// `diagnose`: scenario → run up to the instant → every client accounted for.
pub fn diagnose(args: &args::Diagnose) -> Result<(), Failure> {
    if args.plan {
        return plan(args);
    }
    let changes = args.changes.read()?;
    let (mut scenario, files) =
        load_with_files(&ScenarioFiles::OnDisk, &args.scenario, &changes, args.seed.seed, false)?;
    scenario.duration = length_until(args.at.as_deref(), &scenario)?;
    budget::check(&ResourceEstimate::of_fleet(&scenario, false))?;
    let folder = claim(args, &DIAGNOSED, &scenario)?;
    let mut progress = Progress::new(scenario.horizon(), !args.no_progress);
    let found = study::diagnose::diagnose(&scenario, |at, _| progress.watch(at));
    progress.finish();
    let found = found?;
    note(&scenario, &found.shortfalls);
    let document = json(&DiagnosisResult::new(&scenario, &found));
    let command = again("diagnose", &args.scenario, &changes, &scenario).option("--at", args.at.as_ref());
    let origin = || ResultsOrigin::new(ResultsOf::Diagnose, &command, files, &[&scenario]);
    let wrote = write(folder, args, origin, (DIAGNOSIS, &document))?;
    match args.format {
        Format::Table => print(&(prose::diagnosis::table(&scenario, &found) + &wrote)),
        Format::Json => print_data(&String::from_utf8_lossy(&document)),
    }
}

/// What stands in a result folder.
const DIAGNOSED: Contents =
    Contents { of: ResultsOf::Diagnose, manifest: DIAGNOSIS, others: &[ORIGIN, REPORT], partial: None };
const PLANNED: Contents =
    Contents { of: ResultsOf::Plan, manifest: PLAN, others: &[ORIGIN, REPORT, PLAN_CSV], partial: None };

fn claim(
    args: &args::Diagnose,
    contents: &'static Contents,
    scenario: &Scenario,
) -> Result<Option<ResultFolder>, Failure> {
    let claim = |output: &PathBuf| ResultFolder::claim(contents, output, &scenario.name, args.force);
    args.output.as_ref().map(claim).transpose().map_err(Failure::io)
}

/// Fills the folder, if there is one; says what it wrote.
fn write(
    folder: Option<ResultFolder>,
    args: &args::Diagnose,
    origin: impl FnOnce() -> ResultsOrigin,
    (name, document): (&'static str, &[u8]),
) -> Result<String, Failure> {
    let Some(folder) = folder else { return Ok(String::new()) };
    let done = commit(folder, args.report, origin(), (name, document))?;
    Ok(format!("\n{}", files_in_words(&done)))
}

/// `diagnose --plan`: scenario → runs with what could help, from the instant on → the shortest list.
fn plan(args: &args::Diagnose) -> Result<(), Failure> {
    let changes = args.changes.read()?;
    let (scenario, files) =
        load_with_files(&ScenarioFiles::OnDisk, &args.scenario, &changes, args.seed.seed, false)?;
    let at = length_until(args.at.as_deref(), &scenario)?;
    let permitted = if args.no_purchase { Permitted::ALL.without_purchases() } else { Permitted::ALL };
    let permitted = args.without.iter().fold(permitted, |permitted, remedy| permitted.without(*remedy));
    let asked = Asked { at: Time::START + at, everyone: args.everyone, permitted };
    budget::check(&ResourceEstimate::of_plan(&scenario))?;
    let mut folder = claim(args, &PLANNED, &scenario)?;
    let mut progress = Progress::new(asked.at + PATIENCE, !args.no_progress);
    let found = study::plan::plan(&scenario, asked, &mut |at, _| progress.watch(at));
    progress.finish();
    let found = found?;
    note(&scenario, &found.shortfalls);
    let file = args.scenario.display().to_string();
    let ListPlace { named, note: list_note } = ListPlace::of(&args.scenario, args.output.as_deref());
    let list = prose::plan::ClientList { file: &named, note: &list_note };
    let call = prose::plan::Call { file: &file, changes: &changes, seed: args.seed.seed, list };
    let document = json(&PlanResult::new(&scenario, &found, &named));
    let origin = || {
        ResultsOrigin::new(ResultsOf::Plan, &planned_again(args, &changes, &scenario), files, &[&scenario])
    };
    if let Some(folder) = &mut folder {
        stage(folder, PLAN_CSV, |out| tables::plan::write(&found, &scenario, out))?;
    }
    let wrote = write(folder, args, origin, (PLAN, &document))?;
    match args.format {
        Format::Table => print(&(prose::plan::table(&scenario, &found, call) + &wrote)),
        Format::Json => print_data(&String::from_utf8_lossy(&document)),
    }
}

/// Where the clients of each step are listed.
struct ListPlace {
    /// As an action of the scenario names the file.
    named: String,
    /// In words.
    note: String,
}

impl ListPlace {
    /// Actions find files beside the scenario and below it. Without a folder the list is not written: an action is shown as
    /// it is once it stands in the folder that the note proposes.
    fn of(scenario: &Path, output: Option<&Path>) -> ListPlace {
        let beside = scenario.parent().filter(|folder| !folder.as_os_str().is_empty());
        let beside = beside.unwrap_or(Path::new("."));
        let Some(output) = output else {
            let name = format!("{}-plan", input::name_for_results(scenario));
            let folder = in_shell(&operand(&beside.join(&name).display().to_string()));
            let note = format!("With -o {folder} all clients of each step are listed in {PLAN_CSV} there");
            return ListPlace { named: format!("{name}/{PLAN_CSV}"), note };
        };
        let (list, file) = (output.join(PLAN_CSV), scenario.display());
        let note = format!("All clients of each step are listed in {}", list.display());
        match below(beside, output) {
            Some(folder) => ListPlace { named: format!("{folder}{PLAN_CSV}"), note },
            None => ListPlace {
                named: PLAN_CSV.to_string(),
                note: format!("{note}: copy it beside {file}, where actions look for it"),
            },
        }
    }
}

/// The path of a folder in another one, with `/` between its parts and at its end.
fn below(outer: &Path, folder: &Path) -> Option<String> {
    let (outer, folder) = (fs::canonicalize(outer).ok()?, fs::canonicalize(folder).ok()?);
    let parts = folder.strip_prefix(outer).ok()?.components();
    parts.map(|part| Some(format!("{}/", part.as_os_str().to_str()?))).collect()
}

/// The command that makes the plan again.
fn planned_again(args: &args::Diagnose, changes: &Changes, scenario: &Scenario) -> CommandLine {
    let command = again("diagnose", &args.scenario, changes, scenario).option("--at", args.at.as_ref());
    let flags = [(true, "--plan"), (args.everyone, "--everyone"), (args.no_purchase, "--no-purchase")];
    let command = flags.iter().filter(|(set, _)| *set).fold(command, |line, (_, flag)| line.argument(flag));
    args.without.iter().fold(command, |line, remedy| line.option("--without", Some(remedy.key())))
}
