//! The license chain: a new PC becomes a target, gets the plug-in and the scan package, scans, and takes a license
//! (C1–C8, X1, X2, E1); the uninstall policy removes the plug-in again (V2). Also the state of the server that decides
//! which clients are targets: its version (M3), and the policies that membership updates have applied (T1, T2).
//!
//! | interface | for |
//! |---|---|
//! | `arrives`, `report_processed` | inventories and scan results go through the event queue |
//! | `enrol`, `first_contact`, `targets_recomputed`, `install_targeted`, `plugin_request` … `package_request`, `uninstall_request`, `removal_reported`, `extra_scan_returned`, `task_scan_returned`, `scan_returned` | the wing's events, see `dispatch` |
//! | `schedule_recomputations` | set-up |
//! | `resume` | the server's side of the chain goes on: the record is Active again, or new |
//! | `resume_scanning`, `move_scans` | scans go on: of a client that scanned before the start, of a PC with another record |
//! | `cut_chain` | the client leaves or loses the plug-in: pending events become stale |
//! | `catch_up_on_policies` | the record was not Active while policies changed |
//! | `uninstall_targeted`, `uninstall_lifted`, `upgraded` | actions of administrators |
//! | `plugin_loaded`, `package_ready` | a package is complete on the client |
//! | `scan_with_cycle`, `scan_with_policy` | a Software Update Cycle scans, or a new patch update policy (C8) |
//! | `run_scan_task` | an action of administrators |
//! | `package_imported` | the first import brings the scan package (C4) |
//! | `scan_case`, `scan_chain`, `schedule_scan`, `next_full_period`, `settings_change` | for `fast_forward`: what the next scans of a client depend on |
//! | `has_scan_settings`, `scan_policy_takes`, `install_policy_targets`, `scan_settings` | answers about policies |
//! | [`Server`](server::Server), `works`, `judge_coverage` | version, maintenance |
//!
//! Why: each step schedules the next as an event of its own, so that a cut of the chain makes all pending ones stale;
//! the rules of `targeting` and `consumption` decide whether a client may take the next step.
//!
//! | file | holds |
//! |---|---|
//! | `rollout` | C1–C4: from a new PC to a client that can scan |
//! | `scanning`, `scan_hours`, `scan_chain` | C4–C7, X1, X2, E1: scans, and those of PCs with online hours |
//! | `scan_rhythm` | C8: scans where an action changes their rhythm |
//! | `extra_scans` | C8: scans beside the schedule |
//! | `targets` | C1, C5, C8, T1, T2: which clients the policies take, and since when |
//! | `uninstall` | V2 |
//! | `maintenance` | M3 |
//! | `server` | what is known of the server |
//! | `reports`, `backlog` | C2, C6: what clients report, and what of it waits in the event queue of the server |
pub(in crate::fleet) mod backlog;
mod extra_scans;
mod maintenance;
mod reports;
mod rollout;
pub(in crate::fleet) mod scan_chain;
mod scan_hours;
mod scan_rhythm;
mod scanning;
pub(in crate::fleet) mod server;
mod targets;
mod uninstall;
