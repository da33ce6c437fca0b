//! Charts of a timeline: columns over time, and what happened in stretches of it.

use jiff::civil::DateTime;

use crate::observe::columns::{COLUMNS, TIME_S, unit_of};
use crate::output::prose::calendar::Planned;
use crate::output::prose::dates::{period, seconds_until};
use crate::output::report::chart::{Across, Chart, ChartMark, Look, Series};
use crate::output::report::stretches::Stretches;
use crate::output::report::table::CsvTable;
use crate::output::report::thinned::{self, Thinning};
use crate::output::results::origin::ScenarioInfo;
use crate::output::store::read::{ReadError, ResultFiles};
use crate::output::tables::timeline::TIMELINE;
use crate::units::time::Span;

/// A table whose rows are instants.
#[derive(Debug)]
pub struct TimelineTable {
    pub start: DateTime,
    /// Seconds after the start.
    pub at: Vec<f64>,
    pub table: CsvTable,
}

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

/// The events of a scenario, for a chart over time.
pub fn marks(info: &ScenarioInfo, start: DateTime) -> Vec<ChartMark> {
    let mark = |planned: &Planned| {
        let rule = planned.rule.as_ref().map_or(String::new(), |rule| format!(" ({rule})"));
        let at = seconds_until(start, &planned.at)?;
        Some(ChartMark { at, words: format!("{}{rule}", planned.words) })
    };
    info.planned.iter().filter_map(mark).collect()
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

/// With fewer rows the page notes that there could be more.
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
        ("not run (E1, M3, C8)", 0, "scans_not_run"),
        ("failed, untargeted (C5)", 6, "scans_failed_untargeted"),
        ("not returned, server not reachable (C6)", 4, "scans_not_returned"),
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
