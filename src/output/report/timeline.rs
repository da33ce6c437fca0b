//! Charts of a timeline: columns over time, and what happened in stretches of it.

use jiff::civil::DateTime;

use crate::observe::columns::{COLUMNS, TIME_S, unit_of};
use crate::output::prose::calendar::Planned;
use crate::output::prose::dates::{period, seconds_until};
use crate::output::report::chart::{Across, Chart, ChartMark, Look, Series};
use crate::output::report::table::CsvTable;
use crate::output::report::thinned::{self, Thinning};
use crate::output::results::origin::ScenarioInfo;
use crate::output::store::folder::TIMELINE;
use crate::output::store::read::{ReadError, ResultFiles};
use crate::units::time::Span;

/// A table whose rows are instants.
#[derive(Debug)]
pub struct TimelineTable {
    pub start: DateTime,
    /// Seconds after the start.
    pub at: Vec<f64>,
    pub table: CsvTable,
}

/// Most bars of a chart of bars.
const MOST_BARS: usize = 370;

/// Lines of the charts below: `stages` and `licenses`, and what is pending.
pub const LINES: [&[(f64, &str)]; 11] = [
    &[(1.0, "licenses_total")],
    &[(1.0, "licenses_in_use")],
    &[(1.0, "clients_waiting")],
    &[(1.0, "licenses_retired_unrefunded")],
    &[(1.0, "licenses_without_agent")],
    &[(1.0, "clients_managed"), (-1.0, "clients_plugin_installed")],
    &[(1.0, "clients_plugin_installed"), (-1.0, "clients_plugin_reported")],
    &[(1.0, "clients_plugin_reported"), (-1.0, "clients_targeted")],
    &[(1.0, "clients_targeted"), (-1.0, "clients_package_ready")],
    &[
        (1.0, "clients_package_ready"),
        (-1.0, "licenses_in_use"),
        (1.0, "licenses_retired_unrefunded"),
        (-1.0, "clients_waiting"),
    ],
    &[(1.0, "updates_pending")],
];

impl TimelineTable {
    pub fn new(start: DateTime, files: &ResultFiles) -> Result<TimelineTable, ReadError> {
        let counts = COLUMNS.iter().filter(|column| column.is_count()).map(|column| column.name);
        let counts: Vec<&str> = counts.collect();
        let thinning = Thinning { lines: &LINES, counts: &counts, words: &["solution_state"] };
        let table = thinned::over_time(files, TIMELINE, &thinning)?;
        Ok(TimelineTable { start, at: table.rising(TIME_S.0)?, table })
    }

    pub fn across(&self) -> Across {
        Across::Time { start: self.start, at: self.at.clone() }
    }

    /// A column as a series.
    pub fn series(&self, label: &str, look: Look, colour: usize, column: &str) -> Result<Series, ReadError> {
        Ok(Series::new(label, look, colour, self.table.numbers(column)?))
    }

    /// How columns that count add up in stretches of equal length, each as bars.
    pub fn bars(&self, columns: &[(&str, usize, &str)]) -> Result<(Across, Span, Vec<Series>), ReadError> {
        let stretches = Stretches::of(&self.at);
        let series = |(label, colour, column): &(&str, usize, &str)| {
            let sums = stretches.sums(&self.at, &self.table.numbers(column)?);
            Ok(Series::new(*label, Look::Bars, *colour, sums.into_iter().map(Some).collect()))
        };
        let series = columns.iter().map(series).collect::<Result<Vec<_>, ReadError>>()?;
        let across = Across::Time { start: self.start, at: stretches.begins() };
        Ok((across, stretches.every, series))
    }
}

/// Time cut into stretches of equal length, the last one perhaps shorter.
#[derive(Debug)]
pub struct Stretches {
    pub every: Span,
    until: f64,
}

impl Stretches {
    /// Not finer than the instants are, and not too many.
    pub fn of(at: &[f64]) -> Stretches {
        let until = at.last().copied().unwrap_or(0.0);
        let finest = if at.len() > 1 { at[1] - at[0] } else { until };
        let seconds = |span: &Span| span.ms() as f64 / 1e3;
        // Days, when there are enough of them: hours show when PCs are on, and little else.
        let coarse = if until >= seconds(&Span::days(14)) { seconds(&Span::DAY) } else { 0.0 };
        let fits = |span: &Span| {
            seconds(span) >= finest.max(coarse)
                && (seconds(span) / finest).fract() == 0.0
                && until / seconds(span) <= MOST_BARS as f64
        };
        let steps = [1, 2, 3, 6, 12, 24, 48, 24 * 7, 24 * 14, 24 * 28].map(Span::hours);
        let finest_span = Span((finest * 1e3) as i64);
        let every = [finest_span].into_iter().chain(steps).find(fits);
        // Years of odd samples: as many samples as it takes.
        let so_many = (until / finest.max(1.0) / MOST_BARS as f64).ceil().max(1.0) as i64;
        Stretches { every: every.unwrap_or(Span(finest_span.ms().max(1) * so_many)), until }
    }

    /// Where the last one ends, in seconds.
    pub fn until(&self) -> f64 {
        self.until
    }

    fn seconds(&self) -> f64 {
        (self.every.ms() as f64 / 1e3).max(1e-3)
    }

    fn count(&self) -> usize {
        ((self.until / self.seconds()).ceil() as usize).max(1)
    }

    /// Where they begin, and the end.
    pub fn begins(&self) -> Vec<f64> {
        (0..self.count()).map(|n| n as f64 * self.seconds()).chain([self.until]).collect()
    }

    /// The stretch of an instant, which ends what it counts.
    pub fn of_instant(&self, at: f64) -> usize {
        (((at / self.seconds()).ceil() as usize).max(1) - 1).min(self.count() - 1)
    }

    /// Sums of what was counted up to each instant since the one before; the last is there twice, for the end.
    pub fn sums(&self, at: &[f64], counts: &[Option<f64>]) -> Vec<f64> {
        let mut sums = vec![0.0; self.count() + 1];
        for (at, count) in at.iter().zip(counts) {
            sums[self.of_instant(*at)] += count.unwrap_or(0.0);
        }
        sums[self.count()] = sums[self.count() - 1];
        sums
    }

    /// How long each is, in seconds.
    pub fn lengths(&self) -> Vec<f64> {
        let begins = self.begins();
        begins.windows(2).map(|pair| (pair[1] - pair[0]).max(1e-3)).collect()
    }
}

/// The events of a scenario, for a chart over time.
pub fn marks(told: &ScenarioInfo, start: DateTime) -> Vec<ChartMark> {
    let mark = |planned: &Planned| {
        let rule = planned.rule.as_ref().map_or(String::new(), |rule| format!(" ({rule})"));
        let at = seconds_until(start, &planned.at)?;
        Some(ChartMark { at, words: format!("{}{rule}", planned.words) })
    };
    told.planned.iter().filter_map(mark).collect()
}

/// Owned, in use, waiting, and what is held for nothing: of a run.
pub fn licenses(timeline: &TimelineTable, marks: Vec<ChartMark>) -> Result<Chart, ReadError> {
    let mut series = vec![
        timeline.series("in use", Look::Bars, 1, "licenses_in_use")?,
        timeline.series("owned", Look::Step, 0, "licenses_total")?,
        timeline.series("clients waiting for one", Look::Step, 2, "clients_waiting")?,
    ];
    for (label, colour, column) in [
        ("of retired or deleted records, not refunded yet", 3, "licenses_retired_unrefunded"),
        ("held for PCs that are gone or without agent", 5, "licenses_without_agent"),
    ] {
        let one = timeline.series(label, Look::Step, colour, column)?;
        if !one.is_flat_zero() {
            series.push(one);
        }
    }
    let few = match timeline.at.len() {
        few if few < FEW_ROWS => {
            format!(" There are only {few} rows: a shorter `timeline.every` shows more.")
        }
        _ => String::new(),
    };
    Ok(Chart {
        id: "licenses",
        title: "Licenses over time".into(),
        about: format!(
            "Licenses in use against those owned, and clients that were rejected and wait (X2).{few}"
        ),
        x: timeline.across(),
        unit: "licenses, clients",
        series,
        marks,
        lists_marks: true,
        level: None,
    })
}

/// With fewer rows the reader is told that there could be more.
const FEW_ROWS: usize = 12;

/// The stages before a license: what a client there waits for, and how far it and the next stage have got.
const STAGES: [(&str, usize, &str, &str); 4] = [
    ("without plug-in (C1)", 0, "clients_managed", "clients_plugin_installed"),
    ("plug-in not reported by inventory yet (C2)", 6, "clients_plugin_installed", "clients_plugin_reported"),
    ("not targeted for the package yet (C3)", 3, "clients_plugin_reported", "clients_targeted"),
    ("package not complete yet (C4)", 5, "clients_targeted", "clients_package_ready"),
];

/// How many clients stand at which stage before their license, of columns of levels: of a run, or means of many.
pub fn stages(
    x: Across,
    column: impl Fn(&str) -> Result<Vec<Option<f64>>, ReadError>,
    marks: Vec<ChartMark>,
) -> Result<Chart, ReadError> {
    // Records are uninstalled, retired and deleted, too: a later stage may hold more than an earlier one.
    let less = |more: Vec<Option<f64>>, fewer: &[Option<f64>]| -> Vec<Option<f64>> {
        let pairs = more.into_iter().zip(fewer);
        pairs.map(|(more, fewer)| more.zip(*fewer).map(|(more, fewer)| (more - fewer).max(0.0))).collect()
    };
    let mut series = Vec::new();
    for (label, colour, here, next) in STAGES {
        series.push(Series::new(label, Look::Step, colour, less(column(here)?, &column(next)?)));
    }
    let waiting = column("clients_waiting")?;
    let held = less(column("licenses_in_use")?, &column("licenses_retired_unrefunded")?);
    let scanned = less(less(column("clients_package_ready")?, &held), &waiting);
    series.push(Series::new("not scanned, or in vain (C5, C6, E1, M3)", Look::Step, 4, scanned));
    series.push(Series::new("rejected, the pool is full (X2)", Look::Step, 2, waiting));
    series.retain(|series| !series.is_flat_zero());
    Ok(Chart {
        id: "stages",
        title: "On the way to a license".into(),
        about: "Managed clients that hold none, by the step that is missing: plug-in, inventory, target, package, \
                scan, license."
            .into(),
        x,
        unit: unit_of("clients_managed"),
        series,
        marks,
        ..Chart::default()
    })
}

/// Licenses that came and went, and scans in vain.
pub fn flow(timeline: &TimelineTable, marks: &[ChartMark]) -> Result<Vec<Chart>, ReadError> {
    let (x, every, mut series) = timeline
        .bars(&[("taken", 1, "licenses_granted"), ("returned to the pool", 4, "licenses_refunded")])?;
    // Filled, it would hide those taken in the same stretch.
    series[1].look = Look::Step;
    let taken = Chart {
        id: "flow",
        title: format!("Licenses taken and returned per {}", period(every)),
        about: "By first scans (C6); by licensing refresh, deletion and expiry (V1, V3, E1).".into(),
        x,
        unit: unit_of("licenses_granted"),
        series,
        ..Chart::default()
    };
    let (x, every, mut series) = timeline.bars(&[
        ("rejected, pool full (X2)", 2, "scans_rejected"),
        ("not run (E1, M3)", 0, "scans_not_run"),
        ("failed, untargeted (C5)", 6, "scans_failed_untargeted"),
        ("without an Active record (V5, V7)", 3, "scans_without_record"),
    ])?;
    series.retain(|series| !series.is_flat_zero());
    series.iter_mut().skip(1).for_each(|series| series.look = Look::Step);
    let scans = Chart {
        id: "scans",
        title: format!("Scans in vain per {}", period(every)),
        about: "Scans that gave no license because of the pool, the licenses, or the policies.".into(),
        x,
        unit: unit_of("scans_rejected"),
        series,
        marks: marks.to_vec(),
        ..Chart::default()
    };
    Ok(vec![taken, scans])
}

/// The update side.
pub fn updates(timeline: &TimelineTable, marks: &[ChartMark]) -> Result<Vec<Chart>, ReadError> {
    let pending = Chart {
        id: "pending",
        title: "Updates pending".into(),
        about: "Updates scheduled or being installed, over all clients.".into(),
        x: timeline.across(),
        unit: unit_of("updates_pending"),
        series: vec![timeline.series("pending", Look::Bars, 3, "updates_pending")?],
        marks: marks.to_vec(),
        ..Chart::default()
    };
    let (x, every, mut series) =
        timeline.bars(&[("installed", 4, "updates_installed"), ("failed", 2, "updates_failed")])?;
    series[1].look = Look::Step;
    let installed = Chart {
        id: "installed",
        title: format!("Updates installed per {}", period(every)),
        about: "Updates installed, and those that failed in every cycle they were tried in.".into(),
        x,
        unit: unit_of("updates_installed"),
        series,
        ..Chart::default()
    };
    Ok(vec![pending, installed])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_falls_into_the_stretch_that_it_ends() {
        // Ten days and a half, sampled every six hours; per day is too fine for none.
        let at: Vec<f64> = (0..=42).map(|n| f64::from(n) * 21_600.0).collect();
        let stretches = Stretches { every: Span::DAY, until: 907_200.0 };
        assert_eq!(stretches.begins().len(), 12);
        let sums = stretches.sums(&at, &vec![Some(1.0); 43]);
        // The row at the start counts nothing before it; it is added to the first stretch.
        assert_eq!(sums, [5.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 2.0, 2.0]);
        assert_eq!(stretches.lengths()[10], 43_200.0);
    }

    #[test]
    fn stretches_are_whole_samples_and_not_too_many() {
        let every = |step: f64, until: f64| {
            let at: Vec<f64> = (0..).map(|n| f64::from(n) * step).take_while(|at| *at <= until).collect();
            Stretches::of(&at).every
        };
        assert_eq!(every(86_400.0, 86_400.0 * 90.0), Span::DAY);
        assert_eq!(every(3_600.0, 86_400.0 * 365.0), Span::DAY);
        assert_eq!(every(3_600.0, 86_400.0 * 30.0), Span::DAY);
        assert_eq!(every(3_600.0, 86_400.0 * 13.0), Span::HOUR);
        assert_eq!(every(25_200.0, 86_400.0 * 3650.0).ms() % 25_200_000, 0);
    }
}
