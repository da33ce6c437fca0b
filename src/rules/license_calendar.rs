//! What happens to license files at known instants: they start, end, give notice, run out of maintenance.

use crate::rules::clause::Clause;
use crate::scenario::model::{LicenseFile, LicenseFormat};
use crate::units::time::{Span, Time};

/// The notice about the end of maintenance comes this long before it.
pub const AUP_NOTICE: Span = Span::days(56);

/// Something that happens to a license file at a known instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LicenseFileEvent {
    /// The file comes into force (L1).
    Starts,
    /// The file's nodes are gone (L2).
    Ends,
    /// Maintenance of the file ends in 56 days ([`AUP_NOTICE`]).
    AupNotice,
    /// First instant without maintenance of the file.
    AupEnds,
}

impl LicenseFileEvent {
    /// The rule behind it; the end of maintenance changes nothing about the pool.
    pub fn clause(self) -> Option<Clause> {
        match self {
            LicenseFileEvent::Starts => Some(Clause::L1),
            LicenseFileEvent::Ends => Some(Clause::L2),
            LicenseFileEvent::AupNotice | LicenseFileEvent::AupEnds => None,
        }
    }
}

/// Every event of every file, in order of time, then kind, then file. **L1** Once another file has taken its place, nothing
/// happens to a file any more: its end, and that of its maintenance, change nothing.
pub fn calendar(files: &[LicenseFile]) -> Vec<(Time, LicenseFileEvent, usize)> {
    let mut events = Vec::new();
    for ((index, file), by_other) in files.iter().enumerate().zip(superseded(files)) {
        let until = by_other.map_or(Time::NEVER, |(at, _)| at);
        events.push((file.from, LicenseFileEvent::Starts, index));
        let end = file.until.map(|until| (until, LicenseFileEvent::Ends, index));
        let maintenance = file.aup_until.into_iter().flat_map(|aup| {
            [(aup - AUP_NOTICE, LicenseFileEvent::AupNotice, index), (aup, LicenseFileEvent::AupEnds, index)]
        });
        events.extend(end.into_iter().chain(maintenance).filter(|(at, ..)| *at < until)); // L1
    }
    events.sort();
    events
}

/// By file: when another one takes its place, by name or, of legacy files, as the next one; and which one does.
pub fn superseded(files: &[LicenseFile]) -> Vec<Option<(Time, usize)>> {
    let mut first: Vec<Option<(Time, usize)>> = vec![None; files.len()];
    let mut take = |replaced: usize, at: Time, by: usize| {
        if first[replaced].is_none_or(|(earlier, _)| at < earlier) {
            first[replaced] = Some((at, by));
        }
    };
    for (by, file) in files.iter().enumerate() {
        if let Some(replaced) = file.replaces {
            take(replaced, file.from.max(files[replaced].from), by);
        }
    }
    let legacy = |index: &usize| files[*index].format == LicenseFormat::Legacy;
    let mut in_order: Vec<usize> = (0..files.len()).filter(legacy).collect();
    in_order.sort_by_key(|index| files[*index].from);
    for pair in in_order.windows(2) {
        take(pair[0], files[pair[1]].from, pair[1]);
    }
    first
}
