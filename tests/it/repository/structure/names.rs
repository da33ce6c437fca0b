//! Which file a path of the source names: `use` lines, `crate::`, `super::`, `self::` and re-exports followed.
//!
//! [`Names::of`] takes what every module declares and imports; [`references`] gives the other files that a file needs,
//! [`Names::full`] the full path of something in another crate.
//!
//! A path through a re-export leads to the file that defines the name, and a re-export alone needs nothing. Paths in
//! macros and attributes count. Imports in a function's body are taken for imports of its module.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, Meta, UseTree, Visibility};

use super::source::Source;

/// What one module declares and imports.
#[derive(Default)]
struct Scope {
    file: usize,
    modules: BTreeSet<String>,
    items: BTreeSet<String>,
    imports: Vec<(String, Vec<String>)>,
    globs: Vec<Vec<String>>,
}

/// What a path ends at.
enum Target {
    Module(Vec<String>),
    /// Something that the file of this number defines.
    Item(usize),
}

/// All modules by path.
pub struct Names {
    scopes: BTreeMap<Vec<String>, Scope>,
}

/// More links than any chain of re-exports has.
const MOST_LINKS: usize = 20;

impl Names {
    pub fn of<'s>(sources: impl IntoIterator<Item = &'s Source>) -> Names {
        let mut names = Names { scopes: BTreeMap::new() };
        for (file, source) in sources.into_iter().enumerate() {
            names.add(source.module.clone(), file, &source.items);
        }
        names
    }

    fn add(&mut self, module: Vec<String>, file: usize, items: &[Item]) {
        let mut scope = Scope { file, ..Scope::default() };
        let mut imports = Imports::default();
        for item in items {
            match item {
                Item::Mod(inner) => {
                    scope.modules.insert(inner.ident.to_string());
                    if let Some((_, items)) = &inner.content {
                        let path = module.iter().cloned().chain([inner.ident.to_string()]).collect();
                        self.add(path, file, items);
                    }
                }
                Item::Const(item) => drop(scope.items.insert(item.ident.to_string())),
                Item::Enum(item) => drop(scope.items.insert(item.ident.to_string())),
                Item::Fn(item) => drop(scope.items.insert(item.sig.ident.to_string())),
                Item::Static(item) => drop(scope.items.insert(item.ident.to_string())),
                Item::Struct(item) => drop(scope.items.insert(item.ident.to_string())),
                Item::Trait(item) => drop(scope.items.insert(item.ident.to_string())),
                Item::Type(item) => drop(scope.items.insert(item.ident.to_string())),
                Item::Union(item) => drop(scope.items.insert(item.ident.to_string())),
                _ => {}
            }
            imports.visit_item(item);
        }
        (scope.imports, scope.globs) = (imports.named, imports.globs);
        self.scopes.insert(module, scope);
    }

    /// Where a path leads that is written in a module. A name may stand for a module and a function at once.
    fn resolve(&self, module: &[String], path: &[String], links: usize) -> Vec<Target> {
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        if links > MOST_LINKS {
            return Vec::new();
        }
        let mut targets = match first.as_str() {
            "crate" | "fleetsim" => vec![Target::Module(Vec::new())],
            "self" => vec![Target::Module(module.to_vec())],
            "super" => {
                module.split_last().map(|(_, above)| Target::Module(above.to_vec())).into_iter().collect()
            }
            name => self.member(module, name, links),
        };
        for name in rest {
            targets = targets.into_iter().flat_map(|target| self.inside(target, name, links)).collect();
        }
        targets
    }

    fn inside(&self, target: Target, name: &str, links: usize) -> Vec<Target> {
        match target {
            Target::Module(module) if name == "super" => {
                module.split_last().map(|(_, above)| Target::Module(above.to_vec())).into_iter().collect()
            }
            Target::Module(module) => self.member(&module, name, links),
            // A variant, a method.
            item => vec![item],
        }
    }

    /// What a name stands for in a module: declared there, else imported, else imported by `*`.
    fn member(&self, module: &[String], name: &str, links: usize) -> Vec<Target> {
        let Some(scope) = self.scopes.get(module) else { return Vec::new() };
        let mut found = Vec::new();
        if scope.modules.contains(name) {
            found.push(Target::Module(module.iter().cloned().chain([name.to_string()]).collect()));
        }
        if scope.items.contains(name) {
            found.push(Target::Item(scope.file));
        }
        let imported = scope.imports.iter().filter(|(as_name, _)| as_name == name);
        found.extend(imported.flat_map(|(_, path)| self.resolve(module, path, links + 1)));
        if found.is_empty() {
            for glob in &scope.globs {
                let modules = self.resolve(module, glob, links + 1).into_iter();
                let inside =
                    modules.filter(|target| matches!(target, Target::Module(from) if from != module));
                found.extend(inside.flat_map(|target| self.inside(target, name, links + 1)));
            }
        }
        found
    }

    /// A path with what its first name is imported as: `File::open` → `std::fs::File::open`.
    pub fn full(&self, module: &[String], path: &[String]) -> String {
        let import = |first: &String| {
            let scope = self.scopes.get(module)?;
            scope.imports.iter().find(|(name, _)| name == first).map(|(_, path)| path.join("::"))
        };
        let first = path.first().and_then(import).or(path.first().cloned()).unwrap_or_default();
        [first].into_iter().chain(path.iter().skip(1).cloned()).collect::<Vec<_>>().join("::")
    }
}

/// Names and paths of `use` lines, wherever they stand.
#[derive(Default)]
struct Imports {
    named: Vec<(String, Vec<String>)>,
    globs: Vec<Vec<String>>,
}

impl Imports {
    fn add(&mut self, tree: &UseTree, above: &[String]) {
        let with = |name: &syn::Ident| above.iter().cloned().chain([name.to_string()]).collect::<Vec<_>>();
        // `{self}` and `{self as name}` stand for what they are in.
        let path =
            |name: &syn::Ident| if name == "self" && !above.is_empty() { above.to_vec() } else { with(name) };
        match tree {
            UseTree::Path(inner) => self.add(&inner.tree, &with(&inner.ident)),
            UseTree::Name(leaf) => {
                let path = path(&leaf.ident);
                self.named.extend(path.last().cloned().map(|name| (name, path)));
            }
            UseTree::Rename(leaf) => self.named.push((leaf.rename.to_string(), path(&leaf.ident))),
            UseTree::Glob(_) => self.globs.push(above.to_vec()),
            UseTree::Group(group) => group.items.iter().for_each(|inner| self.add(inner, above)),
        }
    }
}

impl Visit<'_> for Imports {
    fn visit_item_use(&mut self, import: &ItemUse) {
        self.add(&import.tree, &[]);
    }

    /// A module has imports of its own.
    fn visit_item_mod(&mut self, _: &ItemMod) {}
}

/// Every path that a file's code writes, with the module it is written in.
pub struct Paths {
    module: Vec<String>,
    pub found: Vec<(Vec<String>, Vec<String>)>,
}

impl Paths {
    pub fn of(source: &Source) -> Paths {
        let mut paths = Paths { module: source.module.clone(), found: Vec::new() };
        source.items.iter().for_each(|item| paths.visit_item(item));
        paths
    }

    fn add(&mut self, path: Vec<String>) {
        self.found.push((self.module.clone(), path));
    }

    /// Macros and attributes are not parsed: names with `::` between them are paths. In an attribute, strings may be.
    fn scan(&mut self, tokens: TokenStream, in_attribute: bool) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        let mut after_dot = false;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons < 2 {
                        self.add(std::mem::take(&mut path));
                    }
                    if !after_dot {
                        path.push(name.to_string());
                    }
                    (colons, after_dot) = (0, false);
                    continue;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => {
                    colons += 1;
                    after_dot = false;
                    continue;
                }
                TokenTree::Punct(mark) => after_dot = mark.as_char() == '.',
                TokenTree::Group(group) => {
                    after_dot = false;
                    self.scan(group.stream(), in_attribute);
                }
                TokenTree::Literal(literal) => {
                    after_dot = false;
                    let text = literal.to_string();
                    if in_attribute && text.contains("::") {
                        self.add(text.trim_matches('"').split("::").map(str::to_string).collect());
                    }
                }
            }
            self.add(std::mem::take(&mut path));
            colons = 0;
        }
        self.add(path);
    }
}

impl Visit<'_> for Paths {
    fn visit_item_mod(&mut self, inner: &ItemMod) {
        self.module.push(inner.ident.to_string());
        visit::visit_item_mod(self, inner);
        self.module.pop();
    }

    fn visit_item_use(&mut self, import: &ItemUse) {
        if matches!(import.vis, Visibility::Inherited) {
            let mut imports = Imports::default();
            imports.add(&import.tree, &[]);
            let paths = imports.named.into_iter().map(|(_, path)| path).chain(imports.globs);
            paths.for_each(|path| self.add(path));
        }
    }

    fn visit_visibility(&mut self, _: &Visibility) {}

    fn visit_path(&mut self, path: &syn::Path) {
        self.add(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &Macro) {
        self.scan(called.tokens.clone(), false);
    }

    fn visit_attribute(&mut self, attribute: &Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.scan(list.tokens.clone(), true);
        }
    }
}

/// Numbers of the other files that a file needs, each with one path that says so.
pub fn references(names: &Names, file: usize, source: &Source) -> BTreeMap<usize, String> {
    let mut found = BTreeMap::new();
    for (module, path) in Paths::of(source).found {
        for target in names.resolve(&module, &path, 0) {
            if let Target::Item(other) = target
                && other != file
            {
                found.entry(other).or_insert_with(|| path.join("::"));
            }
        }
    }
    found
}

#[test]
fn paths_lead_to_the_file_that_defines_the_name() {
    let source = |name: &str, text: &str| Source {
        name: format!("{name}.rs"),
        module: name.split('/').filter(|part| *part != "lib").map(str::to_string).collect(),
        only_tests: false,
        lines: Vec::new(),
        items: syn::parse_file(text).unwrap().items,
    };
    let sources = [
        source("lib", "pub mod a; pub mod b; pub mod c; pub struct Root;"),
        source("a", "mod deep; pub use deep::Deep; pub use self::deep::call as ring; pub struct Own;"),
        source("a/deep", "pub struct Deep; pub fn call() {} pub(super) fn near() {}"),
    ];
    for (text, needed) in [
        ("use crate::a::Deep;", vec!["a/deep.rs"]),
        ("pub use crate::a::Deep;", vec![]),
        ("pub use crate::a::Deep; fn f(_: Deep) {}", vec!["a/deep.rs"]),
        ("use super::a; fn f() { a::ring(); }", vec!["a/deep.rs"]),
        ("use super::a::{self, Own}; fn f() { let a = 1; }", vec!["a.rs"]),
        ("use crate::a::*; fn f(_: Deep) {}", vec!["a/deep.rs"]),
        ("fn f() { println!(\"{}\", super::a::ring()); }", vec!["a/deep.rs"]),
        ("#[serde(with = \"crate::a::Own\")] struct S;", vec!["a.rs"]),
        ("fn f() { use crate::{a::Own as O, Root}; }", vec!["lib.rs", "a.rs"]),
        ("mod inner { use super::super::a::Own; }", vec!["a.rs"]),
        ("mod inner { pub struct I; } use inner::I; use std::fs::File; fn f(a: u8) { a.min(1); }", vec![]),
    ] {
        let here = source("b", text);
        let all: Vec<&Source> = sources.iter().chain([&here]).collect();
        let found = references(&Names::of(all.iter().copied()), 3, &here);
        let found: Vec<&str> = found.keys().map(|file| all[*file].name.as_str()).collect();
        assert_eq!(found, needed, "{text}");
    }
}
