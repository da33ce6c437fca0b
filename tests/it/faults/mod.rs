//! What becomes of results when the disk, the process or the machine fails?
//!
//! | module | question |
//! |---|---|
//! | `killed`, `disk` | Is every result file whole, whenever the program is killed and whatever fails on the disk? |
//! | `full` | Is a disk that is full, or read-only, reported, and nothing harmed? |
//! | `paths` | Are places that take no results reported in time, and left as they are? |
//! | `processes` | Do several processes, signals and few file handles do no harm? |
//! | `signals` | Does a run of a huge fleet end soon after Ctrl-C? |
//! | `blocked` | Does every command end when a signal says so, also one that waits for a pipe? |
//! | `surroundings` | Are missing rights reported, and does no environment change a byte? |
//! | `checkpoints` | Is damaged work never gone on with as if it were not? |
//! | `budget` | Is what is too large refused before it begins? |
//! | `exchanged` | Is nothing written into a folder that was exchanged during the run? |

pub mod blocked;
pub mod budget;
pub mod checkpoints;
pub mod disk;
pub mod exchanged;
pub mod full;
pub mod killed;
pub mod paths;
pub mod processes;
pub mod signals;
pub mod surroundings;
