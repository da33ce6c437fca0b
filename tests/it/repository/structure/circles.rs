//! Files that need each other in a circle: none can be understood, moved or tested without the others.
//!
//! The circles that there are stand in `circles.txt`, one a line. It may only lose lines, and lines only names.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Names, references};
use super::source::{Source, files};
use crate::support::{in_repository, read};

/// Names of files that reach each other, in order.
pub type Circle = BTreeSet<String>;

/// For every file those it needs, each with a path that says so.
pub type Needs = BTreeMap<String, BTreeMap<String, String>>;

fn needs(sources: &[Source]) -> Needs {
    let names = Names::of(sources);
    let of = |(file, source): (usize, &Source)| {
        let others = references(&names, file, source);
        let named = others.into_iter().map(|(other, path)| (sources[other].name.clone(), path));
        (source.name.clone(), named.collect())
    };
    sources.iter().enumerate().map(of).collect()
}

fn reached<'n>(needs: &'n Needs, from: &'n str) -> BTreeSet<&'n str> {
    let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(file) = next.pop() {
        for other in needs.get(file).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(other.as_str()) {
                next.push(other);
            }
        }
    }
    reached
}

/// The largest sets of files that all reach each other, of two files and more.
pub fn circles_of(needs: &Needs) -> BTreeSet<Circle> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        needs.keys().map(|file| (file.as_str(), reached(needs, file))).collect();
    let with = |file: &str| -> Circle {
        let back = reached[file].iter().filter(|other| reached[**other].contains(file));
        back.map(|other| other.to_string()).collect()
    };
    needs.keys().map(|file| with(file)).filter(|circle| circle.len() > 1).collect()
}

pub fn circles(sources: &[Source]) -> BTreeSet<Circle> {
    circles_of(&needs(sources))
}

/// Circles between files of one folder, whatever else they need.
pub fn circles_in_folders(sources: &[Source]) -> BTreeSet<Circle> {
    let folder = |file: &str| file.rsplit_once('/').map(|(folder, _)| folder.to_string());
    let mut needs = needs(sources);
    for (file, others) in &mut needs {
        others.retain(|other, _| folder(other) == folder(file));
    }
    circles_of(&needs)
}

/// Every arrow of a circle, one a line.
fn arrows(needs: &Needs, circle: &Circle) -> String {
    let of = |file: &String| {
        let inside = needs[file].iter().filter(|(other, _)| circle.contains(*other));
        inside.map(|(other, path)| format!("    {file} needs {other} for `{path}`\n")).collect::<String>()
    };
    circle.iter().map(of).collect()
}

fn line(circle: &Circle) -> String {
    circle.iter().cloned().collect::<Vec<_>>().join(" ")
}

/// What is wrong with the list of circles, and what to do.
fn faults(needs: &Needs, listed: &BTreeSet<Circle>) -> Vec<String> {
    let found = circles_of(needs);
    let mut faults = Vec::new();
    for circle in found.difference(listed) {
        let arrows = arrows(needs, circle);
        faults.push(match listed.iter().find(|larger| larger.is_superset(circle)) {
            Some(larger) => format!(
                "a circle got smaller: write it so in tests/it/repository/structure/circles.txt\n  was {}\n  is  {}\n{arrows}",
                line(larger),
                line(circle)
            ),
            None => format!(
                "a new or larger circle. Move what both need into a file of its own, or pass what is needed as an \
                 argument; a circle of files that were renamed takes its new names in tests/it/repository/structure/circles.txt\
                 \n  {}\n{arrows}",
                line(circle)
            ),
        });
    }
    for circle in listed.difference(&found) {
        if !found.iter().any(|smaller| smaller.is_subset(circle)) {
            faults.push(format!(
                "a circle is gone: take this line out of tests/it/repository/structure/circles.txt\n  {}\n",
                line(circle)
            ));
        }
    }
    faults
}

fn listed(text: &str) -> BTreeSet<Circle> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.split(' ').map(str::to_string).collect()).collect()
}

#[test]
fn circles_between_files_only_get_fewer() {
    let sources = files();
    let needs = needs(&sources);
    let faults = faults(&needs, &listed(&read(&in_repository("tests/it/repository/structure/circles.txt"))));
    let lines: String = circles_of(&needs).iter().map(|circle| format!("{}\n", line(circle))).collect();
    assert!(faults.is_empty(), "\n{}\nAll circles that there are:\n{lines}", faults.join("\n"));
}

#[test]
fn new_smaller_and_broken_circles_are_reported_as_such() {
    let needs: Needs = [("a", "b"), ("b", "a"), ("c", "d"), ("d", "c"), ("e", "a"), ("f", "f")]
        .map(|(file, other)| (file.to_string(), BTreeMap::from([(other.to_string(), format!("{other}::X"))])))
        .into();
    let found = |list: &str| faults(&needs, &listed(list));
    assert_eq!(found("# two\na b\n\nc d\n"), [""; 0]);
    for (list, word) in [
        ("a b", "a new or larger circle"),
        ("a b\nc d e", "a circle got smaller"),
        ("a b\nc d\ne f", "a circle is gone"),
        ("a\nc d", "a new or larger circle"),
    ] {
        let faults = found(list);
        assert!(faults.iter().any(|fault| fault.starts_with(word)), "{list}: {faults:?}");
    }
    assert!(found("a b")[0].contains("c needs d for `d::X`"));
}
