//! Hours of PCs, worked out by hand. Day 0 is a Monday; instants are (day, hour, minute).

use super::*;
use crate::scenario::model::{DAYS, PeriodicSchedule, Phase, Weekly, Window};

fn at((day, hour, minute): (i64, i64, i64)) -> Time {
    Time::START + Span::days(day) + Span::hours(hour) + Span::minutes(minute)
}

/// Weekdays 8 to 18, Saturday 9 to 12, Tuesday of the first week a holiday.
fn office(present: f64) -> Online {
    let hours = |from, until| (Span::hours(from), Span::hours(until));
    let days: [Vec<Window>; DAYS] = std::array::from_fn(|day| match day {
        0..5 => vec![hours(8, 18)],
        5 => vec![hours(9, 12)],
        _ => Vec::new(),
    });
    let windows = Weekly::new(Time::START, 0, days);
    Online { longest: windows.longest(), windows, present, holidays: vec![1] }
}

fn nights() -> Online {
    let days =
        std::array::from_fn(
            |day| if day < 5 { vec![(Span::hours(22), Span::hours(30))] } else { Vec::new() },
        );
    let windows = Weekly::new(Time::START, 0, days);
    Online { longest: windows.longest(), windows, present: 1.0, holidays: vec![] }
}

fn hours_of<'a>(online: &'a Online, spread: &'a Distribution, draws: &'a Draws) -> Hours<'a> {
    Hours { online, spread, draws, entity: 3 }
}

#[test]
fn what_is_due_while_a_pc_is_off_waits() {
    let draws = Draws::new(7, 0, "desktops");
    let (office, nights) = (office(1.0), nights());
    let minutes = |n| Distribution::Constant(Span::minutes(n).ms());
    let (half_hour, long) = (minutes(30), minutes(300));
    #[rustfmt::skip]
    let table = [
        // hours    spread       due           runs
        (&office,  &half_hour,  (0, 7, 59),   (0, 8, 30)),
        (&office,  &half_hour,  (0, 8, 0),    (0, 8, 0)),
        (&office,  &half_hour,  (0, 17, 59),  (0, 17, 59)),
        (&office,  &half_hour,  (0, 18, 0),   (2, 8, 30)),  // Tuesday is a holiday
        (&office,  &half_hour,  (4, 18, 0),   (5, 9, 30)),
        (&office,  &half_hour,  (5, 12, 0),   (7, 8, 30)),
        (&nights,  &half_hour,  (0, 3, 0),    (0, 22, 30)), // no window runs into the first day
        (&nights,  &half_hour,  (5, 5, 59),   (5, 5, 59)),
        (&nights,  &half_hour,  (5, 6, 0),    (7, 22, 30)),
    ];
    for (online, spread, due, runs) in table {
        assert_eq!(hours_of(online, spread, &draws).when_on(at(due)), at(runs), "{due:?}");
    }
    // Beyond the end of the window: the last instant before it.
    let late = hours_of(&office, &long, &draws).when_on(at((5, 0, 0)));
    assert_eq!(late, Time(at((5, 12, 0)).ms() - 1));
    // Long after the end of most runs, and after the latest instant of any.
    assert_eq!(hours_of(&office, &half_hour, &draws).when_on(at((7_000, 0, 0))), at((7_000, 8, 30)));
    assert_eq!(hours_of(&office, &long, &draws).when_on(Time::LAST + Span(1)), Time::NEVER);
}

#[test]
fn missed_occurrences_run_once_after_the_start() {
    let draws = Draws::new(7, 0, "desktops");
    let office = office(1.0);
    let half_hour = Distribution::Constant(Span::minutes(30).ms());
    let hours = hours_of(&office, &half_hour, &draws);
    let schedule = |every, phase| PeriodicSchedule {
        every,
        phase: Phase::Fixed(phase),
        jitter: Distribution::Constant(0),
    };
    let hourly = schedule(Span::hours(1), Span::minutes(40)); // 07:40 is missed, 08:40 is not
    let quarter = schedule(Span::hours(1), Span::minutes(10)); // 08:10 comes before 08:30
    let noon = schedule(Span::DAY, Span::hours(12));
    #[rustfmt::skip]
    let table = [
        // what      from          first
        (&hourly,   (0, 0, 0),    (0, 8, 30)),
        (&hourly,   (0, 8, 20),   (0, 8, 30)),
        (&hourly,   (0, 8, 31),   (0, 8, 40)),
        (&quarter,  (0, 3, 0),    (0, 8, 10)),
        (&quarter,  (0, 8, 11),   (0, 8, 30)),
        (&quarter,  (0, 17, 11),  (2, 8, 10)),
        (&noon,     (0, 0, 0),    (0, 12, 0)),  // nothing was missed in the night
        (&noon,     (0, 12, 1),   (2, 8, 30)),  // Tuesday noon was
        (&noon,     (5, 11, 0),   (7, 8, 30)),  // Saturday and Sunday noon, once
    ];
    for (schedule, from, first) in table {
        let Phase::Fixed(offset) = schedule.phase else { unreachable!() };
        let (jitter, anchor) = (Decision::ConfigurationJitter, Time::START + offset);
        let schedule =
            Occurrences { schedule, draws: &draws, jitter, entity: 3, anchor, ordinal: 0, drawn: None };
        assert_eq!(hours.next_occurrence(&schedule, at(from)), at(first), "from {from:?}");
    }
}

#[test]
fn a_scan_ends_while_the_pc_is_on() {
    let draws = Draws::new(7, 0, "desktops");
    let office = office(1.0);
    let half_hour = Distribution::Constant(Span::minutes(30).ms());
    let hours = hours_of(&office, &half_hour, &draws);
    #[rustfmt::skip]
    let table = [
        // begins      takes   ends
        ((0, 9, 0),    60,     Some((0, 10, 0))),
        ((0, 17, 0),   60,     Some((0, 18, 0))),
        ((0, 17, 1),   60,     Some((2, 9, 30))),
        ((4, 17, 30),  170,    Some((5, 12, 0))),  // Saturday: 09:30 is too late, 09:10 is not
        ((4, 17, 30),  190,    Some((7, 11, 40))), // too long for Saturday
        ((0, 9, 0),    601,    None),
    ];
    for (begin, minutes, end) in table {
        assert_eq!(hours.scan_ends(at(begin), Span::minutes(minutes)), end.map(at), "{begin:?}");
    }
}

/// A share of 70 % of 20,000 days, four standard errors.
#[test]
fn a_pc_is_there_on_its_share_of_days() {
    let draws = Draws::new(7, 0, "desktops");
    let (online, spread) = (office(0.7), Distribution::Constant(0));
    let hours = hours_of(&online, &spread, &draws);
    let there = (2..20_002).filter(|day| hours.there(*day)).count() as f64 / 20_000.0;
    assert!((there - 0.7).abs() < 4.0 * (0.7f64 * 0.3 / 20_000.0).sqrt(), "{there}");
    for from in (0..30 * 24).map(|hour| at((0, hour, 0))) {
        if let Some(stretch) = hours.stretch(from) {
            assert!(
                hours.there(stretch.day)
                    && stretch.until > from
                    && hours.online.windows.contains(stretch.from)
            );
        }
    }
}
