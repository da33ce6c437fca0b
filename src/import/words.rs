//! Words of the languages in which tables are exported.

use crate::import::status::ExportedStatus;

/// Words for *Active*, in English, German, French, Spanish, Italian, Portuguese and Dutch; so too below.
const ACTIVE: [&str; 8] = ["active", "aktiv", "actif", "active", "activo", "attivo", "ativo", "actief"];

const RETIRED: [&str; 14] = [
    "retired",
    "ausgemustert",
    "außer betrieb",
    "ausser betrieb",
    "außer dienst",
    "stillgelegt",
    "retiré",
    "mis hors service",
    "hors service",
    "retirado",
    "ritirato",
    "dismesso",
    "buiten gebruik",
    "reformé",
];

const DISPOSED: [&str; 11] = [
    "disposed",
    "disposed of",
    "entsorgt",
    "mis au rebut",
    "éliminé",
    "desechado",
    "eliminado",
    "smaltito",
    "descartado",
    "afgevoerd",
    "verwijderd",
];

/// The status that a word stands for, where it is known.
pub fn status(word: &str) -> Option<ExportedStatus> {
    // What nearly all rows hold, without looking at each letter.
    match word {
        "Active" => return Some(ExportedStatus::Active),
        "Retired" => return Some(ExportedStatus::Retired),
        "Disposed" => return Some(ExportedStatus::Disposed),
        _ => {}
    }
    let word = word.to_lowercase();
    let is = |words: &[&str]| words.contains(&word.as_str());
    match () {
        () if is(&ACTIVE) => Some(ExportedStatus::Active),
        () if is(&RETIRED) => Some(ExportedStatus::Retired),
        () if is(&DISPOSED) => Some(ExportedStatus::Disposed),
        () => None,
    }
}

/// Could it be the status of an asset: a word or a few?
pub fn may_be_status(cell: &str) -> bool {
    let letters = |word: &str| word.chars().all(char::is_alphabetic);
    cell.split(' ').count() <= 3 && cell.split(' ').all(letters)
}

/// Is it the name of an operating system?
pub fn is_system(cell: &str) -> bool {
    let cell = cell.to_lowercase();
    let known = ["windows", "linux", "mac", "os x", "unix", "hat", "suse", "ubuntu", "centos"];
    cell.starts_with(char::is_alphabetic) && known.iter().any(|word| cell.contains(word))
}

const YES: [&str; 15] =
    ["1", "true", "yes", "y", "on", "-1", "ja", "j", "oui", "wahr", "vrai", "sí", "si", "verdadero", "vero"];

const NO: [&str; 13] =
    ["0", "false", "no", "n", "off", "nein", "non", "nee", "falsch", "faux", "falso", "não", "nao"];

/// Yes or no, where the word is known.
pub fn flag(word: &str) -> Option<bool> {
    match word {
        "1" => return Some(true),
        "0" => return Some(false),
        _ => {}
    }
    let word = word.to_lowercase();
    match () {
        () if YES.contains(&word.as_str()) => Some(true),
        () if NO.contains(&word.as_str()) => Some(false),
        () => None,
    }
}

/// Does it say that a number has no limit?
pub fn is_unlimited(word: &str) -> bool {
    let word = word.to_lowercase();
    [
        "unlimited",
        "unbegrenzt",
        "unbeschränkt",
        "illimité",
        "illimitée",
        "ilimitado",
        "illimitato",
        "onbeperkt",
        "infinite",
        "-1",
        "∞",
    ]
    .contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_several_languages_mean_the_same() {
        for (word, meaning) in [
            ("ACTIVE", Some(ExportedStatus::Active)),
            ("Aktiv", Some(ExportedStatus::Active)),
            ("Außer Betrieb", Some(ExportedStatus::Retired)),
            ("Retiré", Some(ExportedStatus::Retired)),
            ("Entsorgt", Some(ExportedStatus::Disposed)),
            ("In Stock", None),
        ] {
            assert_eq!(status(word), meaning, "{word}");
        }
        assert_eq!(
            ["WAHR", "Vrai", "-1", "On", "nein", "FAUX"].map(flag),
            [true, true, true, true, false, false].map(Some)
        );
        assert_eq!((flag("x"), flag("")), (None, None));
        assert_eq!(["Illimité", "-1", "0"].map(is_unlimited), [true, true, false]);
    }
}
