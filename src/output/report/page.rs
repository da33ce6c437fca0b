//! The page around the charts: one file that needs no other, on paper too.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::output::prose::dates::minute_of_text;
use crate::output::results::origin::{ResultsOrigin, SourceFile};

const STYLE: &str = concat!(include_str!("assets/uplot.min.css"), "\n", include_str!("assets/report.css"));
/// The layer that zooms, by Leon Sorokin, under the MIT license that goes with it, and what uses it.
const SCRIPT: &str = concat!(
    "/*\n",
    include_str!("assets/uplot.LICENSE"),
    "*/\n",
    include_str!("assets/uplot.min.js"),
    "\n",
    include_str!("assets/report.js")
);

/// The style sheet of audits, which have lists instead of charts, and what filters these.
const STYLE_OF_LISTS: &str =
    concat!(include_str!("assets/report.css"), "\n", include_str!("assets/audit.css"));
const SCRIPT_OF_LISTS: &str = include_str!("assets/audit.js");

/// What a page can do beside being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// Charts that zoom.
    Charts,
    /// Lists that can be searched.
    Lists,
}

impl Layer {
    fn style(self) -> &'static str {
        match self {
            Layer::Charts => STYLE,
            Layer::Lists => STYLE_OF_LISTS,
        }
    }

    fn script(self) -> &'static str {
        match self {
            Layer::Charts => SCRIPT,
            Layer::Lists => SCRIPT_OF_LISTS,
        }
    }
}

/// What the titles of all reports end with.
pub const TITLE: &str = " - fleetsim report";

/// What a page says.
#[derive(Debug)]
pub struct Page {
    pub title: String,
    /// What was done: `1,000 runs of ...`.
    pub about: String,
    /// The answer, in one sentence.
    pub answer: String,
    /// Further sentences that a decision depends on.
    pub notes: Vec<String>,
    pub body: Markup,
}

impl Page {
    /// The file of results that a folder holds.
    pub fn html(&self, origin: &ResultsOrigin) -> String {
        self.document(&how_to_make_it_again(origin), &origin.fleetsim, Layer::Charts)
    }

    /// The file: the page, `closing` after its body, by which version of the program.
    pub fn document(&self, closing: &Markup, fleetsim: &str, layer: Layer) -> String {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta http-equiv="Content-Security-Policy" content=(policy(layer.script()));
                    title { (self.title) (TITLE) }
                    style { (PreEscaped(layer.style())) }
                }
                body {
                    header {
                        h1 { (self.title) }
                        p class="about" { (self.about) }
                    }
                    main {
                        section class="answer" aria-label="The answer" {
                            p { (self.answer) }
                            @if !self.notes.is_empty() { ul { @for note in &self.notes { li { (note) } } } }
                        }
                        (self.body)
                        (closing)
                    }
                    footer { "Made by fleetsim " (fleetsim) ". Instants are server local time." }
                    script { (PreEscaped(layer.script())) }
                }
            }
        }
        .into_string()
    }
}

/// Only the script of this version runs, and nothing is fetched: whatever a name in the results contains.
fn policy(script: &str) -> String {
    let digest = STANDARD.encode(Sha256::digest(script.as_bytes()));
    format!("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:")
}

/// A part of the page.
pub fn section(title: &str, body: &Markup) -> Markup {
    html! { section { h2 { (title) } (body) } }
}

/// A table with a name and a header; numbers stand to the right in columns of which `numeric` says so.
pub fn table(name: &str, header: &[&str], numeric: &[bool], rows: &[Vec<String>]) -> Markup {
    let class = |column: usize| if numeric.get(column).copied().unwrap_or(false) { "number" } else { "word" };
    html! {
        div class="scroll" { table aria-label=(name) {
            thead { tr { @for (column, name) in header.iter().enumerate() { th scope="col" class=(class(column)) { (name) } } } }
            tbody { @for row in rows { tr {
                @for (column, cell) in row.iter().enumerate() { td class=(cell_class(class(column), cell)) { (cell) } }
            } } }
        } }
    }
}

/// Sentences get room, so that they do not stand a word a line beside numbers.
fn cell_class(class: &str, cell: &str) -> String {
    if class == "word" && cell.len() > 28 { "word long".to_string() } else { class.to_string() }
}

/// Names and values, a row each.
pub fn facts(rows: &[(&str, String)]) -> Markup {
    html! {
        div class="scroll" { table class="facts" { tbody {
            @for (name, value) in rows { tr { th scope="row" { (name) } td { (value) } } }
        } } }
    }
}

fn how_to_make_it_again(origin: &ResultsOrigin) -> Markup {
    let (texts, data): (Vec<&SourceFile>, Vec<&SourceFile>) =
        origin.files.iter().partition(|file| file.text.is_some());
    let what = if texts.len() == 1 { "the scenario below" } else { "the scenarios below" };
    let beside = data.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ");
    html! {
        section {
            h2 { "How to make it again" }
            p {
                "Save " (what) " under the name given, "
                @if !beside.is_empty() { "put " (beside) " beside it, which this report does not hold, " }
                "and run with fleetsim " (origin.fleetsim) ":"
            }
            pre class="command" { code { (origin.command) } }
            p { "The same scenario, seed and version give the same results, byte for byte, on any machine." }
            @for info in &origin.scenarios {
                (facts(&[
                    ("Scenario", info.identity.scenario.clone()),
                    ("From", minute_of_text(&info.start)),
                    ("To", minute_of_text(&info.end)),
                    ("Seed", info.identity.seed.to_string()),
                    ("Version", info.identity.fleetsim.clone()),
                    ("Digest of what it means", info.identity.scenario_digest.clone()),
                ]))
            }
            @for file in &origin.files { (source(file)) }
        }
    }
}

fn source(file: &SourceFile) -> Markup {
    html! {
        h3 { (file.name) }
        p class="digest" { (file.bytes) " bytes, SHA-256 " (file.sha256) }
        @match &file.text {
            Some(text) => {
                p { a download=(file.name) href={ "data:text/yaml;base64," (STANDARD.encode(text)) } { "Save " (file.name) } }
                details class="source" { summary { "Show it" } pre { code { (text) } } }
            }
            None => p { "Data of clients; not in this report." },
        }
    }
}
