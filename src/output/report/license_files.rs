//! License files over time: a bar for each, from its first day to its last, and a line at the day of the export.

use jiff::civil::Date;
use maud::{Markup, html};

use crate::output::prose::numbers::counted;
use crate::output::results::license_files::AuditLicenseFile;

/// Units across a bar.
const WIDTH: i64 = 1_000;

/// Days shown before the first date and after the last one.
const MARGIN: i64 = 45;

/// What is shown of a file without a first day is not longer than this before the export.
const PAST: i64 = 400;

/// The days that all bars show.
struct Days {
    first: Date,
    last: Date,
}

impl Days {
    fn of(files: &[AuditLicenseFile], now: Date) -> Days {
        let dates =
            files.iter().flat_map(|file| [&file.from, &file.until]).flatten().filter_map(|day| date(day));
        // Licenses that came long ago are cut: what matters is around the export.
        let shown = dates.filter(|day| days_between(*day, now).abs() <= 10 * PAST).chain([now]);
        let (first, last) = shown.fold((now, now), |(first, last), day| (first.min(day), last.max(day)));
        Days { first: later(first, -MARGIN), last: later(last, MARGIN) }
    }

    /// Where a day is, on the scale of a bar.
    fn place(&self, day: Date) -> i64 {
        let whole = days_between(self.first, self.last).max(1);
        (days_between(self.first, day) * WIDTH / whole).clamp(0, WIDTH)
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    i64::from(from.until(to).map_or(0, |span| span.get_days()))
}

fn later(day: Date, days: i64) -> Date {
    day.saturating_add(jiff::Span::new().days(days))
}

fn date(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// The list of the files, with their bars.
pub fn timeline(files: &[AuditLicenseFile], exported_at: &str) -> Markup {
    let now = exported_at.get(..10).and_then(date).unwrap_or(Date::constant(2000, 1, 1));
    let days = Days::of(files, now);
    html! {
        p class="about" { span class="key" {} "the day of the export, " (now) }
        ul class="files" { @for file in files { (entry(file, &days, now)) } }
        p class="scale" { span { (days.first) } span { (days.last) } }
    }
}

fn entry(file: &AuditLicenseFile, days: &Days, now: Date) -> Markup {
    let nodes = file.nodes.map_or("nodes without limit".to_string(), |nodes| counted(nodes, "node"));
    let class = match file.state.as_str() {
        "in_force" => "force",
        "starts_later" => "later",
        _ => "ended",
    };
    let from = file.from.as_deref().and_then(date).map_or(0, |day| days.place(day));
    let until = file.until.as_deref().and_then(date).map_or(WIDTH, |day| days.place(day));
    let (width, now) = ((until - from).max(4), days.place(now));
    let dates = format!(
        "from {} until {}",
        file.from.as_deref().unwrap_or("a day that is not stated"),
        file.until.as_deref().unwrap_or("no end")
    );
    let maintenance =
        file.maintenance_until.as_deref().map_or(String::new(), |day| format!("; maintenance until {day}"));
    html! {
        li class=(class) {
            p { b { (file.file) } ": " (nodes) ", " (file.product) ", " (file.kind) ". " (first_upper(&file.words)) "." }
            svg viewBox={ "0 0 " (WIDTH) " 20" } preserveAspectRatio="none" role="img" aria-label={ (dates) (maintenance) } {
                rect class="span" x=(from) y="2" width=(width) height="16" {}
                line class="mark" x1=(now) x2=(now) y1="0" y2="20" {}
            }
            p class="about" { (first_upper(&dates)) (maintenance) "." }
        }
    }
}

/// The text with a capital letter.
pub fn first_upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_within_the_days_shown() {
        let day = |text: &str| date(text).unwrap();
        let days = Days { first: day("2026-01-01"), last: day("2026-04-11") };
        for (at, place) in [
            ("2025-06-01", 0),
            ("2026-01-01", 0),
            ("2026-02-20", 500),
            ("2026-04-11", 1_000),
            ("2030-01-01", 1_000),
        ] {
            assert_eq!(days.place(day(at)), place, "{at}");
        }
    }
}
