//! A failing scenario made small: what can be left out and it still fails is left out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use fleetsim::scenario::print::print;
use fleetsim::scenario::yaml::{self, Kind, Node};

/// The smallest scenario found, by leaving out one key or item after another, that `fails` still.
pub fn minimal(yaml: &str, fails: &dyn Fn(&str)) -> String {
    let fails = |text: &str| catch_unwind(AssertUnwindSafe(|| fails(text))).is_err();
    let mut root = yaml::parse(yaml).expect("it has been read");
    let mut place = 0;
    while let Some(smaller) = without(&root, &mut place.clone()) {
        // What was left out made room for the next one at the same place.
        if fails(&print(&smaller)) { root = smaller } else { place += 1 }
    }
    print(&root)
}

/// The tree without its n-th entry or item, counted from the outside in; `None` when there are fewer.
fn without(node: &Node, n: &mut usize) -> Option<Node> {
    let mut smaller = node.clone();
    let children = match &mut smaller.kind {
        Kind::Map(entries) if *n < entries.len() => {
            entries.remove(*n);
            return Some(smaller);
        }
        Kind::List(items) if *n < items.len() => {
            items.remove(*n);
            return Some(smaller);
        }
        Kind::Map(entries) => {
            *n -= entries.len();
            entries.iter_mut().map(|entry| &mut entry.value).collect::<Vec<_>>()
        }
        Kind::List(items) => {
            *n -= items.len();
            items.iter_mut().collect()
        }
        Kind::Null | Kind::Scalar { .. } => return None,
    };
    for child in children {
        if let Some(less) = without(child, n) {
            *child = less;
            return Some(smaller);
        }
    }
    None
}

#[test]
fn what_does_not_matter_is_left_out() {
    let yaml = "a: 1\nb: {c: [1, 2, {d: wrong, e: 5}], f: 6}\ng: [7]\n";
    let fails = |text: &str| assert!(!text.contains("wrong"), "{text}");
    assert_eq!(minimal(yaml, &fails), "b: {c: [{d: wrong}]}\n");
}
