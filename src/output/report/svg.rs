//! A chart as SVG: prints, needs no script, and reads aloud by its title and description.
//!
//! Coordinates are whole numbers on a fine grid and lines are written as steps from point to point, so a year
//! of hours takes some ten thousand bytes.

use maud::{Markup, html};

use crate::output::prose::numbers::rounded;
use crate::output::report::axis;
use crate::output::report::chart::{Across, Chart, Look, Series};
use crate::output::report::thin::m4;

/// Units across and down, and the margins inside.
const WIDTH: f64 = 1920.0;
const HEIGHT: f64 = 640.0;
const LEFT: f64 = 140.0;
const RIGHT: f64 = 30.0;
const TOP: f64 = 68.0;
const BOTTOM: f64 = 80.0;
/// Columns to which a line is reduced, by M4.
const COLUMNS: usize = 400;
/// Marks closer than this share a label.
const MARK_WIDTH: f64 = 96.0;

/// From numbers to places on the grid.
struct PlotArea {
    x: (f64, f64),
    y: (f64, f64),
}

impl PlotArea {
    fn across(&self, x: f64) -> f64 {
        let (low, high) = self.x;
        LEFT + (x - low) / (high - low) * (WIDTH - LEFT - RIGHT)
    }

    fn down(&self, y: f64) -> f64 {
        let (low, high) = self.y;
        TOP + (high - y) / (high - low) * (HEIGHT - TOP - BOTTOM)
    }
}

/// The SVG element.
pub fn draw(chart: &Chart) -> String {
    let at = chart.x.at();
    let (low, high) = chart.range();
    let ticks = axis::round_numbers(low, high, 5, chart.is_of_whole_numbers());
    let (first, last) = (at.first().copied().unwrap_or(0.0), at.last().copied().unwrap_or(1.0));
    let grid = PlotArea {
        x: (first, if last > first { last } else { first + 1.0 }),
        y: (ticks[0], ticks[ticks.len() - 1]),
    };
    let across = match &chart.x {
        Across::Time { start, .. } => axis::dates(*start, first, last, 9),
        Across::Number { .. } => numbers_across(first, last),
    };
    let label = match &chart.x {
        Across::Time { .. } => None,
        Across::Number { label, .. } => Some(label),
    };
    html! {
        svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-labelledby={ (chart.id) "-t " (chart.id) "-d" } {
            title id={ (chart.id) "-t" } { (chart.title) }
            desc id={ (chart.id) "-d" } { (chart.about) " " (chart.course()) }
            text class="unit" x="10" y="24" { (chart.unit) }
            @for tick in &ticks {
                line class={ "grid" @if *tick == 0.0 { " zero" } } x1=(LEFT) x2=(WIDTH - RIGHT) y1=(grid.down(*tick).round()) y2=(grid.down(*tick).round()) {}
                text class="y" x=(LEFT - 14.0) y=(grid.down(*tick).round() + 9.0) { (tick_label(*tick, chart.unit)) }
            }
            @for (place, text) in &across {
                line class="tick" x1=(grid.across(*place).round()) x2=(grid.across(*place).round()) y1=(HEIGHT - BOTTOM) y2=(HEIGHT - BOTTOM + 10.0) {}
                text class="x" x=(grid.across(*place).round()) y=(HEIGHT - BOTTOM + 38.0) { (text) }
            }
            @if let Some(label) = label { text class="unit" x=(WIDTH - RIGHT) y=(HEIGHT - 6.0) text-anchor="end" { (label) } }
            @for series in &chart.series { (drawn(series, at, &grid)) }
            @if let Some(level) = &chart.level {
                line class="level" x1=(LEFT) x2=(WIDTH - RIGHT) y1=(grid.down(level.at).round()) y2=(grid.down(level.at).round()) {}
            }
            (marks(chart, &grid))
        }
    }
    .into_string()
}

/// Percentages and round numbers.
fn tick_label(tick: f64, unit: &str) -> String {
    match unit {
        "%" => format!("{} %", rounded(tick)),
        _ if tick.fract() == 0.0 && tick.abs() < 100.0 => format!("{tick}"),
        _ => rounded(tick),
    }
}

fn numbers_across(first: f64, last: f64) -> Vec<(f64, String)> {
    let ticks = axis::round_numbers(first, last, 8, false).into_iter();
    ticks.filter(|tick| first <= *tick && *tick <= last).map(|tick| (tick, tick_label(tick, ""))).collect()
}

fn drawn(series: &Series, at: &[f64], grid: &PlotArea) -> Markup {
    let colour = format!("c{}", series.colour);
    let stepped = matches!(series.look, Look::Step | Look::Bars);
    let lines: Vec<Vec<LineRun>> = series.lines().map(|y| runs(at, y, stepped, grid)).collect();
    match &series.look {
        Look::Band { .. } => html! { path class={ "band " (colour) } d=(between(&lines[0], &lines[1])) {} },
        Look::Bars => html! {
            path class={ "area " (colour) } d=(filled(&lines[0], grid.down(0.0))) {}
            path class={ "line " (colour) } d=(path(&lines[0])) {}
        },
        Look::Line | Look::Step => html! { path class={ "line " (colour) } d=(path(&lines[0])) {} },
        Look::Dots => html! {
            path class={ "line " (colour) } d=(path(&lines[0])) {}
            @for (x, y) in lines[0].iter().flatten() { circle class={ "dot " (colour) } cx=(x) cy=(y) r="7" {} }
        },
    }
}

/// Points of a line without a gap, on the grid.
type LineRun = Vec<(i32, i32)>;

fn runs(at: &[f64], y: &[Option<f64>], stepped: bool, grid: &PlotArea) -> Vec<LineRun> {
    let mut runs: Vec<LineRun> = Vec::new();
    let mut open = false;
    for place in m4(at, y, COLUMNS) {
        let Some(value) = y[place] else {
            open = false;
            continue;
        };
        if !open {
            runs.push(Vec::new());
            open = true;
        }
        let point = (grid.across(at[place]).round() as i32, grid.down(value).round() as i32);
        let run = runs.last_mut().expect("one was pushed");
        if let Some((_, before)) = run.last().copied().filter(|(_, before)| stepped && *before != point.1) {
            add(run, (point.0, before));
        }
        add(run, point);
    }
    runs
}

/// Adds a point; one in the middle of a straight level or upright line is not needed.
fn add(run: &mut LineRun, point: (i32, i32)) {
    if let [.., a, b] = run.as_slice() {
        let level = a.1 == b.1 && b.1 == point.1;
        let upright = a.0 == b.0 && b.0 == point.0 && (b.1 - a.1).signum() == (point.1 - b.1).signum();
        if level || upright {
            run.pop();
        }
    }
    if run.last() != Some(&point) {
        run.push(point);
    }
}

fn path(runs: &[LineRun]) -> String {
    runs.iter().map(|run| line(run, true)).collect()
}

/// A line along points; the first of them is moved to, or drawn to.
fn line(run: &[(i32, i32)], moves: bool) -> String {
    let Some(first) = run.first() else { return String::new() };
    let mut out = format!("{}{} {}", if moves { "M" } else { "L" }, first.0, first.1);
    for pair in run.windows(2) {
        let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        out += &match (dx, dy) {
            (dx, 0) => format!("h{dx}"),
            (0, dy) => format!("v{dy}"),
            (dx, dy) if dy < 0 => format!("l{dx}{dy}"),
            (dx, dy) => format!("l{dx} {dy}"),
        };
    }
    out
}

fn filled(runs: &[LineRun], base: f64) -> String {
    let base = base.round() as i32;
    let closed = |run: &LineRun| {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return String::new() };
        format!("{}L{} {base}L{} {base}z", line(run, true), last.0, first.0)
    };
    runs.iter().map(closed).collect()
}

/// There along the lower line, back along the upper one.
fn between(lower: &[LineRun], upper: &[LineRun]) -> String {
    let closed = |(lower, upper): (&LineRun, &LineRun)| {
        let back: LineRun = upper.iter().rev().copied().collect();
        format!("{}{}z", line(lower, true), line(&back, false))
    };
    lower.iter().zip(upper).map(closed).collect()
}

/// A line for each event, and above it its number in the list.
fn marks(chart: &Chart, grid: &PlotArea) -> Markup {
    let places: Vec<f64> = chart.marks.iter().map(|mark| grid.across(mark.at).round()).collect();
    let mut labels: Vec<(f64, usize, usize)> = Vec::new();
    for (index, place) in places.iter().enumerate() {
        match labels.last_mut() {
            Some((first, _, to)) if place - *first < MARK_WIDTH => *to = index + 1,
            _ => labels.push((*place, index + 1, index + 1)),
        }
    }
    html! {
        @for (place, mark) in places.iter().zip(&chart.marks) {
            line class="mark" x1=(place) x2=(place) y1=(TOP) y2=(HEIGHT - BOTTOM) { title { (mark.words) } }
        }
        @for (place, from, to) in labels {
            text class="mark" x=(place) y=(TOP - 10.0) { @if from == to { (from) } @else { (from) "-" (to) } }
        }
    }
}
