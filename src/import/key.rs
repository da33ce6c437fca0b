//! The key of an anonymized export: which pseudonym stands for which computer. Only the customer keeps it.
//!
//! Interface: [`rows`] makes it; [`PseudonymKey`] reads the file that was made of it, and puts names and GUIDs back into a
//! result.
//!
//! A pseudonym is replaced by the name that the same result has without `--anonymize`, which is plain: letters, digits and
//! `_ . -`. So what is right in a text is right in CSV, JSON and HTML, too; other names are refused when a key is read.

use std::collections::BTreeMap;

use csv::ReaderBuilder;

use crate::import::customer::Customer;
use crate::import::inventory::{Computer, Inventory};
use crate::import::text::decode;
use crate::import::values::guid;

/// What a pseudonym stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// A record of a computer.
    Computer,
    /// Another machine that shares the record (V10).
    Machine,
    /// A policy.
    Policy,
}

impl KeyKind {
    /// The word in the file.
    pub fn word(self) -> &'static str {
        match self {
            KeyKind::Computer => "computer",
            KeyKind::Machine => "machine",
            KeyKind::Policy => "policy",
        }
    }
}

/// One pseudonym.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// What it stands for.
    pub kind: KeyKind,
    /// The pseudonym.
    pub pseudonym: String,
    /// What results call it that are not anonymized.
    pub client: String,
    /// Its name as exported; empty when there is none.
    pub name: String,
    /// Its Windows domain, likewise.
    pub domain: String,
    /// GUID of its record, without braces; empty for a policy.
    pub guid: String,
    /// The GUID that stands for it.
    pub guid_pseudonym: String,
}

/// The key of an export, from its fleet with names and its fleet with pseudonyms.
pub fn rows(inventory: &Inventory, named: &Customer, anonymous: &Customer) -> Vec<KeyRow> {
    let mut rows = Vec::with_capacity(named.clients.len());
    let computers = inventory.computers.iter().map(Some).chain(std::iter::repeat(None));
    let names = named.names.iter().zip(&anonymous.names);
    let clients = named.clients.iter().zip(&anonymous.clients);
    for (((client, pseudonym), (of, hidden)), computer) in names.zip(clients).zip(computers) {
        let row = |kind, pseudonym: &str, client: &str, name: &str| KeyRow {
            kind,
            pseudonym: pseudonym.to_string(),
            client: client.to_string(),
            name: name.to_string(),
            domain: computer.and_then(|computer| computer.domain.as_deref()).unwrap_or_default().to_string(),
            guid: of.guid.to_string(),
            guid_pseudonym: hidden.initial.guid.clone().unwrap_or_default(),
        };
        rows.push(row(KeyKind::Computer, pseudonym, client, computer.map_or("", |computer| &computer.name)));
        for (name, pseudonym) in others(computer, &hidden.initial.also) {
            rows.push(row(KeyKind::Machine, pseudonym, &plain(name), name));
        }
    }
    let policies = named.clones.iter().zip(&anonymous.clones).enumerate();
    rows.extend(policies.map(|(position, (client, pseudonym))| KeyRow {
        kind: KeyKind::Policy,
        pseudonym: pseudonym.clone(),
        client: client.clone(),
        name: policy_name(inventory, named, position).to_string(),
        domain: String::new(),
        guid: String::new(),
        guid_pseudonym: String::new(),
    }));
    rows
}

/// The name of a clone as exported, by one of its members; empty when it has none.
fn policy_name<'i>(inventory: &'i Inventory, customer: &Customer, clone: usize) -> &'i str {
    let member = customer.members.iter().position(|clones| clones[clone]);
    let name = member.and_then(|client| {
        // Both are in the order of the policies.
        let before = customer.members[client][..clone].iter().filter(|is_in| **is_in).count();
        let policy = customer.clients[client].clones.get(before)?;
        inventory.policies.get(*policy as usize)
    });
    name.map_or("", String::as_str)
}

/// Other machines of a record, with their pseudonyms, which are the last of those that the record has.
fn others<'a>(
    computer: Option<&'a Computer>,
    also: &'a [String],
) -> impl Iterator<Item = (&'a String, &'a String)> {
    let names = computer.map_or(&[][..], |computer| &computer.other_names);
    let named = names.iter().filter(|name| !name.is_empty());
    let pseudonyms = also.len().saturating_sub(named.clone().count());
    named.zip(&also[pseudonyms..])
}

/// A cell that a spreadsheet takes for text: one that begins like a formula gets an apostrophe, and so does one that begins
/// with an apostrophe: without the first one a cell is what it was.
pub fn defused(cell: &str) -> String {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) {
        true => format!("'{cell}"),
        false => cell.to_string(),
    }
}

/// The text of a result or of a key, without a mark at its start; `None`: it is none, or its encoding would be a guess,
/// which would change names.
pub fn text_of(bytes: Vec<u8>) -> Option<String> {
    decode(bytes).ok().filter(|(_, guess)| guess.is_none()).map(|(text, _)| text)
}

/// Why a file is no key.
#[derive(Debug, PartialEq, Eq)]
pub struct NoKey {
    /// Counts from 1; `None`: the file as a whole.
    pub line: Option<u64>,
    /// What is wrong with it.
    pub problem: &'static str,
}

/// Pseudonyms, and what they stand for.
#[derive(Debug, Default)]
pub struct PseudonymKey {
    /// Names and GUIDs by pseudonym.
    real: BTreeMap<String, String>,
}

impl PseudonymKey {
    /// Adds the pseudonyms of a file; of those that are known already the earlier meaning stays.
    ///
    /// # Errors
    /// When it is no key.
    pub fn read(&mut self, bytes: Vec<u8>) -> Result<(), NoKey> {
        let whole = |problem| NoKey { line: None, problem };
        let text = text_of(bytes).ok_or(whole("not a text file in UTF-8 or UTF-16"))?;
        let header = text.lines().next().unwrap_or_default();
        let delimiter =
            *b",;\t".iter().max_by_key(|d| header.split(char::from(**d)).count()).unwrap_or(&b',');
        let mut rows = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        let header = rows.headers().map_err(|_| whole("it has no header"))?.clone();
        let place = |name: &str| header.iter().position(|column| column.trim() == name);
        let places = ["pseudonym", "client", "guid", "guid_pseudonym"].map(place);
        let [Some(pseudonym), Some(client), Some(real), Some(hidden)] = places else {
            return Err(whole("not a key that --anonymize --key wrote: its columns are not there"));
        };
        for row in rows.records() {
            let row = row.map_err(|_| whole("not a table in CSV"))?;
            let line = row.position().map(csv::Position::line);
            let cell = |at: usize| row.get(at).unwrap_or_default();
            self.add(cell(pseudonym), cell(client), is_plain)
                .ok_or(NoKey { line, problem: "a pseudonym or a name with characters that none has" })?;
            if !cell(hidden).is_empty() {
                self.add(cell(hidden), cell(real), |cell| guid(cell).is_ok())
                    .ok_or(NoKey { line, problem: "not a GUID" })?;
            }
        }
        Ok(())
    }

    fn add(&mut self, pseudonym: &str, real: &str, fits: impl Fn(&str) -> bool) -> Option<()> {
        if !fits(pseudonym) || !fits(real) {
            return None;
        }
        self.real.entry(pseudonym.to_lowercase()).or_insert_with(|| real.to_string());
        Some(())
    }

    /// A text with names and GUIDs in the place of pseudonyms, and how many were replaced. Only whole words are: letters,
    /// digits and `_ . -` in a row, without points at the end.
    pub fn translate(&self, text: &str) -> (String, u64) {
        let (mut out, mut replaced) = (String::with_capacity(text.len()), 0);
        let mut rest = text;
        while let Some(start) = rest.find(is_of_word) {
            let (between, from) = rest.split_at(start);
            out.push_str(between);
            let (run, after) = from.split_at(from.find(|c| !is_of_word(c)).unwrap_or(from.len()));
            let word = run.trim_end_matches('.');
            match self.real.get(&word.to_lowercase()) {
                Some(real) => {
                    out.push_str(real);
                    replaced += 1;
                }
                None => out.push_str(word),
            }
            out.push_str(&run[word.len()..]);
            rest = after;
        }
        out.push_str(rest);
        (out, replaced)
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || "_.-".contains(c)
}

/// A name as results have it; no markup, quote or delimiter is in it.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_of_word)
}

/// A name as far as it is plain.
fn plain(name: &str) -> String {
    name.chars().map(|c| if is_of_word(c) { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "kind,pseudonym,client,name,domain,guid,guid_pseudonym
\
        computer,pc-00000000000a,HQ-1,HQ-1,CORP,0a1b2c3d-0000-4000-8000-00000000000a,ffffffff-0000-4000-8000-00000000000b
\
        computer,pc-00000000000a.2,HQ-1.2,HQ-1,CORP,0a1b2c3d-0000-4000-8000-00000000000c,ffffffff-0000-4000-8000-00000000000d
\
        policy,clone_1,Servers,\"'=Servers, all\",,,
";

    fn key(file: &str) -> Result<PseudonymKey, NoKey> {
        let mut key = PseudonymKey::default();
        key.read(file.as_bytes().to_vec()).map(|()| key)
    }

    #[test]
    fn whole_pseudonyms_are_replaced_in_every_format() {
        let key = key(FILE).unwrap();
        #[rustfmt::skip]
        let table = [
            ("pc-00000000000a",                              "HQ-1", 1),
            ("pc-00000000000a, pc-00000000000a.2.",          "HQ-1, HQ-1.2.", 2),
            ("of pc-00000000000a...",                        "of HQ-1...", 1),
            ("[\"pc-00000000000a\",\"x\"]",              "[\"HQ-1\",\"x\"]", 1),
            ("<td>pc-00000000000a.2</td>",                   "<td>HQ-1.2</td>", 1),
            ("members: [clone_1]",                           "members: [Servers]", 1),
            ("FFFFFFFF-0000-4000-8000-00000000000B;",        "0a1b2c3d-0000-4000-8000-00000000000a;", 1),
            // Parts of words, and pseudonyms that the key does not have.
            ("xpc-00000000000a",                             "xpc-00000000000a", 0),
            ("pc-00000000000ab",                             "pc-00000000000ab", 0),
            ("pc-00000000000a.3",                            "pc-00000000000a.3", 0),
            ("pc-00000000000a.clients.csv",                  "pc-00000000000a.clients.csv", 0),
            ("clone_10 my_clone_1",                          "clone_10 my_clone_1", 0),
            ("\u{e4}pc-00000000000a",                       "\u{e4}pc-00000000000a", 0),
            ("",                                             "", 0),
        ];
        for (text, expected, replaced) in table {
            assert_eq!(key.translate(text), (expected.to_string(), replaced), "{text}");
        }
    }

    #[test]
    fn a_key_may_have_been_saved_by_a_spreadsheet() {
        let semicolons =
            format!("\u{feff}{}", FILE.replace("\"'=Servers, all\"", "'=Servers").replace(',', ";"));
        assert_eq!(key(&semicolons).unwrap().translate("pc-00000000000a").0, "HQ-1");
    }

    #[test]
    fn no_encoding_is_guessed() {
        assert_eq!(text_of("M\u{fc}ller".as_bytes().to_vec()).as_deref(), Some("M\u{fc}ller"));
        assert_eq!(text_of(b"M\xfcller".to_vec()), None);
        let utf16 = [0xff, 0xfe].into_iter().chain("M\u{fc}".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(text_of(utf16.collect()).as_deref(), Some("M\u{fc}"));
    }

    #[test]
    fn a_file_that_could_put_anything_else_into_a_result_is_refused() {
        for (from, to, line) in [
            ("HQ-1,HQ-1,", "<script>,HQ-1,", Some(2)),
            ("HQ-1.2,", "\"a\"\"b\",", Some(3)),
            ("clone_1", "", Some(4)),
            ("0a1b2c3d-0000-4000-8000-00000000000a", "here", Some(2)),
            ("pseudonym,", "Name,", None),
        ] {
            assert_eq!(key(&FILE.replacen(from, to, 1)).map(|_| ()).unwrap_err().line, line, "{to}");
        }
        assert_eq!(key("").map(|_| ()).unwrap_err().line, None);
    }

    #[test]
    fn a_spreadsheet_takes_no_cell_for_a_formula_and_each_can_be_read_back() {
        for cell in
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "'", "PC-1", "", "M\u{fc}ller", "a=b"]
        {
            let defused = defused(cell);
            assert!(!defused.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            assert_eq!(defused.strip_prefix('\'').unwrap_or(&defused), cell);
        }
    }
}
