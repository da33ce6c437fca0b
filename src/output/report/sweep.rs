//! The page of a grid of variants: the risk over what was varied, with the target.

use jiff::civil::DateTime;
use maud::html;

use crate::output::prose::dates::minute_of_text;
use crate::output::prose::numbers::{counted, number, verb_ending};
use crate::output::prose::target::{estimate, interval, level, meaning, verdict, with_interval};
use crate::output::report::chart::{Across, Chart, Level, Look, Series};
use crate::output::report::error::ReportError;
use crate::output::report::page::{Page, section, table};
use crate::output::report::run::planned;
use crate::output::report::table::CsvTable;
use crate::output::report::target;
use crate::output::results::origin::ScenarioInfo;
use crate::output::results::sweep::{SWEEP, SweepResult, SweptKey};
use crate::output::store::read::{ReadError, ResultFiles};
use crate::output::tables::sweep::SWEEP_CSV;
use crate::scenario::values::duration_text;
use crate::study::target::Target;
use crate::units::time::Span;

/// The result that is looked at, and the level it shall not exceed.
struct SweepGoal {
    target: Target,
    /// In `sweep.csv`.
    result: String,
}

/// The target if the command names none.
const USUAL: &str = "P(rejected) <= 1%";

impl SweepGoal {
    fn new(typed: Option<&str>, info: &ScenarioInfo, start: DateTime) -> Result<SweepGoal, ReportError> {
        let target = target::read(typed.unwrap_or(USUAL), info, start)?;
        let result = target.result().ok_or_else(|| ReportError::Target {
            typed: target.typed.clone(),
            why: "the variants of a sweep tell no probability before a date".to_string(),
        })?;
        Ok(SweepGoal { target, result })
    }

    fn of_probability(&self) -> bool {
        self.target.is_probability()
    }

    fn at_most(&self) -> f64 {
        self.target.at_most
    }

    fn figure(&self) -> &str {
        self.target.in_words().0
    }

    fn with_interval(&self, figure: &VariantFigure) -> String {
        with_interval(&self.target, figure.mean, figure.interval)
    }

    fn verdict(&self, figure: &VariantFigure) -> &'static str {
        verdict(Some(figure.mean), figure.interval.map(|(_, high)| high), &self.target)
    }
}

/// Lines of a chart; further ones are in the table only.
const LINES: usize = 7;
/// Their colours; that of the target is not among them.
const COLOURS: [usize; LINES] = [1, 4, 3, 5, 6, 7, 0];

/// A result of a point.
#[derive(Debug, Clone, Copy)]
struct VariantFigure {
    mean: f64,
    interval: Option<(f64, f64)>,
}

/// What every point says of one result; `None` where it has no such figure.
type OfPoints = Vec<Option<VariantFigure>>;

/// # Errors
/// When a file is missing, or does not say what it should.
pub fn page(files: &ResultFiles, target: Option<&str>) -> Result<Page, ReportError> {
    let (_, info, start) = files.origin()?;
    let manifest: SweepResult = files.json(SWEEP)?;
    let grid = VariantGrid::new(&manifest, CsvTable::read(files, SWEEP_CSV)?)?;
    let goal = &SweepGoal::new(target, &info, start)?;
    let risk = grid.result(&goal.result)?;
    let idle = grid.result("idle_node_days")?;
    let title = |what: &str| format!("{what} by {}", manifest.set[grid.across].path);
    let charts: Vec<Chart> = [
        grid.chart("risk", title(goal.figure()), &risk, Some(goal)),
        grid.chart("waited", title("Client-hours waited"), &grid.result("waiting_client_hours")?, None),
        grid.chart("idle", title("Idle node-days"), &idle, None),
    ]
    .into_iter()
    .flatten()
    .collect();
    let body = html! {
        (section("What was varied", &html! {
            @for chart in &charts { (chart.markup()) }
            @if charts.is_empty() { p { "There is no curve: only one value was tried, or the values are no numbers." } }
            (grid.table(goal)?)
        }))
        (section("What was planned", &planned(&info)))
    };
    Ok(Page {
        title: info.identity.scenario.clone(),
        about: format!(
            "{}, {} each under the same luck, {} to {}, seed {}",
            counted(manifest.points as u64, "variant"),
            counted(manifest.replications, "run"),
            minute_of_text(&info.start),
            minute_of_text(&info.end),
            info.identity.seed
        ),
        answer: grid.answer(goal, &risk, &idle),
        notes: grid.caution(goal, &risk).into_iter().collect(),
        body,
    })
}

/// The points, by what was set.
struct VariantGrid<'m> {
    set: &'m [SweptKey],
    /// The key that is across in charts.
    across: usize,
    /// Its values as numbers; empty if they are none.
    x: Vec<f64>,
    table: CsvTable,
    /// Of each point, the values of all keys.
    points: Vec<Vec<String>>,
}

impl<'m> VariantGrid<'m> {
    fn new(manifest: &'m SweepResult, table: CsvTable) -> Result<VariantGrid<'m>, ReadError> {
        let set = &manifest.set;
        if set.is_empty() {
            return Err(ReadError::damaged(SWEEP, "nothing was varied"));
        }
        // Nodes are across if they were varied, else the key with most numbers.
        let numbers =
            |set: &SweptKey| set.values.iter().map(|value| number_of(value)).collect::<Option<Vec<f64>>>();
        let along = (0..set.len()).filter_map(|key| Some((key, numbers(&set[key])?)));
        let most =
            along.max_by_key(|(key, x)| (set[*key].path.ends_with(".nodes"), x.len(), usize::MAX - key));
        let (across, x) = most.unwrap_or((0, Vec::new()));
        let rows = table.words("point")?;
        let first_rows =
            (0..manifest.points).map(|point| rows.iter().position(|row| *row == point.to_string()));
        let first_rows: Vec<usize> = first_rows.flatten().collect();
        let columns = set.iter().map(|set| table.words(&set.path)).collect::<Result<Vec<_>, _>>()?;
        let of_point = |row: &usize| columns.iter().map(|column| column[*row].to_string()).collect();
        let points = first_rows.iter().map(of_point).collect();
        Ok(VariantGrid { set, across, x, table, points })
    }

    fn result(&self, name: &str) -> Result<OfPoints, ReadError> {
        let rows = self.table.only_as_many("result", name, self.points.len())?;
        let (mean, low, high) = (rows.numbers("mean")?, rows.numbers("ci_low")?, rows.numbers("ci_high")?);
        let figure = |((mean, low), high): ((Option<f64>, Option<f64>), Option<f64>)| {
            mean.map(|mean| VariantFigure { mean, interval: low.zip(high) })
        };
        Ok(mean.into_iter().zip(low).zip(high).map(figure).collect())
    }

    /// The points along each line: those that differ in the key that is across, and in nothing else.
    fn lines(&self) -> Vec<(String, Vec<usize>)> {
        let mut lines: Vec<(String, Vec<usize>)> = Vec::new();
        for (point, values) in self.points.iter().enumerate() {
            let others = (0..self.set.len()).filter(|key| *key != self.across);
            let name = others.map(|key| format!("{}={}", self.set[key].path, values[key]));
            let name = name.collect::<Vec<_>>().join(", ");
            match lines.iter_mut().find(|(known, _)| *known == name) {
                Some((_, line)) => line.push(point),
                None => lines.push((name, vec![point])),
            }
        }
        lines
    }

    /// A chart of a result; nothing where what was varied is no number, or has one value.
    fn chart(
        &self,
        id: &'static str,
        title: String,
        of: &OfPoints,
        goal: Option<&SweepGoal>,
    ) -> Option<Chart> {
        if self.x.len() < 2 {
            return None;
        }
        let scale = if goal.is_some_and(SweepGoal::of_probability) { 100.0 } else { 1.0 };
        let mut order: Vec<usize> = (0..self.x.len()).collect();
        order.sort_by(|a, b| self.x[*a].total_cmp(&self.x[*b]));
        let lines = self.lines();
        let mut series = Vec::new();
        for (index, (name, points)) in lines.iter().take(LINES).enumerate() {
            let figure = |at: &usize| points.get(*at).and_then(|point| of[*point]);
            let means = order.iter().map(|at| figure(at).map(|f| f.mean * scale)).collect();
            let ends = |end: fn((f64, f64)) -> f64| -> Vec<Option<f64>> {
                order.iter().map(|at| figure(at)?.interval.map(|i| end(i).max(0.0) * scale)).collect()
            };
            let label = if name.is_empty() { "mean".to_string() } else { name.clone() };
            if lines.len() == 1 {
                let band = Look::Band { upper: ends(|(_, high)| high) };
                series.push(Series::new("95 % interval", band, COLOURS[index], ends(|(low, _)| low)));
            }
            series.push(Series::new(label, Look::Dots, COLOURS[index], means));
        }
        let level = |goal: &SweepGoal| Level {
            at: goal.at_most() * scale,
            label: format!("target: {}", level(&goal.target)),
        };
        let left_out = lines.len().saturating_sub(LINES);
        let more =
            if left_out > 0 { format!(" {left_out} more lines are in the table.") } else { String::new() };
        Some(Chart {
            id,
            title,
            about: format!("Mean over the runs of each variant, under the same luck for all.{more}"),
            x: Across::Number {
                label: self.label_across(),
                at: order.iter().map(|at| self.x[*at]).collect(),
            },
            unit: if goal.is_some_and(SweepGoal::of_probability) { "%" } else { "" },
            series,
            marks: Vec::new(),
            lists_marks: false,
            level: goal.map(level),
        })
    }

    fn label_across(&self) -> String {
        let SweptKey { path, values } = &self.set[self.across];
        let plain = values.iter().all(|value| value.parse::<f64>().is_ok());
        if plain { path.clone() } else { format!("{path}, in days") }
    }

    fn named(&self, point: usize) -> String {
        let sets = self.set.iter().zip(&self.points[point]);
        sets.map(|(set, value)| format!("{}={value}", set.path)).collect::<Vec<_>>().join(", ")
    }

    fn answer(&self, goal: &SweepGoal, risk: &OfPoints, idle: &OfPoints) -> String {
        let (risk_in_words, level) = (meaning(&goal.target), level(&goal.target));
        let known = || risk.iter().enumerate().filter_map(|(point, figure)| Some((point, figure.as_ref()?)));
        let mut meet: Vec<_> = known().filter(|(_, figure)| figure.mean <= goal.at_most()).collect();
        let all = counted(self.points.len() as u64, "variant");
        let least = known().min_by(|a, b| a.1.mean.total_cmp(&b.1.mean));
        // The cheapest comes first: by the key that is across if there is one, else by what lies idle.
        let idle = |point: usize| idle[point].map_or(f64::INFINITY, |figure| figure.mean);
        let along = |point: usize| number_of(&self.points[point][self.across]).unwrap_or(0.0);
        match self.set.len() {
            1 => meet.sort_by(|a, b| along(a.0).total_cmp(&along(b.0))),
            _ => meet.sort_by(|a, b| idle(a.0).total_cmp(&idle(b.0))),
        }
        match (meet.first(), least) {
            (None, None) => format!("No variant tells {risk_in_words}."),
            (None, Some((point, least))) => format!(
                "None of {all} keeps {risk_in_words} at or below {level}; the lowest is {}, with {}.",
                goal.with_interval(least),
                self.named(point)
            ),
            (Some((point, found)), _) if self.set.len() == 1 => format!(
                "{} is the first of {all} that keeps {risk_in_words} at or below {level}: it is {}.",
                self.named(*point),
                goal.with_interval(found)
            ),
            (Some((point, found)), _) => format!(
                "{} of {all} keep{} {risk_in_words} at or below {level}; the one with least idle is {}: it is {}.",
                meet.len(),
                verb_ending(meet.len() as u64),
                self.named(*point),
                goal.with_interval(found)
            ),
        }
    }

    /// Is the answer less sure than it sounds?
    fn caution(&self, goal: &SweepGoal, risk: &OfPoints) -> Option<String> {
        let meet = || risk.iter().flatten().filter(|figure| figure.mean <= goal.at_most());
        let unsure = meet().filter(|figure| goal.verdict(figure) != "surely").count();
        (unsure > 0).then(|| {
            let (unsure, seem) = (counted(unsure as u64, "variant"), verb_ending(unsure as u64));
            format!("{unsure} that seem{seem} to meet the target may not: the interval reaches above it. More runs tell (-n).")
        })
    }

    /// A row a point.
    fn table(&self, goal: &SweepGoal) -> Result<maud::Markup, ReadError> {
        let shown = ["clients_rejected", "peak_demand", "waiting_client_hours", "idle_node_days"];
        let risk = self.result(&goal.result)?;
        let others = shown.iter().map(|name| self.result(name)).collect::<Result<Vec<_>, _>>()?;
        let keys = self.set.iter().map(|set| set.path.as_str());
        let header: Vec<&str> = keys
            .chain([goal.figure(), "95 % interval", "meets the target"])
            .chain(["clients turned away", "peak demand", "client-hours waited", "idle node-days"])
            .collect();
        let row = |point: usize| -> Vec<String> {
            let mut row = self.points[point].clone();
            match risk[point] {
                None => row.extend(["-", "-", "-"].map(str::to_string)),
                Some(figure) => {
                    let within = figure.interval.map_or("-".into(), |known| interval(&goal.target, known));
                    row.extend([
                        estimate(&goal.target, figure.mean),
                        within,
                        goal.verdict(&figure).to_string(),
                    ]);
                }
            }
            row.extend(others.iter().map(|of| of[point].map_or("-".into(), |figure| number(figure.mean))));
            row
        };
        let rows: Vec<Vec<String>> = (0..self.points.len()).map(row).collect();
        Ok(table("Every variant", &header, &vec![true; header.len()], &rows))
    }
}

/// A value that was set, as a number: durations in days.
fn number_of(value: &str) -> Option<f64> {
    let duration = || duration_text(value).ok().map(|span| span.ms() as f64 / Span::DAY.ms() as f64);
    value.parse::<f64>().ok().filter(|number| number.is_finite()).or_else(duration)
}
