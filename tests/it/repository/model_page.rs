//! docs/MODEL.md says what the code does: its generated part is compared, and it names each rule.

use fleetsim::rules::clause::Clause;

use crate::support::{generated_part, in_repository, read};

/// The order of events is that of the variants; what each is stands in its documentation.
#[test]
fn the_order_of_events_is_that_of_the_code() {
    let source = syn::parse_file(&read(&in_repository("src/fleet/event.rs"))).unwrap();
    let events = source.items.iter().find_map(|item| match item {
        syn::Item::Enum(events) if events.ident == "Event" => Some(events),
        _ => None,
    });
    let mut table = String::from("| | kind | what it is |\n|---|---|---|\n");
    for (number, event) in (1..).zip(&events.expect("there is an enum Event").variants) {
        table.push_str(&format!("| {number} | {} | {} |\n", event.ident, documentation(&event.attrs)));
    }
    generated_part("docs/MODEL.md", "order of events", &table);
}

/// The lines of a documentation comment as one.
fn documentation(attributes: &[syn::Attribute]) -> String {
    let lines = attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(|doc| {
        let syn::Meta::NameValue(pair) = &doc.meta else { return None };
        let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value else { return None };
        Some(text.value().trim().to_string())
    });
    lines.collect::<Vec<_>>().join(" ")
}

#[test]
fn each_rule_is_placed_in_the_model() {
    let page = read(&in_repository("docs/MODEL.md"));
    let words: Vec<&str> = page.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let missing: Vec<&str> = Clause::all().map(Clause::id).filter(|id| !words.contains(id)).collect();
    assert!(missing.is_empty(), "docs/MODEL.md does not say where these rules act: {missing:?}");
}
