//! The numbers of a chart for the layer that zooms.
//!
//! A series is one text of steps from number to number: `850 0x16 -3 _` is 850, 850 sixteen times more, 847,
//! nothing. Numbers with a fraction are given in hundredths, thousandths, ... (`parts`), so all steps are whole.

use serde_json::{Value, json};

use crate::output::report::chart::{Across, Chart, Look, Series};
use crate::output::report::thin;

/// The data as JSON that can stand in a `script` element.
pub fn data(chart: &Chart, most: usize) -> String {
    let lines: Vec<&[Option<f64>]> = chart.series.iter().flat_map(Series::lines).collect();
    let kept = thin::rows(chart.x.at(), &lines, most);
    let at: Vec<Option<f64>> = chart.x.at().iter().map(|x| Some(*x)).collect();
    let x = match &chart.x {
        // A second of a day without time zone; the page shows it as it stands here.
        Across::Time { start, .. } => json!({
            "start": start.duration_since(jiff::civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0)).as_secs(),
            "at": encoded(&at, &kept),
        }),
        Across::Number { label, .. } => json!({ "label": label, "at": encoded(&at, &kept) }),
    };
    let series: Vec<Value> = chart.series.iter().map(|series| of_series(series, &kept)).collect();
    let marks: Vec<Value> =
        chart.marks.iter().map(|mark| json!({ "at": mark.at, "words": mark.words })).collect();
    let level = chart.level.as_ref().map(|level| level.at);
    let data = json!({
        "unit": chart.unit, "x": x, "series": series, "marks": marks, "level": level,
        "whole": chart.is_of_whole_numbers(),
    });
    for_script(&data)
}

/// JSON in which nothing ends the element it stands in, or begins another one.
pub fn for_script(data: &Value) -> String {
    data.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn of_series(series: &Series, kept: &[usize]) -> Value {
    let look = match series.look {
        Look::Line => "line",
        Look::Step => "step",
        Look::Bars => "bars",
        Look::Band { .. } => "band",
        Look::Dots => "dots",
    };
    let lines: Vec<Value> = series.lines().map(|y| encoded(y, kept)).collect();
    json!({ "label": series.label, "look": look, "colour": series.colour, "y": lines })
}

/// The numbers at these places, as steps, with the parts they are counted in.
fn encoded(numbers: &[Option<f64>], kept: &[usize]) -> Value {
    let parts = parts(kept.iter().filter_map(|at| numbers[*at]));
    let whole = kept.iter().map(|at| numbers[*at].map(|number| (number * parts).round() as i64));
    let mut steps: Vec<(Option<i64>, u32)> = Vec::new();
    let mut before = 0;
    for number in whole {
        let step = number.map(|number| number - before);
        before = number.unwrap_or(before);
        match steps.last_mut() {
            Some((last, times)) if *last == step => *times += 1,
            _ => steps.push((step, 1)),
        }
    }
    let word = |(step, times): (Option<i64>, u32)| {
        let step = step.map_or("_".to_string(), |step| step.to_string());
        if times == 1 { step } else { format!("{step}x{times}") }
    };
    json!([parts as i64, steps.into_iter().map(word).collect::<Vec<_>>().join(" ")])
}

/// The power of ten in whose parts all numbers are whole, or known to at least four digits of the largest.
fn parts(numbers: impl Iterator<Item = f64>) -> f64 {
    let numbers: Vec<f64> = numbers.collect();
    let largest = numbers.iter().fold(0.0, |largest, number| f64::max(largest, number.abs()));
    let fine = |parts: &f64| {
        let whole = |number: &f64| ((number * parts).round() - number * parts).abs() < 1e-6;
        largest * parts >= 1e5 || numbers.iter().all(whole)
    };
    [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6].into_iter().find(fine).unwrap_or(1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_steps() {
        let numbers = [Some(850.0), Some(850.0), Some(850.0), Some(847.0), None, Some(848.0)];
        assert_eq!(encoded(&numbers, &[0, 1, 2, 3, 4, 5]), json!([1, "850 0x2 -3 _ 1"]));
        assert_eq!(encoded(&numbers, &[0, 3]), json!([1, "850 -3"]));
        assert_eq!(encoded(&[Some(0.25), Some(0.5)], &[0, 1]), json!([100, "25x2"]));
        assert_eq!(encoded(&[], &[]), json!([1, ""]));
        // A third has no end; five digits do.
        assert_eq!(encoded(&[Some(100.0 / 3.0)], &[0]), json!([10000, "333333"]));
    }

    #[test]
    fn nothing_ends_a_script() {
        let text = for_script(&json!({ "label": "</script><b>&amp;" }));
        assert!(!text.contains(['<', '>', '&']), "{text}");
        let back: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["label"], "</script><b>&amp;");
    }
}
