//! A chart: what is in it, and its place on the page.
//!
//! It stands there three times: as an SVG that needs nothing ([`crate::output::report::svg`]), as numbers for the layer that
//! zooms ([`crate::output::report::live`]), and as a small table for those who cannot see it.

use jiff::civil::DateTime;
use maud::{Markup, PreEscaped, html};

use crate::output::prose::dates::short_instant;
use crate::output::prose::numbers::number;
use crate::output::report::{live, svg, thin};

/// A picture of numbers over time, or over another number; usually without marks and level.
#[derive(Debug, Default)]
pub struct Chart {
    /// Its name in the page.
    pub id: &'static str,
    pub title: String,
    /// One or two sentences: what is to be seen in it.
    pub about: String,
    pub x: Across,
    /// What the numbers are: `licenses`, `Mbit/s`.
    pub unit: &'static str,
    pub series: Vec<Series>,
    /// What happened when; in order.
    pub marks: Vec<ChartMark>,
    /// Are the marks also listed in words below it?
    pub lists_marks: bool,
    /// A level to be held.
    pub level: Option<Level>,
}

/// What is across.
#[derive(Debug)]
pub enum Across {
    /// Seconds after the start.
    Time {
        start: DateTime,
        at: Vec<f64>,
    },
    Number {
        label: String,
        at: Vec<f64>,
    },
}

impl Default for Across {
    fn default() -> Across {
        Across::Number { label: String::new(), at: Vec::new() }
    }
}

impl Across {
    pub fn at(&self) -> &[f64] {
        match self {
            Across::Time { at, .. } | Across::Number { at, .. } => at,
        }
    }

    /// A place as people write it.
    pub fn shown(&self, at: f64) -> String {
        match self {
            Across::Time { start, .. } => short_instant(*start, at),
            Across::Number { .. } => number(at),
        }
    }
}

/// One line, or the space between two.
#[derive(Debug)]
pub struct Series {
    pub label: String,
    pub look: Look,
    /// A number of the palette.
    pub colour: usize,
    pub y: Vec<Option<f64>>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Look {
    Line,
    /// Keeps its value until the next point.
    Step,
    /// The same with the space below it filled.
    Bars,
    /// The space from the values up to these.
    Band {
        upper: Vec<Option<f64>>,
    },
    /// A line with a dot at each point.
    Dots,
}

#[derive(Debug, Clone)]
pub struct ChartMark {
    pub at: f64,
    pub words: String,
}

#[derive(Debug)]
pub struct Level {
    pub at: f64,
    pub label: String,
}

/// Rows of the table beside a chart.
const TABLE_ROWS: usize = 24;
/// Points of a series in the layer that zooms.
const LIVE_POINTS: usize = 10_000;
/// More marks are listed in a fold.
const MARKS_SHOWN: usize = 12;

impl Series {
    pub fn new(label: impl Into<String>, look: Look, colour: usize, y: Vec<Option<f64>>) -> Series {
        Series { label: label.into(), look, colour, y }
    }

    /// Has it anything to show?
    pub fn is_flat_zero(&self) -> bool {
        self.y.iter().all(|y| y.is_none_or(|y| y == 0.0))
    }

    /// All lines of it: the lower and the upper one of a band.
    pub fn lines(&self) -> impl Iterator<Item = &[Option<f64>]> {
        let upper = match &self.look {
            Look::Band { upper } => Some(upper.as_slice()),
            _ => None,
        };
        [Some(self.y.as_slice()), upper].into_iter().flatten()
    }
}

impl Chart {
    /// The lowest and the highest number to be shown; zero is always among them.
    pub fn range(&self) -> (f64, f64) {
        let all = self.series.iter().flat_map(Series::lines).flatten().flatten().copied();
        let all = all.chain(self.level.as_ref().map(|level| level.at));
        all.fold((0.0, 0.0), |(low, high), y| (f64::min(low, y), f64::max(high, y)))
    }

    /// Has it anything to show?
    pub fn is_flat_zero(&self) -> bool {
        self.series.iter().all(Series::is_flat_zero)
    }

    /// Are all its numbers whole?
    pub fn is_of_whole_numbers(&self) -> bool {
        let all = self.series.iter().flat_map(Series::lines).flatten().flatten();
        self.unit != "%" && all.into_iter().all(|y| y.fract() == 0.0)
    }

    /// The chart as a part of a page.
    pub fn markup(&self) -> Markup {
        html! {
            figure class="chart" id=(self.id) aria-labelledby={ (self.id) "-title" } {
                figcaption {
                    h3 id={ (self.id) "-title" } { (self.title) }
                    p id={ (self.id) "-about" } { (self.about) }
                    p id={ (self.id) "-course" } class="unseen" { (self.course()) }
                }
                div class="plot" { (PreEscaped(svg::draw(self))) }
                ul class="legend" {
                    @for (index, series) in self.series.iter().enumerate() {
                        li data-series=(index) {
                            span class={ "swatch " (swatch(series)) " c" (series.colour) } {}
                            (series.label)
                        }
                    }
                    @if let Some(level) = &self.level {
                        li { span class="swatch level" {} (level.label) }
                    }
                }
                (self.list_of_marks())
                details class="numbers" {
                    summary { "Numbers of this chart" }
                    (self.table())
                }
                script type="application/json" { (PreEscaped(live::data(self, LIVE_POINTS))) }
            }
        }
    }

    fn list_of_marks(&self) -> Markup {
        let list = html! {
            ol class="marks" {
                @for mark in &self.marks {
                    li { b { (self.x.shown(mark.at)) } " " (mark.words) }
                }
            }
        };
        match self.marks.len() {
            _ if !self.lists_marks => html! {},
            0 => html! {},
            few if few <= MARKS_SHOWN => list,
            many => html! {
                details { summary { (many) " events are marked" } (list) }
            },
        }
    }

    /// How its lines go, for those who are read the page: where they begin, end, and are highest.
    pub fn course(&self) -> String {
        let at = self.x.at();
        let of = |series: &Series| {
            let known = || series.y.iter().enumerate().filter_map(|(row, y)| Some((row, (*y)?)));
            let (first, last) = (known().next()?, known().next_back()?);
            let highest = known().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
            Some(format!(
                "{}: {} at first, {} at the end, at most {} ({}).",
                series.label,
                number(first.1),
                number(last.1),
                number(highest.1),
                self.x.shown(*at.get(highest.0)?)
            ))
        };
        self.series.iter().filter_map(of).collect::<Vec<_>>().join(" ")
    }

    /// Rows of its table: some evenly spaced, the highest and lowest points, and those around what happened.
    fn rows_to_show(&self) -> Vec<usize> {
        let at = self.x.at();
        let mut rows = thin::evenly(at.len(), TABLE_ROWS);
        for line in self.series.iter().flat_map(Series::lines) {
            rows.extend(thin::m4(at, line, 1));
        }
        rows.extend(self.marks.iter().take(MARKS_SHOWN).map(|mark| at.partition_point(|x| *x < mark.at)));
        rows.retain(|row| *row < at.len());
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Numbers of some of the points.
    fn table(&self) -> Markup {
        let at = self.x.at();
        let rows = self.rows_to_show();
        let across = match &self.x {
            Across::Time { .. } => "time",
            Across::Number { label, .. } => label,
        };
        html! {
            @if rows.len() < at.len() {
                p { (rows.len()) " of " (at.len()) " points, among them the highest, the lowest and those at the events; the CSV files of the results have all." }
            }
            div class="scroll" { table aria-label={ (self.title) ": numbers" } {
                thead { tr {
                    th scope="col" { (across) }
                    @for series in &self.series { @for name in names(series) { th scope="col" { (name) } } }
                } }
                tbody { @for row in rows { tr {
                    th scope="row" { (self.x.shown(at[row])) }
                    @for series in &self.series { @for line in series.lines() {
                        td { (line[row].map_or_else(String::new, number)) }
                    } }
                } } }
            } }
        }
    }
}

/// Of each line of a series.
fn names(series: &Series) -> Vec<String> {
    match series.look {
        Look::Band { .. } => vec![format!("{}: low", series.label), format!("{}: high", series.label)],
        _ => vec![series.label.clone()],
    }
}

fn swatch(series: &Series) -> &'static str {
    match series.look {
        Look::Line | Look::Step | Look::Dots => "line",
        Look::Bars => "fill",
        Look::Band { .. } => "fill faint",
    }
}
