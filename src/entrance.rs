//! The entrance for programs: read a scenario, simulate it once or many times.
//!
//! [`Scenario::from_yaml`], [`simulate`] and [`replicate`] do what `fleetsim check`, `run` and `replicate` do, without
//! files, progress and the command line. The layers below have the rest: changes from outside the file, observers of
//! every fact, interruption, shards. This file only makes the common questions short.

use std::ops::ControlFlow;

use crate::fleet::Mode;
use crate::scenario::fault::{Fault, Severity, render};
use crate::scenario::model::Scenario;
use crate::study;
use crate::study::parallel::processors;
use crate::study::replicate::Replicated;
use crate::study::run::Outcome;

/// A text that is no valid scenario. Its message shows every fault with its line, the key and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidScenario {
    faults: Vec<Fault>,
    message: String,
}

impl InvalidScenario {
    /// The faults, in the order of the text; at least one.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl Scenario {
    /// Reads and checks the text of a scenario file (see `scenarios/reference.yaml` for all keys and defaults).
    ///
    /// The result is complete and valid: names refer to something, defaults are filled in, dates are instants.
    /// [`scenario::check`](crate::scenario::check) also returns warnings, and reads scenarios that name CSV files.
    ///
    /// # Errors
    /// All faults of the text.
    ///
    /// ```
    /// use fleetsim::Scenario;
    ///
    /// let scenario = Scenario::from_yaml("
    /// fleetsim: 1
    /// name: Head office
    /// duration: 30d
    /// licenses: {base: {nodes: 100}}
    /// groups: {desktops: {clients: 120}}
    /// ")?;
    /// assert_eq!(scenario.groups[0].name, "desktops");
    ///
    /// let invalid = Scenario::from_yaml("fleetsim: 1\ngroups: {desktops: {client: 120}}").unwrap_err();
    /// assert!(invalid.to_string().contains("did you mean `clients`?"));
    /// # Ok::<(), fleetsim::InvalidScenario>(())
    /// ```
    pub fn from_yaml(text: &str) -> Result<Scenario, InvalidScenario> {
        let no_files = |_: &str| Err("a scenario read from a text has no files beside it".to_string());
        match crate::scenario::check(text, "scenario", &no_files) {
            Ok(checked) => Ok(checked.scenario),
            Err(faults) => {
                let message = render(&faults, Severity::Error, "scenario", text);
                Err(InvalidScenario { faults, message })
            }
        }
    }
}

/// Simulates a scenario from its start to its end: the run that `fleetsim run` shows, replication 0 of its seed.
///
/// The same scenario gives the same outcome on every machine. It holds a row for each sample instant, the totals
/// of the whole run, and why each client without a license has none.
///
/// ```
/// use fleetsim::{Scenario, simulate};
///
/// let scenario = Scenario::from_yaml("
/// fleetsim: 1
/// duration: 30d
/// licenses: {base: {nodes: 100}}
/// groups: {desktops: {clients: 120}}
/// ")?;
/// let outcome = simulate(&scenario);
/// assert_eq!(outcome.holders, 100);
/// let last = outcome.rows.last().expect("a row at the end of the run");
/// assert_eq!(last.now.levels.clients_waiting, 20);
/// # Ok::<(), fleetsim::InvalidScenario>(())
/// ```
pub fn simulate(scenario: &Scenario) -> Outcome {
    let go_on = |_, _| ControlFlow::Continue(());
    let mode = Mode { threads: processors(), ..Mode::default() };
    study::run::run(scenario, 0, mode, (), go_on)
        .unwrap_or_else(|_| unreachable!("nothing breaks the run off"))
}

/// Simulates a scenario so many times, each time with random streams of its own, on all processors.
///
/// The result has the distribution of every measure (the columns of `replications.csv`), the probability of every
/// event with its 95 % interval, and a band for every number of the timeline. It does not depend on the number of
/// processors; replication 0 is what [`simulate`] shows.
///
/// ```
/// use fleetsim::{Scenario, replicate};
///
/// let scenario = Scenario::from_yaml("
/// fleetsim: 1
/// duration: 60d
/// licenses: {base: {nodes: 30}}
/// groups: {pcs: {enrol: {poisson: 1/d}, lifetime: {exponential: 30d}}}
/// ")?;
/// let runs = replicate(&scenario, 20);
/// let peak = runs.measure("peak_in_use").expect("a measure of every run");
/// assert!(peak.max() <= Some(30));
/// let (probability, interval) = runs.probability_of("pool_exhausted").expect("20 runs");
/// assert!(interval.contains(probability));
/// # Ok::<(), fleetsim::InvalidScenario>(())
/// ```
pub fn replicate(scenario: &Scenario, replications: u64) -> Replicated {
    let plan = study::replicate::Plan::of(replications, processors());
    study::replicate::replicate(scenario, &plan, |_| ControlFlow::Continue(()), &|| false)
}
