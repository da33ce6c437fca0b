//! Patching: bulletins that imports list and policies deploy, package versions, and the cycles in which clients
//! apply updates. C4, E1, M1, M2, M4, U1, U2.
//!
//! | interface | for |
//! |---|---|
//! | `update_cycle`, `update_request`, `enable_import`, `scheduled_import` | the wing's events |
//! | `schedule_import` | set-up |
//! | `resume_patching` | Patch Management works again |
//! | `import`, `enable_by_hand`, `installation_task` | actions of administrators |
//! | `ask_for_updates` | something changed for a client: its next configuration request is scheduled if the server has updates for it |
//! | `scan_package_loaded`, `update_loaded`, `tools_loaded` | a package is complete on the client |
//! | `drop_updates` | the client leaves or loses the plug-in |
//! | [`Patching`](update_state::Patching) | what is remembered of a client: versions, cycles, full results |
//!
//! Why a wing of its own: a scenario without `updates` has no [`Patching`](update_state::Patching), so its clients need
//! neither memory nor events for it.
//!
//! | file | holds |
//! |---|---|
//! | `imports` | C4, E1, M1, M2: imports, what they list and enable |
//! | `packages` | C4, U2: versions of the scan package and of Patch Install Tools |
//! | `cycles` | U1, U2, M4, E1: cycles and tasks |
//! | `update_state` | bulletins, policies, a row a client, the state of each update on each client |
mod cycles;
mod imports;
mod packages;
pub(in crate::fleet) mod update_state;
