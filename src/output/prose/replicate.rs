//! What `replicate` prints.

use crate::output::prose::dates::{date, minute};
use crate::output::prose::numbers::{counted, percent, probability, rounded};
use crate::scenario::model::Scenario;
use crate::study::measures::{EVENTS, MEASURES, Unit, find, instant};
use crate::study::replicate::{Plan, Replicated};
use crate::study::stats::distribution::Distribution;
use crate::study::stats::interval::of_probability;
use crate::units::time::Time;

/// What `replicate` prints: the answers, each with its spread.
pub fn replicated(scenario: &Scenario, plan: &Plan, all: &Replicated) -> String {
    let from = minute(scenario.start, Time::START + plan.warm_up);
    let until = minute(scenario.start, scenario.horizon());
    let runs = counted(all.replications, "replication");
    let mut text = format!("{}: {runs}, {from} to {until}, seed {}\n\n", scenario.name, scenario.seed);
    for (label, event) in [
        ("Ran out", "pool_exhausted"),
        ("Turned away anyone", "any_rejected"),
        ("... for over a day", "any_rejected_lastingly"),
    ] {
        let index = EVENTS.iter().position(|known| known.name == event).expect("it is one of them");
        if let Some((share, interval)) = all.probability(index) {
            text += &format!("  {label:<20} in {}\n", probability(share, interval.low, interval.high));
        }
    }
    text += &format!("\n  {:<20} {:>12} {:>12} {:>12} {:>20}\n", "", "p05", "median", "p95", "mean");
    for (label, measure) in [
        ("First ran out", "first_exhausted"),
        ("Peak in use", "peak_in_use"),
        ("Peak demand", "peak_demand"),
        ("Clients turned away", "clients_rejected"),
        ("... for over a day", "clients_rejected_lastingly"),
        ("Rejected scans", "scans_rejected"),
        ("Client-hours waited", "waiting_client_hours"),
        ("Idle node-days", "idle_node_days"),
    ] {
        let index = find(measure).expect("it is one of them");
        if let Some(line) = spread(&all.measures[index], MEASURES[index].unit, scenario) {
            // What happened in some replications only is not that likely by that date.
            let n = all.measures[index].count();
            let of =
                if n < all.replications { format!("  of the {n} in which it did") } else { String::new() };
            text += &format!("  {label:<20} {line}{of}\n");
        }
    }
    text + &stopping(plan, all)
}

/// p05, median, p95 and mean with its interval.
fn spread(values: &Distribution, unit: Unit, scenario: &Scenario) -> Option<String> {
    let parts = unit.parts() as f64;
    let [low, middle, high] = [5, 50, 95].map(|percent| values.percentile(percent));
    let shown = |value: Option<i128>| match (unit, value) {
        (Unit::Instant, Some(parts)) => Some(date(scenario.start, instant(parts))),
        (_, value) => value.map(|value| rounded(value as f64 / parts)),
    };
    let mean = match (unit, values.mean(), values.mean_interval()) {
        (Unit::Instant, ..) | (_, None, _) => String::new(),
        (_, Some(mean), None) => rounded(mean / parts),
        (_, Some(mean), Some(i)) => {
            format!("{} ± {}", rounded(mean / parts), rounded(i.half_width() / parts))
        }
    };
    let line = format!("{:>12} {:>12} {:>12} {mean:>20}", shown(low)?, shown(middle)?, shown(high)?);
    Some(line.trim_end().to_string())
}

fn stopping(plan: &Plan, all: &Replicated) -> String {
    let Some(rule) = &plan.stopping else { return String::new() };
    let measure = MEASURES[rule.measure()].name;
    let parts = MEASURES[rule.measure()].unit.parts() as f64;
    let interval = all.measures[rule.measure()].mean_interval();
    if all.precise == Some(true) && interval.is_some_and(|i| i.half_width() == 0.0) {
        // No spread is not perfect knowledge: something rare may not have happened yet.
        let other = percent(of_probability(0, all.replications).high);
        return format!(
            "\n  All {} gave the same `{measure}`; another value has a probability of at most {other}\n",
            counted(all.replications, "replication")
        );
    }
    let reached = interval.map_or("no interval".into(), |i| format!("± {}", rounded(i.half_width() / parts)));
    match all.precise {
        Some(true) => format!("\n  Precise enough: the mean of `{measure}` is known to {reached}\n"),
        _ => format!("\n  Not as precise as wanted: the mean of `{measure}` is known to {reached}\n"),
    }
}
