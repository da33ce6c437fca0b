//! Solutions other than Patch Management: each has license files and a pool of its own, and what its computers send.

use serde::Serialize;

use crate::engine::distribution::Distribution;
use crate::scenario::model::licenses::LicenseFile;
use crate::scenario::model::policies::OneOf;
use crate::units::time::Span;

/// A solution other than Patch Management.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Solution {
    /// Inventory Solution.
    Inventory,
    /// Monitor Solution.
    Monitor,
    /// Deployment Solution.
    Deployment,
}

impl Solution {
    /// All of them, in the order of their results.
    pub const ALL: [Solution; 3] = [Solution::Inventory, Solution::Monitor, Solution::Deployment];

    /// The words of the key `solution`; `None` is Patch Management.
    pub const WORDS: &'static [(&'static str, Option<Solution>)] = &[
        ("patch_management", None),
        ("inventory", Some(Solution::Inventory)),
        ("monitor", Some(Solution::Monitor)),
        ("deployment", Some(Solution::Deployment)),
    ];

    /// As people write it; also the name of its section under `solutions`.
    pub fn word(self) -> &'static str {
        match self {
            Solution::Inventory => "inventory",
            Solution::Monitor => "monitor",
            Solution::Deployment => "deployment",
        }
    }

    /// The solution of a product's name: `Altiris Inventory Solution`, `Inventory Solution 8.6`.
    pub fn of_name(name: &str) -> Option<Solution> {
        let name = name.to_lowercase();
        Solution::ALL.into_iter().find(|solution| name.contains(&solution.title().to_lowercase()))
    }

    /// As the vendor calls it.
    pub fn title(self) -> &'static str {
        match self {
            Solution::Inventory => "Inventory Solution",
            Solution::Monitor => "Monitor Solution",
            Solution::Deployment => "Deployment Solution",
        }
    }
}

/// A solution with a license file of its own, and the computers that use it (S1).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SolutionUse {
    /// Which one it is.
    pub solution: Solution,
    /// Its license files, at least one, in name order; `replaces` is an index into them.
    pub files: Vec<LicenseFile>,
    /// Key `groups`: the groups whose computers have its plug-in; default: all.
    pub groups: OneOf,
    /// Key `first_data`: from the registration of a computer to the first data of the solution.
    pub first_data: Distribution,
    /// Key `every`: from one such data to the next.
    pub every: Span,
}

impl SolutionUse {
    /// Do the computers of a group have its plug-in?
    pub fn is_used_by(&self, group: usize) -> bool {
        match &self.groups {
            OneOf::All => true,
            OneOf::These(groups) => groups.binary_search(&group).is_ok(),
        }
    }
}
