//! The scenario language: what a scenario file may say, and what it means.
//!
//! Interface: [`check`] and [`check_with`] turn text into a [`Checked`] scenario or into every fault of the text, each
//! with its place; [`printed`] writes a scenario with its changes as one file; [`digest`](fn@digest) identifies what it means.
//!
//! Text becomes a tree (`yaml`), changes from outside are put into the tree (`overrides`), and the sections of the tree
//! are read (`read`, by means of `reader` and `values`) into the checked scenario (`model`).
//!
//! | file | holds |
//! |---|---|
//! | [`yaml`] | text → tree of nodes with places; the YAML crate is used here and nowhere else |
//! | [`overrides`], [`action_syntax`] | changes from outside the file: values set (`--set`), actions added (`--action`) |
//! | [`reader`] | typed access to the tree; collects every fault; records which keys exist |
//! | [`values`], [`distribution_syntax`] | single values with units; distributions of delays and sizes |
//! | [`read`] | the sections of the language, one file each; their defaults |
//! | [`clients_csv`] | the file of a fleet that is there already |
//! | [`table`] | CSV files that a scenario names |
//! | [`model`] | the checked scenario all other layers work on |
//! | [`schema`] | the language as a JSON Schema, derived from `scenarios/reference.yaml` |
//! | [`action_text`] | an action → the text that [`action_syntax`] reads as the same action |
//! | [`print`](mod@print) | the tree → text, with all changes in it |
//! | [`fault`] | faults and how they are shown |
//! | `digest` | what identifies a scenario: a digest of its meaning |
//! | `suggestions` | what was probably meant by a value that is not understood, for the help of a fault |
//!
//! Why two forms: all doubts about a text are settled here, so a [`model::Scenario`] that exists is valid, and no other
//! layer checks it again or sees YAML. Nothing here opens a file: the caller hands in what a scenario refers to
//! ([`reader::FileSource`]).

pub mod action_syntax;
pub mod action_text;
pub mod clients_csv;
mod digest;
pub mod distribution_syntax;
pub mod fault;
pub mod model;
pub mod overrides;
pub mod print;
pub mod read;
pub mod reader;
pub mod schema;
mod suggestions;
pub mod table;
pub mod values;
pub mod yaml;

use fault::{Fault, Place};
use overrides::Changes;
use reader::FileSource;
use yaml::{Entry, Kind, Node};

pub use digest::{digest, sha256};
pub use read::Checked;

/// Checks the text of a scenario. `default_name` names it when it has no `name` of its own.
///
/// # Errors
/// Every fault of the file, in the order of the file; at least one.
pub fn check(text: &str, default_name: &str, files: FileSource) -> Result<Checked, Vec<Fault>> {
    check_with(text, default_name, files, &Changes::default())
}

/// As [`check`], with changes from outside the file.
///
/// # Errors
/// As [`check`].
pub fn check_with(
    text: &str,
    default_name: &str,
    files: FileSource,
    changes: &Changes,
) -> Result<Checked, Vec<Fault>> {
    let mut root = yaml::parse(text).map_err(|fault| vec![fault])?;
    let own = overrides::apply(&mut root, changes)?;
    let blamed = |faults| changes.blame(faults, own);
    let checked = read::scenario(&root, default_name, files).map_err(blamed)?;
    Ok(Checked { warnings: blamed(checked.warnings), ..checked })
}

/// The text of a scenario that passed [`check_with`] with these changes, as one file that has them in it: canonical
/// YAML that means the same. Files of data that it names it still names.
///
/// # Errors
/// When what aliases stand for is too much to be written out.
pub fn printed(text: &str, default_name: &str, changes: &Changes) -> Result<String, Vec<Fault>> {
    let mut root = yaml::parse(text).map_err(|fault| vec![fault])?;
    overrides::apply(&mut root, changes)?;
    keep_name(&mut root, default_name);
    let printed = print::print(&root);
    match yaml::parse(&printed) {
        Ok(again) if again.says_the_same(&root) => Ok(printed),
        Ok(_) => Err(vec![Fault::file("the scenario cannot be printed".into()).help("please report this")]),
        Err(fault) => Err(vec![Fault::file(format!("with its aliases written out, {}", fault.problem))]),
    }
}

/// A scenario that has its name from its file has it also in another one.
fn keep_name(root: &mut Node, default_name: &str) {
    let Kind::Map(entries) = &mut root.kind else { return };
    let value =
        Node { at: Place::FILE, kind: Kind::Scalar { text: default_name.to_string(), quoted: false } };
    if entries.iter().all(|entry| entry.key != "name") && values::no_title(default_name).is_none() {
        entries.insert(entries.len().min(1), Entry { key: "name".into(), key_at: Place::FILE, value });
    }
}
