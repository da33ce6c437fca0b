//! Events of downloads: a package is requested, waits, comes, or does not.

use crate::fleet::fact::PackageKind;
use crate::rules::clause::Clause;
use crate::units::time::{Span, Time};

/// What became of the download of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DownloadEvent {
    Queued,
    Started,
    /// `waited` for a slot of the site, then `took` to download.
    Completed {
        bytes: u64,
        waited: Span,
        took: Span,
    },
    BrokenOff,
    /// The package server does not serve.
    Failed(NextTry),
    /// The site has a blockout.
    PutOff(NextTry),
    /// The PC goes off.
    Paused(NextTry),
}

/// How long until the download is asked for again; `None`: its PC is not on again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextTry(pub Option<Span>);

impl NextTry {
    pub fn new(now: Time, again: Time) -> NextTry {
        NextTry((again != Time::NEVER).then(|| again - now))
    }
}

impl DownloadEvent {
    pub(super) fn name(self) -> &'static str {
        match self {
            DownloadEvent::Queued => "download_queued",
            DownloadEvent::Started => "download_started",
            DownloadEvent::Completed { .. } => "download_completed",
            DownloadEvent::BrokenOff => "download_broken_off",
            DownloadEvent::Failed(_) => "download_failed",
            DownloadEvent::PutOff(_) => "download_put_off",
            DownloadEvent::Paused(_) => "download_paused",
        }
    }
}

/// Downloads of the plug-in belong to C1, those of the scan package to C4, Patch Install Tools to U1.
pub(super) fn clause(package: PackageKind) -> Clause {
    match package {
        PackageKind::Plugin => Clause::C1,
        PackageKind::AssessmentScan | PackageKind::AssessmentScanUpdate => Clause::C4,
        PackageKind::InstallTools => Clause::U1,
    }
}
