//! How each license file stands at an instant: in force and for how long, ended, replaced, or still to come; what the end
//! of one does, and whether it is why fewer nodes are in force than are held.

use crate::rules::license_calendar::superseded;
use crate::rules::license_files::{Entitlement, LicenseState, Sums, files_in_force};
use crate::scenario::model::LicenseFile;
use crate::units::time::{Span, Time};

/// An order takes weeks: an end within this time is reported.
pub const SOON: Span = Span::days(30);

/// How a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicenseFileState {
    /// Its nodes count; when they end, if ever, and what is left then.
    InForce(Option<(Time, AfterEnd)>),
    /// Its nodes ended (L2).
    Ended {
        /// First instant no longer in force.
        at: Time,
        /// What that has done to the pool as it is now.
        effect: EndEffect,
    },
    /// Another file took its place (L1).
    Replaced {
        /// When the other file came.
        at: Time,
        /// The other file, by index.
        by: usize,
    },
    /// Its nodes do not count yet.
    Starts {
        /// First instant in force.
        at: Time,
    },
}

/// What is left when a file ends. A file that starts on the next day follows without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterEnd {
    /// As many nodes as are held now, or more.
    Enough {
        /// Nodes in force then; `None`: without limit.
        nodes: Option<u64>,
        /// The file that comes in its place, by index.
        renewal: Option<usize>,
    },
    /// **L3** Fewer nodes than are held now.
    Short {
        /// Nodes in force then.
        nodes: u64,
        /// When enough nodes are in force again.
        until: Option<Time>,
    },
    /// **E1** No license is in date.
    Stops {
        /// When one is in date again.
        until: Option<Time>,
    },
}

/// What the end of a file has done to the pool as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndEffect {
    /// Enough nodes are in force without it.
    None,
    /// **L3** With its nodes there would be enough for all that are held.
    Exceeded,
    /// **L3** The pool is exceeded, and its nodes are some of those that are missing.
    PartOfExceeded,
    /// **E1** Since then no license is in date.
    Stopped,
}

/// How each file stands at an instant at which so many licenses are held, in order of the files.
pub fn states(files: &[LicenseFile], at: Time, held: u64) -> Vec<LicenseFileState> {
    let timeline = Timeline { files, sums: Sums::of(files), held };
    let in_force: Vec<&str> = files_in_force(files, at).map(|file| file.name.as_str()).collect();
    let superseded = superseded(files);
    let effects = timeline.effects(at);
    let state = |(index, file): (usize, &LicenseFile)| {
        let ended = file.until.filter(|until| *until <= at);
        let replaced = superseded[index].filter(|(from, _)| *from <= ended.unwrap_or(at));
        match (replaced, ended) {
            _ if file.from > at => LicenseFileState::Starts { at: file.from },
            _ if in_force.contains(&file.name.as_str()) => {
                LicenseFileState::InForce(file.until.map(|until| (until, timeline.after(index, until))))
            }
            (Some((at, by)), _) => LicenseFileState::Replaced { at, by },
            (None, ended) => {
                let at = ended.expect("a file that came, was not replaced and has no end is in force");
                LicenseFileState::Ended { at, effect: effects[index] }
            }
        }
    };
    files.iter().enumerate().map(state).collect()
}

/// Days without the nodes of a file that ended, until the next one starts: 0 when that is on the next day.
pub fn gap_days(end: Time, start: Time) -> i64 {
    // A file ends at 23:59.
    ((start - end) - Span::MINUTE).ms().max(0) / Span::DAY.ms()
}

struct Timeline<'f> {
    files: &'f [LicenseFile],
    sums: Sums,
    held: u64,
}

impl Timeline<'_> {
    /// Just before an end.
    fn before(&self, end: Time) -> Entitlement {
        self.sums.at(end - Span(1))
    }

    /// On the day after an end, when renewals have come.
    fn next_day(&self, end: Time) -> Entitlement {
        self.sums.at(end + Span::DAY)
    }

    fn after(&self, index: usize, end: Time) -> AfterEnd {
        let then = self.next_day(end);
        let again = |fits: &dyn Fn(&Entitlement) -> bool| self.sums.first_after(end, fits);
        if then.state != LicenseState::InDate {
            return AfterEnd::Stops { until: again(&|later| later.state == LicenseState::InDate) }; // E1
        }
        match then.nodes {
            Some(nodes) if nodes < self.held => {
                AfterEnd::Short { nodes, until: again(&|later| is_enough(later, self.held)) } // L3
            }
            nodes => AfterEnd::Enough { nodes, renewal: self.renewal(index, end) },
        }
    }

    /// A file of as many nodes that comes shortly before the end or on the next day, and lasts longer.
    fn renewal(&self, index: usize, end: Time) -> Option<usize> {
        let ended = &self.files[index];
        let renews = |(other, file): &(usize, &LicenseFile)| {
            *other != index
                && file.from > ended.from
                && file.from >= end - OVERLAP
                && gap_days(end, file.from) == 0
                && file.until.is_none_or(|until| until > end)
                && file.nodes.is_none_or(|nodes| ended.nodes.is_some_and(|before| nodes >= before))
        };
        let renewals = self.files.iter().enumerate().filter(renews);
        renewals.min_by_key(|(_, file)| (file.from.ms() - end.ms()).abs()).map(|(other, _)| other)
    }

    /// By file: what its end has done, if it is over.
    fn effects(&self, at: Time) -> Vec<EndEffect> {
        let mut effects = vec![EndEffect::None; self.files.len()];
        let now = self.sums.at(at);
        let missing = match (now.state, now.nodes) {
            (LicenseState::InDate, Some(nodes)) => self.held.saturating_sub(nodes),
            (LicenseState::InDate, None) => 0,
            _ => u64::MAX,
        };
        let ended = |index: &usize| self.files[*index].until.filter(|until| *until <= at);
        let mut latest_first: Vec<usize> = (0..self.files.len()).filter(|i| ended(i).is_some()).collect();
        latest_first.sort_by_key(|index| std::cmp::Reverse((ended(index), *index)));
        let (mut explained, mut last) = (0_u64, None);
        for index in latest_first {
            let end = ended(&index).expect("only files that ended are in the list");
            if explained >= missing && last != Some(end) {
                break;
            }
            let lost = self.lost_at(end);
            let is_counted = self.files[index].from < end && lost > 0;
            if missing == u64::MAX {
                // What ended together with the last one in date, or was the last one.
                effects[index] = if is_counted { EndEffect::Stopped } else { EndEffect::None };
                explained = if is_counted { u64::MAX } else { explained };
            } else if is_counted && missing > 0 {
                let all = lost >= missing;
                effects[index] = if all { EndEffect::Exceeded } else { EndEffect::PartOfExceeded };
                explained = if last == Some(end) { explained } else { explained.saturating_add(lost) };
            }
            last = Some(end);
        }
        effects
    }

    /// Nodes fewer in force than before an end, when renewals have come.
    fn lost_at(&self, end: Time) -> u64 {
        let nodes = |at: Entitlement| match at.state {
            LicenseState::InDate => at.nodes.unwrap_or(u64::MAX),
            _ => 0,
        };
        nodes(self.before(end)).saturating_sub(nodes(self.next_day(end)))
    }
}

/// A renewal that starts earlier is a license of its own.
const OVERLAP: Span = Span::days(60);

fn is_enough(entitlement: &Entitlement, held: u64) -> bool {
    entitlement.state == LicenseState::InDate && entitlement.nodes.is_none_or(|nodes| nodes >= held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::license_files::{AupState, entitlement};
    use crate::scenario::model::LicenseFormat::{self, Legacy, SLic};
    use crate::scenario::model::LicenseKind;

    /// Seen from noon of day 0; a file starts at noon of its first day, and ends at 23:59 of its last one.
    fn file(
        name: &str,
        format: LicenseFormat,
        nodes: Option<u64>,
        from: i64,
        until: Option<i64>,
    ) -> LicenseFile {
        LicenseFile {
            name: name.into(),
            product: String::new(),
            kind: if until.is_some() { LicenseKind::Temporary } else { LicenseKind::Perpetual },
            format,
            nodes,
            nodes_unknown: false,
            from: starts(from),
            until: until.map(ends),
            aup_until: None,
            replaces: None,
        }
    }

    fn starts(day: i64) -> Time {
        Time::START + Span::days(day)
    }

    fn ends(day: i64) -> Time {
        starts(day) + Span::minutes(12 * 60 - 1)
    }

    fn stand(files: &[LicenseFile], held: u64) -> Vec<LicenseFileState> {
        states(files, Time::START, held)
    }

    #[test]
    fn what_is_left_when_a_file_ends() {
        use AfterEnd::{Enough, Short, Stops};
        let temporary = |days| file("t", SLic, Some(60), -90, Some(days));
        let next = |nodes, from| file("next", SLic, Some(nodes), from, Some(400));
        let base = || file("base", SLic, Some(150), -900, None);
        #[rustfmt::skip]
        let table = [
            // held, files beside the temporary one that ends on day 10, what is left
            (0,   vec![],                          Stops { until: None }), // E1
            (60,  vec![next(60, 11)],              Enough { nodes: Some(60), renewal: Some(1) }), // the next day
            (60,  vec![next(60, 3)],               Enough { nodes: Some(60), renewal: Some(1) }),
            (60,  vec![next(59, 3)],               Short { nodes: 59, until: None }),
            (59,  vec![next(59, 3)],               Enough { nodes: Some(59), renewal: None }), // no renewal of all
            (60,  vec![next(60, 12)],              Stops { until: Some(starts(12)) }),
            (60,  vec![next(60, -100)],            Enough { nodes: Some(60), renewal: None }), // a license of its own
            (150, vec![base()],                    Enough { nodes: Some(150), renewal: None }),
            (200, vec![base()],                    Short { nodes: 150, until: None }), // L3
            (200, vec![base(), next(60, 30)],      Short { nodes: 150, until: Some(starts(30)) }),
            (200, vec![base(), next(20, 30)],      Short { nodes: 150, until: None }), // still too few
            (200, vec![file("u", SLic, None, -1, None)], Enough { nodes: None, renewal: Some(1) }),
        ];
        for (held, others, expected) in table {
            let files: Vec<LicenseFile> = std::iter::once(temporary(10)).chain(others).collect();
            assert_eq!(
                stand(&files, held)[0],
                LicenseFileState::InForce(Some((ends(10), expected))),
                "{files:#?}"
            );
        }
    }

    #[test]
    fn what_the_end_of_a_file_has_done() {
        use EndEffect::{Exceeded, None as No, PartOfExceeded, Stopped};
        let (base, next) =
            (|nodes| file("base", SLic, Some(nodes), -900, None), file("next", SLic, Some(60), -2, None));
        let (early, late) =
            (|| file("early", SLic, Some(60), -500, Some(-40)), file("late", SLic, Some(60), -90, Some(-3)));
        #[rustfmt::skip]
        let table = [
            // held, files, effect of each that ended
            (200, vec![late.clone(), base(150)],                vec![Exceeded]),
            (150, vec![late.clone(), base(150)],                vec![No]),
            (200, vec![late.clone(), base(150), next.clone()],  vec![No]), // renewed
            (210, vec![late.clone(), base(150), next],          vec![No]),
            (200, vec![late.clone(), early(), base(150)],       vec![Exceeded, No]), // the later one explains it
            (240, vec![late.clone(), early(), base(150)],       vec![PartOfExceeded, PartOfExceeded]),
            (9,   vec![late.clone(), early()],                  vec![Stopped, No]), // E1
            (0,   vec![late.clone(), file("p", SLic, Some(9), 5, None)], vec![Stopped]),
        ];
        for (held, files, expected) in table {
            let found = stand(&files, held);
            let effects: Vec<EndEffect> = found
                .iter()
                .filter_map(|state| match state {
                    LicenseFileState::Ended { effect, .. } => Some(*effect),
                    _ => None,
                })
                .collect();
            assert_eq!(effects, expected, "{files:#?}");
        }
    }

    #[test]
    fn files_that_have_not_come_and_files_that_were_replaced() {
        let files = [
            file("old", Legacy, Some(100), -400, Some(-50)),
            file("base", Legacy, Some(100), -60, None),
            file("trial", Legacy, Some(10), -9, Some(-2)),
            file("new", Legacy, Some(100), 3, None),
        ];
        let expected = [
            LicenseFileState::Replaced { at: starts(-60), by: 1 },
            LicenseFileState::Replaced { at: starts(-9), by: 2 }, // L1: what was replaced does not come back
            LicenseFileState::Ended { at: ends(-2), effect: EndEffect::Stopped },
            LicenseFileState::Starts { at: starts(3) },
        ];
        assert_eq!(stand(&files, 50), expected);
    }

    #[test]
    fn a_file_that_starts_on_the_next_day_leaves_no_gap() {
        for (start, days) in
            [(Time(ends(10).ms() + 60_000), 0), (starts(11), 0), (starts(12), 1), (starts(30), 19)]
        {
            assert_eq!(gap_days(ends(10), start), days);
        }
        assert_eq!(gap_days(ends(10), starts(10)), 0);
    }

    #[test]
    fn maintenance_gives_notice_56_days_before_its_end() {
        let mut base = file("base", SLic, Some(1), 0, None);
        base.aup_until = Some(starts(100));
        let mut other = base.clone();
        other.aup_until = Some(starts(60));
        for (files, day, state) in [
            (vec![base.clone()], 43, AupState::Active),
            (vec![base.clone()], 44, AupState::Notice),
            (vec![base.clone()], 100, AupState::Expired),
            (vec![base, other], 60, AupState::Expired), // the earliest end counts
        ] {
            assert_eq!(entitlement(&files, starts(day)).aup, state, "{day}");
        }
    }
}
