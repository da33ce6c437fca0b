//! Licenses in use: which rows are of Patch Management, who holds a license, and what becomes of every row.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::import::fault::{ImportFault, ImportFindings};
use crate::import::folder::Folder;
use crate::import::interned::InternedWords;
use crate::import::inventory::{Computer, Orphan, RowsInUse};
use crate::import::joined::{About, join};
use crate::import::options::ReadOptions;
use crate::import::product_choice::{NamedAs, ProductsSeen};
use crate::import::table::{TableRow, Understood};
use crate::import::tables::{self, ExportTable};
use crate::import::values::Guid;
use crate::units::quantity::{counted, grouped};

/// What the table says.
#[derive(Debug, Default)]
pub struct InUse {
    /// Holders that are not among the computers.
    pub orphans: Vec<Orphan>,
    /// Every row, once; `None`: the table is not exported.
    pub rows: Option<RowsInUse>,
    /// Rows by product.
    pub products: ProductsSeen,
}

/// Marks the computers that hold a license. `names` are those of licensing policies, for rows without one.
pub fn read(
    folder: &mut Folder,
    computers: &mut [Computer],
    names: &BTreeMap<Guid, String>,
    options: &ReadOptions,
    findings: &ImportFindings,
) -> InUse {
    let mut table = Table::new(names, options);
    let file = folder.rows(ExportTable::LicenseInUse, findings, |row| {
        // What is wrong is recorded.
        let _ = table.add(row);
    });
    let Some(file) = file else { return InUse::default() };
    let mut rows =
        RowsInUse { rows: table.sources.iter().map(|source| source.rows).sum(), ..RowsInUse::default() };
    let products = table.products();
    let counts = table.settle(file, computers, findings);
    let (held, left_out): (Vec<About<u32>>, Vec<About<u32>>) =
        std::mem::take(&mut table.rows).into_iter().partition(|(_, source, _)| counts[*source as usize]);
    for (_, source, line) in left_out {
        let source = &table.sources[source as usize];
        findings.notice(file, Some(line), source.left_out(), source.shown().as_deref());
    }
    rows.other = rows.rows - held.len() as u64;
    computers.iter_mut().for_each(|computer| computer.holds_license = Some(false));
    let once = |rows: &[About<()>]| {
        for (_, _, line) in &rows[1..] {
            findings.notice(file, Some(*line), "a second license of the same resource; counted once", None);
        }
        rows.len() as u64 - 1
    };
    let (mut orphans, mut again) = (Vec::new(), 0);
    let mut holders = 0;
    let held = held.into_iter().map(|(resource, _, line)| (resource, (), line)).collect();
    let again_of_computers = &mut 0;
    let of_computer = |computer: &mut Computer, rows: &[About<()>]| {
        computer.holds_license = Some(true);
        holders += 1;
        *again_of_computers += once(rows);
    };
    join(held, computers, of_computer, |rows| {
        let (guid, (), line) = rows[0];
        findings.notice(file, Some(line), ORPHAN, Some(&guid.to_string()));
        orphans.push(Orphan { guid, line });
        again += once(rows);
    });
    (rows.holders, rows.orphans, rows.again) = (holders, orphans.len() as u64, again + *again_of_computers);
    InUse { orphans, rows: Some(rows), products }
}

const ORPHAN: &str =
    "the holder of a license is not among the computers: its record was deleted (V3) or not exported";

/// Rows of one product and licensing policy.
struct Source {
    product: Option<Arc<str>>,
    policy: Option<Guid>,
    /// `None`: no name tells what it is.
    named: Option<NamedAs>,
    /// The caller chose other licensing policies.
    not_chosen: bool,
    rows: u64,
}

impl Source {
    fn left_out(&self) -> &'static str {
        match self.named {
            _ if self.not_chosen => {
                "a row of another licensing policy than --licensing-policy says; left out"
            }
            Some(named) => named.left_out(),
            None => {
                "a row without a product, of another licensing policy than Patch Management has; left out"
            }
        }
    }

    fn shown(&self) -> Option<String> {
        match &self.product {
            Some(product) if !self.not_chosen => Some(product.to_string()),
            _ => self.policy.map(|policy| policy.to_string()),
        }
    }
}

struct Table<'t> {
    names: &'t BTreeMap<Guid, String>,
    options: &'t ReadOptions,
    words: InternedWords,
    ids: BTreeMap<(Option<u32>, Option<Guid>), u32>,
    sources: Vec<Source>,
    /// Those that may be of Patch Management: resource, source and line.
    rows: Vec<About<u32>>,
}

impl<'t> Table<'t> {
    fn new(names: &'t BTreeMap<Guid, String>, options: &'t ReadOptions) -> Table<'t> {
        let (words, ids) = (InternedWords::default(), BTreeMap::new());
        Table { names, options, words, ids, sources: Vec::new(), rows: Vec::new() }
    }

    fn add(&mut self, row: &TableRow) -> Understood<()> {
        let product = tables::product(row)?;
        let chosen = !self.options.licensing_policies.is_empty();
        let policy = tables::licensing_policy(row, product.is_none() || chosen)?;
        let names = self.names;
        let product = product.or_else(|| names.get(&policy?).map(String::as_str));
        let key = (product.map(|product| self.words.id(product)), policy);
        let id = match self.ids.get(&key) {
            Some(id) => *id,
            None => self.new_source(key),
        };
        let source = &mut self.sources[id as usize];
        source.rows += 1;
        match source.not_chosen || matches!(source.named, Some(NamedAs::OtherPool | NamedAs::Other)) {
            true => row.notice(source.left_out(), source.shown().as_deref()),
            false => self.rows.push((tables::resource(row)?, id, row.line)),
        }
        Ok(())
    }

    fn new_source(&mut self, (product, policy): (Option<u32>, Option<Guid>)) -> u32 {
        let chosen = &self.options.licensing_policies;
        let (by_policy, is_chosen) = (!chosen.is_empty(), policy.is_some_and(|p| chosen.contains(&p)));
        let id = self.sources.len() as u32;
        let product_name = product.map(|product| self.words.word(product));
        let named = product_name.as_ref().map(|name| NamedAs::of(name, self.options));
        self.sources.push(Source {
            named: if is_chosen { Some(NamedAs::Chosen) } else { named },
            product: product_name,
            policy,
            not_chosen: by_policy && !is_chosen,
            rows: 0,
        });
        self.ids.insert((product, policy), id);
        id
    }

    fn products(&self) -> ProductsSeen {
        let mut products = ProductsSeen::default();
        for source in &self.sources {
            products.add(source.product.as_deref().unwrap_or("no name"), source.rows);
        }
        products
    }

    /// By source: do its rows count?
    fn settle(&self, file: &str, computers: &[Computer], findings: &ImportFindings) -> Vec<bool> {
        self.check_policies(file, findings);
        let chosen = self.sources.iter().any(|source| source.named == Some(NamedAs::Chosen));
        let by_name = |source: &Source| source.named.map(|named| named.counts(chosen) && !source.not_chosen);
        let policies = |counting: bool| -> BTreeSet<Guid> {
            let such = self.sources.iter().filter(|source| by_name(source) == Some(counting));
            such.filter_map(|source| source.policy).collect()
        };
        let (patch, others) = (policies(true), policies(false));
        let by_policy = |source: &Source| match source.policy {
            _ if source.not_chosen => Some(false),
            Some(policy) if patch.contains(&policy) => Some(true),
            Some(policy) if others.contains(&policy) || !patch.is_empty() => Some(false),
            _ => None,
        };
        let known: Vec<Option<bool>> =
            self.sources.iter().map(|source| by_name(source).or_else(|| by_policy(source))).collect();
        let open: Vec<usize> = (0..known.len()).filter(|source| known[*source].is_none()).collect();
        let counts: Vec<bool> = known.iter().map(|known| known.unwrap_or(true)).collect();
        if open.len() > 1 && !known.contains(&Some(true)) {
            findings.fault(self.which(&open, file, computers));
        } else if !open.is_empty() {
            findings.notice(file, None, TAKEN, None);
        } else if !counts.is_empty() && !counts.contains(&true) && !findings.has_faults() {
            findings.fault(self.products().no_patch(file, "no license of Patch Management is held"));
        }
        counts
    }

    /// A policy that the caller names must be there.
    fn check_policies(&self, file: &str, findings: &ImportFindings) {
        let there: BTreeSet<Guid> = self.sources.iter().filter_map(|source| source.policy).collect();
        if self.options.licensing_policies.iter().all(|policy| there.contains(policy)) {
            return;
        }
        if there.is_empty() {
            let help = "export the column LicensingPolicyGuid, or leave the option out";
            let problem = "no row has a licensing policy, which --licensing-policy names";
            return findings.fault(ImportFault::file(file, problem, help).column("LicensingPolicyGuid"));
        }
        let problem = "no row has the licensing policy that --licensing-policy names; there are";
        let listed: Vec<String> = there.iter().map(Guid::to_string).collect();
        let help = "give one of these GUIDs, or leave the option out to see how many rows each has";
        let fault = ImportFault::file(file, problem, help).column("LicensingPolicyGuid");
        findings.fault(fault.found(&listed.join(", ")));
    }

    /// The question which of several licensing policies is that of Patch Management, with what the tables say about it.
    fn which(&self, open: &[usize], file: &str, computers: &[Computer]) -> ImportFault {
        let has_sent = |guid: Guid| {
            let at = computers.binary_search_by_key(&guid, |computer| computer.guid);
            at.is_ok_and(|at| computers[at].last_patch_inventory.at().is_some())
        };
        let all_sent =
            computers.iter().filter(|computer| computer.last_patch_inventory.at().is_some()).count();
        let mut candidates: Vec<Candidate> = Vec::new();
        for source in open {
            let of_source = self.rows.iter().filter(|(_, of, _)| *of as usize == *source);
            let resources: BTreeSet<Guid> = of_source.map(|(resource, ..)| *resource).collect();
            let sent = resources.iter().filter(|guid| has_sent(**guid)).count() as u64;
            let policy = self.sources[*source].policy;
            candidates.push(Candidate { policy, resources: resources.len() as u64, sent });
        }
        candidates.sort_by_key(|candidate| (Reverse(candidate.fit(all_sent as u64)), candidate.policy));
        let best = candidates[0].fit(all_sent as u64) > candidates[1].fit(all_sent as u64);
        let first = match best {
            true => " (the first fits best: its holders are those that have sent a Patch Inventory)",
            false => "",
        };
        let help = format!(
            "give --licensing-policy GUID{first}; or export the column ProductName; or add products.csv with the columns Guid \
             and Name, as in the view vProduct"
        );
        let problem = format!(
            "rows of {} licensing policies, and no ProductName says which of them is that of Patch Management. Resources \
             that hold a license of each",
            grouped(open.len() as u64)
        );
        let mut listed: Vec<String> = candidates.iter().take(LISTED).map(Candidate::shown).collect();
        if candidates.len() > LISTED {
            listed.push(format!("and {} more", candidates.len() - LISTED));
        }
        ImportFault::file(file, problem, help).column("LicensingPolicyGuid").found(&listed.join("; "))
    }
}

const TAKEN: &str = "no ProductName says which product these licenses are of: all rows without one are taken for licenses of \
                     Patch Management";

/// A licensing policy that may be that of Patch Management.
struct Candidate {
    policy: Option<Guid>,
    resources: u64,
    /// Of those, with a Patch Inventory.
    sent: u64,
}

/// So many of them are shown.
const LISTED: usize = 5;

impl Candidate {
    /// In thousandths: how far its holders are those that have sent a Patch Inventory.
    fn fit(&self, all_sent: u64) -> u64 {
        2_000 * self.sent / (self.resources + all_sent).max(1)
    }

    fn shown(&self) -> String {
        let policy = self.policy.map_or("no policy".to_string(), |policy| policy.to_string());
        let resources = counted(self.resources, "resource");
        format!("{policy}: {resources}, {} with a Patch Inventory", grouped(self.sent))
    }
}
