//! What is lost with a deletion, and what a client takes on its return: one sentence each, wherever a deletion is advised.

/// What is lost with a deletion (HOWTO8852, KB 180699), after "loses".
macro_rules! lost_by_deletion {
    () => {
        "task history, archived data and, with Asset Management, asset data"
    };
}
pub(super) use lost_by_deletion;

/// What is lost with the deletion of a computer (HOWTO8852, KB 180699).
pub const LOST_BY_DELETION: &str = lost_by_deletion!();

/// What a client that was deleted does on its return beside taking no patch license (V4, KB 180699).
pub const ON_RETURN: &str =
    "on its return a client retrieves current licenses for other solutions, too, if there are any left";
