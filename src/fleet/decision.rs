//! Every random decision of the model, numbered.
//!
//! A decision's number addresses its draws, so a number is never reused or changed: that would
//! change the results of all scenarios. Entity is the client, the ordinal is named below.

/// Number of a decision; golden values in the tests pin its draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum Decision {
    /// When a client joins. Ordinal 0.
    EnrolOffset = 1,
    /// Gap before the n-th Poisson arrival. Ordinal 0.
    ArrivalGap = 2,
    // 3 was the time from the start of an agent to its first Basic Inventory, which is sent at once.
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
    /// Time of a download of a site with a distribution for it. Ordinal: 2 × epoch + package.
    DownloadTime = 11,
    /// Phase of the scan schedule. Ordinal 0.
    ScanPhase = 12,
    /// Jitter of the k-th scheduled scan. Ordinal: k, + 2^32 × number of the policies that set its rhythm.
    ScanJitter = 13,
    /// Duration of the k-th scheduled scan. Ordinal: as of its jitter.
    ScanDuration = 14,
    /// Duration of the scan that a new policy starts. Ordinal: epoch.
    FirstScanDuration = 15,
    /// Time from the n-th rejection to the next try. Ordinal: epoch × 2^32 + n.
    RetryInterval = 16,
    /// Duration of the scan after the n-th rejection. Ordinal: epoch × 2^32 + n.
    RetryDuration = 17,
    /// From enrolment to retirement. Ordinal 0.
    Lifetime = 18,
    /// From taking a license to retirement. Ordinal: epoch + 2^16 × licenses lost before.
    HoldingTime = 19,
    /// From the start of a re-image to the start of the new agent. Ordinal: epoch.
    ReimageTime = 20,
    /// Is a PC there on a day at all? Ordinal: number of the day.
    Present = 25,
    /// From the start of a PC to what was due while it was off. Ordinal: number of the day.
    StartSpread = 26,
    /// From the end of a blockout to the download that was put off. Ordinal: its end, ms after the start.
    BlockoutSpread = 27,
    /// Duration of the scan at the start of a PC. Ordinal: number of the day.
    StartScanDuration = 28,
    /// From a bulletin's instant to its publication. Scope `updates:`, entity: the bulletin's name. Ordinal 0.
    PublicationDelay = 30,
    /// From the n-th import to the policy made for what it brought. Scope `updates:`, entity: n. Ordinal 0.
    EnableDelay = 31,
    /// Does a bulletin apply? Ordinal: the upper 48 bits of the bulletin's name.
    Applies = 32,
    /// Time to apply the updates of the n-th cycle. Ordinal: n.
    InstallTime = 33,
    /// Does an update fail? Ordinal: upper 32 bits of the bulletin's name, 8 for the update, 8 for failures before.
    UpdateFails = 34,
    /// Size of an update of the scan package. Ordinal: epoch × 2^16 + version.
    RefreshSize = 35,
    /// Size of Patch Install Tools. Ordinal: epoch × 2^16 + version.
    ToolsSize = 36,
    /// Time of such a download where the site has a distribution for it. Ordinal: (epoch × 2^16 + version) × 2, + 1 for tools.
    UpdateDownloadTime = 37,
    /// Duration of the scan with the n-th cycle. Ordinal: 2 × n, + 1 for that at its end.
    CycleScanDuration = 38,
    /// Phase of the full results that are sent by their age. Ordinal 0.
    FullScanPhase = 39,
    /// From the start to the next try of a download that had failed for long before. Ordinal 0.
    RetryBeforeStart = 44,
    /// Is the client in a policy's share? Ordinal: 48 bits of a hash of the policy's path.
    TargetShare = 45,
    /// From the first Basic Inventory of a new agent to its first configuration request. Ordinal: epoch.
    FirstRequest = 46,
    /// Duration of the scan that a new patch update policy starts. Ordinal: epoch × 2^16 + policies received.
    PolicyScanDuration = 50,
    /// Duration of a scan by task. Ordinal: instant of the task, ms after the start.
    TaskScanDuration = 51,
    /// Does a configuration request fail on a busy server? Ordinal: its instant, ms after the start.
    RequestRefused = 55,
    /// Does a Basic Inventory? Ordinal: likewise.
    InventoryRefused = 56,
    /// Does the result of a scan? Ordinal: likewise.
    ResultRefused = 57,
    /// From the request that brings another rhythm of Basic Inventories to the first one. Ordinal: number of the change.
    InventoryRestart = 58,
    /// From a registration to the first data of another solution. Ordinal: epoch × 3 + the solution.
    SolutionFirstData = 65,
    /// Does sending data of another solution fail? Ordinal: its instant, ms after the start.
    SolutionDataRefused = 66,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draw::Draws;

    /// The draw of every decision for seed 7, replication 0, group `desktops`, entity 3, ordinal 5.
    /// A change here changes the results of all scenarios.
    #[test]
    fn every_decision_has_its_golden_draw() {
        let draws = Draws::new(7, 0, "desktops");
        #[rustfmt::skip]
        let golden: [(Decision, u16, u64); 44] = [
            (Decision::EnrolOffset, 1, 0xbec1_743f_a4be_da85),
            (Decision::ArrivalGap, 2, 0x04d9_9159_81d8_e018),
            (Decision::ConfigurationPhase, 4, 0x4d23_5257_48e1_cab7),
            (Decision::ConfigurationJitter, 5, 0x8dd4_28d0_c6a8_8fea),
            (Decision::InventoryPhase, 6, 0xf7ea_572c_b497_cfe0),
            (Decision::InventoryJitter, 7, 0x721d_e20c_e449_bc22),
            (Decision::PluginSize, 8, 0xe320_dd90_c1d9_f862),
            (Decision::PluginInstall, 9, 0x1cec_9c82_6077_bc56),
            (Decision::PackageSize, 10, 0x42ce_6a1e_3a36_8761),
            (Decision::DownloadTime, 11, 0x0b1e_9b83_094f_07e6),
            (Decision::ScanPhase, 12, 0x0645_8775_a7ef_d770),
            (Decision::ScanJitter, 13, 0x0697_4917_f2cb_71ac),
            (Decision::ScanDuration, 14, 0xf7ee_bc1c_61c3_d4b3),
            (Decision::FirstScanDuration, 15, 0x0c4f_6f7c_9f72_f448),
            (Decision::RetryInterval, 16, 0x6d2b_af18_6afa_a49e),
            (Decision::RetryDuration, 17, 0x4b50_b952_2f61_0a04),
            (Decision::Lifetime, 18, 0x8800_5780_03a5_f259),
            (Decision::HoldingTime, 19, 0x0ece_9970_02cf_6ce5),
            (Decision::ReimageTime, 20, 0xee46_afab_1541_1ffe),
            (Decision::Present, 25, 0x98fa_a3fd_ccc1_f4cc),
            (Decision::StartSpread, 26, 0xd465_cde1_5ac5_fba3),
            (Decision::BlockoutSpread, 27, 0x9524_3fec_9529_bbbd),
            (Decision::StartScanDuration, 28, 0x4f2a_017c_779e_b971),
            (Decision::PublicationDelay, 30, 0x69f6_b1d4_072b_edf6),
            (Decision::EnableDelay, 31, 0x23a1_7255_4941_b938),
            (Decision::Applies, 32, 0x2a68_250a_059f_251c),
            (Decision::InstallTime, 33, 0x1db6_769b_d0ba_70db),
            (Decision::UpdateFails, 34, 0x628d_be4f_d802_0c91),
            (Decision::RefreshSize, 35, 0x7f04_208b_b4df_1409),
            (Decision::ToolsSize, 36, 0x7d1c_7c0b_2d92_d14b),
            (Decision::UpdateDownloadTime, 37, 0x26f9_ea9f_0844_236f),
            (Decision::CycleScanDuration, 38, 0xdd06_5465_a759_5ab3),
            (Decision::FullScanPhase, 39, 0x4c4a_f2ae_3bfd_b2d1),
            (Decision::RetryBeforeStart, 44, 0xd24a_6be4_6877_926b),
            (Decision::TargetShare, 45, 0x9c69_1973_00d8_c7fa),
            (Decision::FirstRequest, 46, 0xc324_d25d_53db_37e9),
            (Decision::PolicyScanDuration, 50, 0xdd6f_ea0a_cde3_6e36),
            (Decision::TaskScanDuration, 51, 0x65a0_7f3a_78b8_aba9),
            (Decision::RequestRefused, 55, 0xc252_90ac_471b_3fe4),
            (Decision::InventoryRefused, 56, 0x2a2e_8b7c_3e20_3c77),
            (Decision::ResultRefused, 57, 0xdea0_8776_0f4a_54af),
            (Decision::InventoryRestart, 58, 0xfe54_0232_299d_d5cb),
            (Decision::SolutionFirstData, 65, 0xc519_cd05_762a_0eb3),
            (Decision::SolutionDataRefused, 66, 0x3a6b_91de_51d3_0597),
        ];
        for (decision, number, draw) in golden {
            assert_eq!(decision as u16, number, "{decision:?}");
            assert_eq!(draws.at(decision as u16, 3, 5), draw, "{decision:?}");
        }
    }
}
