//! Which licenses are in force at an instant: the files, their dates, and what replaces what.

use std::collections::BTreeMap;

use crate::rules::license_calendar::{AUP_NOTICE, LicenseFileEvent, calendar};
use crate::scenario::model::{LicenseFile, LicenseFormat, OnExpiry};
use crate::units::time::Time;

/// What the files of a server add up to at an instant.
///
/// The default is a server without any license file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entitlement {
    /// Nodes of all files in force; `None`: without limit.
    pub nodes: Option<u64>,
    /// There is a limit, and it is not known; `nodes` is `None`.
    pub nodes_unknown: bool,
    /// None, in date or expired (E1).
    pub state: LicenseState,
    /// Maintenance (AUP); the earliest end of the files in force decides.
    pub aup: AupState,
    /// First instant without maintenance: the earliest end of the files in force. `None`: not stated.
    pub aup_until: Option<Time>,
}

impl Default for Entitlement {
    fn default() -> Self {
        let (nodes, nodes_unknown, state) = (Some(0), false, LicenseState::None);
        Entitlement { nodes, nodes_unknown, state, aup: AupState::None, aup_until: None }
    }
}

/// Is there a license at all?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicenseState {
    /// No file has come into force yet.
    None,
    /// At least one file is in force.
    InDate,
    /// All files have ended, or the one that replaced them has (E1).
    Expired,
}

/// Maintenance of the files in force; the earliest end counts for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AupState {
    /// No file in force states an end.
    None,
    /// The end is stated and more than 56 days away.
    Active,
    /// Ends within 56 days.
    Notice,
    /// The end has come (M1 to M4).
    Expired,
}

impl LicenseState {
    /// The word in `timeline.csv` and `summary.json`.
    pub fn words(self) -> &'static str {
        match self {
            LicenseState::None => "none",
            LicenseState::InDate => "in_date",
            LicenseState::Expired => "expired",
        }
    }
}

impl AupState {
    /// The word in `timeline.csv` and `summary.json`.
    pub fn words(self) -> &'static str {
        match self {
            AupState::None => "none",
            AupState::Active => "active",
            AupState::Notice => "notice",
            AupState::Expired => "expired",
        }
    }
}

/// The files in force: **L1** of the legacy files the last one that came, unless it ended; of the SLic
/// files all that have come and not ended; and none that another file replaced by name. **L2** Perpetual files have no end.
pub fn files_in_force(files: &[LicenseFile], at: Time) -> impl Iterator<Item = &LicenseFile> {
    let came = move |file: &&LicenseFile| file.from <= at;
    let legacy = files.iter().filter(|f| f.format == LicenseFormat::Legacy).filter(came);
    let last_legacy = legacy.max_by_key(|file| file.from).map(|file| file.name.as_str());
    let mut replaced = vec![false; files.len()];
    files.iter().filter(came).filter_map(|file| file.replaces).for_each(|index| replaced[index] = true);
    files
        .iter()
        .zip(replaced)
        .filter(|(_, replaced)| !replaced) // L1
        .map(|(file, _)| file)
        .filter(came)
        .filter(move |file| file.format == LicenseFormat::SLic || Some(file.name.as_str()) == last_legacy) // L1
        .filter(move |file| file.until.is_none_or(|until| at < until)) // L2
}

/// What the files in force add up to at every instant (**L1**, **L2**, **E1**; maintenance: the earliest end), worked out
/// at once: between two events of the calendar nothing changes.
#[derive(Debug, Clone)]
pub struct Sums {
    /// From when on which sum holds, in order of time.
    from: Vec<(Time, Sum)>,
}

#[derive(Debug, Clone, Copy)]
struct Sum {
    nodes: Option<u64>,
    nodes_unknown: bool,
    state: LicenseState,
    aup_until: Option<Time>,
}

impl Sums {
    /// Adds the files up from one event of their calendar to the next, once for all instants.
    pub fn of(files: &[LicenseFile]) -> Sums {
        let mut counted = CountedFiles::new(files);
        let mut from: Vec<(Time, Sum)> = Vec::new();
        for (at, event, index) in calendar(files) {
            match event {
                LicenseFileEvent::Starts => counted.starts(index),
                LicenseFileEvent::Ends => counted.ends(index),
                LicenseFileEvent::AupNotice | LicenseFileEvent::AupEnds => continue,
            }
            match from.last_mut() {
                Some((last, sum)) if *last == at => *sum = counted.sum(),
                _ => from.push((at, counted.sum())),
            }
        }
        Sums { from }
    }

    /// What the files add up to at an instant.
    pub fn at(&self, at: Time) -> Entitlement {
        let begun = self.from.partition_point(|(from, _)| *from <= at);
        let Some((_, sum)) = begun.checked_sub(1).map(|last| self.from[last]) else {
            return Entitlement::default();
        };
        let Sum { nodes, nodes_unknown, state, aup_until } = sum;
        Entitlement { nodes, nodes_unknown, state, aup: aup_state(aup_until, at), aup_until }
    }

    /// The first instant from `at` on from which the files add up to something that fits.
    pub fn first_after(&self, at: Time, fits: impl Fn(&Entitlement) -> bool) -> Option<Time> {
        let later = self.from.iter().map(|(from, _)| *from).filter(|from| *from >= at);
        later.into_iter().find(|from| fits(&self.at(*from)))
    }
}

/// The files in force, event after event, as [`files_in_force`] gives them.
struct CountedFiles<'f> {
    files: &'f [LicenseFile],
    standing: Vec<FileState>,
    last_legacy: Option<usize>,
    any_came: bool,
    entitlement: u64,
    unlimited: u64,
    /// Of those without limit, files whose limit is not known.
    unknown: u64,
    nodes: u64,
    /// Ends of maintenance, and of how many files.
    aup_until: BTreeMap<Time, u64>,
}

#[derive(Debug, Clone, Copy, Default)]
struct FileState {
    came: bool,
    /// Or replaced by name.
    gone: bool,
    counts: bool,
}

impl<'f> CountedFiles<'f> {
    fn new(files: &'f [LicenseFile]) -> CountedFiles<'f> {
        let standing = vec![FileState::default(); files.len()];
        CountedFiles {
            files,
            standing,
            last_legacy: None,
            any_came: false,
            entitlement: 0,
            unlimited: 0,
            unknown: 0,
            nodes: 0,
            aup_until: BTreeMap::new(),
        }
    }

    fn starts(&mut self, index: usize) {
        self.any_came = true;
        self.standing[index].came = true;
        if let Some(replaced) = self.files[index].replaces {
            self.ends(replaced); // L1
        }
        if self.files[index].format == LicenseFormat::Legacy {
            let before = self.last_legacy.replace(index); // L1
            before.into_iter().for_each(|before| self.count(before));
        }
        self.count(index);
    }

    fn ends(&mut self, index: usize) {
        self.standing[index].gone = true; // L2
        self.count(index);
    }

    /// Counts a file, or no longer.
    fn count(&mut self, index: usize) {
        let (file, state) = (&self.files[index], &mut self.standing[index]);
        let holds = file.format == LicenseFormat::SLic || self.last_legacy == Some(index);
        let counts = state.came && !state.gone && holds;
        if counts == state.counts {
            return;
        }
        state.counts = counts;
        let step = |number: &mut u64, by: u64| *number = if counts { *number + by } else { *number - by };
        step(&mut self.entitlement, 1);
        step(&mut self.unknown, u64::from(file.nodes_unknown));
        match file.nodes {
            Some(nodes) => step(&mut self.nodes, nodes),
            None => step(&mut self.unlimited, 1),
        }
        if let Some(until) = file.aup_until {
            let files = self.aup_until.entry(until).or_default();
            step(files, 1);
            if *files == 0 {
                self.aup_until.remove(&until);
            }
        }
    }

    fn sum(&self) -> Sum {
        let state = match self.entitlement {
            0 if self.any_came => LicenseState::Expired, // E1
            0 => LicenseState::None,
            _ => LicenseState::InDate,
        };
        let aup_until = self.aup_until.first_key_value().map(|(until, _)| *until);
        let nodes = (self.unlimited == 0).then_some(self.nodes);
        // One file without limit is enough for all.
        let nodes_unknown = self.unknown > 0 && self.unknown == self.unlimited;
        Sum { nodes, nodes_unknown, state, aup_until }
    }
}

/// What the files add up to at one instant.
pub fn entitlement(files: &[LicenseFile], at: Time) -> Entitlement {
    Sums::of(files).at(at)
}

fn aup_state(until: Option<Time>, at: Time) -> AupState {
    match until {
        None => AupState::None,
        Some(until) if at >= until => AupState::Expired,
        Some(until) if at >= until - AUP_NOTICE => AupState::Notice,
        Some(_) => AupState::Active,
    }
}

/// **X2**, **L3** How many more licenses may be taken? A pool below the number in use gives none.
pub fn free(nodes: Option<u64>, in_use: u64) -> u64 {
    nodes.map_or(u64::MAX, |nodes| nodes.saturating_sub(in_use)) // X2, L3
}

/// **X2**, **L3** May one more license be taken?
pub fn has_free(nodes: Option<u64>, in_use: u64) -> bool {
    free(nodes, in_use) > 0
}

/// **E1** Held licenses are kept when no license is in date, unless the scenario assumes otherwise.
pub fn expiry_releases(in_date: bool, on_expiry: OnExpiry) -> bool {
    !in_date && on_expiry == OnExpiry::Release // E1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::model::LicenseKind;

    fn file(name: &str, format: LicenseFormat, nodes: u64, from: i64, until: Option<i64>) -> LicenseFile {
        let kind = if until.is_some() { LicenseKind::Subscription } else { LicenseKind::Perpetual };
        LicenseFile {
            name: name.into(),
            product: String::new(),
            kind,
            format,
            nodes: Some(nodes),
            nodes_unknown: false,
            from: Time(from),
            until: until.map(Time),
            aup_until: None,
            replaces: None,
        }
    }

    #[test]
    fn which_nodes_are_in_force() {
        use LicenseFormat::{Legacy, SLic};
        use LicenseState::{Expired, InDate};
        let slic = vec![file("base", SLic, 800, 0, None), file("extra", SLic, 200, 10, Some(20))];
        let legacy = vec![file("base", Legacy, 800, 0, None), file("trial", Legacy, 50, 10, Some(20))];
        let late = vec![file("late", SLic, 5, 10, Some(20))];
        #[rustfmt::skip]
        let table = [
            // files   at   nodes  state     why
            (&slic,    9,   800,   InDate),  // the second has not come
            (&slic,    10,  1000,  InDate),  // L1: SLic files add
            (&slic,    20,  800,   InDate),  // L2: a subscription ends
            (&legacy,  9,   800,   InDate),
            (&legacy,  10,  50,    InDate),  // L1: a legacy file replaces
            (&legacy,  20,  0,     Expired), // L1, E1: what was replaced does not come back
            (&late,    9,   0,     LicenseState::None),
            (&late,    25,  0,     Expired), // E1
        ];
        for (files, at, nodes, state) in table {
            let found = entitlement(files, Time(at));
            assert_eq!((found.nodes, found.state), (Some(nodes), state), "{:?} at {at}", files[0].name);
        }
    }

    /// A file that replaces another by name takes its place for good, nodes and maintenance.
    #[test]
    fn what_a_replaced_file_leaves() {
        use LicenseFormat::{Legacy, SLic};
        let with = |mut file: LicenseFile, replaces, aup: i64| {
            (file.replaces, file.aup_until) = (replaces, Some(Time(aup)));
            file
        };
        let slic = vec![
            with(file("base", SLic, 800, 0, None), None, 15),
            with(file("extra", SLic, 200, 0, None), None, 90),
            with(file("renewal", SLic, 750, 20, Some(30)), Some(0), 80),
        ];
        let legacy = vec![
            with(file("base", Legacy, 800, 0, None), None, 15),
            with(file("renewal", Legacy, 750, 20, None), Some(0), 80),
        ];
        #[rustfmt::skip]
        let table = [
            // files   at  nodes  maintenance until
            (&slic,    19, 1000,  15), // the earliest end counts, also when it is past
            (&slic,    20, 950,   80), // L1: replaced by name
            (&slic,    30, 200,   90), // L1: what was replaced does not come back
            (&legacy,  19, 800,   15),
            (&legacy,  20, 750,   80), // L1: a legacy file replaces in any case
        ];
        for (files, at, nodes, until) in table {
            let found = entitlement(files, Time(at));
            assert_eq!((found.nodes, found.aup_until), (Some(nodes), Some(Time(until))), "at {at}");
        }
    }

    #[test]
    fn a_pool_below_the_number_in_use_gives_nothing() {
        for (nodes, in_use, free) in [
            (Some(5), 4, true),
            (Some(5), 5, false),
            (Some(5), 9, false),
            (None, 9, true),
            (Some(0), 0, false),
        ] {
            assert_eq!(has_free(nodes, in_use), free); // X2, L3
        }
    }

    /// Event after event gives what looking at all files gives, at every instant.
    #[test]
    fn sums_are_those_of_the_files_in_force() {
        let mut state = 7_u64;
        let mut below = |limit: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % limit
        };
        for _ in 0..300 {
            let mut files: Vec<LicenseFile> = Vec::new();
            for index in 0..1 + below(8) as usize {
                let format = if below(2) == 0 { LicenseFormat::Legacy } else { LicenseFormat::SLic };
                let until = (below(3) == 0).then(|| 1 + below(30) as i64);
                let mut file = file(&format!("f{index}"), format, below(50), below(20) as i64 - 3, until);
                file.aup_until = (below(2) == 0).then(|| Time(below(30) as i64));
                file.replaces = (index > 0 && below(3) == 0).then(|| below(index as u64) as usize);
                file.nodes = file.nodes.filter(|_| below(9) > 0);
                files.push(file);
            }
            let sums = Sums::of(&files);
            for at in (-5..35).map(Time) {
                let found = sums.at(at);
                let counted: Vec<&LicenseFile> = files_in_force(&files, at).collect();
                let nodes = counted.iter().map(|file| file.nodes).sum::<Option<u64>>();
                let aup_until = counted.iter().filter_map(|file| file.aup_until).min();
                assert_eq!((found.nodes, found.aup_until), (nodes, aup_until), "{files:#?} at {at:?}");
                assert_eq!(found.state == LicenseState::InDate, !counted.is_empty(), "{files:#?} at {at:?}");
            }
        }
    }
}
