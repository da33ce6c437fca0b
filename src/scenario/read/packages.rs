//! `packages`: what clients download, and whether the server has it from the start.

use crate::engine::distribution::Distribution;
use crate::scenario::distribution_syntax;
use crate::scenario::model::initial::Package;
use crate::scenario::model::{Group, Initial, Packages};
use crate::scenario::reader::Section;
use crate::scenario::values;

/// `updates`: the scenario has imports of patch data.
pub fn packages(top: &Section, updates: bool, groups: &[Group]) -> Packages {
    let packages = top.section("packages");
    let plugin = packages.section("plugin");
    let scan = packages.section("assessment_scan");
    let tools = packages.section("install_tools");
    let usual_update = Distribution::Uniform { min: 5_000_000, max: 15_000_000 };
    Packages {
        plugin: plugin.value("size", distribution_syntax::size).unwrap_or(Distribution::Constant(10_000_000)),
        plugin_install: plugin
            .value("install", distribution_syntax::duration)
            .unwrap_or(Distribution::Constant(60_000)),
        assessment_scan: scan
            .value("size", distribution_syntax::size)
            .unwrap_or(Distribution::Constant(40_000_000)),
        assessment_scan_update: scan.value("update", distribution_syntax::size).unwrap_or(usual_update),
        old_version_usable: scan.value("old_version_usable", values::switch).unwrap_or(true),
        install_tools: tools
            .value("size", distribution_syntax::size)
            .unwrap_or(Distribution::Constant(15_000_000)),
        imported_before_start: imported_before_start(&packages, updates, groups),
    }
}

/// C4: a server without imports in the scenario has had one before; so has one whose clients have the package.
fn imported_before_start(packages: &Section, updates: bool, groups: &[Group]) -> bool {
    let has_package =
        |initial: &Initial| initial.package > Package::None || initial.licensed || initial.rejected;
    let holds = |group: &&Group| group.initial.iter().flatten().any(has_package);
    let holder = groups.iter().find(holds);
    let given = packages.value("imported_before_start", values::switch);
    if given == Some(false) {
        let refuse = |problem: String, help: &str| {
            packages.fault_at("imported_before_start", problem, Some(help.into()));
        };
        match holder {
            _ if !updates => refuse(
                "without `updates` no import ever brings the packages (C4)".into(),
                "add the section `updates`, or leave this out",
            ),
            Some(group) => refuse(
                format!(
                    "clients of group `{}` are targets of the scan package at the start (C4)",
                    group.name
                ),
                "leave this out: the server has imported patch data",
            ),
            None => {}
        }
    }
    given.unwrap_or(!updates || holder.is_some())
}
