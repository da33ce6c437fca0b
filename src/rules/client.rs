//! What the rules can know about a client: the status of its record, and how far it is in the chain.

use std::fmt;

pub use crate::scenario::model::Status;

/// One client's state in 32 bits: three for the status, one for each [`Mark`].
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct ClientState(u32);

/// Something that is true of a client or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The PC is there and its agent runs.
    Agent = 3,
    /// Member of the plug-in install policy's target (C1).
    InstallTarget = 4,
    /// The plug-in is installed on the PC.
    Plugin = 5,
    /// A Basic Inventory has reported the plug-in to the server (C2).
    PluginReported = 6,
    /// Target of the assessment scan package (C3).
    PackageTarget = 7,
    /// The package is completely downloaded (C4).
    PackageReady = 8,
    /// Holds a license (C6).
    Licensed = 9,
    /// Was rejected since it wanted a license, and still wants it (X2).
    Waiting = 10,
    /// Under the uninstall policy, out of the install policy (V2).
    UninstallTarget = 11,
    /// A download waits for a free slot of the site.
    DownloadQueued = 12,
    /// A download is in progress.
    Downloading = 13,
    /// Left the fleet after too many rejections.
    GaveUp = 14,
    /// Its configuration request has brought the package policy (C3).
    PackageRequested = 15,
    /// Its last scan result was sent, and nothing has changed since.
    ResultSent = 16,
    /// Its package server does not serve; it tries again by the retry ladder.
    BackingOff = 17,
    /// A new version of the scan package waits to be downloaded.
    RefreshWanted = 18,
    /// Patch Install Tools wait to be downloaded (U1).
    ToolsWanted = 19,
    /// A Software Update Cycle is to run.
    CyclePlanned = 20,
    /// A Software Update Cycle applies updates.
    Executing = 21,
    /// The agent was uninstalled and the record left behind (V8).
    AgentUninstalled = 22,
    /// The PC was re-imaged, and no key matched; this is the record it had before (V10).
    LeftBehind = 23,
    /// Its configuration request has brought the plug-in policy (C1).
    PluginRequested = 24,
    /// It is being re-imaged, until its new agent has been in contact (V10).
    Imaging = 25,
    /// It has not reported since long before the start (V9).
    Silent = 26,
    /// Its record was not exported: it may be Retired, Disposed or deleted (V3).
    Unlisted = 27,
}

impl ClientState {
    const STATUS: u32 = 0b111;

    /// The status of the record; before the first contact it is [`Status::Unknown`].
    pub fn status(self) -> Status {
        match self.0 & Self::STATUS {
            0 => Status::Unknown,
            1 => Status::Active,
            2 => Status::Retired,
            3 => Status::Disposed,
            4 => Status::Deleted,
            _ => Status::Shared,
        }
    }

    /// The same marks with another status.
    #[must_use]
    pub fn with_status(self, status: Status) -> Self {
        ClientState(self.0 & !Self::STATUS | status as u32)
    }

    /// Whether the mark is set.
    pub fn is(self, mark: Mark) -> bool {
        self.0 & (1 << mark as u32) != 0
    }

    /// The same state with the mark set.
    #[must_use]
    pub fn with(self, mark: Mark) -> Self {
        ClientState(self.0 | 1 << mark as u32)
    }

    /// The same state with the mark cleared.
    #[must_use]
    pub fn without(self, mark: Mark) -> Self {
        ClientState(self.0 & !(1 << mark as u32))
    }

    /// The same state with all of these marks cleared.
    #[must_use]
    pub fn without_all(self, marks: &[Mark]) -> Self {
        marks.iter().fold(self, |state, mark| state.without(*mark))
    }

    /// The PC is in use, whether its agent runs or not.
    pub fn in_use(self) -> bool {
        self.is(Mark::Agent) || self.is(Mark::Imaging) || self.is(Mark::AgentUninstalled)
    }

    /// Without what the agent was about to fetch when its chain was cut.
    #[must_use]
    pub fn halted(self) -> Self {
        let state = if self.is(Mark::Plugin) { self } else { self.without(Mark::PluginRequested) };
        if state.is(Mark::PackageReady) { state } else { state.without(Mark::PackageRequested) }
    }

    /// Without all that is lost with the disk, or with the agent.
    #[must_use]
    pub fn wiped(self) -> Self {
        use Mark::*;
        let on_disk = [Agent, Plugin, PluginRequested, PackageRequested, PackageReady, Waiting, ResultSent];
        let at_work =
            [RefreshWanted, ToolsWanted, CyclePlanned, Executing, BackingOff, GaveUp, Silent, Unlisted];
        self.without_all(&on_disk).without_all(&at_work)
    }

    /// Without what the server knew of it: its record was deleted. The policy that uninstalls the
    /// plug-in goes by other criteria and keeps it.
    #[must_use]
    pub fn forgotten(self) -> Self {
        use Mark::*;
        self.without_all(&[InstallTarget, PluginReported, PackageTarget, ResultSent, Waiting])
    }

    /// Has an Active record: counted as managed.
    pub fn managed(self) -> bool {
        self.status() == Status::Active
    }

    /// The bits, for fingerprints.
    pub fn bits(self) -> u32 {
        self.0
    }
}

impl fmt::Debug for ClientState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.status())?;
        use Mark::*;
        for mark in [
            Agent,
            InstallTarget,
            Plugin,
            PluginReported,
            PackageTarget,
            PackageReady,
            Licensed,
            Waiting,
            UninstallTarget,
            DownloadQueued,
            Downloading,
            GaveUp,
            PackageRequested,
            ResultSent,
            BackingOff,
            RefreshWanted,
            ToolsWanted,
            CyclePlanned,
            Executing,
            AgentUninstalled,
            LeftBehind,
            PluginRequested,
            Imaging,
            Silent,
            Unlisted,
        ] {
            if self.is(mark) {
                write!(f, "+{mark:?}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_and_marks_do_not_touch_each_other() {
        let state = ClientState::default().with_status(Status::Deleted).with(Mark::Agent).with(Mark::GaveUp);
        assert_eq!(state.status(), Status::Deleted);
        let retired = state.with_status(Status::Retired).without(Mark::Agent);
        assert_eq!(format!("{retired:?}"), "Retired+GaveUp");
        assert!(!retired.managed() && !retired.is(Mark::Licensed));
    }

    /// What was fetched before the chain was cut stays on the PC; what was about to be fetched does not.
    #[test]
    fn a_halted_chain_forgets_requests_and_keeps_what_is_there() {
        use Mark::*;
        let asked =
            ClientState::default().with_status(Status::Active).with(PluginRequested).with(PackageRequested);
        #[rustfmt::skip]
        let table = [
            // there before                       asked for after
            (asked,                               vec![]),
            (asked.with(Plugin),                  vec![PluginRequested]),
            (asked.with(PackageReady),            vec![PackageRequested]),
            (asked.with(Plugin).with(PackageReady), vec![PluginRequested, PackageRequested]),
        ];
        for (before, kept) in table {
            let cut = before.without_all(&[PluginRequested, PackageRequested]);
            let expected = kept.into_iter().fold(cut, ClientState::with);
            assert_eq!(before.halted(), expected, "{before:?}");
        }
    }
}
