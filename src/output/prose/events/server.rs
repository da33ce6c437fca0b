//! Sentences of the server: license files, licensing refreshes, actions, maintenance, package servers.

use crate::observe::events::ServerEvent;
use crate::observe::events::server::FileChange;
use crate::output::prose::events::phrases::{plain, started};
use crate::scenario::model::ServedPackage;
use crate::units::time::Span;

pub(super) fn sentence(event: &ServerEvent) -> String {
    match event {
        ServerEvent::LicenseFile { file, change } => format!("{file}: {}", changed(change)),
        ServerEvent::LicensesRefreshed { by_hand, released } => {
            format!("{}; {} released", started(*by_hand), plain(*released, "license"))
        }
        ServerEvent::Acted { action, clients } => {
            format!("actions[{action}]: {}", plain(*clients, "client"))
        }
        ServerEvent::PoliciesChanged { action, next_update }
        | ServerEvent::MembershipUpdatesChanged { action, next_update } => {
            format!("actions[{action}]: {}", next_membership_update(*next_update))
        }
        ServerEvent::ImportsRescheduled { action, next_import: None } => {
            format!("actions[{action}]: no import runs by itself any more")
        }
        ServerEvent::ImportsRescheduled { action, next_import: Some(after) } => {
            format!("actions[{action}]: the next import runs {after} later")
        }
        ServerEvent::MembershipUpdate { action } => format!("actions[{action}]: by hand"),
        ServerEvent::RequestsChanged { action } | ServerEvent::InventoriesChanged { action } => {
            format!("actions[{action}]: clients learn it at their next configuration request")
        }
        ServerEvent::EventQueueBehind { action, delay } => {
            format!("actions[{action}]: what arrives is processed {delay} later")
        }
        ServerEvent::Upgraded { action, version } => {
            format!("actions[{action}]: {} runs now", version)
        }
        ServerEvent::Coverage { version, covered: true } => {
            format!("maintenance covers {}: scans run", version)
        }
        ServerEvent::Coverage { version, covered: false } => {
            format!("{} was released after the end of maintenance: no scan runs", version)
        }
        ServerEvent::PackageServer { site, package, serves } => {
            format!("{site}: {}", package_server_turn(*package, *serves))
        }
        ServerEvent::PackageServerRestarted { site } => format!("{site}: by hand"),
    }
}

/// What becomes of a package server, or of one package on it, after the name of its site.
fn package_server_turn(package: Option<ServedPackage>, serves: bool) -> String {
    match (package, serves) {
        (None, true) => "it serves again".into(),
        (None, false) => "it does not serve".into(),
        (Some(package), true) => format!("it serves {} again", package.words()),
        (Some(package), false) => format!("it does not serve {}", package.words()),
    }
}

fn changed(change: &FileChange) -> String {
    let owned = |nodes: &Option<u64>| match nodes {
        None => "unlimited nodes".to_string(),
        Some(nodes) => format!("{nodes} nodes"),
    };
    match change {
        FileChange::Starts { nodes, replaces } => {
            let replaces: String = replaces.iter().map(|file| format!("; replaces {file}")).collect();
            format!("{}{replaces}", owned(nodes))
        }
        FileChange::Ends { nodes, holders_keep: true } => format!("{}; holders keep theirs", owned(nodes)),
        FileChange::Ends { nodes, holders_keep: false } => format!("{}; holders lose theirs", owned(nodes)),
        FileChange::EndsReplaced => "had been replaced before".into(),
        FileChange::AupNotice { counts: false } | FileChange::AupEnds { counts: false } => {
            "had been replaced before, or has ended".into()
        }
        FileChange::AupNotice { counts: true } => "maintenance ends in 56 days".into(),
        FileChange::AupEnds { counts: true } => "maintenance has ended".into(),
    }
}

fn next_membership_update(after: Option<Span>) -> String {
    match after {
        None => "no membership update runs any more".to_string(),
        Some(after) => format!("the next membership update runs {after} later"),
    }
}
