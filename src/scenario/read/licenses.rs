//! `licenses`: the files whose nodes make up the pool of each solution (L1, L2, S1).

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::scenario::fault::Fault;
use crate::scenario::model::{LicenseFile, LicenseFormat, LicenseKind, OverTime, Product, Solution, Version};
use crate::scenario::read::names::unknown;
use crate::scenario::reader::{Read, Reader, Section};
use crate::scenario::values::{self, text};
use crate::scenario::yaml::Node;
use crate::units::time::Time;

const FORMATS: &[(&str, LicenseFormat)] = &[("legacy", LicenseFormat::Legacy), ("slic", LicenseFormat::SLic)];

/// More nodes than this have the effect of `unlimited` for any fleet that fits a run.
const MOST_NODES: u64 = 1_000_000_000;

/// The license files of all solutions.
pub struct FilesBySolution {
    /// The solution of each file; `None` is Patch Management.
    of: Vec<Option<Solution>>,
    files: Vec<LicenseFile>,
}

impl FilesBySolution {
    /// The files of one solution, in name order.
    pub fn of(&self, solution: Option<Solution>) -> Vec<LicenseFile> {
        let is_own = |index: &usize| self.of[*index] == solution;
        let own: Vec<usize> = (0..self.files.len()).filter(is_own).collect();
        let among_own = |index: usize| own.binary_search(&index).ok();
        let file = |index: &usize| {
            let file = self.files[*index].clone();
            LicenseFile { replaces: file.replaces.and_then(among_own), ..file }
        };
        own.iter().map(file).collect()
    }
}

pub fn licenses(top: &Section, over_time: &OverTime) -> FilesBySolution {
    let named = top.named("licenses");
    let names: Vec<&str> = named.iter().map(|(name, _, _)| name.as_str()).collect();
    let solution = |s: &Section| s.value("solution", values::word(Solution::WORDS)).flatten();
    let of: Vec<Option<Solution>> = named.iter().map(|(_, _, section)| solution(section)).collect();
    let file = |((name, _, section), solution): (&(String, _, Section), &Option<Solution>)| {
        license(name, section, *solution, &names, over_time)
    };
    let files: Vec<LicenseFile> = named.iter().zip(&of).map(file).collect();
    let in_circle = in_circle(&files);
    let mut legacy = BTreeMap::new();
    for (i, (_, _, section)) in named.iter().enumerate() {
        check_legacy(section, (of[i], &files[i]), &mut legacy);
        check_replaced(section, i, &files, &in_circle);
        check_solution(section, i, &of, &files);
    }
    FilesBySolution { of, files }
}

fn title_of(solution: Option<Solution>) -> &'static str {
    solution.map_or(Product::PATCH_MANAGEMENT, Solution::title)
}

/// Each solution has files of its own (S1), and maintenance is simulated of Patch Management only.
fn check_solution(s: &Section, index: usize, of: &[Option<Solution>], files: &[LicenseFile]) {
    if let Some(replaced) = files[index].replaces.filter(|replaced| of[*replaced] != of[index]) {
        let (file, before) = (&files[index], &files[replaced]);
        let problem = format!(
            "`{}` is a file of {}, and `{}`, which it replaces, one of {} (S1)",
            file.name,
            title_of(of[index]),
            before.name,
            title_of(of[replaced])
        );
        s.fault_at("replaces", problem, Some("a file replaces files of its own solution".into()));
    }
    if of[index].is_some() {
        s.exclusive("solution", "product", "a product is named only of a file of Patch Management (L4)");
    }
    if let Some(solution) = of[index].filter(|_| s.has("aup_until")) {
        let problem = format!("the maintenance of {} is not simulated", solution.title());
        s.fault_at("aup_until", problem, Some("leave it out: M1 to M4 are about Patch Management".into()));
    }
}

/// Which files replace each other in a circle?
fn in_circle(files: &[LicenseFile]) -> Vec<bool> {
    const NEVER: usize = usize::MAX;
    // In which walk along `replaces` a file was first seen.
    let mut seen_in = vec![NEVER; files.len()];
    let mut in_circle = vec![false; files.len()];
    for walk in 0..files.len() {
        let mut at = Some(walk);
        while let Some(file) = at.filter(|file| seen_in[*file] == NEVER) {
            seen_in[file] = walk;
            at = files[file].replaces;
        }
        // A walk that meets itself has come round.
        let Some(first) = at.filter(|file| seen_in[*file] == walk) else { continue };
        let circle = std::iter::successors(Some(first), |file| files[*file].replaces);
        for file in std::iter::once(first).chain(circle.skip(1).take_while(|file| *file != first)) {
            in_circle[file] = true;
        }
    }
    in_circle
}

/// A file takes the place of one that came before it, in the end of one that replaces nothing (L1).
fn check_replaced(s: &Section, index: usize, files: &[LicenseFile], in_circle: &[bool]) {
    let Some(replaced) = files[index].replaces else { return };
    let (file, before) = (&files[index], &files[replaced]);
    if in_circle[index] {
        let problem = match replaced == index {
            true => format!("`{}` replaces itself", file.name),
            false => format!("`{}` and `{}` replace each other in a circle", file.name, before.name),
        };
        s.fault_at("replaces", problem, Some("name the file that came before it".into()));
    } else if file.from <= before.from {
        let problem = format!("`{}` does not come after `{}`, which it replaces", file.name, before.name);
        let help = "give it a later `from`, or leave the replaced file out";
        s.fault_at("replaces", problem, Some(help.into()));
    }
}

/// Refuses two legacy files of a solution that come at the same instant: which replaces which would be undefined (L1).
/// `first`: the first legacy file of each solution and instant.
fn check_legacy<'f>(
    s: &Section,
    (solution, file): (Option<Solution>, &'f LicenseFile),
    first: &mut BTreeMap<(Option<Solution>, Time), &'f LicenseFile>,
) {
    if file.format != LicenseFormat::Legacy {
        return;
    }
    let Some(other) = first.get(&(solution, file.from)) else {
        first.insert((solution, file.from), file);
        return;
    };
    let problem = format!(
        "legacy files `{}` and `{}` come at the same instant: which replaces which? (L1)",
        other.name, file.name
    );
    s.fault_at("from", problem, Some("give them different `from`, or leave the replaced one out".into()));
}

fn license(
    name: &str,
    s: &Section,
    solution: Option<Solution>,
    names: &[&str],
    over_time: &OverTime,
) -> LicenseFile {
    let from = s.value("from", values::instant).unwrap_or(Time::START);
    let version = over_time.installed_at(from.max(Time::START)).version;
    let kind = s.value("kind", values::word(LicenseKind::WORDS));
    let (nodes, nodes_unknown) = s.required("nodes", "800", nodes).unwrap_or_default();
    let file = LicenseFile {
        name: name.to_string(),
        product: s.value("product", product).unwrap_or(title_of(solution).to_string()),
        kind: kind.unwrap_or(LicenseKind::Perpetual),
        format: s.value("format", values::word(FORMATS)).unwrap_or(LicenseFormat::usual(version)),
        nodes,
        nodes_unknown,
        from,
        until: s.value("until", values::date).map(|date| end_of(date, s.reader)),
        aup_until: s.value("aup_until", values::date).map(|date| end_of(date, s.reader)),
        replaces: s.value("replaces", |node, reader| {
            let name = text(node, "the name of a license file")?;
            let unknown = |_| unknown(&reader.guesses, "license file", name, node.at, names.iter().copied());
            names.binary_search(&name).map_err(unknown)
        }),
    };
    // Of a kind we could not read we do not know whether it ends.
    if kind.is_some() || !s.has("kind") {
        check_kind(s, &file);
    }
    if file.format == LicenseFormat::SLic && version < Version::V8_1 {
        let problem = format!("SLic files exist from 8.1 on, and {} runs when it comes", version);
        let help = "use `format: legacy`, or let the file come after an upgrade to 8.1";
        s.fault_at("format", problem, Some(help.into()));
    }
    if file.format == LicenseFormat::Legacy && Product::of_name(&file.product) == Product::Suite {
        let problem = "a legacy file is for one solution, not for a suite (L4)".into();
        s.fault_at(
            "product",
            problem,
            Some("use `format: slic`, from 8.1 on, or leave `product` out".into()),
        );
    }
    for (key, end) in [("until", file.until), ("aup_until", file.aup_until)] {
        // Without `from` it may well have ended before the scenario starts: a lapsed subscription.
        if s.has("from") && end.is_some_and(|end| end <= file.from) {
            let shown = |key| s.node(key).map_or(String::new(), Node::describe);
            let problem = format!("{} ends before `from`, {}, begins", shown(key), shown("from"));
            s.fault_at(key, problem, Some("exchange the two dates, or correct one".into()));
        }
    }
    file
}

/// L4: a file whose nodes do not count here is refused, so that none is given and then ignored.
fn product(node: &Node, reader: &Reader) -> Read<String> {
    let name = values::title(node, reader)?;
    if let Some(solution) = Solution::of_name(&name) {
        let problem = format!("{} has a pool of its own (S1)", node.describe());
        let help = format!("leave `product` out, and say `solution: {}`", solution.word());
        return Err(Fault::at(node.at, problem).help(help));
    }
    let (problem, help) = match Product::of_name(&name) {
        Product::PatchManagement | Product::Suite => return Ok(name),
        Product::OtherPool => (
            format!("{} has a pool of its own (L4)", node.describe()),
            "leave the file out: its nodes do not count for Patch Management for Windows",
        ),
        Product::NotPatch => (
            format!("{} is neither Patch Management nor a suite that contains it (L4)", node.describe()),
            "leave the file out, give `solution` instead, or name `Patch Management Solution`, `Client Management Suite`, \
             `Server Management Suite` or `IT Management Suite`",
        ),
    };
    Err(Fault::at(node.at, problem).help(help))
}

/// Perpetual licenses have no end, all others need one (L2).
fn check_kind(s: &Section, file: &LicenseFile) {
    match (file.kind, file.until) {
        (LicenseKind::Perpetual, Some(_)) => s.fault_at(
            "until",
            "a perpetual license does not expire (L2)".into(),
            Some("leave `until` out, use `aup_until` for its maintenance, or choose another `kind`".into()),
        ),
        (LicenseKind::Perpetual, None) | (_, Some(_)) => {}
        (_, None) => {
            if !s.has("until") {
                s.fault_at(
                    "until",
                    "this kind of license expires (L2), and `until` is missing".into(),
                    Some("for example `until: 2026-12-31`".into()),
                );
            }
        }
    }
}

/// The nodes, and whether they are unknown.
fn nodes(node: &Node, reader: &Reader) -> Read<(Option<u64>, bool)> {
    match text(node, "a number of nodes, `unlimited` or `unknown`")? {
        "unlimited" => Ok((None, false)),
        "unknown" => Ok((None, true)),
        _ => values::integer(0, MOST_NODES)(node, reader).map(|nodes| (Some(nodes), false)),
    }
}

/// Licenses end at 23:59 server time of the stated day (L2).
fn end_of(date: Date, reader: &Reader) -> Time {
    values::since(reader.start, date.at(23, 59, 0, 0))
}
