//! `solutions`: what computers send of solutions other than Patch Management (S1, S2).

use crate::engine::distribution::Distribution;
use crate::scenario::distribution_syntax;
use crate::scenario::fault::Fault;
use crate::scenario::model::policies::OneOf;
use crate::scenario::model::{Solution, SolutionUse};
use crate::scenario::read::licenses::FilesBySolution;
use crate::scenario::read::names::NamedParts;
use crate::scenario::read::policies;
use crate::scenario::reader::{Read, Reader, Section};
use crate::scenario::values;
use crate::scenario::yaml::Node;
use crate::units::time::Span;

/// The solutions that have a license file. (Of the others nothing is simulated; a warning says so.)
pub fn solutions(top: &Section, licenses: &FilesBySolution, fleet: NamedParts) -> Vec<SolutionUse> {
    let section = top.section("solutions");
    let all = Solution::ALL.map(|solution| {
        let s = section.section(solution.word());
        let within_a_day = Distribution::Uniform { min: 0, max: Span::DAY.ms() };
        SolutionUse {
            solution,
            files: licenses.of(Some(solution)),
            groups: s
                .value("groups", |node, reader| policies::groups(node, reader, fleet))
                .unwrap_or(OneOf::All),
            first_data: s.value("first_data", distribution_syntax::duration).unwrap_or(within_a_day),
            every: s.value("every", period).unwrap_or(usual_period(solution)),
        }
    });
    all.into_iter().filter(|used| !used.files.is_empty()).collect()
}

fn usual_period(solution: Solution) -> Span {
    match solution {
        Solution::Inventory => Span::days(7),
        Solution::Monitor | Solution::Deployment => Span::DAY,
    }
}

fn period(node: &Node, reader: &Reader) -> Read<Span> {
    match values::positive_duration(node, reader)? {
        short if short < Span::HOUR => {
            Err(Fault::at(node.at, format!("{} must be at least an hour", node.describe())))
        }
        every => Ok(every),
    }
}
