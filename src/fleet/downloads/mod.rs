//! Downloads: packages on their way from the package servers of the sites to the clients. C4.
//!
//! | interface | for |
//! |---|---|
//! | `fetch` | a client downloads a package; when it has it, the `…_loaded` of `chain` or `patching` is called |
//! | `fetch_from_before_start` | the same for a package that was asked for before the start |
//! | `break_off` | the client leaves or loses its policy |
//! | `is_loading` | whether a download of a client is in progress, waits for its site, or waits for another try |
//! | `schedule_outages` | set-up: when package servers fail and serve again |
//! | `site_downloads`, `package_server_turn`, `download_retry`, `pc_goes_off` | the wing's events |
//! | [`DownloadQueues::serves`] | whether the package server of a site serves a package |
//!
//! Why a wing of its own: bandwidth, slots, outages and blockouts belong to sites, and nothing else in the model
//! depends on how downloads share them.
//!
//! | file | holds |
//! |---|---|
//! | `steps` | from a package that is wanted to one that is complete or broken off |
//! | `retry` | downloads that fail, are put off, or pause |
//! | `site` | one site: shared bandwidth by virtual time, or slots |
//! | `transfers` | which downloads a site has, and which is complete next |
//! | `limits` | how fast a site's downloads may be at an instant, and until when |

mod limits;
mod retry;
mod site;
mod steps;
mod transfers;

use std::collections::BTreeMap;

use crate::fleet::downloads::site::SiteDownloads;
use crate::fleet::downloads::transfers::Download;
use crate::fleet::fact::PackageKind;
use crate::scenario::model::{Scenario, ServedPackage};
use crate::units::ids::{ClientId, SiteId};
use crate::units::time::Time;

/// All downloads that are not complete.
#[derive(Debug)]
pub(in crate::fleet) struct DownloadQueues<'s> {
    /// By site.
    sites: Vec<SiteDownloads<'s>>,
    /// Downloads that wait for another try: the package server does not serve, a blockout, the PC is off.
    awaiting_retry: BTreeMap<ClientId, Download>,
}

impl<'s> DownloadQueues<'s> {
    pub fn new(scenario: &'s Scenario) -> DownloadQueues<'s> {
        let sites = scenario.sites.iter().zip(scenario.outages());
        DownloadQueues {
            sites: sites.map(|(site, outages)| SiteDownloads::new(site, outages)).collect(),
            awaiting_retry: BTreeMap::new(),
        }
    }

    /// Does the package server of a site serve a package?
    pub fn serves(&self, site: SiteId, package: ServedPackage, at: Time) -> bool {
        self.sites[site.index()].serves(package, at)
    }
}

impl PackageKind {
    /// What the package server serves for it.
    pub fn served(self) -> ServedPackage {
        match self {
            PackageKind::Plugin => ServedPackage::Plugin,
            PackageKind::AssessmentScan | PackageKind::AssessmentScanUpdate => ServedPackage::AssessmentScan,
            PackageKind::InstallTools => ServedPackage::InstallTools,
        }
    }
}
