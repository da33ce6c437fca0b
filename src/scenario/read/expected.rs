//! How many clients a scenario has, and how long they are there, as far as that is known before a run: what every
//! estimate and every limit goes by.

use crate::engine::distribution::{Distribution, exponential_arrivals};
use crate::scenario::model::{Enrol, Group, Scenario};
use crate::units::time::Time;

/// Quantiles of a distribution that stand for it.
const QUANTILES: u64 = 64;

/// The mean number of clients that a run has of a group, however late they join.
///
/// Exact where their number is given. Where Poisson arrivals stop at a given number, the smaller one of that number and
/// of the mean number of arrivals without it: an upper bound, too high by at most half a standard deviation.
pub fn expected_clients(group: &Group, scenario: &Scenario) -> f64 {
    let given = group.clients.count().map(f64::from);
    match (&group.enrol, given) {
        (Enrol::Poisson { mean_gap, .. }, given) => {
            let arrivals = arrivals(*mean_gap, window(group, scenario));
            given.map_or(arrivals, |given| given.min(arrivals))
        }
        (Enrol::Spread(_) | Enrol::Instants(_), given) => given.unwrap_or(0.0),
    }
}

/// The mean of the time for which the clients of a group are there during a run, summed over them, in
/// client-milliseconds: from when they join until the run ends, or for their lifetime if that is shorter on average.
pub fn expected_presence(group: &Group, scenario: &Scenario) -> f64 {
    let clients = expected_clients(group, scenario);
    let horizon = scenario.horizon();
    let left = |join: i64| (horizon.ms() - join).max(0) as f64;
    let each = match &group.enrol {
        Enrol::Spread(distribution) => quantiles(distribution).map(left).sum::<f64>() / QUANTILES as f64,
        Enrol::Instants(joins) => {
            joins.iter().map(|join| left(join.ms())).sum::<f64>() / joins.len().max(1) as f64
        }
        Enrol::Poisson { mean_gap, .. } => {
            let (from, until) = window(group, scenario);
            // Where a given number of clients is reached early, no more come.
            let share = clients / arrivals(*mean_gap, (from, until)).max(f64::MIN_POSITIVE);
            left(from.ms()) - (until.ms() - from.ms()).max(0) as f64 * share / 2.0
        }
    };
    clients * group.lifetime.as_ref().map_or(each, |distribution| each.min(distribution.mean()))
}

/// When the arrivals of a group begin and end.
fn window(group: &Group, scenario: &Scenario) -> (Time, Time) {
    let horizon = scenario.horizon();
    match group.enrol {
        Enrol::Poisson { from, until, .. } => (from, until.map_or(horizon, |until| until.min(horizon))),
        Enrol::Spread(_) | Enrol::Instants(_) => (Time::START, horizon),
    }
}

/// The mean number of Poisson arrivals in a window.
fn arrivals(mean_gap: f64, (from, until): (Time, Time)) -> f64 {
    if from > until { 0.0 } else { exponential_arrivals(mean_gap, (until - from).ms()) }
}

/// Amounts that are equally likely, and together stand for a distribution.
fn quantiles(distribution: &Distribution) -> impl Iterator<Item = i64> + '_ {
    let step = u64::MAX / QUANTILES;
    (0..QUANTILES).map(move |index| distribution.sample(index * step + step / 2))
}
