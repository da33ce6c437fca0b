//! Arguments of the commands that read a customer's exported tables.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use jiff::civil::{Date, DateTime};

use crate::cli::args::shared::Limits;
use crate::import::dates::DateOrder;
use crate::import::inventory::ExportedStatus;
use crate::import::product_choice::licensing_policy;
use crate::import::values::{Guid, guid};
use crate::scenario::model::Version;
use crate::scenario::values::{date_time_text, duration_text};
use crate::units::time::Span;

/// Make a scenario of a customer's exported tables; its clients start where the tables say they stand.
#[derive(Debug, ClapArgs)]
#[command(after_help = "The folder holds a CSV file for each table; only the first is mandatory:
  computers.csv        Guid, Name, Domain, IsManaged, Status, LastConfigRequest, LastBasicInventory
  agents.csv           ResourceGuid, AgentName, ProductVersion
  license_in_use.csv   ProductName, LicensingPolicyGuid, ResourceGuid
  patch_inventory.csv  ResourceGuid, LastPatchInventory
  targets.csv          ResourceGuid, PolicyName
  licenses.csv         ProductName, Kind, Nodes, Starts, Expires, MaintenanceEnds
  products.csv         Guid, Name (as vProduct; only where license_in_use.csv names no products)
They are read as SSMS, sqlcmd, PowerShell and Excel write them, in several languages, and as .xlsx; they may have \
the names of the product's tables and views (vComputer, Inv_AeX_AC_Client_Agent, ...). What is guessed is said, and \
what cannot be told is asked for. What is missing is assumed, and the assumptions are listed. Writes the scenario and, \
beside it, its clients (NAME.clients.csv).

Examples:
  fleetsim import export/ -o acme.yaml && fleetsim diagnose acme.yaml
  fleetsim import export/ -o ticket-4711.yaml --anonymize
  fleetsim import export/ -o acme.yaml --server-version \"8.5 RU3\" --clone \"Servers - patching\"
  fleetsim import --sql -o queries/")]
pub struct Import {
    /// The folder with the tables.
    #[arg(required_unless_present = "sql")]
    pub folder: Option<PathBuf>,
    /// The scenario to write; with --sql, the folder for the queries.
    #[arg(short, long, value_name = "SCENARIO", required_unless_present = "sql")]
    pub output: Option<PathBuf>,
    /// Print the SQL queries that make the tables, with how to run them; with -o, write them into a folder, with a batch file
    /// that runs them all. They only read.
    #[arg(long, conflicts_with_all = [
        "folder", "duration", "exported_at", "dates", "statuses", "inventory_class", "server_version", "released", "nodes",
        "products", "licensing_policies", "clones", "silent_after", "anonymize",
    ])]
    pub sql: bool,
    /// How long the scenario is.
    #[arg(long, value_name = "DURATION", value_parser = span, default_value = "30d")]
    pub duration: Span,
    /// Overwrite the files if they exist.
    #[arg(long)]
    pub force: bool,
    /// Print nothing but errors.
    #[arg(short, long)]
    pub quiet: bool,
    #[command(flatten)]
    pub tables: Tables,
}

/// Audit a customer's exported tables: the license table against what the rules say; of several exports of a server, what
/// changed.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Reads the same tables as `import`. Each finding has its rule, how many it is about, names, and what cures it; \
--format csv has a row for each client of each finding, --format json names them all, and --report makes one HTML file of it that \
needs no network and no other file: it can be mailed, opened by a double click, searched, and printed. With several folders, in any \
order, the earliest export is compared with the latest: which licenses came back, which waiting clients got one, what \
became of each finding; --format csv then has a row for each client that changed.

Examples:
  fleetsim audit export/
  fleetsim audit export/ --report acme.html
  fleetsim audit export-february/ export-march/
  fleetsim audit export/ --format csv > findings.csv
  fleetsim audit export/ --format json | jq '.findings[] | {rule, finding, count}'"
)]
pub struct Audit {
    /// The folder with the tables; several folders: exports of one server, to be compared.
    #[arg(required = true, value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,
    /// How to print the findings.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: AuditFormat,
    /// Also write one HTML file: the answer, what to do, all records accounted for, each finding with all its clients. An
    /// earlier report is overwritten.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Overwrite the key file, or a file that is no report.
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub tables: Tables,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum AuditFormat {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// For spreadsheets: a row for each client of each finding.
    Csv,
}

/// Put names and GUIDs in the place of pseudonyms, by the key that --anonymize --key wrote.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Takes what an anonymized command printed or wrote: text, CSV, JSON, scenarios, HTML. Only whole pseudonyms are \
replaced, by the names that the same result has without --anonymize; what else is in the file stays as it is. The result \
names the customer's computers: keep it where the key is.

Examples:
  fleetsim audit export/ --anonymize --key acme.key.csv > ticket.txt
  fleetsim translate answer.txt --key acme.key.csv
  fleetsim translate report.html --key february.key.csv --key march.key.csv -o plain.html"
)]
pub struct Translate {
    /// The file to translate; `-` or none: stdin.
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// The key; may be repeated, and then the first one that knows a pseudonym counts.
    #[arg(long = "key", value_name = "KEY", required = true)]
    pub keys: Vec<PathBuf>,
    /// The file to write [default: stdout].
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Overwrite that file if it exists.
    #[arg(long)]
    pub force: bool,
}

/// What the tables do not say.
#[derive(Debug, ClapArgs)]
pub struct Tables {
    /// When the tables were exported, server local time [default: the latest date in them].
    #[arg(long, value_name = "DATE", value_parser = date_time)]
    pub exported_at: Option<DateTime>,
    /// Order of day and month in dates such as 3/2/2026, where no value tells it.
    #[arg(long, value_name = "ORDER")]
    pub dates: Option<Dates>,
    /// What a word of the column Status means, such as `Aktywny=Active`; may be repeated.
    #[arg(long = "status", value_name = "WORD=STATUS", value_parser = status)]
    pub statuses: Vec<(String, ExportedStatus)>,
    /// Which InventoryClassGuid is the Patch Inventory, where a table has rows of several.
    #[arg(long, value_name = "GUID", value_parser = inventory_class)]
    pub inventory_class: Option<Guid>,
    /// Version of the server, such as `8.6` or `8.5 RU3` [default: the newest that an agent has].
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub server_version: Option<Version>,
    /// Day on which the vendor released that version (M3).
    #[arg(long, value_name = "DATE")]
    pub released: Option<Date>,
    /// Nodes of the pool, where licenses.csv is missing [default: not known].
    #[arg(long, value_name = "N")]
    pub nodes: Option<u64>,
    /// Name of the product that is Patch Management for Windows, where the tables call it otherwise; may be repeated.
    #[arg(long = "product", value_name = "NAME")]
    pub products: Vec<String>,
    /// The licensing policy of Patch Management, where license_in_use.csv names no products; may be repeated.
    #[arg(long = "licensing-policy", value_name = "GUID", value_parser = licensing_policy)]
    pub licensing_policies: Vec<Guid>,
    /// Name of a policy that is a clone of the DSUP, where its name does not show it; may be repeated.
    #[arg(long = "clone", value_name = "POLICY")]
    pub clones: Vec<String>,
    /// A computer that has not reported for so long counts as gone (V9).
    #[arg(long, value_name = "DURATION", value_parser = span, default_value = "14d")]
    pub silent_after: Span,
    /// Put pseudonyms in the place of names and GUIDs, here and in what is printed; everything else stays as it is.
    #[arg(long)]
    pub anonymize: bool,
    /// Makes other pseudonyms, and other luck: who does not know the salt cannot tell that two exports are of the same
    /// customer. Only without a salt a run has the same bytes as that of the export with names.
    #[arg(long, value_name = "TEXT", requires = "anonymize")]
    pub salt: Option<String>,
    /// Write the key beside it: which pseudonym stands for which computer. Keep this file and do not send it: with it
    /// `fleetsim translate` puts the names back into an answer.
    #[arg(long, value_name = "FILE", requires = "anonymize")]
    pub key: Option<PathBuf>,
    #[command(flatten)]
    pub limits: Limits,
}

/// Order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Dates {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

impl From<Dates> for DateOrder {
    fn from(dates: Dates) -> DateOrder {
        match dates {
            Dates::Dmy => DateOrder::Dmy,
            Dates::Mdy => DateOrder::Mdy,
        }
    }
}

fn status(text: &str) -> Result<(String, ExportedStatus), String> {
    let known = [ExportedStatus::Active, ExportedStatus::Retired, ExportedStatus::Disposed];
    let (word, meaning) =
        text.rsplit_once('=').ok_or("write the word, `=`, and Active, Retired or Disposed")?;
    let status = known.into_iter().find(|status| status.to_string().eq_ignore_ascii_case(meaning));
    Ok((word.to_string(), status.ok_or("behind `=` comes Active, Retired or Disposed")?))
}

fn inventory_class(text: &str) -> Result<Guid, String> {
    guid(text).map_err(|wrong| format!("{}: {}", wrong.problem, wrong.help))
}

fn span(text: &str) -> Result<Span, String> {
    match duration_text(text)? {
        Span::ZERO => Err("it must be longer than zero".into()),
        span if span.ms() % Span::SECOND.ms() != 0 => Err("whole seconds are expected".into()),
        span => Ok(span),
    }
}

fn date_time(text: &str) -> Result<DateTime, String> {
    date_time_text(text).ok_or_else(|| "write `2026-03-02` or `2026-03-02T09:15`".into())
}

fn version(text: &str) -> Result<Version, String> {
    Version::parse(text)
}
