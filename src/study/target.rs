//! What a pool shall achieve: `P(rejected) <= 1%`, `rejected_share <= 5%`, `wait_p95_hours <= 24`.

use jiff::civil::DateTime;

use crate::scenario::fault::nearest;
use crate::scenario::values::instant_text;
use crate::study::measures::{EVENTS, MEASURES, Measured, MeasuredEvent, find};
use crate::study::stats::distribution::Distribution;
use crate::study::stats::interval::{CONFIDENCE, Interval, of_probability};
use crate::units::quantity::number_or_percentage;
use crate::units::time::Time;

/// What a target looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// The probability of an event, by its place in [`EVENTS`].
    Probability(usize),
    /// The probability that the pool runs out before this instant.
    ExhaustedBefore(Time),
    /// The mean of a measure, by its place in [`MEASURES`].
    Mean(usize),
}

/// A figure that shall not exceed a level.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    question: Question,
    /// In the unit of the figure.
    pub at_most: f64,
    /// As it was typed.
    pub typed: String,
}

/// Short words for events, as people type them.
const SHORT: [(&str, &str); 3] = [
    ("rejected", "any_rejected"),
    ("exhausted", "pool_exhausted"),
    ("rejected_lastingly", "any_rejected_lastingly"),
];

/// Measures that cannot get worse with a larger pool. Of others a pool that meets the target says
/// nothing about larger ones, so there is no smallest.
const FALL_WITH_THE_POOL: [&str; 13] = [
    "exhausted_share",
    "expired_hours",
    "clients_rejected",
    "clients_rejected_lastingly",
    "clients_gave_up",
    "rejected_share",
    "scans_rejected",
    "attempts_per_client",
    "waiting_client_hours",
    "mean_waiting",
    "waiting_share",
    "wait_p50_hours",
    "wait_p95_hours",
];

/// What shapes a target has.
const SHAPES: &str = "write `P(rejected) <= 1%`, `P(exhausted before 2026-06-01) <= 5%`, `rejected_share <= 2%`, \
                      `waiting_share <= 1%` or `wait_p95_hours <= 24`";

impl Target {
    /// Reads a target of a scenario from `start` until `horizon`.
    ///
    /// # Errors
    /// What is wrong, and what would be right.
    pub fn parse(typed: &str, start: DateTime, horizon: Time) -> Result<Target, String> {
        let (figure, level) = typed.split_once("<=").ok_or_else(|| format!("`<=` is missing; {SHAPES}"))?;
        let (figure, level) = (figure.trim(), level.trim());
        let at_most = level_of(level)?;
        let question = match figure.strip_prefix("P(").and_then(|rest| rest.strip_suffix(')')) {
            Some(event) => event_of(event.trim(), start, horizon)?,
            None => Question::Mean(measure_of(figure)?),
        };
        if !matches!(question, Question::Mean(_)) && at_most >= 1.0 {
            return Err(format!("a probability of {level} is no limit; {SHAPES}"));
        }
        Ok(Target { question, at_most, typed: typed.trim().to_string() })
    }

    /// `P(rejected)` and `1%`: what is looked at, and the level, as they were typed.
    pub fn in_words(&self) -> (&str, &str) {
        let (figure, level) = self.typed.split_once("<=").expect("it was read");
        (figure.trim(), level.trim())
    }

    /// What is looked at.
    pub fn question(&self) -> Question {
        self.question
    }

    /// Is it about how likely something is?
    pub fn is_probability(&self) -> bool {
        !matches!(self.question, Question::Mean(_))
    }

    /// What the figure is called among the results of many runs; `None`: they do not contain it.
    pub fn result(&self) -> Option<String> {
        match self.question {
            Question::Probability(event) => Some(format!("P({})", EVENTS[event].name)),
            Question::Mean(measure) => Some(MEASURES[measure].column()),
            Question::ExhaustedBefore(_) => None,
        }
    }

    /// Fewer replications can make no pool sure, even if the event happens in none of them: the upper end of
    /// the interval is then `1 - (tail)^(1/n)`. `None` where the target is not a probability.
    pub fn fewest_replications(&self) -> Option<u64> {
        let tail = (1.0 - CONFIDENCE) / 2.0;
        let of = |share: f64| (libm::log(tail) / libm::log1p(-share)).ceil() as u64;
        let meaningful = self.is_probability() && self.at_most > 0.0;
        meaningful.then(|| if self.at_most < 1.0 { of(self.at_most) } else { 1 })
    }

    /// An empty collection of what this target asks of each replication.
    pub fn estimate(&self) -> Estimate {
        Estimate { question: self.question, hits: 0, trials: 0, values: Distribution::default() }
    }
}

fn level_of(typed: &str) -> Result<f64, String> {
    match number_or_percentage(typed) {
        Some((level, _)) if level >= 0.0 => Ok(level),
        _ => Err(format!("`{typed}` is no level, such as 1%, 0.01 or 24; {SHAPES}")),
    }
}

fn event_of(typed: &str, start: DateTime, horizon: Time) -> Result<Question, String> {
    if let Some(date) = typed.strip_prefix("exhausted before ") {
        let at = instant_text(date.trim(), start)?;
        // The end itself may be asked about: what happens in that instant is no part of it.
        return match Time::START < at && at <= horizon {
            true => Ok(Question::ExhaustedBefore(at)),
            false => Err(format!("{} is not within the simulated time", date.trim())),
        };
    }
    let name = SHORT.iter().find(|(short, _)| *short == typed).map_or(typed, |(_, name)| name);
    let index = EVENTS.iter().position(|event: &MeasuredEvent| event.name == name);
    index.map(Question::Probability).ok_or_else(|| {
        let names: Vec<&str> =
            SHORT.iter().map(|(short, _)| *short).chain(EVENTS.iter().map(|e| e.name)).collect();
        format!("no event is called `{typed}`; there are: {}, `exhausted before DATE`", names.join(", "))
    })
}

fn measure_of(typed: &str) -> Result<usize, String> {
    let found = find(typed).ok_or_else(|| match nearest(typed, MEASURES.iter().map(|m| m.name)) {
        Some(near) => format!("no measure is called `{typed}`; did you mean `{near}`?"),
        None => format!("no measure is called `{typed}`; {SHAPES}"),
    })?;
    if FALL_WITH_THE_POOL.contains(&typed) {
        return Ok(found);
    }
    let why = match typed {
        "mean_wait_hours" => "leaves out who never got a license, so it is low when most got none",
        _ => "does not always fall when the pool grows",
    };
    Err(format!("`{typed}` {why}; take one of {}", FALL_WITH_THE_POOL.join(", ")))
}

/// What replications say about a target's figure.
#[derive(Debug, Clone)]
pub struct Estimate {
    question: Question,
    hits: u64,
    trials: u64,
    values: Distribution,
}

impl Estimate {
    /// Takes in the figures of one more replication.
    pub fn add(&mut self, measured: &Measured) {
        let first_exhausted = find("first_exhausted").expect("it is a measure");
        self.trials += 1;
        match self.question {
            Question::Probability(event) => self.hits += u64::from(measured.is(&EVENTS[event])),
            Question::ExhaustedBefore(date) => {
                self.hits += u64::from(measured.0[first_exhausted].is_some_and(|at| at < date.ms().into()));
            }
            Question::Mean(measure) => {
                measured.0[measure].into_iter().for_each(|value| self.values.add(value));
            }
        }
    }

    /// Number of replications taken in.
    pub fn replications(&self) -> u64 {
        self.trials
    }

    /// The figure; `None` when no replication has it.
    pub fn value(&self) -> Option<f64> {
        match self.question {
            Question::Mean(measure) => Some(self.values.mean()? / parts(measure)),
            _ => (self.trials > 0).then(|| self.hits as f64 / self.trials as f64),
        }
    }

    /// Its 95 % interval; without two values none, of a mean.
    pub fn interval(&self) -> Option<Interval> {
        match self.question {
            Question::Mean(measure) => {
                let Interval { low, high } = self.values.mean_interval()?;
                Some(Interval { low: low / parts(measure), high: high / parts(measure) })
            }
            _ => (self.trials > 0).then(|| of_probability(self.hits, self.trials)),
        }
    }
}

fn parts(measure: usize) -> f64 {
    MEASURES[measure].unit.parts() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read() {
        let start = jiff::civil::date(2026, 1, 5).at(0, 0, 0, 0);
        let read = |typed: &str| Target::parse(typed, start, Time(30 * 86_400_000));
        let probability = |name| Question::Probability(EVENTS.iter().position(|e| e.name == name).unwrap());
        for (typed, question, at_most) in [
            ("P(rejected) <= 1%", probability("any_rejected"), 0.01),
            ("P(pool_exhausted)<=0.5", probability("pool_exhausted"), 0.5),
            ("P(exhausted before 2026-01-06) <= 5 %", Question::ExhaustedBefore(Time(86_400_000)), 0.05),
            ("wait_p95_hours <= 24", Question::Mean(find("wait_p95_hours").unwrap()), 24.0),
        ] {
            let target = read(typed).unwrap();
            assert_eq!((target.question, target.at_most), (question, at_most), "{typed}");
        }
        for (typed, says) in [
            ("P(rejected) < 1%", "`<=` is missing"),
            ("P(rejected) <= 3", "is no limit"),
            // Met by every pool; and 1 may stand for 1 %.
            ("P(rejected) <= 1", "is no limit"),
            ("P(rejceted) <= 1%", "no event is called `rejceted`"),
            ("wait_p95_hour <= 24", "did you mean `wait_p95_hours`?"),
            ("rejected_share <= few", "`few` is no level"),
            ("P(exhausted before 2026-02-05) <= 1%", "2026-02-05 is not within the simulated time"),
            ("P(exhausted before 0d) <= 1%", "0d is not within"),
            ("idle_node_days <= 9", "`idle_node_days` does not always fall when the pool grows; take one of"),
            ("mean_wait_hours <= 1", "leaves out who never got a license"),
        ] {
            let problem = read(typed).unwrap_err();
            assert!(problem.contains(says), "{typed}: {problem}");
        }
        for name in FALL_WITH_THE_POOL {
            assert!(read(&format!("{name} <= 1")).is_ok(), "{name}");
        }
    }

    /// So many replications without a hit make a pool sure, one fewer does not.
    #[test]
    fn the_fewest_replications_are_the_fewest() {
        let start = jiff::civil::date(2026, 1, 5).at(0, 0, 0, 0);
        let read = |typed: &str| Target::parse(typed, start, Time(86_400_000)).unwrap();
        for (typed, at_most) in [("P(rejected) <= 1%", 0.01), ("P(exhausted) <= 0.2", 0.2)] {
            let fewest = read(typed).fewest_replications().unwrap();
            assert!(of_probability(0, fewest).high <= at_most, "{typed}");
            assert!(of_probability(0, fewest - 1).high > at_most, "{typed}");
        }
        assert_eq!(read("P(rejected) <= 99%").fewest_replications(), Some(1));
        assert_eq!(read("P(rejected) <= 0").fewest_replications(), None);
        assert_eq!(read("rejected_share <= 1%").fewest_replications(), None);
    }
}
