//! A grid of variants of one scenario, all with common random numbers.

use std::ops::ControlFlow;

use crate::scenario::model::Scenario;
use crate::scenario::overrides::Override;
use crate::study::replicate::{Plan, Replicated, replicate};

/// Most points of a grid.
pub const MOST_POINTS: usize = 10_000;

/// One key and the values it takes in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// Dotted path of the key in the scenario, as `--set` takes it.
    pub path: String,
    /// In the order given; each one as it would stand in a scenario file.
    pub values: Vec<String>,
}

impl Axis {
    /// Reads `path=4000..6000:250`, `path=[1h, 2h, {exponential: 4h}]` or `path=value`.
    ///
    /// # Errors
    /// What is wrong, and what would be right.
    pub fn parse(typed: &str) -> Result<Axis, String> {
        let shapes = "write `path=from..to:step`, `path=[one, other]` or `path=value`";
        let (path, values) = typed.split_once('=').ok_or_else(|| format!("`=` is missing; {shapes}"))?;
        let (path, values) = (path.trim(), values.trim());
        if path.is_empty() || values.is_empty() {
            return Err(format!("path and values are expected; {shapes}"));
        }
        let values = match values.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(list) => listed(list)?,
            None => match values.split_once("..") {
                Some((from, rest)) => range(from, rest)?,
                None => vec![values.to_string()],
            },
        };
        Ok(Axis { path: path.to_string(), values })
    }
}

/// The items of a list, cut at commas outside of brackets and quotes.
fn listed(list: &str) -> Result<Vec<String>, String> {
    let (mut depth, mut quote, mut items) = (0_i32, None, vec![String::new()]);
    for c in list.chars() {
        match (quote, c) {
            (Some(q), _) if q == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                items.push(String::new());
                continue;
            }
            _ => {}
        }
        items.last_mut().expect("there is one").push(c);
    }
    let items: Vec<String> = items.iter().map(|item| item.trim().to_string()).collect();
    match items.iter().any(String::is_empty) {
        true => Err("a value of the list is empty".into()),
        false => Ok(items),
    }
}

/// `4000..6000:250`, `1h..8h:1h`: numbers with the same unit, in exact decimal steps.
fn range(from: &str, rest: &str) -> Result<Vec<String>, String> {
    let (to, step) = rest.split_once(':').ok_or("a range needs a step: `4000..6000:250`")?;
    let [from, to, step] = [from, to, step].map(number);
    let ((from, unit), (to, unit_of_to), (step, unit_of_step)) = (from?, to?, step?);
    if unit != unit_of_to || unit != unit_of_step {
        return Err("both ends and the step need the same unit: `1h..24h:6h`".into());
    }
    let digits = [from.1, to.1, step.1].into_iter().max().unwrap_or(0);
    let whole = |(value, decimals): (i128, u32)| value.checked_mul(10_i128.checked_pow(digits - decimals)?);
    let too_long = "numbers with fewer digits are expected";
    let [from, to, step] = [from, to, step].map(whole);
    let (from, to, step) = (from.ok_or(too_long)?, to.ok_or(too_long)?, step.ok_or(too_long)?);
    if step <= 0 {
        return Err("a range goes up in steps above zero: `4000..6000:250`".into());
    }
    if to < from {
        return Err("the range begins above its end: exchange the two, it goes up: `4000..6000:250`".into());
    }
    let count = to.checked_sub(from).ok_or(too_long)? / step;
    if count >= MOST_POINTS as i128 {
        return Err(format!("more than {MOST_POINTS} values; take a larger step"));
    }
    Ok((0..=count).map(|i| format!("{}{unit}", decimal(from + i * step, digits))).collect())
}

/// A decimal number as (digits, how many of them after the point), and its unit.
fn number(typed: &str) -> Result<((i128, u32), &str), String> {
    let typed = typed.trim();
    let end = typed.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-').unwrap_or(typed.len());
    let (digits, unit) = typed.split_at(end);
    let decimals = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len() as u32);
    let value = digits.replacen('.', "", 1).parse::<i128>().ok().filter(|_| decimals < 16);
    value.map(|value| ((value, decimals), unit)).ok_or_else(|| format!("`{typed}` is not a number"))
}

fn decimal(value: i128, digits: u32) -> String {
    if digits == 0 {
        return value.to_string();
    }
    let sign = if value < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", value.unsigned_abs(), width = digits as usize + 1);
    let (whole, fraction) = text.split_at(text.len() - digits as usize);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// Every combination of values, the last axis changing fastest.
///
/// # Errors
/// When there are too many.
pub fn grid(axes: &[Axis]) -> Result<Vec<Vec<Override>>, String> {
    let count = axes.iter().try_fold(1_usize, |count, axis| count.checked_mul(axis.values.len()));
    if count.is_none_or(|count| count > MOST_POINTS) {
        return Err(format!("the grid has more than {MOST_POINTS} points; take fewer values"));
    }
    let mut points = vec![Vec::new()];
    for axis in axes {
        let with = |point: &Vec<Override>, value: &String| {
            let set = Override { path: axis.path.clone(), value: value.clone() };
            point.iter().cloned().chain([set]).collect()
        };
        points =
            points.iter().flat_map(|point| axis.values.iter().map(move |value| with(point, value))).collect();
    }
    Ok(points)
}

/// Runs one point. `None`: broken off before it was complete.
pub fn point(
    scenario: &Scenario,
    plan: &Plan,
    mut each: impl FnMut(),
    broken_off: &(impl Fn() -> bool + Sync),
) -> Option<Replicated> {
    let all = replicate(
        scenario,
        plan,
        |_| {
            each();
            ControlFlow::Continue(())
        },
        broken_off,
    );
    all.complete.then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_read() {
        for (typed, values) in [
            ("a.b=4000..5000:250", &["4000", "4250", "4500", "4750", "5000"][..]),
            ("a=1h..8h:3h", &["1h", "4h", "7h"]),
            ("a=0.5..0.6:0.05", &["0.5", "0.55", "0.6"]),
            ("a=-1..1:1", &["-1", "0", "1"]),
            ("a=7..7:1", &["7"]),
            (
                "a=0..170141183460469231731687303715884105727:170141183460469231731687303715884105727",
                &["0", "170141183460469231731687303715884105727"],
            ),
            ("a=[1h, {uniform: [0d, 1d]}, \"8.5 RU2\"]", &["1h", "{uniform: [0d, 1d]}", "\"8.5 RU2\""]),
            ("a=immediate", &["immediate"]),
        ] {
            assert_eq!(Axis::parse(typed).unwrap().values, values, "{typed}");
        }
        for (typed, says) in [
            ("a", "`=` is missing"),
            ("a=1..2", "a range needs a step"),
            ("a=1h..1d:1h", "the same unit"),
            ("a=1..0:1", "begins above its end"),
            ("a=4h..1h:1h", "begins above its end"),
            ("a=2..1:-1", "steps above zero"),
            ("a=1..2:-1", "steps above zero"),
            (
                "a=-160000000000000000000000000000000000000..160000000000000000000000000000000000000:1",
                "fewer digits",
            ),
            ("a=0..170141183460469231731687303715884105727:1", "more than 10000 values"),
            ("a=0..1e9999:1", "the same unit"),
            ("a=0..99999999999999999999999999999999999999.5:1", "is not a number"),
            ("a=1..2:0", "steps above zero"),
            ("a=x..2:1", "`x` is not a number"),
            ("a=1..1000000:1", "more than 10000 values"),
            ("a=[1,,2]", "is empty"),
        ] {
            let problem = Axis::parse(typed).unwrap_err();
            assert!(problem.contains(says), "{typed}: {problem}");
        }
    }

    #[test]
    fn the_last_axis_changes_fastest() {
        let axes = ["a=[1, 2]", "b=[x, y]"].map(|typed| Axis::parse(typed).unwrap());
        let points: Vec<String> = grid(&axes)
            .unwrap()
            .iter()
            .map(|point| point.iter().map(Override::typed).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(points, ["a=1 b=x", "a=1 b=y", "a=2 b=x", "a=2 b=y"]);
        let wide = Axis::parse("a=1..1000:1").unwrap();
        assert!(grid(&[wide.clone(), wide]).is_err());
    }
}
