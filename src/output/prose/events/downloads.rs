//! Sentences of downloads.

use crate::fleet::fact::PackageKind;
use crate::observe::events::DownloadEvent;
use crate::observe::events::downloads::NextTry;
use crate::units::time::Span;

pub(super) fn sentence(package: PackageKind, event: DownloadEvent) -> String {
    let package = name(package);
    match event {
        DownloadEvent::Queued => format!("{package}: the site serves no more at once"),
        DownloadEvent::Started => package.into(),
        DownloadEvent::Completed { bytes, waited: Span::ZERO, took } => {
            format!("{package}: {bytes} bytes in {took}")
        }
        DownloadEvent::Completed { bytes, waited, took } => {
            format!("{package}: after waiting {waited}, {bytes} bytes in {took}")
        }
        DownloadEvent::BrokenOff => format!("{package}: what was loaded is lost"),
        DownloadEvent::Failed(next) => {
            format!("{package}: the package server does not serve it; {}", next_try(next))
        }
        DownloadEvent::PutOff(next) => format!("{package}: its site has a blockout; {}", next_try(next)),
        DownloadEvent::Paused(next) => format!("{package}: the PC goes off; {}", next_try(next)),
    }
}

fn name(package: PackageKind) -> &'static str {
    match package {
        PackageKind::Plugin => "plug-in package",
        PackageKind::AssessmentScan => "assessment scan package",
        PackageKind::AssessmentScanUpdate => "new version of the assessment scan package",
        PackageKind::InstallTools => "Patch Install Tools",
    }
}

fn next_try(next: NextTry) -> String {
    match next {
        NextTry(None) => "there is no next try: its PC is not on again".to_string(),
        NextTry(Some(span)) => format!("next try in {span}"),
    }
}
