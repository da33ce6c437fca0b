//! Bytes that may be the tables of an export. The first two bytes of the options say what the caller knows.

use std::ops::ControlFlow;

use fleetsim::import::customer::customer;
use fleetsim::import::fault::{render, render_notices};
use fleetsim::import::tables::ExportTable;
use fleetsim::import::{Assume, ReadOptions, read, scenario_text};
use fleetsim::output::prose;
use fleetsim::output::results::audit::AuditResult;
use fleetsim::output::store::json::json;
use fleetsim::output::tables;
use fleetsim::scenario;
use fleetsim::scenario::model::{Scenario, Version};
use fleetsim::study::audit::audit;
use fleetsim::units::time::Span;
use jiff::civil::date;

use crate::commands::fuzzed::packed::unpack;
use crate::support::imported::assume;

pub fn one(bytes: &[u8]) {
    let (head, files) = unpack(bytes);
    let [flags, detail] = [0, 1].map(|at| head.get(at).copied().unwrap_or_default());
    let flag = |bit: u8| flags & 1 << bit != 0;
    let exported_at = flag(0).then(|| date(2026, 3, 2).at(8, 57, 0, 0));
    let inventory =
        match read(files.into_iter().collect(), &ReadOptions { exported_at, ..ReadOptions::default() }) {
            Ok(inventory) => inventory,
            Err(faults) => {
                let messages = [true, false].map(|names| render(&faults, names));
                let names_a_file = |messages: &String| messages.to_lowercase().contains(".csv");
                return assert!(messages.iter().all(names_a_file), "{messages:?}");
            }
        };
    let notices = render_notices(&inventory.notices, !flag(1));
    let Some(now) = inventory.exported_at else { return };
    let assume = Assume {
        anonymous: flag(1).then(String::new),
        version: flag(2).then(|| Version::RELEASES[usize::from(detail) % Version::RELEASES.len()]),
        nodes: (flag(3) && !inventory.has(ExportTable::Licenses)).then_some(u64::from(detail)),
        clones: if flag(4) { inventory.policies.clone() } else { Vec::new() },
        ..assume("fuzzed")
    };
    let customer = customer(&inventory, &assume, now);
    let mut clients = Vec::new();
    scenario_text::write_clients(&customer, &mut clients).expect("memory takes all");
    let clients = String::from_utf8(clients).expect("names are UTF-8");
    let text = scenario_text::scenario(&customer, "clients.csv", clients.as_bytes());
    let checked = scenario::check(&text, "fuzzed", &|_| Ok(clients.clone()))
        .unwrap_or_else(|faults| panic!("{faults:#?}\n{text}\n{clients}"));
    let scenario = Scenario { duration: Span::ZERO, ..checked.scenario };
    let found =
        audit(&scenario, &customer.findings, |_, _| ControlFlow::Continue(())).expect("nobody interrupts");
    let table = prose::audit::table(&scenario, &customer, &found, &notices);
    assert!(table.ends_with('\n'));
    json(&AuditResult::new(&scenario, &customer, &found, &notices));
    tables::audit::write(&customer, &found, &mut Vec::new()).expect("memory takes all");
}
