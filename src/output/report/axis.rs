//! Where the ticks of an axis are, and what stands at them.

use jiff::civil::DateTime;
use jiff::{SignedDuration, ToSpan};

/// Round numbers from `low` to `high`, about so many steps apart by 1, 2 or 5 times a power of ten. The first
/// is at or below `low`, the last at or above `high`. `whole`: steps are whole numbers.
pub fn round_numbers(low: f64, high: f64, about: usize, whole: bool) -> Vec<f64> {
    let width = if high > low { high - low } else { 1.0 };
    let rough = width / about as f64;
    let power = power_of_ten(rough);
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|step| *step >= rough * 0.999);
    let step = step.unwrap_or(10.0 * power);
    let step = if whole { step.max(1.0) } else { step };
    let (first, last) = ((low / step).floor() as i64, ((high / step) - 1e-9).ceil() as i64);
    (first..=last.max(first + 1)).map(|n| n as f64 * step).collect()
}

/// The largest power of ten that is no larger, by multiplication: logarithms differ from machine to machine.
fn power_of_ten(number: f64) -> f64 {
    let mut power = 1.0;
    while power * 10.0 <= number {
        power *= 10.0;
    }
    while power > number {
        power /= 10.0;
    }
    power
}

/// How far apart ticks are on an axis of dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AxisStep {
    Seconds(i64),
    Months(i32),
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const STEPS: [AxisStep; 22] = [
    AxisStep::Seconds(1),
    AxisStep::Seconds(10),
    AxisStep::Seconds(MINUTE),
    AxisStep::Seconds(5 * MINUTE),
    AxisStep::Seconds(15 * MINUTE),
    AxisStep::Seconds(30 * MINUTE),
    AxisStep::Seconds(HOUR),
    AxisStep::Seconds(3 * HOUR),
    AxisStep::Seconds(6 * HOUR),
    AxisStep::Seconds(12 * HOUR),
    AxisStep::Seconds(DAY),
    AxisStep::Seconds(2 * DAY),
    AxisStep::Seconds(7 * DAY),
    AxisStep::Seconds(14 * DAY),
    AxisStep::Months(1),
    AxisStep::Months(2),
    AxisStep::Months(3),
    AxisStep::Months(6),
    AxisStep::Months(12),
    AxisStep::Months(24),
    AxisStep::Months(60),
    AxisStep::Months(120),
];

/// Ticks between two instants, in seconds after `start`, at most so many: dates where days begin, times of day
/// between them, months where they are longer apart. The first one says the year, or the day.
pub fn dates(start: DateTime, from: f64, until: f64, most: usize) -> Vec<(f64, String)> {
    let fits = |step: &AxisStep| {
        let seconds = match step {
            AxisStep::Seconds(seconds) => *seconds as f64,
            AxisStep::Months(months) => f64::from(*months) * 28.0 * DAY as f64,
        };
        (until - from) / seconds <= most as f64
    };
    let step = STEPS.into_iter().find(fits).unwrap_or(AxisStep::Months(120));
    let first = match step {
        AxisStep::Seconds(_) => start.date().to_datetime(jiff::civil::Time::midnight()),
        AxisStep::Months(months) => {
            let january = start.date().first_of_year();
            let before = (i32::from(start.month()) - 1) / months * months;
            january.checked_add(before.months()).unwrap_or(january).to_datetime(jiff::civil::Time::midnight())
        }
    };
    let at = |n: i64| match step {
        AxisStep::Seconds(seconds) => first.checked_add(SignedDuration::from_secs(n * seconds)),
        AxisStep::Months(months) => first.checked_add((i64::from(months) * n).months()),
    };
    let ticks = (0..).map_while(|n| at(n).ok()).map(|when| (when.duration_since(start).as_secs_f64(), when));
    let within = ticks.skip_while(|(after, _)| *after < from).take_while(|(after, _)| *after <= until);
    within.enumerate().map(|(n, (after, when))| (after, label(when, step, n == 0))).collect()
}

fn label(when: DateTime, step: AxisStep, first: bool) -> String {
    let midnight = when.hour() == 0 && when.minute() == 0 && when.second() == 0;
    let form = match step {
        AxisStep::Seconds(seconds) if seconds < DAY && !midnight && first => "%-d %b %H:%M",
        AxisStep::Seconds(seconds) if seconds < MINUTE && !midnight => "%H:%M:%S",
        AxisStep::Seconds(seconds) if seconds < DAY && !midnight => "%H:%M",
        AxisStep::Seconds(_) if first => "%-d %b %Y",
        AxisStep::Seconds(_) => "%-d %b",
        AxisStep::Months(months) if months < 12 && when.month() > 1 && !first => "%b",
        AxisStep::Months(months) if months < 12 => "%b %Y",
        AxisStep::Months(_) => "%Y",
    };
    when.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn numbers_are_round() {
        assert_eq!(round_numbers(0.0, 954.0, 5, false), [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0]);
        assert_eq!(round_numbers(0.0, 1000.0, 5, false), [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0]);
        assert_eq!(round_numbers(0.0, 0.0, 5, false), [0.0, 0.2]);
        assert_eq!(round_numbers(-3.0, 3.0, 4, false), [-4.0, -2.0, 0.0, 2.0, 4.0]);
        assert_eq!(round_numbers(0.0, 1.0, 5, true), [0.0, 1.0]);
        assert_eq!(round_numbers(0.0, 3.0, 4, false), [0.0, 1.0, 2.0, 3.0]);
    }

    #[test]
    fn dates_are_where_days_and_months_begin() {
        let start = date(2026, 1, 5).at(8, 0, 0, 0);
        let labels = |days: f64| -> Vec<String> {
            dates(start, 0.0, days * DAY as f64, 8).into_iter().map(|(_, label)| label).collect()
        };
        assert_eq!(labels(0.5), ["5 Jan 09:00", "12:00", "15:00", "18:00"]);
        assert_eq!(
            labels(1.0),
            ["5 Jan 09:00", "12:00", "15:00", "18:00", "21:00", "6 Jan", "03:00", "06:00"]
        );
        assert_eq!(labels(6.0), ["6 Jan 2026", "7 Jan", "8 Jan", "9 Jan", "10 Jan", "11 Jan"]);
        assert_eq!(labels(90.0), ["19 Jan 2026", "2 Feb", "16 Feb", "2 Mar", "16 Mar", "30 Mar"]);
        assert_eq!(labels(365.0), ["Mar 2026", "May", "Jul", "Sep", "Nov", "Jan 2027"]);
        assert_eq!(labels(1500.0), ["2027", "2028", "2029", "2030"]);
    }
}
