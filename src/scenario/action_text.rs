//! Writes an action as [`crate::scenario::action_syntax`] reads it: `retire group=kiosks agent=live at
//! 2026-03-01T08:00:00`. What is written is read as the same action.
//!
//! Interface: [`write()`]. A plan shows its actions with it, as arguments of `--action`.

use crate::engine::distribution::Distribution;
use crate::scenario::action_syntax::{is_bare, is_bare_in_list};
use crate::scenario::model::policies::{
    OneOf, PoliciesChange, PolicyChange, ScanRhythm, Systems, TargetChange,
};
use crate::scenario::model::updates::BulletinChoice;
use crate::scenario::model::{
    Action, AdminCommand, Agent, KeyChange, Keys, MembershipUpdate, Phase, RhythmChange, Scenario, Schedule,
    Selection, Solution, Status,
};
use crate::scenario::print::quoted_text;
use crate::scenario::values::{civil, written_share};
use crate::units::time::{Span, Time};

/// The text of an action of a scenario. (A choice of named clients that names none has no text: the language
/// has that in files only.)
pub fn write(action: &Action, scenario: &Scenario) -> String {
    written(action, scenario, None)
}

/// The same of an action of named clients that stand in a file beside the scenario, `yes` in a column of it:
/// `retire clients={file: plan/plan.csv, column: step_1} at ...`.
pub fn write_listed(action: &Action, scenario: &Scenario, (file, column): (&str, &str)) -> String {
    let list = format!("{{file: {}, column: {}}}", bare_in_list(file), bare_in_list(column));
    written(action, scenario, Some(&list))
}

fn written(action: &Action, scenario: &Scenario, list: Option<&str>) -> String {
    let writer = Writer { scenario, list };
    format!("{} at {}", writer.command(&action.what), civil(scenario.start, action.at))
}

struct Writer<'s> {
    scenario: &'s Scenario,
    /// Where the clients stand that the action names.
    list: Option<&'s str>,
}

/// `key=value`, or `key: value` within braces.
type WrittenPair = (&'static str, String);

impl Writer<'_> {
    fn command(&self, command: &AdminCommand) -> String {
        let on = |key: &str, selection: &Selection| format!("{key} {}", self.selection(selection, None));
        let of_active = |key: &str, selection: &Selection| {
            format!("{key} {}", self.selection(selection, Some(Status::Active)))
        };
        match command {
            AdminCommand::LicensingRefresh => "run licensing_refresh".into(),
            AdminCommand::RunMembershipUpdate => "run membership_update".into(),
            AdminCommand::Import => "run pm_import".into(),
            AdminCommand::ScheduleImport(schedule) => format!("pm_import {}", self.schedule(*schedule)),
            AdminCommand::RunScan(selection) => on("run_scan", selection),
            AdminCommand::Retire(selection, agent) => of_active("retire", selection) + agent_option(*agent),
            AdminCommand::Dispose(selection, agent) => of_active("dispose", selection) + agent_option(*agent),
            AdminCommand::Delete(selection, agent) => on("delete", selection) + agent_option(*agent),
            AdminCommand::UninstallPlugin(selection) => on("uninstall_plugin", selection),
            AdminCommand::InstallPlugin(selection) => on("install_plugin", selection),
            AdminCommand::UninstallSolution(selection, of) => {
                on("uninstall_plugin", selection) + &solution(*of)
            }
            AdminCommand::InstallSolution(selection, of) => on("install_plugin", selection) + &solution(*of),
            AdminCommand::UninstallAgent(selection) => on("uninstall_agent", selection),
            AdminCommand::SendInventory(selection) => on("send_inventory", selection),
            AdminCommand::Reimage(selection, keys) => on("reimage", selection) + &keys_option(*keys),
            AdminCommand::EnableBulletins(choice) => format!("enable_bulletins {}", self.bulletins(choice)),
            AdminCommand::InstallationTask(choice, selection) => {
                of_active(&format!("installation_task bulletins={}", self.bulletins(choice)), selection)
            }
            AdminCommand::RestartPackageServer(site) => {
                format!("restart_package_server {}", bare(&self.scenario.sites[*site].name))
            }
            AdminCommand::ChangePolicies(change) => format!("policies {}", self.policies(change)),
            AdminCommand::MembershipUpdate(MembershipUpdate { delta, complete }) => {
                let (delta, complete) = (self.schedule(*delta), self.schedule(*complete));
                format!("membership_update delta={delta} complete={complete}")
            }
            AdminCommand::ConfigurationRequest(change) => {
                format!("configuration_request {}", changed_rhythm(change))
            }
            AdminCommand::BasicInventory(change) => format!("basic_inventory {}", changed_rhythm(change)),
            AdminCommand::EventQueue(delay) => format!("event_queue delay={}", bare(&delay.to_string())),
            AdminCommand::Upgrade { version, released } => {
                let day = civil(self.scenario.start, *released).date();
                format!("upgrade version={} released={day}", bare(&version.to_string()))
            }
        }
    }

    /// `usual`: the status that is meant where none is written.
    fn selection(&self, selection: &Selection, usual: Option<Status>) -> String {
        let (group, clients, status, silent_for, holding) = match selection {
            Selection::Named(named) => {
                return format!("clients={}", self.list.map_or_else(|| self.named(named), str::to_string));
            }
            Selection::Group { group, clients, status, silent_for, holding } => {
                (group, clients, *status, silent_for, *holding)
            }
        };
        // A silence alone would read as that of records of any status.
        let status = status.filter(|_| status != usual || group.is_none());
        let parts = [
            status.and_then(word_of).map(|word| format!("status={word}")),
            silent_for.map(|span| format!("silent_for={}", bare(&span.to_string()))),
            group.map(|group| format!("group={}", bare(&self.scenario.groups[group].name))),
            clients.map(|count| format!("clients={count}")),
            holding.then(|| "holding=true".to_string()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn named(&self, named: &[(usize, u32)]) -> String {
        list(named.iter().map(|(group, index)| self.scenario.groups[*group].client_name(*index)))
    }

    fn bulletins(&self, choice: &BulletinChoice) -> String {
        let all = self.scenario.updates.as_ref().map_or(&[][..], |updates| &updates.bulletins);
        match choice {
            BulletinChoice::All => "all".into(),
            BulletinChoice::Named(chosen) => list(chosen.iter().map(|index| &all[*index].name)),
        }
    }

    fn policies(&self, change: &PoliciesChange) -> String {
        let dsup = self.policy(&change.dsup);
        let dsup = dsup.into_iter().map(|(key, value)| format!("dsup.{key}={value}"));
        let install = self.policy(&change.plugin_install);
        let install = install.into_iter().map(|(key, value)| format!("plugin_install.{key}={value}"));
        let scan = self.policy(&change.scan).into_iter().chain(rhythm(change.scan_rhythm));
        let scan = scan.map(|(key, value)| format!("scan.{key}={value}"));
        let clone = |(name, change): &(String, PolicyChange)| {
            let pairs = self.policy(change).into_iter().map(|(key, value)| format!("{key}: {value}"));
            format!("{}: {{{}}}", bare_in_list(name), pairs.collect::<Vec<_>>().join(", "))
        };
        let clones = || change.clones.iter().map(clone).collect::<Vec<_>>().join(", ");
        let clones = (!change.clones.is_empty()).then(|| format!("clones={{{}}}", clones()));
        dsup.chain(install).chain(scan).chain(clones).collect::<Vec<_>>().join(" ")
    }

    fn policy(&self, change: &PolicyChange) -> Vec<WrittenPair> {
        let enabled = change.enabled.map(|enabled| ("enabled", enabled.to_string()));
        let target = match &change.target {
            TargetChange::Clients(named) => vec![("clients", self.named(named))],
            TargetChange::Where { no_names, groups, sites, systems, share } => {
                let name_of_group = |index: usize| self.scenario.groups[index].name.as_str();
                let name_of_site = |index: usize| self.scenario.sites[index].name.as_str();
                let parts = [
                    no_names.then(|| ("clients", "all".to_string())),
                    groups.as_ref().map(|groups| ("groups", one_of(groups, name_of_group))),
                    sites.as_ref().map(|sites| ("sites", one_of(sites, name_of_site))),
                    systems.as_ref().map(|systems| ("operating_systems", one_of_systems(systems))),
                    share.map(|share| ("share", written_share(share))),
                ];
                parts.into_iter().flatten().collect()
            }
        };
        enabled.into_iter().chain(target).collect()
    }

    /// A daily schedule by its time of day.
    fn schedule(&self, schedule: Schedule) -> String {
        match schedule {
            Schedule::Never => "never".into(),
            Schedule::Immediate => "immediate".into(),
            Schedule::Every { every: Span::DAY, offset } if offset.ms() % Span::SECOND.ms() == 0 => {
                let first = civil(self.scenario.start, Time::START + offset);
                let clock = if offset.ms() % Span::MINUTE.ms() == 0 { "%H:%M" } else { "%H:%M:%S" };
                format!("{{daily: {}}}", first.strftime(clock))
            }
            Schedule::Every { every, offset: Span::ZERO } => bare(&every.to_string()),
            Schedule::Every { every, offset } => format!("{{every: {every}, offset: {offset}}}"),
        }
    }
}

/// The keys of a rhythm of scans.
fn rhythm(rhythm: Option<ScanRhythm>) -> impl Iterator<Item = WrittenPair> {
    let every = rhythm.map(|rhythm| ("every", bare(&rhythm.every.to_string())));
    let phase = rhythm.and_then(|rhythm| rhythm.phase).map(|phase| ("phase", bare(&phase.to_string())));
    every.into_iter().chain(phase)
}

/// The word of a status; the language has none for records that no action chooses by it.
fn word_of(status: Status) -> Option<&'static str> {
    Status::WORDS.iter().find(|(_, known)| *known == status).map(|(word, _)| *word)
}

fn agent_option(agent: Agent) -> &'static str {
    match agent {
        Agent::Off => "",
        Agent::Live => " agent=live",
    }
}

fn solution(solution: Solution) -> String {
    format!(" solution={}", solution.word())
}

fn keys_option(keys: Keys) -> String {
    let word = |key: KeyChange| if key == KeyChange::New { "new" } else { "same" };
    match keys {
        Keys::MATCHING => String::new(),
        Keys::NEW => " keys=new".into(),
        Keys { hardware, name } => format!(" keys={{hardware: {}, name: {}}}", word(hardware), word(name)),
    }
}

/// What a change of a rhythm names.
fn changed_rhythm(change: &RhythmChange) -> String {
    let every = change.every.map(|every| match every {
        Span::ZERO => "every=immediate".to_string(),
        every => format!("every={}", bare(&every.to_string())),
    });
    let phase = change.phase.map(|phase| match phase {
        Phase::FirstContact => "phase=first_contact".to_string(),
        Phase::Random | Phase::AfterPackage => "phase=random".to_string(),
        Phase::Fixed(offset) => format!("phase={}", bare(&offset.to_string())),
    });
    let jitter = change.jitter.as_ref().map(|jitter| format!("jitter={}", bounded(jitter)));
    every.into_iter().chain(phase).chain(jitter).collect::<Vec<_>>().join(" ")
}

/// A jitter, which has bounds.
fn bounded(jitter: &Distribution) -> String {
    let spans = |amounts: &[i64]| list(amounts.iter().map(|amount| Span(*amount).to_string()));
    match jitter {
        Distribution::Uniform { min, max } => format!("{{uniform: {}}}", spans(&[*min, *max])),
        Distribution::Triangular { min, mode, max } => {
            format!("{{triangular: {}}}", spans(&[*min, *mode, *max]))
        }
        Distribution::Empirical { values } => format!("{{empirical: {}}}", spans(values)),
        // The others have no bounds, unless they are constants.
        other => bare(&Span(other.mean() as i64).to_string()),
    }
}

fn one_of<'n>(chosen: &OneOf, name: impl Fn(usize) -> &'n str) -> String {
    match chosen {
        OneOf::All => "all".into(),
        OneOf::These(indices) => list(indices.iter().map(|index| name(*index))),
    }
}

fn one_of_systems(systems: &Systems) -> String {
    match systems {
        Systems::All => "all".into(),
        Systems::These(names) => list(names.iter()),
    }
}

fn list(texts: impl Iterator<Item = impl AsRef<str>>) -> String {
    format!("[{}]", texts.map(|text| bare_in_list(text.as_ref())).collect::<Vec<_>>().join(", "))
}

/// A word of an action, in quotes where it would be read as something else.
fn bare(text: &str) -> String {
    if is_bare(text) { text.to_string() } else { quoted_text(text) }
}

/// The same within brackets or braces.
fn bare_in_list(text: &str) -> String {
    if is_bare_in_list(text) { text.to_string() } else { quoted_text(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::overrides::Changes;
    use crate::scenario::{Checked, check_with};

    const TEXT: &str = "fleetsim: 1\nstart: 2026-02-20T06:30\nduration: 30d\nlicenses: {base: {nodes: 8}}\n\
                        sites: {branch: {}, \"null\": {}}\nupdates: {bulletins: {patch_tuesday: {number: 2}}}\n\
                        groups: {pcs: {clients: 10, site: branch, os: \"Windows 11, Pro\"}, \"null\": {clients: 3, site: branch}, \
                        named: {clients: [\"true\", \"2h\", a.b], site: branch}}\n";

    fn with(actions: Vec<String>) -> Checked {
        let changes = Changes { actions: actions.clone(), ..Changes::default() };
        let checked = check_with(TEXT, "t", &|_| Err(String::new()), &changes);
        checked.unwrap_or_else(|faults| panic!("{actions:?}: {faults:?}"))
    }

    /// A number for each command, so that a new one cannot be left out.
    fn ordinal(command: &AdminCommand) -> usize {
        match command {
            AdminCommand::LicensingRefresh => 0,
            AdminCommand::Retire(..) => 1,
            AdminCommand::Dispose(..) => 2,
            AdminCommand::Delete(..) => 3,
            AdminCommand::UninstallPlugin(_) => 4,
            AdminCommand::Import => 5,
            AdminCommand::EnableBulletins(_) => 6,
            AdminCommand::InstallationTask(..) => 7,
            AdminCommand::RestartPackageServer(_) => 8,
            AdminCommand::InstallPlugin(_) => 9,
            AdminCommand::ChangePolicies(_) => 10,
            AdminCommand::MembershipUpdate(_) => 11,
            AdminCommand::RunMembershipUpdate => 12,
            AdminCommand::Upgrade { .. } => 13,
            AdminCommand::UninstallAgent(_) => 14,
            AdminCommand::Reimage(..) => 15,
            AdminCommand::ScheduleImport(_) => 16,
            AdminCommand::RunScan(_) => 17,
            AdminCommand::SendInventory(_) => 18,
            AdminCommand::UninstallSolution(..) => 19,
            AdminCommand::InstallSolution(..) => 20,
            AdminCommand::EventQueue(_) => 21,
            AdminCommand::ConfigurationRequest(_) => 22,
            AdminCommand::BasicInventory(_) => 23,
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same_action() {
        #[rustfmt::skip]
        let texts = [
            "run licensing_refresh",
            "run membership_update",
            "run pm_import",
            "retire group=pcs clients=4 holding=true",
            "retire group=\"null\"",
            "retire status=active silent_for=3d holding=true",
            "retire silent_for=\"1d 12h\" group=pcs",
            "dispose status=retired clients=3",
            "dispose status=active",
            "uninstall_agent status=active group=pcs",
            "uninstall_agent group=pcs",
            "delete status=disposed holding=true agent=live",
            "delete clients=[pcs-1, \"null-2\"]",
            "uninstall_plugin clients=[\"true\", 2h, a.b]",
            "install_plugin group=named",
            "uninstall_plugin group=pcs clients=3 solution=deployment",
            "install_plugin clients=[pcs-1] solution=inventory",
            "uninstall_agent group=pcs clients=0",
            "reimage group=pcs",
            "send_inventory group=pcs clients=3",
            "send_inventory clients=[pcs-1]",
            "reimage clients=[pcs-10] keys=new",
            "reimage group=pcs status=active keys={hardware: new, name: same}",
            "enable_bulletins all",
            "enable_bulletins [MS2026-03-2, MS2026-03-1]",
            "installation_task bulletins=all group=pcs clients=2",
            "installation_task bulletins=[MS2026-03-1] clients=[pcs-1]",
            "restart_package_server branch",
            "restart_package_server \"null\"",
            "policies dsup.enabled=true",
            "policies dsup.clients=all",
            "policies plugin_install.enabled=false plugin_install.share=12.5%",
            "policies plugin_install.clients=all plugin_install.groups=all plugin_install.sites=all",
            "policies plugin_install.operating_systems=[\"Windows 11, Pro\"]",
            "policies plugin_install.clients=[pcs-3, pcs-1]",
            "policies clones={vip: {enabled: true, groups: [pcs, \"null\"]}, a.b: {}, \"null\": {share: 0%}}",
            "membership_update delta=5m complete={daily: 02:10}",
            "membership_update delta=\"1h 30m\" complete={every: 4h, offset: 1h}",
            "membership_update delta=never complete={daily: 02:10:05}",
            "membership_update delta=immediate complete={every: 1d, offset: 5ms}",
            "configuration_request every=4h",
            "configuration_request every=immediate",
            "configuration_request every=\"1h 30m\" phase=20m jitter={uniform: [-5m, \"1m 30s\"]}",
            "configuration_request phase=first_contact jitter=0s",
            "basic_inventory every=48h phase=random jitter={triangular: [-5m, 0s, 10m]}",
            "basic_inventory jitter={empirical: [1m, 2m]}",
            "event_queue delay=6h",
            "event_queue delay=0s",
            "event_queue delay=\"1h 30m\"",
            "policies scan.enabled=false scan.groups=[pcs] scan.share=40%",
            "policies scan.every=8h",
            "policies scan.clients=[pcs-3] scan.every=\"1h 30m\" scan.phase=20m",
            "pm_import never",
            "pm_import {daily: 01:00}",
            "run_scan group=pcs clients=2",
            "run_scan clients=[pcs-1]",
            "upgrade version=8.7 released=2026-02-01",
            "upgrade version=\"8.7\" released=2026-02-01",
        ];
        let mut commands = [false; 24];
        for text in texts {
            for at in ["0d", "1d 2h", "2026-03-01T08:00:00.005"] {
                let read = with(vec![format!("{text} at {at}")]).scenario;
                let action = &read.actions[0];
                commands[ordinal(&action.what)] = true;
                let written = write(action, &read);
                assert_eq!(&with(vec![written.clone()]).scenario.actions[0], action, "{text}: {written}");
            }
        }
        assert_eq!(commands, [true; 24]);
    }

    /// As a plan shows them.
    #[test]
    fn actions_are_written_without_needless_quotes() {
        for text in [
            "run licensing_refresh at 2026-02-20T06:30:00",
            "retire status=disposed holding=true at 2026-02-21T06:30:00",
            "retire status=active silent_for=3d holding=true at 2026-02-21T06:30:00",
            "delete group=pcs clients=4 holding=true agent=live at 2026-02-21T06:30:00",
            "retire clients=[pcs-1, a.b] at 2026-02-21T06:30:00",
            "restart_package_server branch at 2026-02-21T06:30:00",
            "membership_update delta=5m complete={daily: 02:10} at 2026-02-21T06:30:00",
            "policies plugin_install.enabled=true plugin_install.groups=all at 2026-02-21T06:30:00",
        ] {
            let read = with(vec![text.to_string()]).scenario;
            assert_eq!(write(&read.actions[0], &read), text);
        }
    }
}
