//! Downloads by site: how much, how fast, and how close to what the site's line bears.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::observe::columns::TIME_S;
use crate::output::prose::dates::period;
use crate::output::prose::numbers::{bandwidth, bytes, grouped};
use crate::output::report::chart::{Across, Chart, Look, Series};
use crate::output::report::page::{self, table};
use crate::output::report::stretches::Stretches;
use crate::output::report::table::{number_in, place_in};
use crate::output::report::timeline::TimelineTable;
use crate::output::results::origin::ScenarioInfo;
use crate::output::store::read::{ReadError, ResultFiles, Rows};
use crate::output::tables::sites::SITES;

/// Sites with a line of their own; the palette has no more colours.
const SITES_SHOWN: usize = 7;

/// Their colours; orange is kept for what is wanted and not there.
const COLOURS: [usize; SITES_SHOWN] = [1, 4, 3, 5, 6, 7, 2];

/// What one site downloaded.
#[derive(Debug, Default)]
struct SiteTraffic {
    completed: f64,
    failed: f64,
    bytes: f64,
    /// Bytes in each stretch.
    over_time: Vec<f64>,
}

impl SiteTraffic {
    fn add(&mut self, other: &SiteTraffic) {
        self.over_time.resize(other.over_time.len(), 0.0);
        self.over_time.iter_mut().zip(&other.over_time).for_each(|(sum, bytes)| *sum += bytes);
    }
}

/// The section; empty where nothing was downloaded.
///
/// # Errors
/// When a file does not say what it should.
pub fn section(
    files: &ResultFiles,
    info: &ScenarioInfo,
    timeline: &TimelineTable,
) -> Result<Markup, ReadError> {
    let stretches = Stretches::of(&timeline.at);
    let sites = by_site(files, &stretches)?;
    if sites.values().all(|site| site.completed == 0.0 && site.failed == 0.0) {
        return Ok(html! {});
    }
    let mut largest: Vec<(&String, &SiteTraffic)> = sites.iter().collect();
    largest.sort_by(|a, b| b.1.bytes.total_cmp(&a.1.bytes));
    let (shown, others) = largest.split_at(largest.len().min(SITES_SHOWN));
    let lengths = stretches.lengths();
    let rate = |site: &SiteTraffic| -> Vec<Option<f64>> {
        let per_second =
            |(n, bytes): (usize, &f64)| Some(bytes * 8.0 / 1e6 / lengths[n.min(lengths.len() - 1)]);
        site.over_time.iter().enumerate().map(per_second).collect()
    };
    let look = if shown.len() == 1 { Look::Bars } else { Look::Step };
    let mut series: Vec<Series> = Vec::new();
    for (index, (name, site)) in shown.iter().enumerate() {
        series.push(Series::new(name.as_str(), look.clone(), COLOURS[index], rate(site)));
    }
    if !others.is_empty() {
        let mut rest = SiteTraffic::default();
        others.iter().for_each(|(_, site)| rest.add(site));
        series.push(Series::new(format!("{} other sites", others.len()), Look::Step, 0, rate(&rest)));
    }
    let chart = Chart {
        id: "downloads",
        title: "Downloads by site".into(),
        about: format!(
            "Bytes of the downloads that were completed in each {}, as mean bandwidth.",
            period(stretches.every)
        ),
        x: Across::Time { start: timeline.start, at: stretches.begins() },
        unit: "Mbit/s",
        series,
        ..Chart::default()
    };
    let limit = |name: &str| info.sites.iter().find(|site| site.name == name)?.bits_per_second;
    let row = |(name, site): &(&String, &SiteTraffic)| {
        let busiest = site.over_time.iter().zip(&lengths).map(|(bytes, length)| bytes * 8.0 / length);
        let busiest = busiest.fold(0.0, f64::max);
        vec![
            (*name).clone(),
            grouped(site.completed as u64),
            grouped(site.failed as u64),
            bytes(site.bytes),
            bandwidth(busiest),
            limit(name).map_or("-".into(), |bits| bandwidth(bits as f64)),
        ]
    };
    let rows: Vec<Vec<String>> = largest.iter().map(row).collect();
    let busiest = format!("busiest {}, on average", period(stretches.every));
    let header = ["site", "completed", "failed", "bytes", &busiest, "bandwidth"];
    let numeric = [false, true, true, true, true, true];
    Ok(page::section(
        "Downloads",
        &html! { (chart.markup()) (table("Downloads by site", &header, &numeric, &rows)) },
    ))
}

/// What each site downloaded, read row by row: sites are many, and so are rows.
fn by_site(files: &ResultFiles, stretches: &Stretches) -> Result<BTreeMap<String, SiteTraffic>, ReadError> {
    let Rows { header, rows } = files.rows(SITES)?;
    let place = |column: &'static str| Ok((column, place_in(&header, SITES, column)?));
    let name = place("site")?.1;
    let columns = [place(TIME_S.0)?, place("downloads_completed")?, place("downloads_failed")?];
    let loaded = place("bytes_downloaded")?;
    let stretches_there = stretches.begins().len();
    let mut sites: BTreeMap<String, SiteTraffic> = BTreeMap::new();
    for row in rows {
        let row = row?;
        let number = |(column, place): (&str, usize)| {
            let why = || ReadError::damaged(SITES, format!("column `{column}` has an empty cell"));
            number_in(SITES, column, &row[place])?.ok_or_else(why)
        };
        let (at, completed, failed) = (number(columns[0])?, number(columns[1])?, number(columns[2])?);
        let bytes = number(loaded)?;
        if !sites.contains_key(&row[name]) {
            sites.insert(row[name].to_string(), SiteTraffic::default());
        }
        let Some(site) = sites.get_mut(&row[name]) else { continue };
        site.completed += completed;
        site.failed += failed;
        if bytes != 0.0 {
            site.over_time.resize(stretches_there, 0.0);
            site.over_time[stretches.of_instant(at)] += bytes;
            site.bytes += bytes;
        }
    }
    if sites.is_empty() {
        return Err(ReadError::damaged(SITES, "there is no row below the header"));
    }
    // A step lasts until the next point: the end repeats the last stretch.
    for site in sites.values_mut() {
        site.over_time.resize(stretches_there, 0.0);
        if let [.., last, end] = site.over_time.as_mut_slice() {
            *end = *last;
        }
    }
    Ok(sites)
}
