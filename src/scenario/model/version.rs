//! Versions of the server, as people write them, in the order in which they came.

use std::cmp::Ordering;
use std::fmt;

use serde::{Serialize, Serializer};

/// A version: `8.6`, `8.5 RU2`, `8.7.1`, `7.5 SP1 HF3`.
///
/// The rules go by the order of versions. Release updates, point releases and service packs are one sequence under
/// several names: the vendor numbers the updates of 8.6 as RU1, RU2, … and those of 8.7 as 8.7.1, 8.7.2, ….
#[derive(Debug, Clone, Copy)]
pub struct Version {
    major: u8,
    minor: u8,
    /// Zero: the release itself.
    update: u8,
    /// Zero: without a fix.
    fix: u8,
    update_named: UpdateName,
    fix_named: FixName,
}

/// What the vendor calls an update.
#[derive(Debug, Clone, Copy)]
enum UpdateName {
    /// `8.7.1`.
    Point,
    /// `8.5 RU2`.
    ReleaseUpdate,
    /// `7.1 SP2`.
    ServicePack,
}

/// What the vendor calls a fix; no rule depends on fixes.
#[derive(Debug, Clone, Copy)]
enum FixName {
    /// `7.6 HF7`.
    Hotfix,
    /// `7.1 SP2 MP1`.
    MaintenancePack,
}

/// The oldest major version that the vendor's articles speak of; the vendor released all kinds of 6.x.
const OLDEST_MAJOR: u8 = 6;

/// What comes later than all that is known is below these numbers: 8.55 is a slip.
const NEXT: Version = Version::of(20, 20);

/// More is a build number, or a slip.
const MOST: u8 = 99;

impl Version {
    /// The one of which the vendor's oldest article speaks (HOWTO8852).
    pub const V6_2: Version = Version::of(6, 2);
    /// The first whose licensing refresh gives licenses of Retired computers back (V1): 6.x does not.
    pub const V7_0: Version = Version::of(7, 0);
    /// The first in which Patch Install Tools gate the license (U2).
    pub const V7_1: Version = Version::of(7, 1);
    /// The last in which Patch Install Tools gate the license (U2).
    pub const V7_5: Version = Version::of(7, 5);
    /// The first in which Patch Install Tools no longer gate the license (U2).
    pub const V7_6: Version = Version::of(7, 6);
    /// The last with legacy license files by default (L1).
    pub const V8_0: Version = Version::of(8, 0);
    /// SLic files exist, and are the default (L1).
    pub const V8_1: Version = Version::of(8, 1);
    /// Scans need a DSUP-type policy (C5).
    pub const V8_5: Version = Version::of(8, 5);
    /// The first that refuses tasks while maintenance is expired, up to 8.5 RU4 (M4), and that throttles whole sites.
    pub const V8_5_RU2: Version = Version::update_of(8, 5, UpdateName::ReleaseUpdate, 2);
    /// 8.5 RU3: the first with a task that runs a scan (C8).
    pub const V8_5_RU3: Version = Version::update_of(8, 5, UpdateName::ReleaseUpdate, 3);
    /// The first that no longer refuses tasks (M4).
    pub const V8_5_RU5: Version = Version::update_of(8, 5, UpdateName::ReleaseUpdate, 5);
    /// The default of `platform.version`.
    pub const V8_6: Version = Version::of(8, 6);
    /// License rules as in 8.6.
    pub const V8_7: Version = Version::of(8, 7);
    /// Cloned TPM keys count (V10).
    pub const V8_7_1: Version = Version::update_of(8, 7, UpdateName::Point, 1);
    /// Full results are sent by their age (`scan.full_every`).
    pub const V8_8: Version = Version::of(8, 8);

    /// The releases that are known, oldest first; each has updates, point releases and fixes.
    pub const RELEASES: [Version; 14] = [
        Version::of(6, 0),
        Version::of(6, 1),
        Version::V6_2,
        Version::V7_0,
        Version::V7_1,
        Version::V7_5,
        Version::V7_6,
        Version::V8_0,
        Version::V8_1,
        Version::V8_5,
        Version::V8_6,
        Version::V8_7,
        Version::V8_7_1,
        Version::V8_8,
    ];

    const fn of(major: u8, minor: u8) -> Version {
        Version::update_of(major, minor, UpdateName::Point, 0)
    }

    const fn update_of(major: u8, minor: u8, update_named: UpdateName, update: u8) -> Version {
        Version { major, minor, update, fix: 0, update_named, fix_named: FixName::Hotfix }
    }

    /// Reads a version as people write it: `8.5 RU2`, `8.5ru2`, `8.7.1`.
    ///
    /// # Errors
    /// What to write instead.
    pub fn parse(text: &str) -> Result<Version, String> {
        let (release, mut rest) = split_release(text);
        let mut numbers = release.split('.').map(number);
        let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
            return Err(format!("write two numbers, as `8.6`, and an update as in {EXAMPLES}"));
        };
        let point = numbers.next().unwrap_or(Ok(0));
        let (Ok(point), None) = (point, numbers.next()) else {
            return Err(format!(
                "leave the build number out: `{major}.{minor}`, or an update as in {EXAMPLES}"
            ));
        };
        let mut version = Version::update_of(major, minor, UpdateName::Point, point);
        if let Some((word, update, after)) = named_number(rest)
            && let Some(update_named) = update_name(&word)
            && point == 0
        {
            version = Version::update_of(major, minor, update_named, number_of(&word, update)?);
            rest = after;
        }
        if let Some((word, fix, after)) = named_number(rest)
            && let Some(fix_named) = fix_name(&word)
        {
            version = Version { fix: number_of(&word, fix)?, fix_named, ..version };
            rest = after;
        }
        match rest.trim().is_empty() {
            true if version.is_released() => Ok(version),
            true => Err(version.nearest()),
            false => Err(format!("after `{release}` an update may follow, as in {EXAMPLES}")),
        }
    }

    /// The release that agents show by a product version such as `8.5.4249.0`, whose third number is a build; release
    /// updates do not show. `None` where it is no version, or older than all that are known.
    pub fn of_product(text: &str) -> Option<Version> {
        let mut numbers = text.trim().split('.').map_while(|part| part.parse::<u32>().ok());
        let mut small = || numbers.next().and_then(|number| u8::try_from(number).ok());
        let (major, minor) = (small()?, small()?);
        let point = small().filter(|point| *point <= MOST).unwrap_or(0);
        let shown = Version::update_of(major, minor, UpdateName::Point, point);
        match shown.is_released() {
            true => Some(shown),
            false => Version::RELEASES.into_iter().rev().find(|known| *known <= shown),
        }
    }

    /// A number that orders versions.
    pub fn number(self) -> u32 {
        u32::from_be_bytes([self.major, self.minor, self.update, self.fix])
    }

    /// Did the vendor release it, as far as is known? Of what came later than the newest known release it may have.
    fn is_released(self) -> bool {
        let release = Version::of(self.major, self.minor);
        let plausible = self.major < NEXT.major && self.minor < NEXT.minor;
        self.is_6() || self.is_later_than_known() && plausible || Version::RELEASES.contains(&release)
    }

    /// Is it later than all that is known? Then it behaves as the newest known.
    pub fn is_later_than_known(self) -> bool {
        (self.major, self.minor) > (Version::V8_8.major, Version::V8_8.minor)
    }

    /// What to write instead of a version that the vendor never released.
    fn nearest(self) -> String {
        let release = format!("{}.{}", self.major, self.minor);
        match Version::RELEASES.into_iter().rev().find(|known| *known < self) {
            None => format!("6.0 is the oldest that is known, not {release}"),
            Some(before) => format!("no {release} is known: the release before it is {before}"),
        }
    }

    /// 6.x gives no license back for a Retired computer, deleting does (V1, V3; HOWTO8852).
    pub fn is_6(self) -> bool {
        self.major == OLDEST_MAJOR
    }

    /// Does Retired give the license back (V1)? Not in 6.x.
    pub fn retiring_frees(self) -> bool {
        self >= Version::V7_0
    }

    /// Does this version require a DSUP-type policy for scans? (C5)
    pub fn requires_dsup(self) -> bool {
        self >= Version::V8_5
    }

    /// Do Patch Install Tools gate the license, too (U2)? In 7.1 to 7.5.
    pub fn tools_gate_license(self) -> bool {
        (Version::V7_1..Version::V7_6).contains(&self)
    }

    /// Is there a task that runs a scan (C8)? From 8.5 RU3 on.
    pub fn has_scan_task(self) -> bool {
        self >= Version::V8_5_RU3
    }

    /// Do agents send a full result now and then, although nothing has changed? From 8.8 on.
    pub fn sends_full_results(self) -> bool {
        self >= Version::V8_8
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Version) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    /// What an update is called does not matter.
    fn cmp(&self, other: &Version) -> Ordering {
        self.number().cmp(&other.number())
    }
}

const EXAMPLES: &str = "`8.5 RU2`, `8.7.1`, `7.1 SP2` or `7.6 HF7`";

/// The numbers with points at the beginning, and the rest.
fn split_release(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    text.split_at(end)
}

fn number(text: &str) -> Result<u8, ()> {
    text.parse::<u8>().ok().filter(|number| *number <= MOST).ok_or(())
}

/// The number of an update or a fix, from 1 on.
fn number_of(word: &str, text: &str) -> Result<u8, String> {
    let number = number(text).ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("{word} is followed by its number, as in `{word}1`"))
}

/// A word and the number behind it, such as ` RU2`, in upper case, and the rest.
fn named_number(text: &str) -> Option<(String, &str, &str)> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let rest = rest.trim_start();
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, rest) = rest.split_at(digits);
    (!word.is_empty()).then(|| (word.to_ascii_uppercase(), number, rest))
}

fn update_name(word: &str) -> Option<UpdateName> {
    match word {
        "RU" => Some(UpdateName::ReleaseUpdate),
        "SP" => Some(UpdateName::ServicePack),
        _ => None,
    }
}

fn fix_name(word: &str) -> Option<FixName> {
    match word {
        "HF" => Some(FixName::Hotfix),
        "MP" => Some(FixName::MaintenancePack),
        _ => None,
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Version { major, minor, update, fix, update_named, fix_named } = *self;
        write!(f, "{major}.{minor}")?;
        match (update, update_named) {
            (0, _) => Ok(()),
            (_, UpdateName::Point) => write!(f, ".{update}"),
            (_, UpdateName::ReleaseUpdate) => write!(f, " RU{update}"),
            (_, UpdateName::ServicePack) => write!(f, " SP{update}"),
        }?;
        match (fix, fix_named) {
            (0, _) => Ok(()),
            (_, FixName::Hotfix) => write!(f, " HF{fix}"),
            (_, FixName::MaintenancePack) => write!(f, " MP{fix}"),
        }
    }
}

/// As people write it: the digest of a scenario does not depend on how it is held.
impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_people_write_them() {
        #[rustfmt::skip]
        let table = [
            ("6.0", "6.0"), ("6.2", "6.2"), ("6.2 SP3", "6.2 SP3"), ("7.0", "7.0"), ("7.1 SP2 MP1", "7.1 SP2 MP1"),
            ("7.5 sp1 hf5", "7.5 SP1 HF5"), ("7.6 HF7", "7.6 HF7"), ("8.0", "8.0"), ("8.1 RU7", "8.1 RU7"),
            ("8.5 RU1", "8.5 RU1"), ("8.5RU1", "8.5 RU1"), (" 8.5  ru 4 ", "8.5 RU4"), ("8.5.3", "8.5.3"),
            ("8.6", "8.6"), ("8.6.0", "8.6"), ("8.6 RU3", "8.6 RU3"), ("8.7.2", "8.7.2"), ("8.7.3 HF1", "8.7.3 HF1"),
            ("8.8.1", "8.8.1"), ("8.9", "8.9"), ("8.10 RU2", "8.10 RU2"), ("9.0", "9.0"),
        ];
        for (text, printed) in table {
            let version = Version::parse(text).unwrap_or_else(|help| panic!("{text}: {help}"));
            assert_eq!(version.to_string(), printed);
            assert_eq!(Version::parse(printed), Ok(version));
            assert_eq!(serde_json::to_string(&version).unwrap(), format!("\"{printed}\""));
        }
    }

    #[test]
    fn what_is_no_version_is_refused_with_help() {
        #[rustfmt::skip]
        let table = [
            ("",           "write two numbers"),
            ("8",          "write two numbers"),
            ("9x",         "write two numbers"),
            ("8.x",        "write two numbers"),
            ("new",        "write two numbers"),
            ("2026.1",     "write two numbers"),
            ("8.5 RU",     "RU is followed by its number"),
            ("8.5 RU0",    "RU is followed by its number"),
            ("8.6 HF",     "HF is followed by its number"),
            ("8.6.1012.0", "leave the build number out: `8.6`"),
            ("8.6.1012",   "leave the build number out: `8.6`"),
            ("8.5.1.2",    "leave the build number out: `8.5`"),
            ("8.5 beta",   "an update may follow"),
            ("8.5.1 RU2",  "an update may follow"),
            ("8.5 RU2 RU3", "an update may follow"),
            ("8.4",        "no 8.4 is known: the release before it is 8.1"),
            ("5.6",        "6.0 is the oldest"),
            ("8.55",       "no 8.55 is known: the release before it is 8.8"),
            ("80.6",       "no 80.6 is known: the release before it is 8.8"),
        ];
        for (text, help) in table {
            let found = Version::parse(text).expect_err(text);
            assert!(found.contains(help), "{text}: {found}");
        }
    }

    #[test]
    fn versions_come_one_after_the_other() {
        let order = [
            "6.0",
            "6.2 SP3",
            "7.0",
            "7.1",
            "7.1 SP2",
            "7.5 HF2",
            "7.6",
            "8.0",
            "8.1",
            "8.1 RU7",
            "8.5",
            "8.5 RU1",
            "8.5.2",
            "8.5 RU4",
            "8.5 RU4 HF1",
            "8.6",
            "8.6 RU3",
            "8.7",
            "8.7.1",
            "8.7.3",
            "8.8",
            "8.8.1",
            "8.9",
            "8.10",
        ];
        let versions = order.map(|text| Version::parse(text).unwrap());
        assert!(versions.is_sorted_by(|a, b| a < b));
        let later: Vec<String> = versions
            .into_iter()
            .filter(|version| version.is_later_than_known())
            .map(|version| version.to_string())
            .collect();
        assert_eq!(later, ["8.9", "8.10"]);
        assert!(Version::RELEASES.is_sorted());
        assert_eq!(Version::parse("8.5.2"), Ok(Version::V8_5_RU2));
    }

    #[test]
    fn product_versions_tell_the_release() {
        #[rustfmt::skip]
        let table = [
            ("8.5.4249.0",   Some("8.5")),
            ("8.6.1012.0",   Some("8.6")),
            ("8.7.2004.0",   Some("8.7")),
            ("8.7.2",        Some("8.7.2")),
            ("8.8.1001",     Some("8.8")),
            ("9.0.1",        Some("9.0.1")),
            ("8.4.4528.0",   Some("8.1")),
            ("7.6.1383.0",   Some("7.6")),
            ("7.0.1104",     Some("7.0")),
            ("6.2.3000",     Some("6.2")),
            ("5.6",          None),
            ("unknown",      None),
        ];
        for (text, expected) in table {
            let found = Version::of_product(text).map(|version| version.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
