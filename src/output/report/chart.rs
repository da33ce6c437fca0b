//! A chart: what is in it. [`crate::output::report::figure`] is its place on the page.

use jiff::civil::DateTime;

use crate::output::prose::dates::short_instant;
use crate::output::prose::numbers::number;

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
}
