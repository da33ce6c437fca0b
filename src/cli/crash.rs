//! A fault of this program itself: what to say, and the seed and scenario to find it again.

use std::panic::{self, PanicHookInfo};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::terminal::tell;
use crate::output::results::identity::Identity;
use crate::scenario::model::Scenario;
use crate::study::parallel;

/// The scenarios that are worked on; of a sweep the last one read.
static SCENARIOS: Mutex<Vec<Identity>> = Mutex::new(Vec::new());

/// Remembers what is worked on, in case that something is wrong with it: two scenarios at most.
pub fn working_on(scenario: &Scenario) {
    if let Ok(mut scenarios) = SCENARIOS.lock() {
        if scenarios.len() == 2 {
            scenarios.remove(0);
        }
        scenarios.push(Identity::of(scenario));
    }
}

/// From now on a panic says what a user can do with it. Where `RUST_BACKTRACE` asks for more, there is more.
pub fn speak_of_panics() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        static REPORTED: AtomicBool = AtomicBool::new(false);
        // Threads that waited for the first one panic after it.
        if REPORTED.swap(true, Ordering::SeqCst) {
            return;
        }
        let scenarios = SCENARIOS.lock().map(|scenarios| scenarios.clone()).unwrap_or_default();
        tell(&fault_message(&what(info), parallel::at_work_on(), &scenarios));
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            usual(info);
        }
    }));
}

fn what(info: &PanicHookInfo) -> String {
    let place =
        info.location().map_or(String::new(), |place| format!(" ({}:{})", place.file(), place.line()));
    let payload = info.payload();
    let reason = payload.downcast_ref::<&str>().copied();
    let reason = reason.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("{}{place}", reason.unwrap_or("no reason given"))
}

fn fault_message(what: &str, replication: Option<u64>, scenarios: &[Identity]) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let replication = replication.map_or(String::new(), |n| format!(", in replication {n}"));
    let of = |of: &Identity| {
        format!("  scenario `{}`, seed {}, digest {}\n", of.scenario, of.seed, of.scenario_digest)
    };
    let scenarios: String = scenarios.iter().map(of).collect();
    format!(
        "error: fleetsim {version} has a fault{replication}: {what}\n{scenarios}  help: nothing was written; please report \
         this, with the scenario and the command\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_reported_with_what_reproduces_it() {
        let scenario = Identity {
            fleetsim: "0.1.0".into(),
            scenario: "Quickstart".into(),
            scenario_digest: "c520".into(),
            seed: 7,
        };
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            fault_message(
                "attempt to subtract with overflow (src/fleet/office.rs:12)",
                Some(17),
                &[scenario]
            ),
            format!(
                "error: fleetsim {version} has a fault, in replication 17: attempt to subtract with overflow \
                 (src/fleet/office.rs:12)\n  scenario `Quickstart`, seed 7, digest c520\n  help: nothing was written; \
                 please report this, with the scenario and the command\n"
            )
        );
    }
}
