//! Package servers: where clients download, how fast, and when they cannot.

use serde::Serialize;

use crate::engine::distribution::Distribution;
use crate::scenario::model::weekly::Weekly;
use crate::units::time::Time;

/// Where a group's clients download from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Site {
    /// Key under `sites`; `default` where the scenario has none.
    pub name: String,
    /// Keys `bandwidth` and `per_client`, or `download_time`; default: 1 Gbit/s, and 100 Mbit/s for each client.
    pub link: Link,
    /// Downloads at the same time; the others wait, first come, first served. `None`: no limit.
    pub concurrent: Option<u32>,
    /// Periods with less bandwidth; where several hold, and beside the plain bandwidth, the lowest wins.
    pub throttle: Vec<Throttle>,
    /// When nothing is downloaded.
    pub blockouts: Option<Weekly>,
    /// When the package server does not serve; as written, without what an administrator does.
    pub down: Vec<Outage>,
}

/// How long a download takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Link {
    /// All downloads of the site share `bandwidth` equally, none gets more than `per_client`
    /// (bits per second, `None`: unlimited).
    Shared {
        /// Of the site, in bits per second; `None`: unlimited.
        bandwidth: Option<u64>,
        /// Most of one download, in bits per second; `None`: unlimited.
        per_client: Option<u64>,
    },
    /// Each download takes this long, whatever the others do.
    Time(Distribution),
}

/// Less bandwidth for a while.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Throttle {
    /// Weekly windows in which it holds.
    pub when: Weekly,
    /// Of the site, in bits per second, from 8.5 RU2 on; `None`: the throttle leaves it as it is.
    pub bandwidth: Option<u64>,
    /// Most of one download, in bits per second; `None`: the throttle leaves it as it is.
    pub per_client: Option<u64>,
}

/// A package server does not serve, or does not serve one package, from one instant on, until another one (`NEVER`:
/// to the end).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Outage {
    /// The one package that is not available; `None`: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<ServedPackage>,
    /// First instant without service; may lie before the start.
    pub from: Time,
    /// First instant with service again.
    pub until: Time,
}

impl Outage {
    /// Does it keep a package from being served at an instant?
    pub fn keeps_back(&self, package: ServedPackage, at: Time) -> bool {
        self.package.is_none_or(|own| own == package) && self.from <= at && at < self.until
    }
}

/// What package servers serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum ServedPackage {
    /// The Software Update Plug-in (C1).
    Plugin,
    /// The assessment scan package, of whatever version (C3, C4).
    AssessmentScan,
    /// Patch Install Tools (U1).
    InstallTools,
}

impl ServedPackage {
    /// In the order of the variants.
    pub const ALL: [ServedPackage; 3] =
        [ServedPackage::Plugin, ServedPackage::AssessmentScan, ServedPackage::InstallTools];

    /// Its name in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            ServedPackage::Plugin => "the plug-in package",
            ServedPackage::AssessmentScan => "the assessment scan package",
            ServedPackage::InstallTools => "Patch Install Tools",
        }
    }

    /// The words of the key `package`.
    pub const WORDS: &'static [(&'static str, ServedPackage)] = &[
        ("plugin", ServedPackage::Plugin),
        ("assessment_scan", ServedPackage::AssessmentScan),
        ("install_tools", ServedPackage::InstallTools),
    ];
}

/// The outages of a site that restarts cut short: first those of the whole server, then those of each package; of a
/// kind in order and apart from each other: a restart ends an outage that is going on, and outages that touch are one.
pub(super) fn outages_of(down: &[Outage], restarts: &mut [Time]) -> Vec<Outage> {
    restarts.sort_unstable();
    let shortened = |outage: &Outage| {
        let next = restarts.get(restarts.partition_point(|at| *at <= outage.from));
        Outage { until: next.map_or(outage.until, |at| outage.until.min(*at)), ..*outage }
    };
    let mut written: Vec<Outage> = down.iter().map(shortened).collect();
    written.sort_unstable();
    let mut outages: Vec<Outage> = Vec::new();
    for next in written {
        match outages.last_mut() {
            Some(last) if next.package == last.package && next.from <= last.until => {
                last.until = last.until.max(next.until);
            }
            _ => outages.push(next),
        }
    }
    outages
}
