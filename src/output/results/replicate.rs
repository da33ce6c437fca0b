//! `replicate.json`: what many runs say together.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::output::prose::dates::timestamp_ms;
use crate::output::results::identity::Identity;
use crate::output::results::in_order::InOrder;
use crate::output::tables::bands::PERCENTILES;
use crate::scenario::model::Scenario;
use crate::study::measures::{EVENTS, MEASURES, Unit, instant};
use crate::study::replicate::{Plan, Replicated};
use crate::study::stats::distribution::Distribution;
use crate::study::stats::interval::CONFIDENCE;
use crate::study::stopping::HalfWidth;
use crate::units::time::Time;

/// Name of the file.
pub const REPLICATE: &str = "replicate.json";
/// Name of the file that keeps interrupted work.
pub const PARTIAL: &str = "replicate.partial.jsonl";

/// The whole file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplicateResult {
    /// Version of the program, as `1.2.3`.
    pub fleetsim: String,
    /// Name of the scenario.
    pub scenario: String,
    /// SHA-256 of the scenario's meaning, in hex.
    pub scenario_digest: Option<String>,
    /// Seed of all replications; each has random numbers of its own.
    pub seed: u64,
    /// Server local time, ISO 8601 with milliseconds.
    #[serde(default)]
    pub start: String,
    /// Server local time, ISO 8601 with milliseconds.
    #[serde(default)]
    pub end: String,
    /// Figures count from here on; server local time, ISO 8601. `null`: from the start on.
    pub warm_up_until: Option<String>,
    /// Finished runs.
    pub replications: u64,
    /// False: broken off; these are the first replications of those asked for.
    pub complete: bool,
    /// Level of all intervals, as a share: 0.95.
    #[serde(default)]
    pub confidence: f64,
    /// `null`: the number of replications was given.
    pub stopping: Option<StoppingResult>,
    /// In the order of [`EVENTS`].
    pub probabilities: InOrder<EventProbability>,
    /// In the order of [`MEASURES`].
    pub measures: InOrder<MeasureFigures>,
}

/// The precision that was asked for, instead of a number of replications.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoppingResult {
    /// A name of [`MEASURES`].
    pub measure: String,
    /// Half the width of the interval of its mean that is wanted, in the unit of the measure or as a share.
    pub half_width: f64,
    /// `half_width` is a share of the mean.
    pub relative: bool,
    /// False: the runs ended before the interval was that narrow.
    pub reached: bool,
}

/// Share of replications in which something happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventProbability {
    /// In how many replications.
    #[serde(default)]
    pub happened: u64,
    /// `happened` divided by the number of replications; `null`: there are none.
    pub probability: Option<f64>,
    /// Exact interval (Clopper and Pearson).
    pub ci_low: Option<f64>,
    /// Upper end of the same interval.
    pub ci_high: Option<f64>,
}

/// The distribution of a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasureFigures {
    /// Replications that have this figure.
    pub n: u64,
    /// In the unit of the measure, as all figures here; `null`: no replication has it.
    pub mean: Option<f64>,
    /// Interval of the mean (Student's t); `null` with fewer than two replications.
    pub ci_low: Option<f64>,
    /// Upper end of the same interval.
    pub ci_high: Option<f64>,
    /// Standard deviation of the sample; `null` with fewer than two replications.
    pub sd: Option<f64>,
    /// The smallest value.
    pub min: Option<f64>,
    /// 5 % of the values are at most this.
    pub p05: Option<f64>,
    /// The lower quartile.
    pub p25: Option<f64>,
    /// The median.
    pub p50: Option<f64>,
    /// The upper quartile.
    pub p75: Option<f64>,
    /// 95 % of the values are at most this.
    pub p95: Option<f64>,
    /// The largest value.
    pub max: Option<f64>,
    /// Of an instant: the same as dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<MeasureDates>,
}

/// The distribution of an instant as dates: server local time, ISO 8601 with milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasureDates {
    /// The earliest.
    pub min: String,
    /// 5 % of the instants are not later.
    pub p05: String,
    /// The median.
    pub p50: String,
    /// 95 % of the instants are not later.
    pub p95: String,
    /// The latest.
    pub max: String,
}

impl ReplicateResult {
    /// The result of the replications of this scenario that were finished.
    pub fn new(scenario: &Scenario, plan: &Plan, all: &Replicated) -> ReplicateResult {
        let when = |at: Time| timestamp_ms(scenario.start, at);
        let warm_up_until = Time::START + plan.warm_up;
        let Identity { fleetsim, scenario: name, scenario_digest, seed } = Identity::of(scenario);
        let event = |place: usize| (EVENTS[place].name.to_string(), probability(all, place));
        ReplicateResult {
            fleetsim,
            scenario: name,
            scenario_digest: Some(scenario_digest),
            seed,
            start: when(Time::START),
            end: when(scenario.horizon()),
            warm_up_until: (warm_up_until > Time::START).then(|| when(warm_up_until)),
            replications: all.replications,
            complete: all.complete,
            confidence: CONFIDENCE,
            stopping: stopping(plan, all),
            probabilities: (0..EVENTS.len()).map(event).collect(),
            measures: figures(all, scenario.start),
        }
    }
}

fn stopping(plan: &Plan, all: &Replicated) -> Option<StoppingResult> {
    let rule = plan.stopping.as_ref()?;
    let (half_width, relative) = match rule.wanted() {
        HalfWidth::Absolute(wanted) => (wanted, false),
        HalfWidth::Relative(wanted) => (wanted, true),
    };
    let measure = MEASURES[rule.measure()].name.to_string();
    Some(StoppingResult { measure, half_width, relative, reached: all.precise == Some(true) })
}

fn probability(all: &Replicated, event: usize) -> EventProbability {
    let known = all.probability(event);
    EventProbability {
        happened: all.happened[event],
        probability: known.map(|(share, _)| share),
        ci_low: known.map(|(_, interval)| interval.low),
        ci_high: known.map(|(_, interval)| interval.high),
    }
}

fn figures(all: &Replicated, start: DateTime) -> InOrder<MeasureFigures> {
    let measures = MEASURES.iter().zip(&all.measures);
    let of = |values, unit| figures_of(values, unit, start);
    measures.map(|(measure, values)| (measure.name.to_string(), of(values, measure.unit))).collect()
}

/// A distribution in a unit.
pub fn figures_of(values: &Distribution, unit: Unit, start: DateTime) -> MeasureFigures {
    let parts = unit.parts() as f64;
    let in_unit = |value: Option<i128>| value.map(|value| value as f64 / parts);
    let scaled = |value: Option<f64>| value.map(|value| value / parts);
    let interval = values.mean_interval();
    let [p05, p25, p50, p75, p95] = PERCENTILES.map(|(_, percent)| in_unit(values.percentile(percent)));
    MeasureFigures {
        n: values.count(),
        mean: scaled(values.mean()),
        ci_low: scaled(interval.map(|i| i.low)),
        ci_high: scaled(interval.map(|i| i.high)),
        sd: scaled(values.variance().map(f64::sqrt)),
        min: in_unit(values.min()),
        p05,
        p25,
        p50,
        p75,
        p95,
        max: in_unit(values.max()),
        dates: if unit == Unit::Instant { dates(values, start) } else { None },
    }
}

fn dates(values: &Distribution, start: DateTime) -> Option<MeasureDates> {
    let when = |parts: Option<i128>| parts.map(|parts| timestamp_ms(start, instant(parts)));
    Some(MeasureDates {
        min: when(values.min())?,
        p05: when(values.percentile(5))?,
        p50: when(values.percentile(50))?,
        p95: when(values.percentile(95))?,
        max: when(values.max())?,
    })
}
