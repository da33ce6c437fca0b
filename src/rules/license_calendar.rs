//! What happens to license files at known instants: they start, end, give notice, run out of maintenance.

use crate::rules::clause::Clause;
use crate::scenario::model::LicenseFile;
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

/// Every event of every file, in order of time, then kind, then file.
pub fn calendar(files: &[LicenseFile]) -> Vec<(Time, LicenseFileEvent, usize)> {
    let mut events = Vec::new();
    for (index, file) in files.iter().enumerate() {
        events.push((file.from, LicenseFileEvent::Starts, index));
        events.extend(file.until.map(|until| (until, LicenseFileEvent::Ends, index)));
        if let Some(aup) = file.aup_until {
            events.push((aup - AUP_NOTICE, LicenseFileEvent::AupNotice, index));
            events.push((aup, LicenseFileEvent::AupEnds, index));
        }
    }
    events.sort();
    events
}
