//! `explain`: one client's story.

use crate::cli::args;
use crate::cli::budget;
use crate::cli::commands::{end_of, load_until, note, print};
use crate::cli::exit::Failure;
use crate::cli::progress::Progress;
use crate::fleet::roster::Roster;
use crate::output::prose::{explain as prose, numbers};
use crate::scenario::fault::{Guesses, nearest};
use crate::scenario::model::{Clients, Scenario};
use crate::scenario::read::{clients_called, numbers_of};
use crate::study;
use crate::study::resource_estimate::ResourceEstimate;
use crate::units::ids::GroupId;

/// Records told of where several have the same name; the others are named.
const TOLD: usize = 5;

/// `explain`: the story of one client, or of each record that has the name.
pub fn explain(args: &args::Explain) -> Result<(), Failure> {
    let scenario = load_until(&args.scenario, &args.changes.read()?, args.seed.seed, args.at.as_deref())?;
    budget::check(&ResourceEstimate::of_fleet(&scenario, false))?;
    let (mut nth, mut found) = (1, clients_called(&args.client, &scenario.groups));
    let (name, of_name) = record_named(&args.client);
    if found.is_empty() {
        (nth, found) = (of_name, clients_called(name, &scenario.groups));
    }
    if found.is_empty() {
        return Err(no_such_client(name, &scenario));
    }
    let mut out = prose::asked(&args.client, &names_of(&found, &scenario));
    for (told, (group, index)) in found.iter().take(TOLD).enumerate() {
        let client = (GroupId::from_index(*group), *index, nth);
        let mut progress = Progress::new(scenario.horizon(), !args.no_progress);
        let history = study::explain::explain(&scenario, client, |at, _| progress.watch(at));
        progress.finish();
        let history = history?.ok_or_else(|| not_there(args, client, &scenario))?;
        if told == 0 {
            note(&scenario, &history.shortfalls);
        } else {
            out.push('\n');
        }
        out.push_str(&prose::history(&scenario, &history));
    }
    out.push_str(&prose::left_out(&names_of(found.get(TOLD..).unwrap_or_default(), &scenario)));
    print(&out)
}

fn names_of(clients: &[(usize, u32)], scenario: &Scenario) -> Vec<String> {
    clients.iter().map(|(group, index)| scenario.groups[*group].client_name(*index)).collect()
}

/// A client of the scenario that this run has not.
fn not_there(args: &args::Explain, (group, _, nth): (GroupId, u32, u32), scenario: &Scenario) -> Failure {
    if nth > 1 {
        let (name, _) = record_named(&args.client);
        return Failure::usage(format!("no record `{}`: client `{name}` has fewer", args.client));
    }
    let roster = Roster::new(scenario, 0);
    let arrived = numbers::counted(roster.clients_in(group), "client");
    let group = &scenario.groups[group.index()].name;
    let end = end_of(scenario);
    Failure::usage(format!("no client `{}`: by {end} {arrived} of group `{group}` have arrived", args.client))
}

/// `desktops-5~2` is the second record of client `desktops-5` (V10).
fn record_named(name: &str) -> (&str, u32) {
    let further = name.rsplit_once('~').and_then(|(name, nth)| Some((name, nth.parse().ok()?)));
    further.filter(|(_, nth)| *nth > 1).unwrap_or((name, 1))
}

fn no_such_client(name: &str, scenario: &Scenario) -> Failure {
    let mut names: Vec<String> = Vec::new();
    for group in &scenario.groups {
        match &group.clients {
            Clients::Named(own) => names.extend(own.iter().cloned()),
            Clients::Count(0) => {}
            Clients::Count(n) => names.extend([format!("{}-1", group.name), format!("{}-{n}", group.name)]),
            Clients::Unbounded => names.push(format!("{}-1", group.name)),
        }
    }
    // Computers of one name are distinguished by their domain or a number.
    let longer = format!("{}.", name.to_lowercase());
    let alike = names.iter().filter(|known| known.to_lowercase().starts_with(&longer));
    let alike: Vec<&str> = alike.take(5).map(String::as_str).collect();
    let alike = (!alike.is_empty()).then(|| format!("there are: {}", alike.join(", ")));
    let near = nearest(name, names.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
    let hint = match alike.or_else(|| numbers_of(name, &scenario.groups, &Guesses::default())).or(near) {
        Some(hint) => hint,
        None if names.len() > 10 => {
            format!("clients are called: {}, and {} more", names[..10].join(", "), names.len() - 10)
        }
        None => format!("clients are called: {}", names.join(", ")),
    };
    Failure::usage(format!("no client `{name}`\n  help: {hint}"))
}
