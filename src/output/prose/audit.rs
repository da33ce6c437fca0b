//! What `audit` prints as text: what it comes to, the licenses, all records accounted for, then each finding with some
//! of its clients and its cure.

use std::fmt::Write;

use crate::import::customer::Customer;
use crate::output::prose::audit_answer::answer;
use crate::output::prose::dates::timestamp;
use crate::output::prose::diagnosis::{HOLDERS_NOT_SCANNING, headline, in_order};
use crate::output::prose::license_files;
use crate::output::prose::numbers::{grouped, named};
use crate::rules::troubleshooting::Check;
use crate::scenario::model::Scenario;
use crate::study::audit::accounting::{Account, Accounting};
use crate::study::audit::{Audit, AuditPart, Finding};
use crate::units::time::Time;

/// Where words stand below a count and a rule.
const INDENT: &str = "                 ";

/// Columns of a line.
const LINE: usize = 100;

/// Columns that words take beside a count and a rule.
const WIDTH: usize = LINE - INDENT.len();

/// Clients named of each finding in the text.
const NAMED: usize = 5;

/// The audit as text; `notices` are lines about the tables.
pub fn table(scenario: &Scenario, customer: &Customer, audit: &Audit, notices: &str) -> String {
    let start = timestamp(scenario.start, Time::START);
    let version = customer.version;
    let mut out = format!("{}\n\n", wrapped(&answer(&audit.verdict), LINE, ""));
    let unknown = license_files::holders_unknown(customer.rows_in_use);
    if !unknown.is_empty() {
        let _ = writeln!(out, "{}\n", wrapped(unknown, LINE, ""));
    }
    let _ = writeln!(out, "{} as exported on {start}, version {version}\n", scenario.name);
    out.push_str(&headline(scenario, &audit.diagnosis));
    if let Some(rows) = customer.rows_in_use {
        let _ = writeln!(out, "  {:<20} {}", "Licenses in use", license_files::rows_in_words(rows));
    }
    out.push_str(&accounted_for(&audit.accounting, customer.other_systems));
    for part in AuditPart::ALL {
        let of_part = || audit.findings.iter().filter(|finding| finding.part == part);
        if of_part().next().is_some() {
            let _ = writeln!(
                out,
                "\n{}: how many, rule, what; some of them; what cures it\n",
                part_in_words(part)
            );
        }
        of_part().for_each(|finding| out.push_str(&entry(finding)));
    }
    let mut checks: Vec<Check> = audit.findings.iter().filter_map(|finding| finding.check).collect();
    checks.dedup();
    if checks.len() > 1 {
        let _ = writeln!(out, "\n{}", in_order());
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

/// A row of the accounting in words.
pub fn account_in_words(account: Account) -> &'static str {
    match account {
        Account::Needed => "holding a license, and in need of it",
        Account::NotScanning => "holding a license, and not scanning (X3)",
        Account::ForNothing => "holding a license that could be freed",
        Account::AwaitsLicense => "waiting for a license",
        Account::AwaitsOther => "waiting for something else",
        Account::NeedsNone => "without a license, and in need of none",
    }
}

/// The sums of the accounting.
pub const SUM_WITH: &str = "with a license";
/// Likewise.
pub const SUM_WITHOUT: &str = "without one";
/// Likewise.
pub const SUM_IN_ALL: &str = "in all";

/// Computers that are in no row.
pub const OTHER_SYSTEMS: &str = "left out: they do not run Windows, and are no clients of this pool";

/// All records, each in one row, with the sums.
fn accounted_for(accounting: &Accounting, other_systems: u64) -> String {
    let mut out = "\nRecords, each in one row\n\n".to_string();
    let mut line = |records: u64, what: &str| {
        let _ = writeln!(out, "  {:>9}  {what}", grouped(records));
    };
    for (holds_license, sum) in [(true, SUM_WITH), (false, SUM_WITHOUT)] {
        let rows = accounting.rows.iter().filter(|row| row.account.holds_license() == holds_license);
        let mut records = 0;
        for row in rows {
            records += row.records;
            if row.records > 0 {
                line(row.records, account_in_words(row.account));
            }
        }
        line(records, &format!("= {sum}"));
    }
    line(accounting.in_all(), &format!("= {SUM_IN_ALL}"));
    if other_systems > 0 {
        line(other_systems, OTHER_SYSTEMS);
    }
    out
}

/// A sentence in lines of bearable length; those after the first begin with `indent`.
pub(super) fn wrapped(sentence: &str, width: usize, indent: &str) -> String {
    let (mut out, mut column) = (String::new(), 0);
    for word in sentence.split(' ') {
        let len = word.chars().count();
        if column > 0 && column + 1 + len > width {
            let _ = write!(out, "\n{indent}");
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

/// The heading of a part.
pub fn part_in_words(part: AuditPart) -> &'static str {
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
    let words = |text: &str| wrapped(text, WIDTH, INDENT);
    let (what, cure) = (words(what), words(&format!("cure: {cure}")));
    format!("  {:>9}  {rule:<3} {what}\n{some}{INDENT}{cure}\n", grouped(*count))
}
