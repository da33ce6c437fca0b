//! The structure of the source: short functions and files, few shared names, no new circles, and a map that is true.
//!
//! | module | holds |
//! |---|---|
//! | `circles` | files that need each other: only those of `structure/circles.txt` |
//! | `readers` | modules that touch files: those of the table in `src/lib.rs` |
//! | `figures` | all figures in one table, to be printed |
//! | `source`, `names`, `functions` | the source as the compiler reads it: files, paths, functions |
//!
//! The source is parsed (with `syn`) rather than searched, so that text in comments and strings counts for nothing.

mod circles;
mod figures;
mod functions;
mod names;
mod readers;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Attribute, Ident, ItemEnum, ItemStruct, ItemTrait, ItemType, ItemUnion};

use functions::{Function, functions};
use source::{Source, all_files, files};

/// Most lines of a function, from its signature to its closing brace.
const LINES_OF_A_FUNCTION: usize = 70;

/// Most lines of a file, without the test modules written in it: all that a reader has to scroll through.
const LINES_OF_A_FILE: usize = 400;

/// Most types of which another type has the name, in tenths of a percent of all types.
const SHARED_NAMES_LIMIT: usize = 50;

#[test]
fn functions_fit_on_a_screen() {
    let functions = functions(&files());
    assert!(functions.len() > 1000, "{}", functions.len());
    let long = functions.iter().filter(|function| function.lines > LINES_OF_A_FUNCTION);
    let long = long.map(|Function { file, name, lines, .. }| format!("{file}: {name} has {lines} lines"));
    let long: Vec<String> = long.collect();
    assert!(long.is_empty(), "{LINES_OF_A_FUNCTION} are allowed; split {long:#?}");
}

#[test]
fn files_are_short() {
    let sources = all_files();
    let long = sources.iter().filter(|source| source.lines.len() > LINES_OF_A_FILE);
    let long = long.map(|source| format!("{} has {} lines", source.name, source.lines.len()));
    let long: Vec<String> = long.collect();
    assert!(long.is_empty(), "{LINES_OF_A_FILE} are allowed; split {long:#?}");
}

/// Files by the names of the types that they define, one entry a type.
#[derive(Default)]
struct Types {
    file: String,
    found: BTreeMap<String, Vec<String>>,
}

impl Types {
    fn of(sources: &[Source]) -> BTreeMap<String, Vec<String>> {
        let mut types = Types::default();
        for source in sources {
            types.file.clone_from(&source.name);
            source.items.iter().for_each(|item| types.visit_item(item));
        }
        types.found
    }

    /// What `cfg` gives another form on another system is one type.
    fn add(&mut self, name: &Ident, attributes: &[Attribute]) {
        let files = self.found.entry(name.to_string()).or_default();
        let is_form = attributes.iter().any(|attribute| attribute.path().is_ident("cfg"));
        if !(is_form && files.contains(&self.file)) {
            files.push(self.file.clone());
        }
    }
}

/// Types of an `impl` or a trait are no items and do not count.
impl Visit<'_> for Types {
    fn visit_item_enum(&mut self, item: &ItemEnum) {
        self.add(&item.ident, &item.attrs);
    }

    fn visit_item_struct(&mut self, item: &ItemStruct) {
        self.add(&item.ident, &item.attrs);
    }

    fn visit_item_trait(&mut self, item: &ItemTrait) {
        self.add(&item.ident, &item.attrs);
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &ItemType) {
        self.add(&item.ident, &item.attrs);
    }

    fn visit_item_union(&mut self, item: &ItemUnion) {
        self.add(&item.ident, &item.attrs);
    }
}

/// Number of all types, number of those that share their name, and the shared names with their files.
fn shared_names(types: &BTreeMap<String, Vec<String>>) -> (usize, usize, BTreeMap<&str, &[String]>) {
    let all = types.values().map(Vec::len).sum();
    let shared = types.iter().filter(|(_, files)| files.len() > 1);
    let shared: BTreeMap<&str, &[String]> = shared.map(|(name, files)| (name.as_str(), &files[..])).collect();
    (all, shared.values().map(|files| files.len()).sum(), shared)
}

#[test]
fn few_types_share_their_name() {
    let types = Types::of(&files());
    let (all, sharing, shared) = shared_names(&types);
    let permille = (1000 * sharing).div_ceil(all);
    let list: BTreeSet<String> =
        shared.iter().map(|(name, files)| format!("  {name}: {}", files.join(", "))).collect();
    let list = list.into_iter().collect::<Vec<_>>().join("\n");
    assert!(
        permille <= SHARED_NAMES_LIMIT,
        "{sharing} of {all} types share a name ({permille} ‰, at most {SHARED_NAMES_LIMIT}); \
         give the new ones a name of their own:\n{list}"
    );
}
