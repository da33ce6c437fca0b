//! V11: the vendor's order of retiring, held against the actions of a scenario.

use std::collections::BTreeMap;

use crate::scenario::fault::Fault;
use crate::scenario::model::{AdminCommand, Scenario, Selection};
use crate::scenario::reader::Section;
use crate::scenario::yaml::{Kind, Node};
use crate::units::time::Time;

/// What an action may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// Clients of any group.
    Any,
    /// Those of a group, as one or by name.
    OfGroup(usize),
    /// Those of a group that are not named.
    Group(usize),
    /// A client by its name.
    Client(usize, u32),
}

/// An action by its instant, then by its place in the list.
type Turn = (Time, usize);

/// Instants of actions, by what they are about, each list in order.
#[derive(Default)]
struct Retirements(BTreeMap<Part, Vec<Turn>>);

impl Retirements {
    fn of(scenario: &Scenario) -> Retirements {
        let mut all = Retirements::default();
        for (index, action) in scenario.actions.iter().enumerate() {
            let AdminCommand::Retire(selection, _) = &action.what else { continue };
            let turn = (action.at, index);
            match selection {
                Selection::Group { group: None, .. } => all.add(Part::Group(usize::MAX), turn),
                Selection::Group { group: Some(group), .. } => {
                    all.add(Part::Group(*group), turn);
                    all.add(Part::OfGroup(*group), turn);
                }
                Selection::Named(named) => {
                    for (group, client) in named {
                        all.add(Part::Client(*group, *client), turn);
                        all.add(Part::OfGroup(*group), turn);
                    }
                }
            }
            all.add(Part::Any, turn);
        }
        all.0.values_mut().for_each(|turns| turns.sort_unstable());
        all
    }

    fn add(&mut self, part: Part, turn: Turn) {
        self.0.entry(part).or_default().push(turn);
    }

    /// The first one that may be about the same clients as a selection; none where an earlier one is.
    fn after(&self, selection: &Selection, turn: Turn) -> Option<Turn> {
        let everywhere = Part::Group(usize::MAX);
        let parts: Vec<Part> = match selection {
            Selection::Group { group: None, .. } => vec![Part::Any],
            Selection::Group { group: Some(group), .. } => vec![everywhere, Part::OfGroup(*group)],
            Selection::Named(named) => {
                let of =
                    |(group, client): &(usize, u32)| [Part::Group(*group), Part::Client(*group, *client)];
                named.iter().flat_map(of).chain([everywhere]).collect()
            }
        };
        let mut first: Option<Turn> = None;
        for turns in parts.iter().filter_map(|part| self.0.get(part)) {
            let place = turns.partition_point(|other| *other < turn);
            if place > 0 {
                return None; // the record was set to Retired before
            }
            first = first.into_iter().chain(turns.get(place).copied()).min();
        }
        first
    }
}

/// Warns of the first agents that are uninstalled before their records are set to Retired.
pub fn warn_about_order(top: &Section, scenario: &Scenario) {
    let retirements = Retirements::of(scenario);
    let early = scenario.actions.iter().enumerate().find_map(|(index, action)| {
        let AdminCommand::UninstallAgent(selection) = &action.what else { return None };
        if !scenario.version_at(action.at).retiring_frees() {
            return None; // 6.x: Retired frees nothing in any order
        }
        Some((index, retirements.after(selection, (action.at, index))?.1))
    });
    let Some((uninstalled, retired)) = early else { return };
    let nodes = match top.node("actions") {
        Some(Node { kind: Kind::List(nodes), .. }) => nodes.as_slice(),
        _ => return,
    };
    let (Some(early), Some(late)) = (nodes.get(uninstalled), nodes.get(retired)) else { return };
    let line = |node: &Node| match node.at.line {
        0 => String::new(),
        line => format!(" (line {line})"),
    };
    let problem = format!(
        "actions[{uninstalled}]{} uninstalls agents before actions[{retired}]{} sets their records to Retired, which breaks the \
         reclamation of their licenses (V11, KB 158855)",
        line(early),
        line(late)
    );
    let help = "set them to Retired first (`agent: live`), uninstall the agents at once, then run the licensing refresh";
    top.reader.warn(Fault::at(early.at, problem).path(format!("actions[{uninstalled}]")).help(help));
}
