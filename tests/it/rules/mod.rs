//! Does the simulator do what the rules say?
//!
//! | module | question |
//! |---|---|
//! | `rule_scenarios` | Does every rule's scenario give the events worked out by hand in its header? |
//! | `case_scenarios` | Does each ready-made case show the trouble it claims, and the cure? |
//! | `theory`, `figures` | Do cases with known answers come out: exactly, or within four standard errors? |
//! | `typical` | Does a new client take as long as the product's documentation says? |
//! | `interactions` | Do rules that meet on the same client do what each of them says? |
//! | `invariants` | Does what must always hold, hold on random scenarios? |
//! | `properties` | Does what must hold between runs hold: other dates, scales, pools, random streams? |
//! | `exhaustive` | Are scans counted by arithmetic what they are one by one? |
//! | `without_fast_forward` | Is the simulator complete without the shortcut that counts scans? |
//! | `sites` | Do the downloads of all sites add up to the timeline, and is each counted at its client's site? |
//! | `update_side` | What do the keys of the update side change, on one PC, worked out by hand? |
//! | `initial_state` | What becomes of clients that are there at the start? |
//! | `over_time` | Do policies, membership updates and versions change as actions say? |
//! | `workload` | Does the fleet agree with a loop written by hand, in few bytes a client? |
//! | `end_of_run` | What becomes of a run when its end moves: nothing, up to the earlier end? |

pub mod case_scenarios;
pub mod end_of_run;
pub mod exhaustive;
pub mod figures;
pub mod initial_state;
pub mod interactions;
pub mod invariants;
pub mod over_time;
pub mod properties;
pub mod rule_scenarios;
pub mod sites;
pub mod theory;
pub mod typical;
pub mod update_side;
pub mod without_fast_forward;
pub mod workload;
