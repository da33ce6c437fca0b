//! What `audit` prints as text: the licenses, then each finding with some of its clients and its cure.

use std::fmt::Write;

use crate::import::customer::Customer;
use crate::output::prose::dates::timestamp;
use crate::output::prose::diagnosis::{HOLDERS_NOT_SCANNING, headline, in_order};
use crate::output::prose::license_files;
use crate::output::prose::numbers::{grouped, named};
use crate::rules::troubleshooting::Check;
use crate::scenario::model::Scenario;
use crate::study::audit::{Audit, AuditPart, Finding};
use crate::units::time::Time;

/// Where words stand below a count and a rule.
const INDENT: &str = "                 ";

/// Columns that a line of words takes.
const WIDTH: usize = 88;

/// Clients named of each finding in the text.
const NAMED: usize = 5;

/// The audit as text; `notices` are lines about the tables.
pub fn table(scenario: &Scenario, customer: &Customer, audit: &Audit, notices: &str) -> String {
    let start = timestamp(scenario.start, Time::START);
    let version = customer.version;
    let mut out = format!("{} as exported on {start}, version {version}\n\n", scenario.name);
    out.push_str(&headline(scenario, &audit.diagnosis));
    for part in AuditPart::ALL {
        let of_part = || audit.findings.iter().filter(|finding| finding.part == part);
        if of_part().next().is_some() {
            let _ = writeln!(out, "\n{}: how many, rule, what; some of them; what cures it\n", heading(part));
        }
        of_part().for_each(|finding| out.push_str(&entry(finding)));
    }
    let mut checks: Vec<Check> = audit.findings.iter().filter_map(|finding| finding.check).collect();
    checks.dedup();
    if checks.len() > 1 {
        let _ = writeln!(out, "\n{}", in_order());
    }
    if audit.findings.is_empty() {
        out.push_str("\nNothing is wrong: every license is held by a computer that needs it.\n");
    }
    out.push_str(&license_files::section(&customer.license_files));
    out.push_str(&assumed(customer));
    if !notices.is_empty() {
        let _ = write!(out, "\nNoticed in the tables\n\n{notices}");
    }
    out
}

/// What was assumed, as a section of text.
pub fn assumed(customer: &Customer) -> String {
    let mut out = String::new();
    for (index, (assumption, computers)) in customer.assumptions.iter().enumerate() {
        out.push_str(if index == 0 { "\nAssumed, because the tables do not say it\n\n" } else { "" });
        let _ = writeln!(out, "  {}", assumption.about(*computers));
    }
    out
}

/// A sentence in lines of bearable length; those after the first are indented.
fn wrapped(sentence: &str) -> String {
    let (mut out, mut column) = (String::new(), 0);
    for word in sentence.split(' ') {
        let len = word.chars().count();
        if column > 0 && column + 1 + len > WIDTH {
            let _ = write!(out, "\n{INDENT}");
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += len;
    }
    out
}

fn heading(part: AuditPart) -> &'static str {
    match part {
        AuditPart::Pool => "Licenses and maintenance",
        AuditPart::LicensesToFree => "Licenses that could be freed",
        AuditPart::WithoutLicense => "Clients without a license",
        AuditPart::HoldersNotScanning => HOLDERS_NOT_SCANNING,
        AuditPart::Records => "Records",
    }
}

fn entry(finding: &Finding) -> String {
    let Finding { clause, count, what, cure, names, .. } = finding;
    let rule = clause.map_or("", |clause| clause.id());
    let some = match names.is_empty() {
        true => String::new(),
        false => {
            let shown = &names[..names.len().min(NAMED)];
            format!("{}{}\n", INDENT, named(shown, names.len() as u64))
        }
    };
    let (what, cure) = (wrapped(what), wrapped(&format!("cure: {cure}")));
    format!("  {:>9}  {rule:<3} {what}\n{some}{INDENT}{cure}\n", grouped(*count))
}
