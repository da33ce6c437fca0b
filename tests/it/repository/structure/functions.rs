//! The functions of `src`, and which methods of the fleet its wings call of each other.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{
    Block, Expr, ExprMethodCall, ExprPath, FnArg, ImplItemFn, ItemFn, ItemImpl, ItemTrait, Macro, Member, Pat,
};
use syn::{Signature, TraitItemFn, Type};

use super::source::Source;

/// A function or method with a body.
pub struct Function {
    pub file: String,
    /// Of a method: its type.
    pub owner: Option<String>,
    /// A method that some trait asks for.
    pub of_trait: bool,
    pub name: String,
    /// Line of its signature.
    pub line: usize,
    /// From the signature to the closing brace.
    pub lines: usize,
    /// Names of the parameters that are a bare `u32`.
    pub bare: Vec<String>,
}

impl Function {
    pub fn is_method_of_fleet(&self) -> bool {
        self.owner.as_deref() == Some("Fleet") && !self.of_trait && self.file.starts_with("fleet/")
    }

    /// Takes a bare number for a client, a record or whatever else has an id.
    pub fn takes_bare_id(&self) -> bool {
        const WITH_IDS: [&str; 9] =
            ["client", "record", "machine", "group", "site", "policy", "id", "pc", "holder"];
        let is_id = |name: &String| {
            let last = name.rsplit('_').next().unwrap_or_default();
            WITH_IDS.iter().any(|word| last == *word || name.starts_with(&format!("{word}_")))
        };
        self.bare.iter().any(is_id)
    }
}

/// All functions of the program.
pub fn functions(sources: &[Source]) -> Vec<Function> {
    let mut found = Vec::new();
    for source in sources {
        let mut visitor = Functions { file: &source.name, owner: None, of_trait: false, found: &mut found };
        source.items.iter().for_each(|item| visitor.visit_item(item));
    }
    found
}

struct Functions<'f> {
    file: &'f str,
    owner: Option<String>,
    of_trait: bool,
    found: &'f mut Vec<Function>,
}

impl Functions<'_> {
    fn add(&mut self, signature: &Signature, block: &Block) {
        let line = signature.fn_token.span.start().line;
        self.found.push(Function {
            file: self.file.to_string(),
            owner: self.owner.clone(),
            of_trait: self.of_trait,
            name: signature.ident.to_string(),
            line,
            lines: block.brace_token.span.close().end().line - line + 1,
            bare: signature.inputs.iter().filter_map(bare).collect(),
        });
    }

    fn within(&mut self, owner: Option<String>, of_trait: bool, visit: impl FnOnce(&mut Self)) {
        let outside = (std::mem::replace(&mut self.owner, owner), self.of_trait);
        self.of_trait = of_trait;
        visit(self);
        (self.owner, self.of_trait) = outside;
    }
}

impl Visit<'_> for Functions<'_> {
    fn visit_item_impl(&mut self, block: &ItemImpl) {
        let owner = type_name(&block.self_ty);
        self.within(owner, block.trait_.is_some(), |inside| visit::visit_item_impl(inside, block));
    }

    fn visit_item_trait(&mut self, item: &ItemTrait) {
        self.within(Some(item.ident.to_string()), true, |inside| visit::visit_item_trait(inside, item));
    }

    fn visit_item_fn(&mut self, item: &ItemFn) {
        self.within(None, false, |inside| {
            inside.add(&item.sig, &item.block);
            visit::visit_item_fn(inside, item);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &ImplItemFn) {
        self.add(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &TraitItemFn) {
        if let Some(block) = &item.default {
            self.add(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

/// `Fleet` of `Fleet<'_, O>`.
fn type_name(of: &Type) -> Option<String> {
    match of {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Reference(inner) => type_name(&inner.elem),
        _ => None,
    }
}

fn bare(argument: &FnArg) -> Option<String> {
    let FnArg::Typed(typed) = argument else { return None };
    let (Pat::Ident(name), Type::Path(path)) = (&*typed.pat, &*typed.ty) else { return None };
    path.path.is_ident("u32").then(|| name.ident.to_string())
}

/// The wings of the fleet, and the calls of methods of `impl Fleet`.
///
/// A wing is a folder of `src/fleet`; what lies beside the folders is one wing together. As long as there are no
/// folders, every file is one.
pub struct Wings {
    has_folders: bool,
    /// File that calls, method, file that defines it; each once.
    pub calls: BTreeSet<(String, String, String)>,
    files: Vec<String>,
}

impl Wings {
    pub fn of(sources: &[Source]) -> Wings {
        let methods = functions(sources).into_iter().filter(Function::is_method_of_fleet);
        let homes: BTreeMap<String, String> = methods.map(|method| (method.name, method.file)).collect();
        let (mut calls, mut files) = (BTreeSet::new(), Vec::new());
        for source in sources.iter().filter(|source| source.name.starts_with("fleet/")) {
            let mut found = Calls::default();
            source.items.iter().for_each(|item| found.visit_item(item));
            let of_fleet = found.called.into_iter().filter_map(|name| homes.get_key_value(&name));
            calls.extend(of_fleet.map(|(name, home)| (source.name.clone(), name.clone(), home.clone())));
            files.push(source.name.clone());
        }
        Wings { has_folders: files.iter().any(|file| folder(file).is_some()), calls, files }
    }

    fn wing<'f>(&self, file: &'f str) -> &'f str {
        match folder(file) {
            Some(folder) => folder,
            None if self.has_folders => "fleet",
            None => file,
        }
    }

    pub fn all(&self) -> BTreeSet<&str> {
        self.files.iter().map(|file| self.wing(file)).collect()
    }

    /// Methods that another wing than their own calls.
    pub fn across(&self) -> BTreeSet<&str> {
        let across = self.calls.iter().filter(|(caller, _, home)| self.wing(caller) != self.wing(home));
        across.map(|(_, method, _)| method.as_str()).collect()
    }
}

/// `chain` of `fleet/chain/rollout.rs`.
fn folder(file: &str) -> Option<&str> {
    file.strip_prefix("fleet/")?.split_once('/').map(|(folder, _)| folder)
}

/// Names of methods called on the fleet: on `self` in an `impl Fleet`, or on something called `fleet`.
#[derive(Default)]
struct Calls {
    self_is_fleet: bool,
    called: BTreeSet<String>,
}

impl Calls {
    fn is_fleet(&self, receiver: &Expr) -> bool {
        match receiver {
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.names_fleet(&name.to_string())),
            Expr::Field(field) => matches!(&field.member, Member::Named(name) if name == "fleet"),
            Expr::Paren(inner) => self.is_fleet(&inner.expr),
            Expr::Reference(inner) => self.is_fleet(&inner.expr),
            _ => false,
        }
    }

    fn names_fleet(&self, name: &str) -> bool {
        name == "fleet" || (name == "self" && self.self_is_fleet)
    }

    /// `self.name(…)` in a macro.
    fn scan(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for run in tokens.windows(4) {
            if let [TokenTree::Ident(on), TokenTree::Punct(dot), TokenTree::Ident(name), TokenTree::Group(_)] =
                run
                && dot.as_char() == '.'
                && self.names_fleet(&on.to_string())
            {
                self.called.insert(name.to_string());
            }
        }
        for token in tokens {
            if let TokenTree::Group(group) = token {
                self.scan(group.stream());
            }
        }
    }
}

impl Visit<'_> for Calls {
    fn visit_item_impl(&mut self, block: &ItemImpl) {
        self.self_is_fleet = type_name(&block.self_ty).as_deref() == Some("Fleet");
        visit::visit_item_impl(self, block);
        self.self_is_fleet = false;
    }

    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        if self.is_fleet(&call.receiver) {
            self.called.insert(call.method.to_string());
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_path(&mut self, path: &ExprPath) {
        let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if let [.., on, name] = &names[..]
            && (on == "Fleet" || (on == "Self" && self.self_is_fleet))
        {
            self.called.insert(name.clone());
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_macro(&mut self, called: &Macro) {
        self.scan(called.tokens.clone());
    }
}
