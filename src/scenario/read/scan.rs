//! `scan`: when clients scan, by which policy, and what becomes of a rejection.

use crate::engine::distribution::Distribution;
use crate::scenario::distribution_syntax;
use crate::scenario::fault::Fault;
use crate::scenario::model::policies::PolicyChange;
use crate::scenario::model::{Phase, Resend, Retry, Scan, Version};
use crate::scenario::read::names::NamedParts;
use crate::scenario::read::policies;
use crate::scenario::read::rhythm::{Phases, periodic_schedule_of, scan_period};
use crate::scenario::reader::{Read, Reader, Section};
use crate::scenario::values::{self, text};
use crate::scenario::yaml::{Kind, Node};
use crate::units::time::Span;

const SCAN_PHASES: Phases = &[("random", Phase::Random), ("after_package", Phase::AfterPackage)];
const RESENDS: &[(&str, Resend)] = &[("next_scan", Resend::NextScan), ("when_changed", Resend::WhenChanged)];

/// The scans, and the policy that they need at the start (C8).
pub fn scan(top: &Section, version: Version, fleet: NamedParts) -> (Scan, PolicyChange) {
    let s = top.section("scan");
    let policy = policies::scan_policy(&s.section("policy"), fleet);
    let usual = || {
        let (median, p95) = (Span::minutes(3).ms() as f64, Span::minutes(10).ms() as f64);
        Distribution::lognormal_median_p95(median, p95).expect("3 min and 10 min are possible")
    };
    let schedule = periodic_schedule_of(&s, Span::hours(4), scan_period, SCAN_PHASES);
    let scan = Scan {
        schedule,
        on_new_policy: s.value("on_new_policy", values::switch).unwrap_or(true),
        on_agent_start: s.value("on_agent_start", values::switch).unwrap_or(true),
        duration: s.value("duration", distribution_syntax::duration).unwrap_or_else(usual),
        retry: s.value("retry", retry).unwrap_or(Retry::NextScan),
        give_up_after: s.value("give_up_after", give_up_after).flatten(),
        send_only_if_changed: s.value("send_only_if_changed", values::switch).unwrap_or(true),
        resend_after_reject: s
            .value("resend_after_reject", values::word(RESENDS))
            .unwrap_or(Resend::NextScan),
        full_every: full_every(&s, version),
        on_update_policy: s.value("on_update_policy", values::switch).unwrap_or(true),
        on_cycle_start: s.value("on_cycle_start", values::switch).unwrap_or(true),
        on_cycle_end: s.value("on_cycle_end", values::switch).unwrap_or(true),
    };
    if scan.give_up_after == Some(1) && scan.retry != Retry::NextScan {
        s.fault_at(
            "retry",
            "`retry` and `give_up_after: 1` contradict each other: there is no second scan".into(),
            None,
        );
    }
    (scan, policy)
}

fn retry(node: &Node, reader: &Reader) -> Read<Retry> {
    if let Kind::Scalar { text, .. } = &node.kind
        && text == "next_scan"
    {
        return Ok(Retry::NextScan);
    }
    let distribution = distribution_syntax::duration(node, reader)?;
    if distribution.max() <= 0 {
        return Err(Fault::at(node.at, "a retry after no time at all would never end".into())
            .help("give a delay such as `1h`, or `next_scan`"));
    }
    Ok(Retry::After(distribution))
}

fn give_up_after(node: &Node, reader: &Reader) -> Read<Option<u32>> {
    match text(node, "a number of rejections, or `never`")? {
        "never" => Ok(None),
        _ => values::integer(1, 65_535)(node, reader).map(|n| Some(n as u32)),
    }
}

/// From 8.8 on a full result is sent at least every 60 days.
fn full_every(s: &Section, version: Version) -> Option<Span> {
    let usual = (version >= Version::V8_8).then_some(Span::days(60));
    let given = s.value("full_every", |node, reader| match text(node, "a period, or `never`")? {
        "never" => Ok(None),
        _ => match values::positive_duration(node, reader)? {
            short if short < Span::DAY => {
                Err(Fault::at(node.at, format!("{} must be at least a day", node.describe())))
            }
            every => Ok(Some(every)),
        },
    });
    if version < Version::V8_8 && given.flatten().is_some() {
        let help = "leave it out, or raise `platform.version`";
        s.fault_at("full_every", "full results by their age come only from 8.8 on".into(), Some(help.into()));
    }
    given.unwrap_or(usual)
}
