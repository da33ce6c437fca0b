//! What `compare` prints.

use crate::output::prose::dates::{minute, timestamp_ms};
use crate::output::prose::events::line;
use crate::output::prose::numbers::{counted, rounded};
use crate::output::tables::differences;
use crate::scenario::model::Scenario;
use crate::study::compare::Compared;
use crate::study::divergence::{Divergence, Happening};

/// What `compare` prints: the clear differences, and where the runs part.
pub fn compared(
    scenarios: [&Scenario; 2],
    titles: &[String; 2],
    compared: &Compared,
    divergence: Option<&Divergence>,
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
    text + &of_unequal_length(scenarios) + &parted(scenarios, divergence)
}

/// What adds up over time cannot be compared then, but rows of the same instant can.
fn of_unequal_length([first, second]: [&Scenario; 2]) -> String {
    if first.duration == second.duration {
        return String::new();
    }
    let [one, other] = [first, second].map(|scenario| minute(scenario.start, scenario.horizon()));
    format!("\n  Beware: A ends {one}, B ends {other}; {ADDS_UP}\n")
}

const ADDS_UP: &str = "what adds up over time differs for that alone";

/// The same in a report, which has the ends elsewhere.
pub fn of_unequal_length_in_report() -> String {
    format!("Beware: they end at different times; {ADDS_UP}.")
}

/// Only so many of the runs are finished.
pub fn broken_off(runs: &str) -> String {
    format!("The work was broken off: this is of the first {runs} only.")
}

fn parted(scenarios: [&Scenario; 2], divergence: Option<&Divergence>) -> String {
    let Some(divergence) = divergence else {
        return "\n  Replication 0 takes the same path in both\n".into();
    };
    let start = scenarios[0].start;
    let both = |sides: [Option<&Happening>; 2]| {
        let [first, second] = sides.map(|side| line(start, side));
        format!("    A  {first}\n    B  {second}\n")
    };
    let at = timestamp_ms(start, divergence.at());
    let sides = [&divergence.first, &divergence.second].map(Option::as_ref);
    let mut text = format!("\n  The runs part at {at}\n{}", both(sides));
    if let Some(before) = &divergence.before {
        text += &format!("  Before that, at the server\n{}", both(before.each_ref().map(Option::as_ref)));
    }
    text
}
