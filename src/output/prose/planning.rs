//! What commands of many runs print.

use crate::output::prose::numbers::{counted, grouped, happening, minute, timestamp_ms};
use crate::output::results::size;
use crate::output::results::sweep::SweepResult;
use crate::output::tables::differences;
use crate::output::tables::sweep::PointRows;
use crate::scenario::model::Scenario;
use crate::study::compare::Compared;
use crate::study::divergence::{Divergence, Happening};
use crate::study::measures::{EVENTS, MEASURES, Unit, find, instant};
use crate::study::replicate::{Plan, Replicated};
use crate::study::size::{Search, Sized, Vary};
use crate::study::stats::distribution::Distribution;
use crate::study::stats::interval::{Interval, of_probability};
use crate::units::time::{Span, Time};

/// A number with as many digits as say something: none after the point from 100 on, else three figures.
pub fn rounded(number: f64) -> String {
    let size = number.abs();
    if size >= 99.95 {
        let whole = grouped(size.round() as u64);
        return if number < 0.0 { format!("-{whole}") } else { whole };
    }
    let digits = match size {
        0.0 => 0,
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
        (Unit::Instant, Some(parts)) => Some(minute(scenario.start, instant(parts))[..10].to_string()),
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

/// What `size` prints: the answer, its confidence, and what it costs.
pub fn sized(scenario: &Scenario, search: &Search, sized: &Sized, lead_time: Option<Span>) -> String {
    let runs = counted(search.replications, "run");
    let mut text =
        format!("{}: {}, {runs} each, seed {}\n\n", scenario.name, search.target.typed, scenario.seed);
    let varied = if search.vary == Vary::Nodes { "nodes" } else { "from" };
    text += &format!("  {varied:>10} {:>12} {:>26} {:>16}", "estimate", "95 % interval", "idle node-days");
    text += if search.prices.is_some() { "        price\n" } else { "\n" };
    for (variant, tried) in &sized.tried {
        let shown = shown_variant(scenario, search, *variant);
        let value = tried.figure.map_or("-".into(), rounded);
        let interval =
            tried.interval.map_or("-".into(), |i| format!("{} to {}", rounded(i.low), rounded(i.high)));
        let idle = tried.idle_node_days.map_or("-".into(), rounded);
        let price = search.prices.map(|prices| format!(" {:>12}", rounded(tried.price(*variant, prices))));
        let mark = if sized.smallest == Some(*variant) { "  <" } else { "" };
        let price = price.unwrap_or_default();
        text += &format!("  {shown:>10} {value:>12} {interval:>26} {idle:>16}{price}{mark}\n");
    }
    text + &size_answer(scenario, search, sized, lead_time)
}

/// Nodes, or the date.
fn shown_variant(scenario: &Scenario, search: &Search, variant: u64) -> String {
    match search.vary {
        Vary::Nodes => grouped(variant),
        Vary::From => date(scenario, search.variant(scenario, Some(variant)).from),
    }
}

fn date(scenario: &Scenario, at: Time) -> String {
    minute(scenario.start, at)[..10].to_string()
}

fn size_answer(scenario: &Scenario, search: &Search, sized: &Sized, lead_time: Option<Span>) -> String {
    let license = &scenario.licenses[search.license].name;
    let shown = |variant: u64| shown_variant(scenario, search, variant);
    let (variant, tried) = size::answer(sized);
    let confidence = confidence(search, sized, &shown);
    let mut text = match (sized.smallest, search.vary) {
        (Some(_), Vary::Nodes) => {
            format!("\n  Smallest pool: {} nodes of `{license}`, {confidence}\n", shown(variant))
        }
        (Some(_), Vary::From) => {
            format!("\n  Latest date: `{license}` in force from {}, {confidence}\n", shown(variant))
        }
        (None, _) => {
            let value = tried.figure.map_or("no figure".into(), rounded);
            let nodes = if search.vary == Vary::Nodes { " nodes" } else { "" };
            let with = format!("{}{nodes} of `{license}`", shown(variant));
            format!("\n  Nothing reaches the target; the best attainable is {value}, with {with}\n")
        }
    };
    if let Some(lead) = lead_time.filter(|_| sized.smallest.is_some() || sized.cheapest.is_some()) {
        text += &order_date(scenario, search, sized, lead);
    }
    text += &cheapest(search, sized);
    let told = [Some(variant), sized.cheapest].into_iter().flatten();
    if let Some(grows) = told.into_iter().find(|variant| sized.tried[variant].waiting_grows()) {
        text += &format!(
            "  Beware: with {}{} more clients wait at the end than half-way; what suffices for this duration does not for a longer one\n",
            shown(grows),
            if search.vary == Vary::Nodes { " nodes" } else { "" }
        );
    }
    text
}

fn confidence(search: &Search, sized: &Sized, shown: &dyn Fn(u64) -> String) -> String {
    let Some(possible) = sized.possible.map(shown) else {
        return "but nobody knows how surely: too few runs (more with -n)".into();
    };
    let Some(sure) = sized.sure else {
        let bound = if search.vary == Vary::Nodes { "at least" } else { "at the latest" };
        let fewest = search.target.fewest_replications().filter(|fewest| *fewest > search.replications);
        let more = fewest.map_or("more with -n".into(), |fewest| format!("-n {fewest} or more"));
        return format!("with 95 % confidence {bound} {possible}; too few runs to be sure of any ({more})");
    };
    let range = if search.vary == Vary::Nodes { [possible, shown(sure)] } else { [shown(sure), possible] };
    format!("with 95 % confidence between {}", range.join(" and "))
}

/// When to order what is the answer, and what is sure. All pools come into force at the same instant.
fn order_date(scenario: &Scenario, search: &Search, sized: &Sized, lead: Span) -> String {
    let order = |variant: Option<u64>| search.variant(scenario, variant.or(Some(0))).from - lead;
    let (answer, sure) = (order(sized.smallest), sized.sure.map(|sure| order(Some(sure))));
    let late = |at: Time| if at < Time::START { ", which is before the start: too late" } else { "" };
    let text = format!("  To be ordered by {}{}", date(scenario, answer), late(answer));
    match sure.filter(|sure| *sure != answer) {
        Some(sure) => format!("{text}; to be on the safe side by {}{}\n", date(scenario, sure), late(sure)),
        None => text + "\n",
    }
}

fn cheapest(search: &Search, sized: &Sized) -> String {
    let (Some(cheapest), Some(prices)) = (sized.cheapest, search.prices) else { return String::new() };
    let plan = |variant: u64| {
        let tried = &sized.tried[&variant];
        let (price, hours) = (tried.price(variant, prices), tried.waiting_hours.unwrap_or(0.0));
        let nodes = format!("{} nodes for {}", grouped(variant), rounded(price));
        if prices.waiting_hour == 0.0 {
            return nodes;
        }
        let waiting = rounded(prices.waiting_hour * hours);
        format!("{nodes}, of which {waiting} for {} client-hours of waiting", rounded(hours))
    };
    let meets = sized.cheapest_that_meets == Some(cheapest);
    let misses = if meets { "" } else { "; it misses the target" };
    let text = format!("  Cheapest: {}{misses}\n", plan(cheapest));
    match sized.cheapest_that_meets.filter(|_| !meets) {
        Some(other) => format!("{text}  Cheapest that meets the target: {}\n", plan(other)),
        None => text,
    }
}

/// What `compare` prints: the clear differences, and where the runs part.
pub fn compared(
    scenarios: [&Scenario; 2],
    titles: &[String; 2],
    compared: &Compared,
    parting: Option<&Divergence>,
) -> String {
    let [first, second] = titles;
    let runs = counted(compared.replications, "paired run");
    let mut text = format!("A: {first}\nB: {second}\n{runs}, seed {}\n\n", scenarios[0].seed);
    text += &format!("  {:<28} {:>12} {:>12} {:>24}\n", "", "A", "B", "B - A (95 % interval)");
    let shown = |number: Option<f64>| number.map_or("-".into(), rounded);
    let rows = differences::rows(compared);
    for row in rows.iter().filter(|row| row.difference.is_some_and(|difference| difference != 0.0)) {
        let reach = row.high.zip(row.low).map(|(high, low)| format!(" ± {}", rounded(0.5 * (high - low))));
        let difference = format!("{}{}", shown(row.difference), reach.unwrap_or_default());
        let mark = if row.clear() { "" } else { "  (may be chance)" };
        let (a, b) = (shown(row.first), shown(row.second));
        text += &format!("  {:<28} {a:>12} {b:>12} {difference:>24}{mark}\n", row.figure);
    }
    text + &of_unequal_length(scenarios) + &parted(scenarios, parting)
}

/// What adds up over time cannot be compared then, but rows of the same instant can.
fn of_unequal_length([first, second]: [&Scenario; 2]) -> String {
    if first.duration == second.duration {
        return String::new();
    }
    let [one, other] = [first, second].map(|scenario| minute(scenario.start, scenario.horizon()));
    format!("\n  Beware: A ends {one}, B ends {other}; what adds up over time differs for that alone\n")
}

fn parted(scenarios: [&Scenario; 2], parting: Option<&Divergence>) -> String {
    let Some(parting) = parting else {
        return "\n  Replication 0 takes the same path in both\n".into();
    };
    let start = scenarios[0].start;
    let both = |sides: [Option<&Happening>; 2]| {
        let [first, second] = sides.map(|side| happening(start, side));
        format!("    A  {first}\n    B  {second}\n")
    };
    let at = timestamp_ms(start, parting.at());
    let sides = [&parting.first, &parting.second].map(Option::as_ref);
    let mut text = format!("\n  The runs part at {at}\n{}", both(sides));
    if let Some(before) = &parting.before {
        text += &format!("  Before that, at the server\n{}", both(before.each_ref().map(Option::as_ref)));
    }
    text
}

/// What `sweep` prints: a line a point.
pub fn swept(manifest: &SweepResult, values: &[Vec<String>], points: &[PointRows]) -> String {
    const SHOWN: [&str; 5] =
        ["P(any_rejected)", "clients_rejected", "peak_demand", "waiting_client_hours", "idle_node_days"];
    let runs = counted(manifest.replications, "run");
    let points_in_words = counted(points.len() as u64, "point");
    let mut text =
        format!("{}: {points_in_words}, {runs} each, seed {}\n\n", manifest.scenario, manifest.seed);
    let mut table: Vec<Vec<String>> = vec![manifest.set.iter().map(|set| set.path.clone()).collect()];
    table[0].extend(SHOWN.map(str::to_string));
    for (values, rows) in values.iter().zip(points) {
        let mean = |name: &str| {
            let row = rows.iter().find(|row| row[0] == name)?;
            row[2].parse::<f64>().ok().map(rounded)
        };
        let means = SHOWN.map(|name| mean(name).unwrap_or_else(|| "-".into()));
        table.push(values.iter().cloned().chain(means).collect());
    }
    for line in &table {
        let cells = line.iter().enumerate().map(|(column, cell)| {
            let width = table.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
            format!("{cell:>width$}")
        });
        text += &format!("  {}\n", cells.collect::<Vec<_>>().join("  "));
    }
    text + "\n  Means over replications; the rest is in the files\n"
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
