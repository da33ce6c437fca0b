//! The report: one HTML file for readers who do not open a CSV file.
//!
//! Interface: [`html`] makes the page of the files of a result folder, or says why not ([`ReportError`]); [`wanted`] names
//! the files that it needs; [`of_audit`] makes that of an audit.
//!
//! | file | holds |
//! |---|---|
//! | `table` | a CSV file as columns |
//! | `thinned`, `wide` | tables over time of any length, read row by row into what pictures show |
//! | `run`, `replicate`, `sweep`, `size`, `compare`, `diagnosis`, `plan` | a page for each kind of results |
//! | `audit`, `license_files` | the page of an audit, which is made without a folder of results; license files over time |
//! | `timeline`, `downloads`, `reasons` | parts of such pages |
//! | `stretches` | time cut into stretches |
//! | `error` | why there is no report |
//! | `target` | how figures stand to what they are held to |
//! | `chart`, `figure`, `svg`, `axis`, `thin` | a chart, its place on the page, drawn |
//! | `live` | the same numbers for the layer that zooms (`src/output/report/assets/report.js` on uPlot) |
//! | `page` | the page around them; how to make the results again |
//! | `assets` | the style sheets, the scripts and uPlot, which are part of the page |
//!
//! Why from files alone: a report says what the files say, and can be made again from a folder of an earlier version. All
//! text passes through `maud`, which escapes it; `live::for_script` does so for JSON in scripts; and the page's content
//! security policy runs no script but its own.

mod audit;
mod axis;
mod chart;
mod compare;
mod diagnosis;
mod downloads;
mod error;
mod figure;
mod license_files;
mod live;
mod page;
mod plan;
mod reasons;
mod replicate;
mod run;
mod size;
mod stretches;
mod svg;
mod sweep;
mod table;
mod target;
mod thin;
mod thinned;
mod timeline;
mod wide;

pub use audit::html as of_audit;
pub use error::ReportError;

use crate::output::results::compare::COMPARE;
use crate::output::results::diagnosis::DIAGNOSIS;
use crate::output::results::identity::{Identity, ManifestIdentity};
use crate::output::results::origin::{ORIGIN, ResultsOf, ResultsOrigin};
use crate::output::results::plan::PLAN;
use crate::output::results::replicate::REPLICATE;
use crate::output::results::size::SIZE;
use crate::output::results::summary::SUMMARY;
use crate::output::results::sweep::SWEEP;
use crate::output::store::read::{ReadError, ResultFiles};
use crate::output::tables::bands::BANDS;
use crate::output::tables::differences::{DIFFERENCES, TIMELINE_DIFFERENCES};
use crate::output::tables::plan::PLAN_CSV;
use crate::output::tables::pools::POOLS;
use crate::output::tables::replications::REPLICATIONS;
use crate::output::tables::sites::SITES;
use crate::output::tables::sweep::SWEEP_CSV;
use crate::output::tables::timeline::TIMELINE;

/// Name of the file.
pub const REPORT: &str = "report.html";

/// The files of a folder that its page is made of: where they come from, the manifest, the others.
pub fn wanted(results_of: ResultsOf) -> &'static [&'static str] {
    match results_of {
        ResultsOf::Run => &[ORIGIN, SUMMARY, TIMELINE, SITES],
        ResultsOf::Replicate => &[ORIGIN, REPLICATE, BANDS, REPLICATIONS],
        ResultsOf::Sweep => &[ORIGIN, SWEEP, SWEEP_CSV],
        ResultsOf::Size => &[ORIGIN, SIZE, POOLS],
        ResultsOf::Compare => &[ORIGIN, COMPARE, DIFFERENCES, TIMELINE_DIFFERENCES],
        ResultsOf::Diagnose => &[ORIGIN, DIAGNOSIS],
        ResultsOf::Plan => &[ORIGIN, PLAN, PLAN_CSV],
    }
}

/// Is this how a report begins?
pub fn begins(bytes: &[u8]) -> bool {
    String::from_utf8_lossy(bytes).contains(page::TITLE)
}

/// The page that shows the results in these files; `target`: what the variants of a sweep are held to.
///
/// # Errors
/// When a file is missing, or does not say what it should; when there is a target and nothing to hold to it.
pub fn html(files: &ResultFiles, target: Option<&str>) -> Result<String, ReportError> {
    let (origin, _, _) = files.origin()?;
    if let Some(typed) = target.filter(|_| origin.results_of != ResultsOf::Sweep) {
        let why = "only the variants of a sweep are held to a target here".to_string();
        return Err(ReportError::Target { typed: typed.to_string(), why });
    }
    of_one_run(files, &origin)?;
    let page = match origin.results_of {
        ResultsOf::Run => run::page(files)?,
        ResultsOf::Replicate => replicate::page(files)?,
        ResultsOf::Sweep => sweep::page(files, target)?,
        ResultsOf::Size => size::page(files)?,
        ResultsOf::Compare => compare::page(files)?,
        ResultsOf::Diagnose => diagnosis::page(files)?,
        ResultsOf::Plan => plan::page(files)?,
    };
    Ok(page.html(&origin))
}

/// Files of two runs in one folder would make a page that is true of neither.
fn of_one_run(files: &ResultFiles, origin: &ResultsOrigin) -> Result<(), ReadError> {
    let manifest = wanted(origin.results_of)[1];
    let whose: ManifestIdentity = files.json(manifest)?;
    let Some(info) = origin.scenarios.first() else { return Ok(()) };
    let Identity { fleetsim, scenario, scenario_digest, seed } = &info.identity;
    // That of a sweep is over all its variants.
    let digest = whose.scenario_digest.filter(|_| origin.results_of != ResultsOf::Sweep);
    let same = whose.fleetsim == *fleetsim
        && whose.scenario == *scenario
        && whose.seed == *seed
        && digest.is_none_or(|digest| digest == *scenario_digest);
    let why = format!("it is of another scenario, seed or version than {ORIGIN}");
    if same { Ok(()) } else { Err(ReadError::damaged(manifest, why)) }
}
