//! What commands of many runs print.

use super::text::{counted, grouped, minute};
use crate::scenario::model::Scenario;
use crate::study::measures::{EVENTS, MEASURES, Unit, find};
use crate::study::replicate::{Plan, Replicated};
use crate::study::stats::distribution::Distribution;
use crate::study::stats::interval::Interval;
use crate::words::time::Time;

/// A number with as many digits as say something: none after the point from 100 on, else three figures.
pub fn rounded(number: f64) -> String {
    let size = number.abs();
    if size >= 99.95 {
        let whole = grouped(size.round() as u64);
        return if number < 0.0 { format!("-{whole}") } else { whole };
    }
    let digits = match size {
        s if s == 0.0 => 0,
        s if s >= 9.995 => 1,
        s if s >= 0.9995 => 2,
        s if s >= 0.0995 => 3,
        _ => 5,
    };
    format!("{number:.digits$}")
}

/// `12.3 %`.
pub fn percent(share: f64) -> String {
    let hundredths = share * 100.0;
    if hundredths == 0.0 || hundredths == 100.0 {
        return format!("{hundredths:.0} %");
    }
    format!("{} %", rounded(hundredths))
}

/// `12.3 % (95 % interval 10.4 to 14.4 %)`.
pub fn probability(share: f64, interval: Interval) -> String {
    let low = percent(interval.low);
    let (low, high) = (low.trim_end_matches(" %"), percent(interval.high));
    format!("{} (95 % interval {low} to {high})", percent(share))
}

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
            text += &format!("  {label:<20} in {}\n", probability(share, interval));
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
            text += &format!("  {label:<20} {line}\n");
        }
    }
    text + &stopping(plan, all)
}

/// p05, median, p95 and mean with its interval.
fn spread(values: &Distribution, unit: Unit, scenario: &Scenario) -> Option<String> {
    let parts = unit.parts() as f64;
    let [low, middle, high] = [5, 50, 95].map(|percent| values.percentile(percent));
    let shown = |value: Option<i64>| match (unit, value) {
        (Unit::Instant, Some(ms)) => Some(minute(scenario.start, Time(ms))[..10].to_string()),
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
    let reached = interval.map_or("no interval".into(), |i| format!("± {}", rounded(i.half_width() / parts)));
    match all.precise {
        Some(true) => format!("\n  Precise enough: the mean of `{measure}` is known to {reached}\n"),
        _ => format!("\n  Not as precise as wanted: the mean of `{measure}` is known to {reached}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let numbers = [0.0, 0.001234, 0.5, 1.2345, 12.345, 123.45, 1_234_567.8, -1_500.2].map(rounded);
        assert_eq!(numbers, ["0", "0.00123", "0.500", "1.23", "12.3", "123", "1,234,568", "-1,500"]);
        let interval = Interval { low: 0.104, high: 1.0 };
        assert_eq!(probability(0.123, interval), "12.3 % (95 % interval 10.4 to 100 %)");
        assert_eq!(percent(0.0), "0 %");
    }
}
