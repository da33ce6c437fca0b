//! The page of an audit: what it comes to, what to do in which order, all records accounted for, and each finding with all of
//! its clients.

use maud::{Markup, html};

use crate::output::prose::audit::{OTHER_SYSTEMS, SUM_IN_ALL, SUM_WITH, SUM_WITHOUT, part_in_words};
use crate::output::prose::dates::minute_of_text;
use crate::output::prose::numbers::{counted, grouped};
use crate::output::report::license_files::{self, first_upper};
use crate::output::report::page::{Layer, Page, section};
use crate::output::results::audit::{AuditAccount, AuditFinding, AuditReason, AuditResult, AuditStep};
use crate::study::audit::AuditPart;

/// More lines of notices than this are folded.
const NOTICES: usize = 12;

/// The page of an audit.
pub fn html(result: &AuditResult) -> String {
    let body = html! {
        @if !result.to_do.is_empty() { (section("What to do, in this order", &steps(result))) }
        (section("All records, each in one row", &accounts(result)))
        @if !result.license_files.is_empty() {
            (section("License files", &license_files::timeline(&result.license_files, &result.exported_at)))
        }
        @if !result.findings.is_empty() { (section("Findings", &findings(result))) }
        @if !result.assumed.is_empty() {
            (section("Assumed, because the tables do not say it", &lines(&result.assumed)))
        }
        @if !result.noticed.is_empty() { (section("Noticed in the tables", &lines(&result.noticed))) }
    };
    let exported = minute_of_text(&result.exported_at);
    let page = Page {
        title: result.scenario.clone(),
        about: format!("Audit of the tables exported on {exported}, version {}", result.version),
        answer: result.answer.clone(),
        notes: result.cautions.clone(),
        body,
    };
    page.document(&html! {}, &result.fleetsim, Layer::Lists)
}

fn steps(result: &AuditResult) -> Markup {
    let links = |step: &AuditStep| {
        html! {
            @for (nth, index) in step.findings.iter().enumerate() {
                @if let Some(finding) = result.findings.get(*index) {
                    @if nth > 0 { br; }
                    a href={ "#finding-" (index + 1) } { (headline(finding)) }
                }
            }
        }
    };
    html! {
        ol class="steps" { @for step in &result.to_do { li {
            p { b { (first_upper(&step.what)) "." } }
            @if !step.findings.is_empty() { p { (links(step)) } }
        } } }
    }
}

/// Words of a finding in a step.
const SHORT: usize = 90;

/// `10: its record is Disposed, which frees nothing (V6)`.
fn headline(finding: &AuditFinding) -> String {
    let rule = finding.rule.as_deref().map_or(String::new(), |rule| format!(" ({rule})"));
    let mut what: String = finding.what.chars().take(SHORT).collect();
    if what.len() < finding.what.len() {
        what.truncate(what.rfind(' ').unwrap_or(what.len()));
        what.push_str(" ...");
    }
    format!("{}: {what}{rule}", grouped(finding.count))
}

fn accounts(result: &AuditResult) -> Markup {
    let rows = &result.accounting;
    let sum = |holds: bool| -> u64 {
        rows.iter().filter(|row| row.holds_license == holds).map(|row| row.records).sum()
    };
    let total = |class: &str, records: u64, what: &str| {
        html! { tr class={ "sum " (class) } { td class="number" { (grouped(records)) } th scope="row" { (what) } } }
    };
    html! {
        div class="scroll" { table class="accounts" aria-label="Records by whether they hold a license and need one" {
            thead { tr { th scope="col" class="number" { "records" } th scope="col" { "what they are" } } }
            tbody {
                @for (holds, words) in [(true, SUM_WITH), (false, SUM_WITHOUT)] {
                    @for row in rows.iter().filter(|row| row.holds_license == holds && row.records > 0) { (account(row)) }
                    (total("", sum(holds), words))
                }
                (total("all", sum(true) + sum(false), SUM_IN_ALL))
            }
        } }
        @if result.other_systems > 0 { p class="about" { (grouped(result.other_systems)) " " (OTHER_SYSTEMS) "." } }
    }
}

fn account(row: &AuditAccount) -> Markup {
    let rule = |reason: &AuditReason| reason.rule.as_ref().map_or(String::new(), |rule| format!(" ({rule})"));
    html! {
        tr {
            td class="number" { (grouped(row.records)) }
            th scope="row" {
                (row.words)
                @if !row.reasons.is_empty() { ul {
                    @for reason in &row.reasons { li { (grouped(reason.records)) ": " (reason.what) (rule(reason)) } }
                } }
            }
        }
    }
}

fn findings(result: &AuditResult) -> Markup {
    let of_part = |part: AuditPart| {
        result.findings.iter().enumerate().filter(move |(_, finding)| finding.part == part.key())
    };
    html! {
        div class="find" role="search" hidden {
            label for="find" { "Find a computer" }
            input id="find" type="search" autocomplete="off" spellcheck="false" placeholder="name or GUID";
            output for="find" aria-live="polite" {}
        }
        @for part in AuditPart::ALL {
            @if of_part(part).next().is_some() { h3 { (part_in_words(part)) } }
            @for (index, finding) in of_part(part) { (entry(index, finding)) }
        }
    }
}

fn entry(index: usize, finding: &AuditFinding) -> Markup {
    let clients = finding.clients.len() as u64;
    html! {
        article class="finding" id={ "finding-" (index + 1) } {
            h4 {
                span class="count" { (grouped(finding.count)) }
                (finding.what)
                @if let Some(rule) = &finding.rule { " " span class="rule" { "(" (rule) ")" } }
            }
            p class="cure" { (finding.cure) }
            @if clients > 0 {
                details {
                    summary { (counted(clients, "client")) }
                    ol class="clients" tabindex="0" aria-label={ "Clients of finding " (index + 1) } {
                        @for client in &finding.clients { li {
                            span { (client.name) }
                            @if !client.guid.is_empty() { " " code { (client.guid) } }
                        } }
                    }
                }
                p class="paper" { "The list of " (counted(clients, "client")) " is in the file of this page." }
            }
        }
    }
}

fn lines(lines: &[String]) -> Markup {
    let list = html! { ul class="notices" { @for line in lines { li { (line.trim()) } } } };
    match lines.len() > NOTICES {
        true => html! { details { summary { (counted(lines.len() as u64, "line")) } (list) } },
        false => list,
    }
}
