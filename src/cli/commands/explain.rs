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
use crate::scenario::read::{find_client, numbers_of};
use crate::study;
use crate::study::resource_estimate::ResourceEstimate;
use crate::units::ids::GroupId;

/// `explain`: one client's story.
pub fn explain(args: &args::Explain) -> Result<(), Failure> {
    let scenario = load_until(&args.scenario, &args.changes.read()?, args.seed.seed, args.at.as_deref())?;
    budget::check(&ResourceEstimate::of_fleet(&scenario, false))?;
    let (name, nth) = record_named(&args.client);
    let (group, index) =
        find_client(name, &scenario.groups).ok_or_else(|| no_such_client(name, &scenario))?;
    let group = GroupId::from_index(group);
    let mut progress = Progress::new(scenario.horizon(), !args.no_progress);
    let history = study::explain::explain(&scenario, (group, index, nth), |at, _| progress.watch(at));
    progress.finish();
    let history = history?.ok_or_else(|| {
        if nth > 1 {
            return Failure::usage(format!("no record `{}`: client `{name}` has fewer", args.client));
        }
        let roster = Roster::new(&scenario, 0);
        let arrived = numbers::counted(roster.clients_in(group), "client");
        let group = &scenario.groups[group.index()].name;
        let end = end_of(&scenario);
        Failure::usage(format!(
            "no client `{}`: by {end} {arrived} of group `{group}` have arrived",
            args.client
        ))
    })?;
    note(&scenario, &history.shortfalls);
    print(&prose::history(&scenario, &history))
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
