//! The vendor's license rules, as pure decisions. One file a chapter of the article.
//!
//! Source: Broadcom knowledge base 180699, "How does managed client consume a Patch Management
//! Solution license for 8.x?", and the articles named beside single rules. A rule looks at facts it
//! is given and answers with a decision or a typed reason; it changes nothing and knows nothing of
//! events, queues or files. Handlers in [`crate::fleet`] apply what is decided here.
//!
//! | file | rules |
//! |---|---|
//! | [`clause`] | every rule's id and sentence |
//! | [`client`] | what the rules can know about a client |
//! | [`targeting`] | C1, C3, C5, T1, T2: which clients are targets |
//! | [`consumption`] | C4–C7, X1, X2, L3, E1, M3: what becomes of a scan |
//! | [`license_calendar`] | what happens to license files, and when |
//! | [`license_files`] | L1–L3, E1: which nodes are in force |
//! | [`maintenance`] | M1–M4: what the end of maintenance stops |
//! | [`recovery`] | V1–V10: how a license comes back, and how a client does |
//! | [`release`] | what becomes of a license, and what keeps it, in words |
//! | [`update_cycle`] | U1, U2, E1, M3: what a Software Update Cycle does |
//! | [`denial_reason`] | every reason for having no license, in words |
//! | [`remedy`] | what an administrator can do about a reason, and to free a license |
//! | [`license_status`] | all of them in order: why a client holds a license, or what it lacks |

pub mod clause;
pub mod client;
pub mod consumption;
pub mod denial_reason;
pub mod license_calendar;
pub mod license_files;
pub mod license_status;
pub mod maintenance;
pub mod recovery;
pub mod release;
pub mod remedy;
pub mod targeting;
pub mod update_cycle;
