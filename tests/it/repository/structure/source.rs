//! The files of `src` as the compiler reads them, without their tests.
//!
//! [`files`] follows the `mod` declarations from `lib.rs` and `main.rs`, so that a file has the module path that the
//! compiler gives it, wherever it lies. A file that no declaration names is a failure: it is compiled by nothing.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use syn::{Attribute, Expr, ImplItem, Item, ItemMod, Lit, Meta};

use crate::support::{files_below, in_repository, read};

/// One file of `src`.
pub struct Source {
    /// Below `src`, with `/`: `fleet/model.rs`.
    pub name: String,
    /// `["fleet", "model"]`; empty for `lib.rs`.
    pub module: Vec<String>,
    /// All of the file is `#[cfg(test)]`, or replaces another file on demand.
    pub only_tests: bool,
    /// Its lines, without test modules that are written in it.
    pub lines: Vec<String>,
    /// Its items, without what is `#[cfg(test)]`.
    pub items: Vec<Item>,
}

/// All files of `src` in name order, those of nothing but tests included.
pub fn all_files() -> Vec<Source> {
    let mut found = Vec::new();
    load(Path::new("lib.rs"), Vec::new(), false, &mut found);
    load(Path::new("main.rs"), vec!["main".to_string()], false, &mut found);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    let root = in_repository("src");
    let there = files_below(&root, "rs").into_iter().map(|path| slashed(path.strip_prefix(&root).unwrap()));
    let declared: BTreeSet<&String> = found.iter().map(|source| &source.name).collect();
    let dead: Vec<String> = there.filter(|name| !declared.contains(name)).collect();
    assert!(dead.is_empty(), "no `mod` declares these files of src: {dead:?}");
    found
}

/// All files of `src` that are part of the program, in name order.
pub fn files() -> Vec<Source> {
    let mut found = all_files();
    found.retain(|source| !source.only_tests);
    found
}

fn slashed(path: &Path) -> String {
    let parts = path.components().map(|part: Component| part.as_os_str().to_string_lossy().into_owned());
    parts.collect::<Vec<_>>().join("/")
}

fn load(path: &Path, module: Vec<String>, only_tests: bool, found: &mut Vec<Source>) {
    let text = read(&in_repository("src").join(path));
    let name = slashed(path);
    let syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("src/{name}: {error}"));
    let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
    let folder = path.parent().unwrap();
    let is_root = ["lib", "main", "mod"].contains(&stem.as_str());
    let below = if is_root { folder.to_path_buf() } else { folder.join(&stem) };
    declared(&syntax.items, folder, &below, &module, only_tests, found);
    let mut cut = Vec::new();
    let items = without_tests(syntax.items, &mut cut);
    let kept = text
        .lines()
        .enumerate()
        .filter(|(at, _)| !cut.iter().any(|(from, to)| (from..=to).contains(&&(at + 1))));
    let lines = kept.map(|(_, line)| line.to_string()).collect();
    found.push(Source { name, module, only_tests, lines, items });
}

/// Loads the files of the modules that `items` declare. `below` is where those without a `#[path]` lie.
fn declared(
    items: &[Item],
    folder: &Path,
    below: &Path,
    module: &[String],
    only_tests: bool,
    found: &mut Vec<Source>,
) {
    for item in items {
        let Item::Mod(declared_here) = item else { continue };
        let name = declared_here.ident.to_string();
        let only_tests = only_tests || is_left_out(&declared_here.attrs);
        let inside: Vec<String> = module.iter().cloned().chain([name.clone()]).collect();
        match &declared_here.content {
            Some((_, items)) => {
                declared(items, folder, &below.join(&name), &inside, only_tests, found);
            }
            None => load(&place(declared_here, folder, below), inside, only_tests, found),
        }
    }
}

/// The file of a module that is declared and not written out.
fn place(declared: &ItemMod, folder: &Path, below: &Path) -> PathBuf {
    let named = declared.attrs.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(value) => match &value.lit {
                Lit::Str(text) => Some(folder.join(text.value())),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    let name = declared.ident.to_string();
    named.unwrap_or_else(|| {
        let file = below.join(format!("{name}.rs"));
        let exists = in_repository("src").join(&file).exists();
        if exists { file } else { below.join(name).join("mod.rs") }
    })
}

/// Is a module no part of the program: tests, or the hooks that replace `fleet/fast_forward` on demand?
fn is_left_out(attributes: &[Attribute]) -> bool {
    let replaces = |attribute: &Attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "without_fast_forward",
        _ => false,
    };
    is_test(attributes) || attributes.iter().any(replaces)
}

/// `#[cfg(test)]` or `#[test]`.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        Meta::Path(path) => path.is_ident("test"),
        Meta::NameValue(_) => false,
    })
}

/// The items that are compiled without tests, too. The lines of test modules go into `cut`.
fn without_tests(items: Vec<Item>, cut: &mut Vec<(usize, usize)>) -> Vec<Item> {
    let mut kept = Vec::new();
    for mut item in items {
        if is_test(attributes(&item)) {
            if let Item::Mod(tests) = &item {
                cut.push(lines_of(tests));
            }
            continue;
        }
        match &mut item {
            Item::Mod(ItemMod { content: Some((_, inside)), .. }) => {
                *inside = without_tests(std::mem::take(inside), cut);
            }
            Item::Impl(block) => block.items.retain(|item| match item {
                ImplItem::Fn(method) => !is_test(&method.attrs),
                ImplItem::Const(constant) => !is_test(&constant.attrs),
                _ => true,
            }),
            _ => {}
        }
        kept.push(item);
    }
    kept
}

/// First and last line, from the first attribute on.
fn lines_of(module: &ItemMod) -> (usize, usize) {
    let first = module.attrs.first().map_or(module.mod_token.span, |attribute| attribute.pound_token.span);
    let last = match (&module.content, &module.semi) {
        (Some((brace, _)), _) => brace.span.close(),
        (None, Some(semi)) => semi.spans[0],
        (None, None) => module.ident.span(),
    };
    (first.start().line, last.end().line)
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
