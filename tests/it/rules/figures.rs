//! Figures that are known from theory, in the headers of scenarios, and their comparison with
//! replications. One figure a line:
//!
//! ```text
//! #! replications: 40, fast 4                              in all, and in `cargo test`; 0: not there
//! #! warm_up: 20d                                          left out, as with `replicate --warm-up`
//! #! rejected_share = 0.12 ± 0.009                         mean of a measure ± standard deviation of one replication
//! #! mean_in_use = 610 ± sample                            its standard deviation is that of the sample
//! #! mean_waiting = 2.7 ± 0.4, itself known to ± 0.008     the reference has an error, too
//! #! any_rejected = 0.26                                   probability of an event
//! #! licenses_in_use@4d = 160 ± 12                         a column of the timeline at an instant
//! #! variance of licenses_in_use@4d = 160 ± 227            its variance over replications
//! #! average of licenses_in_use = 8.4 ± sample             a column, averaged over the rows after the warm-up
//! #! share of licenses_free=0 = 0.36 ± sample              share of these rows in which it has that value
//! #! with licenses.pool.nodes=290: any_rejected = 0.107    the same with another value in the scenario
//! #! smallest licenses.pool.nodes: P(rejected) <= 5% is 297, 295 to 300     what `size` finds
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;

use fleetsim::observe::columns::{Column, column};
use fleetsim::observe::timeline::TimelineRow;
use fleetsim::scenario::check_with;
use fleetsim::scenario::model::Scenario;
use fleetsim::scenario::overrides::Changes;
use fleetsim::scenario::overrides::Override;
use fleetsim::scenario::values::instant_text;
use fleetsim::study::measures::{EVENTS, MEASURES, find};
use fleetsim::study::replicate::{Plan, Replicated, Replication, replicate};
use fleetsim::study::size::{Search, Vary, smallest};
use fleetsim::study::target::Target;
use fleetsim::units::time::{Span, Time};

use crate::support::cases::ScenarioFile;

/// How much is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    Fast,
    Full,
}

/// What a header knows.
pub struct Known {
    replications: [u64; 2],
    warm_up: Option<String>,
    pub lines: Vec<String>,
}

/// One figure, compared.
pub struct Line {
    figure: String,
    theory: String,
    simulated: String,
    /// Error in standard errors, where there is one.
    errors: Option<f64>,
    replications: u64,
    pub good: bool,
}

impl Line {
    pub fn row(&self) -> String {
        let errors = self.errors.map_or("-".into(), |errors| format!("{errors:+.2}"));
        let Line { figure, theory, simulated, replications, .. } = self;
        format!("| {figure} | {theory} | {simulated} | {errors} | {replications} |")
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.row())
    }
}

/// The figure of one replication, where it is taken from.
enum Figure {
    Measure(usize),
    Event(usize),
    At(Column, Time),
    VarianceAt(Column, Time),
    AverageOf(Column),
    ShareOf(Column, u64),
}

/// Sums of one figure over replications.
#[derive(Default)]
struct Sample {
    n: f64,
    sum: f64,
    squares: f64,
}

impl Sample {
    fn add(&mut self, value: f64) {
        (self.n, self.sum, self.squares) = (self.n + 1.0, self.sum + value, self.squares + value * value);
    }

    fn mean(&self) -> f64 {
        self.sum / self.n
    }

    fn variance(&self) -> f64 {
        (self.squares - self.sum * self.sum / self.n) / (self.n - 1.0)
    }
}

impl Known {
    pub fn of(file: &ScenarioFile) -> Known {
        let mut known = Known { replications: [0, 0], warm_up: None, lines: Vec::new() };
        for line in file.text.lines().filter_map(|line| line.strip_prefix("#! ")) {
            if let Some(numbers) = line.strip_prefix("replications: ") {
                let (full, fast) = numbers.split_once(", fast ").expect("`40, fast 4`");
                known.replications = [fast, full].map(|n| n.parse().expect("a number of replications"));
            } else if let Some(until) = line.strip_prefix("warm_up: ") {
                known.warm_up = Some(until.to_string());
            } else {
                known.lines.push(line.to_string());
            }
        }
        known
    }

    /// Runs the scenario and its variants, and compares every figure.
    pub fn compare(&self, file: &ScenarioFile, extent: Extent) -> Vec<Line> {
        let replications = self.replications[usize::from(extent == Extent::Full)];
        if replications == 0 {
            return Vec::new();
        }
        let mut variants: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
        let mut lines = Vec::new();
        for line in &self.lines {
            if let Some(wanted) = line.strip_prefix("smallest licenses.pool.nodes: ") {
                if extent == Extent::Full {
                    lines.push(self.sized(file, wanted, replications));
                }
                continue;
            }
            let (set, figure) = match line.strip_prefix("with ").and_then(|rest| rest.split_once(": ")) {
                Some((set, figure)) => (Some(set), figure),
                None => (None, line.as_str()),
            };
            variants.entry(set).or_default().push(figure);
        }
        for (set, figures) in variants.into_iter().rev() {
            let scenario = scenario_with(file, set);
            lines.splice(0..0, self.figures(&scenario, set, &figures, replications));
        }
        lines
    }

    fn plan(&self, scenario: &Scenario, replications: u64) -> Plan {
        let instant = |typed: &str| instant_text(typed, scenario.start).expect(typed) - Time::START;
        let warm_up = self.warm_up.as_deref().map_or(Span::ZERO, instant);
        Plan { warm_up, ..Plan::of(replications, 2) }
    }

    fn figures(
        &self,
        scenario: &Scenario,
        set: Option<&str>,
        wanted: &[&str],
        replications: u64,
    ) -> Vec<Line> {
        let plan = self.plan(scenario, replications);
        let parsed: Vec<_> = wanted.iter().map(|line| parse(line, scenario)).collect();
        let mut samples: Vec<Sample> = parsed.iter().map(|_| Sample::default()).collect();
        let each = |replication: &Replication| {
            for ((figure, ..), sample) in parsed.iter().zip(&mut samples) {
                figure.of(replication).into_iter().for_each(|value| sample.add(value));
            }
            ControlFlow::Continue(())
        };
        let all = replicate(scenario, &plan, each, &|| false);
        let lines = parsed.iter().zip(&samples).zip(wanted);
        let mut lines: Vec<Line> = lines
            .map(|(((figure, theory, spread), sample), line)| {
                figure.line(line, *theory, spread, sample, &all)
            })
            .collect();
        if let Some(set) = set {
            lines.iter_mut().for_each(|line| line.figure = format!("{} with {set}", line.figure));
        }
        lines
    }

    /// `P(rejected) <= 5% is 297, 295 to 300`.
    fn sized(&self, file: &ScenarioFile, wanted: &str, replications: u64) -> Line {
        let scenario = scenario_with(file, None);
        let (target, expected) = wanted.split_once(" is ").expect("`TARGET is N, A to B`");
        let (best, range) = expected.split_once(", ").expect("`N, A to B`");
        let (from, to) = range.split_once(" to ").expect("`A to B`");
        let [best, from, to] = [best, from, to].map(|n| n.parse::<u64>().expect("a number of nodes"));
        let Plan { warm_up, threads, .. } = self.plan(&scenario, replications);
        let search = Search {
            target: Target::parse(target, scenario.start, scenario.horizon()).expect("a target"),
            license: 0,
            vary: Vary::Nodes,
            prices: None,
            replications,
            warm_up,
            threads,
        };
        let sized = smallest(&scenario, &search, Vec::new(), (), &|| false).expect("nobody breaks it off");
        let nodes = sized.smallest.expect("a pool meets it");
        let [low, high] = [sized.possible, sized.sure].map(|n| n.map_or("?".into(), |n| n.to_string()));
        Line {
            figure: format!("smallest pool for {target}"),
            theory: best.to_string(),
            simulated: format!("{nodes} (95 %: {low} to {high})"),
            errors: None,
            replications,
            good: (from..=to).contains(&nodes),
        }
    }
}

fn scenario_with(file: &ScenarioFile, set: Option<&str>) -> Scenario {
    let set = set.map(|set| {
        let (path, value) = set.split_once('=').expect("PATH=VALUE");
        Override { path: path.into(), value: value.into() }
    });
    let none = |name: &str| Err(name.to_string());
    check_with(&file.text, &file.stem, &none, &Changes::of_sets(set)).expect("a scenario").scenario
}

/// What is known about how far one replication spreads.
#[derive(Debug, Clone, Copy)]
enum Spread {
    /// Standard deviation of one replication, and the error of the reference.
    Known(f64, f64),
    Sample,
    /// That of an event.
    Event,
}

/// `FIGURE = THEORY ± SPREAD`.
fn parse(line: &str, scenario: &Scenario) -> (Figure, f64, Spread) {
    let (figure, rest) = line.rsplit_once(" = ").unwrap_or_else(|| panic!("{line}"));
    let number = |text: &str| text.trim().parse::<f64>().unwrap_or_else(|_| panic!("{line}"));
    let (theory, spread) = match rest.split_once(" ± ") {
        None => (rest, Spread::Event),
        Some((theory, "sample")) => (theory, Spread::Sample),
        Some((theory, spread)) => match spread.split_once(", itself known to ± ") {
            None => (theory, Spread::Known(number(spread), 0.0)),
            Some((spread, error)) => (theory, Spread::Known(number(spread), number(error))),
        },
    };
    let named = |name: &str| column(name).unwrap_or_else(|| panic!("no column {name}"));
    let at = |text: &str| {
        let (name, at) = text.split_once('@').unwrap_or_else(|| panic!("{line}"));
        (named(name), instant_text(at, scenario.start).unwrap())
    };
    let figure = if let Some(column) = figure.strip_prefix("variance of ") {
        let (column, at) = at(column);
        Figure::VarianceAt(column, at)
    } else if let Some(column) = figure.strip_prefix("average of ") {
        Figure::AverageOf(named(column))
    } else if let Some((column, value)) = figure.strip_prefix("share of ").and_then(|f| f.split_once('=')) {
        Figure::ShareOf(named(column), value.parse().unwrap())
    } else if figure.contains('@') {
        let (column, at) = at(figure);
        Figure::At(column, at)
    } else if let Some(event) = EVENTS.iter().position(|event| event.name == figure) {
        Figure::Event(event)
    } else {
        Figure::Measure(find(figure).unwrap_or_else(|| panic!("no measure {figure}")))
    };
    (figure, number(theory), spread)
}

impl Figure {
    fn of(&self, replication: &Replication) -> Option<f64> {
        let rows = || replication.rows.iter();
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        Some(match self {
            Figure::Measure(index) => {
                replication.measured.0[*index]? as f64 / MEASURES[*index].unit.parts() as f64
            }
            Figure::Event(index) => f64::from(u8::from(replication.measured.is(&EVENTS[*index]))),
            Figure::At(column, at) | Figure::VarianceAt(column, at) => {
                let row: &TimelineRow =
                    rows().find(|row| row.at == *at).unwrap_or_else(|| panic!("no row at {at:?}"));
                column.number(row)? as f64
            }
            Figure::AverageOf(column) => {
                mean(rows().filter_map(|row| column.number(row).map(|n| n as f64)).collect())
            }
            Figure::ShareOf(column, value) => {
                mean(rows().map(|row| f64::from(u8::from(column.number(row) == Some(*value)))).collect())
            }
        })
    }

    fn line(&self, line: &str, theory: f64, spread: &Spread, sample: &Sample, all: &Replicated) -> Line {
        let simulated = match self {
            Figure::VarianceAt(..) => sample.variance(),
            _ => sample.mean(),
        };
        self.agrees_with(simulated, all);
        let (deviation, error) = match *spread {
            Spread::Known(deviation, error) => (deviation, error),
            Spread::Sample => (sample.variance().sqrt(), 0.0),
            Spread::Event => ((theory * (1.0 - theory)).sqrt(), 0.0),
        };
        let standard_error = (deviation * deviation / sample.n + error * error).sqrt();
        let difference = simulated - theory;
        let errors = if difference == 0.0 { 0.0 } else { difference / standard_error };
        let figure = line.rsplit_once(" = ").map_or(line, |(figure, _)| figure).to_string();
        Line {
            figure,
            theory: theory.to_string(),
            simulated: format!("{simulated:.6}"),
            errors: Some(errors),
            replications: sample.n as u64,
            good: errors.abs() <= 4.0,
        }
    }

    /// The program's own statistics say the same as the sums taken here.
    fn agrees_with(&self, simulated: f64, all: &Replicated) {
        let theirs = match self {
            Figure::Measure(index) => {
                all.measures[*index].mean().map(|mean| mean / MEASURES[*index].unit.parts() as f64)
            }
            Figure::Event(index) => all.probability(*index).map(|(share, _)| share),
            _ => None,
        };
        if let Some(theirs) = theirs {
            assert!((theirs - simulated).abs() <= 1e-8 * (1.0 + theirs.abs()), "{theirs} and {simulated}");
        }
    }
}
