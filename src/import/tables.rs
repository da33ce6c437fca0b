//! The tables: their columns, and what a row of each says.

use jiff::civil::DateTime;

use crate::import::content::CellContent;
use crate::import::header::{ByContent, KnownColumn};
use crate::import::table::{TableRow, Understood};
use crate::import::values::{self, Guid, Seen};
use crate::scenario::model::LicenseKind;

/// A table, one file each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExportTable {
    /// Records of the server, with status and last contacts; the one table that is needed.
    Computers,
    /// Agents and plug-ins by computer (C2).
    Agents,
    /// Resources that hold a license (C6).
    LicenseInUse,
    /// The last Patch Inventory of each computer, the trace of its last scan.
    PatchInventory,
    /// Policies by the computers they target (C1, C3, C5).
    Targets,
    /// Licenses owned, with nodes and dates (L1, L2).
    Licenses,
    /// Names of products by their GUIDs, for licenses in use that name no product; not needed otherwise.
    Products,
}

impl ExportTable {
    /// In the order in which missing tables are reported.
    pub const ALL: [ExportTable; 7] = [
        ExportTable::Computers,
        ExportTable::Agents,
        ExportTable::LicenseInUse,
        ExportTable::PatchInventory,
        ExportTable::Targets,
        ExportTable::Licenses,
        ExportTable::Products,
    ];

    /// The name of its file, without `.csv`.
    pub fn name(self) -> &'static str {
        match self {
            ExportTable::Computers => "computers",
            ExportTable::Agents => "agents",
            ExportTable::LicenseInUse => "license_in_use",
            ExportTable::PatchInventory => "patch_inventory",
            ExportTable::Targets => "targets",
            ExportTable::Licenses => "licenses",
            ExportTable::Products => "products",
        }
    }

    /// The columns that are looked for in its header, needed and optional ones.
    pub fn columns(self) -> &'static [KnownColumn] {
        match self {
            ExportTable::Computers => COMPUTERS,
            ExportTable::Agents => AGENTS,
            ExportTable::LicenseInUse => LICENSE_IN_USE,
            ExportTable::PatchInventory => PATCH_INVENTORY,
            ExportTable::Targets => TARGETS,
            ExportTable::Licenses => LICENSES,
            ExportTable::Products => PRODUCTS,
        }
    }

    /// What is unknown when the table is not exported; empty when nothing is.
    pub fn without(self) -> &'static str {
        match self {
            ExportTable::Computers => "nothing is known",
            ExportTable::Agents => "which agents the computers have is not known",
            ExportTable::LicenseInUse => "which computers hold a license is not known",
            ExportTable::PatchInventory => "when computers last sent a Patch Inventory is not known",
            ExportTable::Targets => "which policies target the computers is not known",
            ExportTable::Licenses => "which licenses are owned is not known",
            ExportTable::Products => "",
        }
    }
}

const fn needed(name: &'static str, content: CellContent) -> KnownColumn {
    KnownColumn { name, aliases: &[], needed: true, content, without: "", by_content: None }
}

const fn optional(name: &'static str, content: CellContent, without: &'static str) -> KnownColumn {
    KnownColumn { name, aliases: &[], needed: false, content, without, by_content: None }
}

const fn alias(column: KnownColumn, aliases: &'static [&'static str]) -> KnownColumn {
    KnownColumn { aliases, ..column }
}

/// The resource a row is about, in the tables other than `computers`.
const RESOURCE: KnownColumn = alias(needed("ResourceGuid", CellContent::Guid), &["Guid", "ComputerGuid"]);

const PRODUCT: KnownColumn = alias(
    optional("ProductName", CellContent::Text, "every row is taken for one of Patch Management"),
    &["Product"],
);

const COMPUTERS: &[KnownColumn] = &[
    alias(needed("Guid", CellContent::Guid), &["ResourceGuid", "ComputerGuid"]),
    alias(needed("Name", CellContent::Word), &["ComputerName", "Computer"]),
    optional("Domain", CellContent::Word, "the domains of computers are not known"),
    alias(optional("IsManaged", CellContent::Flag, "which computers are managed is not known"), &["Managed"]),
    alias(
        optional("Status", CellContent::Status, "which computers are retired is not known"),
        &["AssetStatus", "ResourceStatus", "AgentStatus"],
    ),
    alias(
        optional(
            "LastConfigRequest",
            CellContent::Seen,
            "when computers last asked for their configuration is not known",
        ),
        &["LastConfigurationRequest"],
    ),
    alias(
        optional(
            "LastBasicInventory",
            CellContent::Seen,
            "when computers last sent a Basic Inventory is not known",
        ),
        &["ClientDate"],
    ),
    alias(optional("OS", CellContent::Os, ""), &["OSName", "OperatingSystem"]),
];

const AGENTS: &[KnownColumn] = &[
    RESOURCE,
    needed("AgentName", CellContent::Text),
    alias(
        optional("ProductVersion", CellContent::Version, "the versions of agents are not known"),
        &["AgentVersion"],
    ),
];

/// The vendor's query for licenses in use gives `Name, Name, Domain`: the first is that of the product.
const PRODUCT_IN_USE: KnownColumn =
    KnownColumn { by_content: Some(ByContent { name: "Name", fits: is_product }), without: "", ..PRODUCT };

/// Is this the name of a product rather than of a computer?
fn is_product(name: &str) -> bool {
    let words = || name.split_whitespace();
    let of_products = ["solution", "suite", "management", "pack", "server"];
    words().count() > 1
        && words().any(|word| of_products.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

const LICENSING_POLICY: &str = "LicensingPolicyGuid";

const LICENSE_IN_USE: &[KnownColumn] =
    &[PRODUCT_IN_USE, optional(LICENSING_POLICY, CellContent::SharedGuid, ""), RESOURCE];

const PATCH_INVENTORY: &[KnownColumn] = &[
    RESOURCE,
    optional("InventoryClassGuid", CellContent::SharedGuid, ""),
    alias(needed("LastPatchInventory", CellContent::Seen), &["ModifiedDate"]),
];

const TARGETS: &[KnownColumn] = &[
    RESOURCE,
    alias(needed("PolicyName", CellContent::Text), &["Policy"]),
    alias(optional("Enabled", CellContent::Flag, ""), &["IsEnabled"]),
];

const LICENSES: &[KnownColumn] = &[
    PRODUCT,
    optional(
        "Kind",
        CellContent::Kind,
        "licenses that expire are taken for subscriptions, the others for perpetual ones",
    ),
    needed("Nodes", CellContent::Nodes),
    alias(optional("Starts", CellContent::Day, "when licenses start is not known"), &["StartDate"]),
    alias(
        optional("Expires", CellContent::Day, "no license is taken to expire"),
        &["ExpirationDate", "EndDate"],
    ),
    optional("MaintenanceEnds", CellContent::Day, "when maintenance ends is not known"),
];

const PRODUCTS: &[KnownColumn] = &[needed("Guid", CellContent::Guid), needed("Name", CellContent::Text)];

/// A row of `computers`.
pub(super) struct ComputerRow<'r> {
    pub(super) guid: Guid,
    pub(super) name: Option<&'r str>,
    pub(super) domain: Option<&'r str>,
    pub(super) os: Option<&'r str>,
    pub(super) is_managed: Option<bool>,
    pub(super) status: Option<&'r str>,
    pub(super) last_config_request: Seen,
    pub(super) last_basic_inventory: Seen,
}

/// Reads a row of `computers`.
///
/// # Errors
/// When a value is wrong; all of them are recorded. So too for the other tables.
pub(super) fn computer<'r>(row: &TableRow<'r>) -> Understood<ComputerRow<'r>> {
    let (guid, name) = (row.needed("Guid", values::guid), row.optional("Name", values::text));
    let (domain, is_managed) =
        (row.optional("Domain", values::text), row.optional("IsManaged", values::flag));
    let (status, os) = (row.optional("Status", values::text), row.optional("OS", values::text));
    let (request, inventory) = (row.seen("LastConfigRequest"), row.seen("LastBasicInventory"));
    Ok(ComputerRow {
        guid: guid?,
        name: name?,
        domain: domain?,
        os: os?,
        is_managed: is_managed?,
        status: status?,
        last_config_request: request?,
        last_basic_inventory: inventory?,
    })
}

/// A row of `agents`.
pub(super) struct AgentRow<'r> {
    pub(super) resource: Guid,
    pub(super) name: &'r str,
    pub(super) version: Option<&'r str>,
}

/// # Errors
/// As [`computer`].
pub(super) fn agent<'r>(row: &TableRow<'r>) -> Understood<AgentRow<'r>> {
    let (resource, name) = (resource(row), row.needed("AgentName", values::text));
    let version = row.optional("ProductVersion", values::text);
    Ok(AgentRow { resource: resource?, name: name?, version: version? })
}

/// The licensing policy of a row of licenses in use; where it decides nothing, `strict` is false and a wrong one is none.
///
/// # Errors
/// As [`computer`].
pub(super) fn licensing_policy(row: &TableRow, strict: bool) -> Understood<Option<Guid>> {
    match strict {
        true => row.optional(LICENSING_POLICY, values::guid),
        false => Ok(row.cell(LICENSING_POLICY).and_then(|cell| values::guid(cell).ok())),
    }
}

/// A licensing policy or a product, and its name.
///
/// # Errors
/// As [`computer`].
pub(super) fn product_of_policy<'r>(row: &TableRow<'r>) -> Understood<(Guid, &'r str)> {
    let (guid, name) = (row.needed("Guid", values::guid), row.needed("Name", values::text));
    Ok((guid?, name?))
}

/// The resource, its last Patch Inventory, and the class of inventories that the row is about, if it says one.
///
/// # Errors
/// As [`computer`].
pub(super) fn patch_inventory(row: &TableRow) -> Understood<(Guid, Seen, Option<Guid>)> {
    let (resource, inventory) = (resource(row), row.seen("LastPatchInventory"));
    let class = row.optional("InventoryClassGuid", values::guid);
    Ok((resource?, inventory?, class?))
}

/// The resource and the name of a policy that targets it; `None` for a policy that is not enabled.
///
/// # Errors
/// As [`computer`].
pub(super) fn target<'r>(row: &TableRow<'r>) -> Understood<Option<(Guid, &'r str)>> {
    let (resource, policy) = (resource(row), row.needed("PolicyName", values::text));
    let enabled = row.optional("Enabled", values::flag);
    let target = (resource?, policy?);
    if enabled? == Some(false) {
        row.notice("a policy that is not enabled targets nothing; left out", Some(target.1));
        return Ok(None);
    }
    Ok(Some(target))
}

/// A row of `licenses`.
pub(super) struct LicenseRow<'r> {
    pub(super) product: Option<&'r str>,
    pub(super) kind: Option<LicenseKind>,
    /// `None`: without limit.
    pub(super) nodes: Option<u64>,
    pub(super) starts: Option<DateTime>,
    pub(super) expires: Option<DateTime>,
    pub(super) maintenance_ends: Option<DateTime>,
}

/// # Errors
/// As [`computer`].
pub(super) fn license<'r>(row: &TableRow<'r>) -> Understood<LicenseRow<'r>> {
    let product = product(row);
    let (kind, nodes) = (row.optional("Kind", values::kind), row.needed("Nodes", values::nodes));
    let starts = row.instant("Starts");
    let (expires, maintenance) = (row.end("Expires"), row.end("MaintenanceEnds"));
    Ok(LicenseRow {
        product: product?,
        kind: kind?,
        nodes: nodes?,
        starts: starts?,
        expires: expires?,
        maintenance_ends: maintenance?,
    })
}

/// The resource that a row is about.
///
/// # Errors
/// As [`computer`].
pub(super) fn resource(row: &TableRow) -> Understood<Guid> {
    row.needed(RESOURCE.name, values::guid)
}

/// The name of the product that a row is about; `None`: it names none.
///
/// # Errors
/// As [`computer`].
pub(super) fn product<'r>(row: &TableRow<'r>) -> Understood<Option<&'r str>> {
    row.optional(PRODUCT.name, values::text)
}
