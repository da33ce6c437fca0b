//! The vendor's license rules as pure decisions.
//!
//! Source: Broadcom knowledge base 180699, "How does managed client consume a Patch Management
//! Solution license for 8.x?", and the articles named beside single rules.
//!
//! Interface: functions that take what is known (a [`client::ClientState`], a version, parts of the scenario) and return a
//! decision or a typed reason, and [`clause::Clause`], the id by which everything else cites a rule. Handlers in
//! [`crate::fleet`] apply the decisions; `study` and `output` ask for the reasons and their words.
//!
//! Why pure: a rule changes nothing and knows nothing of events, queues or files, so a table of cases beside each
//! function tests it completely, and a diagnosis can ask the same function as a run.
//!
//! | file | holds |
//! |---|---|
//! | [`clause`] | every rule's id and sentence |
//! | [`client`] | what the rules can know about a client: the status of its record, and marks |
//! | [`contact`] | C0: when a new agent asks for its policies |
//! | [`event_queue`] | when the server has processed what clients report |
//! | [`targeting`] | C1, C3–C5, C8, T1, T2: which clients a policy takes, and when they become targets |
//! | [`consumption`] | C4–C8, X1, X2, L3, E1, M3: the verdict on a scan |
//! | [`patch_inventory`] | X3: whether patching works on a client that holds a license |
//! | [`license_calendar`] | what happens to license files, and when |
//! | [`license_file_state`] | how each license file stands, and what its end does |
//! | [`license_files`] | L1–L3, X2, E1: which nodes are in force, and how many are free |
//! | [`products`] | L4: which products' licenses count |
//! | [`maintenance`] | M1–M4, E1: what the end of maintenance stops |
//! | [`recovery`] | V1–V10: what becomes of a license when a record changes, and how a client comes back |
//! | [`release`] | the outcomes of `recovery`: what frees or keeps a license, each with its rule, key, words and remedy |
//! | [`solutions`] | S1, S2: licenses of other solutions: what takes one, which data is discarded, what gives one back |
//! | [`update_cycle`] | U1, U2, E1, M3: what a Software Update Cycle does |
//! | [`license_status`] | whether a client holds a license, and if not, the first thing it lacks |
//! | [`denial_reason`] | the reasons for having no license, each with its rule, key and words |
//! | [`troubleshooting`] | in which order to look for what keeps scans from coming back |
//! | [`advice`] | words of reasons, cures and rules that depend on the version |
//! | [`deletion`] | V3, V4: what is lost with a deletion, in words |
//! | [`remedy`] | what an administrator can do about a reason, or to free a license |
//! | [`permitted`] | which remedies a plan may use |

pub mod advice;
pub mod clause;
pub mod client;
pub mod consumption;
pub mod contact;
pub mod deletion;
pub mod denial_reason;
pub mod event_queue;
pub mod license_calendar;
pub mod license_file_state;
pub mod license_files;
pub mod license_status;
pub mod maintenance;
pub mod patch_inventory;
pub mod permitted;
pub mod products;
pub mod recovery;
pub mod release;
pub mod remedy;
pub mod solutions;
pub mod targeting;
pub mod troubleshooting;
pub mod update_cycle;
