//! Every random decision of the model, numbered.
//!
//! A decision's number addresses its draws, so a number is never reused or changed: that would
//! change the results of everybody's scenarios. Entity is the client, the ordinal is named below.

/// Number of a decision; golden values in the tests pin its draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum Decision {
    /// When a client joins. Ordinal 0.
    EnrolOffset = 1,
    /// Gap before the n-th Poisson arrival. Ordinal 0.
    ArrivalGap = 2,
    /// From the agent's start to its first Basic Inventory. Ordinal: epoch.
    FirstContact = 3,
    /// Phase of the configuration requests. Ordinal 0.
    ConfigurationPhase = 4,
    /// Jitter of the k-th configuration request. Ordinal: k.
    ConfigurationJitter = 5,
    /// Phase of the Basic Inventory. Ordinal 0.
    InventoryPhase = 6,
    /// Jitter of the k-th Basic Inventory. Ordinal: k.
    InventoryJitter = 7,
    /// Size of the plug-in package. Ordinal: epoch.
    PluginSize = 8,
    /// Time to install the plug-in. Ordinal: epoch.
    PluginInstall = 9,
    /// Size of the assessment scan package. Ordinal: epoch.
    PackageSize = 10,
    /// Time of a download of a site that has a law for it. Ordinal: 2 × epoch + package.
    DownloadTime = 11,
    /// Phase of the scan schedule. Ordinal 0.
    ScanPhase = 12,
    /// Jitter of the k-th scheduled scan. Ordinal: k.
    ScanJitter = 13,
    /// Duration of the k-th scheduled scan. Ordinal: k.
    ScanDuration = 14,
    /// Duration of the scan that a new policy starts. Ordinal: epoch.
    FirstScanDuration = 15,
    /// Time from the n-th rejection to the next try. Ordinal: epoch × 2^32 + n.
    RetryInterval = 16,
    /// Duration of the scan after the n-th rejection. Ordinal: epoch × 2^32 + n.
    RetryDuration = 17,
    /// From enrolment to retirement. Ordinal 0.
    Lifetime = 18,
    /// From taking a license to retirement. Ordinal: epoch.
    HoldingTime = 19,
}
