//! The place of a chart on the page.
//!
//! It stands there three times: as an SVG that needs nothing ([`crate::output::report::svg`]), as numbers for the layer that
//! zooms ([`crate::output::report::live`]), and as a small table for screen readers.

use maud::{Markup, PreEscaped, html};

use crate::output::prose::numbers::number;
use crate::output::report::chart::{Across, Chart, Look, Series};
use crate::output::report::{live, svg, thin};

/// Rows of the table beside a chart.
const TABLE_ROWS: usize = 24;

/// Points of a series in the layer that zooms.
const LIVE_POINTS: usize = 10_000;

/// More marks are listed in a fold.
const MARKS_SHOWN: usize = 12;

impl Chart {
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

    /// How its lines go, as text for screen readers: where they begin, end, and are highest.
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
