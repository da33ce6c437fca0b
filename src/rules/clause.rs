//! The rules by id, each with the sentence people read in `explain` and in the README.

use std::fmt;

/// A rule of the license article (or of an article named in its sentence).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clause {
    C1,
    C2,
    C3,
    C4,
    C5,
    C6,
    C7,
    X1,
    X2,
    E1,
    V1,
    V2,
    V3,
    V6,
    L1,
    L2,
    L3,
    T1,
    T2,
}

impl Clause {
    /// Every rule, in the order of the article.
    pub const ALL: [Clause; 19] = {
        use Clause::*;
        [C1, C2, C3, C4, C5, C6, C7, X1, X2, E1, V1, V2, V3, V6, L1, L2, L3, T1, T2]
    };

    /// The id as the documentation writes it.
    pub fn id(self) -> &'static str {
        use Clause::*;
        match self {
            C1 => "C1",
            C2 => "C2",
            C3 => "C3",
            C4 => "C4",
            C5 => "C5",
            C6 => "C6",
            C7 => "C7",
            X1 => "X1",
            X2 => "X2",
            E1 => "E1",
            V1 => "V1",
            V2 => "V2",
            V3 => "V3",
            V6 => "V6",
            L1 => "L1",
            L2 => "L2",
            L3 => "L3",
            T1 => "T1",
            T2 => "T2",
        }
    }

    /// The rule in one sentence.
    pub fn sentence(self) -> &'static str {
        use Clause::*;
        match self {
            C1 => "A client becomes a candidate when the Software Update Plug-in Install policy targets it.",
            C2 => "The plug-in counts once a Basic Inventory has reported it to the server.",
            C3 => {
                "Then the server targets the client for the assessment scan package; the client learns it at its \
                 next configuration request and downloads it."
            }
            C4 => "The scan can run only when the package is completely downloaded.",
            C5 => {
                "From 8.5 on a scan fails unless the Default Software Update Plug-in policy or a clone of it targets the client."
            }
            C6 => {
                "The first scan returned to the server takes one license from the pool; later scans take none."
            }
            C7 => "A client that took a license keeps it, patched or not.",
            X1 => "When the count is exceeded, clients that hold a license go on returning inventory.",
            X2 => {
                "A client without a license gets none while the pool is full; it goes on scanning and is rejected each time."
            }
            E1 => "When no license in date is left, no assessment scan runs; held licenses are kept.",
            V1 => "Status Retired releases the license at the next run of the licensing refresh.",
            V2 => "Uninstalling the plug-in alone releases nothing.",
            V3 => "Deleting the client frees its license.",
            V6 => "Only Retired frees a license; Disposed does not (KB 161023).",
            L1 => "A legacy license file replaces the one before it; SLic files add up.",
            L2 => "Perpetual licenses do not expire; all others do, at 23:59 of the stated day.",
            L3 => {
                "When the pool shrinks below the number in use, holders keep theirs and nobody new gets one."
            }
            T1 => "A client under two DSUP-type policies gets conflicting settings (KB 180495).",
            T2 => "New clients become targets only when a resource membership update runs.",
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
