//! What query tools write between the rows, in the language of the tool.

use jiff::civil::Date;

use crate::import::values;

/// Is this line a remark of a query tool rather than a row?
///
/// `(215 rows affected)`, `Completion time: ...`, `Changed database context to '...'.`, `Warning: ...`,
/// `Msg 5701, Level 0, State 2, ...`, each in any language.
pub fn is_remark(line: &str) -> bool {
    let line = line.trim().trim_matches('"');
    if line.len() > LONGEST {
        return false;
    }
    is_count(line) || is_time(line) || is_context(line) || is_message(line) || is_warning(line)
}

/// No remark is longer.
const LONGEST: usize = 400;

/// `(215 Zeilen betroffen)`.
fn is_count(line: &str) -> bool {
    line.starts_with('(')
        && line.ends_with(')')
        && line.contains(|c: char| c.is_ascii_digit())
        && line.contains(char::is_alphabetic)
        && values::guid(line).is_err()
}

/// `Completion time: 2026-03-02T08:35:43.1234567+01:00`.
fn is_time(line: &str) -> bool {
    let Some((words, time)) = line.split_once(": ").or_else(|| line.split_once(':')) else { return false };
    let day = time.trim().get(..10).unwrap_or_default();
    !words.contains(|c: char| c.is_ascii_digit()) && day.parse::<Date>().is_ok()
}

/// `Changed database context to 'Symantec_CMDB'.`
fn is_context(line: &str) -> bool {
    const QUOTES: [char; 6] = ['\'', '"', '„', '“', '«', '»'];
    line.ends_with('.')
        && line.matches(QUOTES).count() == 2
        && line.split(' ').count() >= 4
        && !line.contains(|c: char| "{}".contains(c))
}

/// `Msg 5701, Level 0, State 2, Server SMP, Line 1`.
fn is_message(line: &str) -> bool {
    let mut parts = line.split(',');
    let numbered = |part: Option<&str>| {
        part.and_then(|part| part.trim().rsplit_once(' ')).is_some_and(|(word, number)| {
            word.chars().all(|c| c.is_alphabetic() || c == ' ') && number.parse::<u32>().is_ok()
        })
    };
    numbered(parts.next()) && numbered(parts.next()) && numbered(parts.next())
}

/// `Warning: Null value is eliminated by an aggregate or other SET operation.`
fn is_warning(line: &str) -> bool {
    let word = line.split_once(':').map(|(word, _)| word.trim().to_lowercase());
    let words = [
        "warning",
        "warnung",
        "avertissement",
        "attention",
        "advertencia",
        "avviso",
        "waarschuwing",
        "aviso",
    ];
    word.is_some_and(|word| words.contains(&word.as_str()))
}

/// A line of dashes, and the signs between columns.
pub fn is_underline(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('-') && line.chars().all(|c| "- \t,;|^~".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_are_known_in_any_language() {
        for line in [
            "(215 rows affected)",
            "(1 row(s) affected)",
            "(1,234 rows affected)",
            "(215 Zeilen betroffen)",
            "(Righe interessate: 215)",
            "Completion time: 2026-03-02T08:35:43.1234567+01:00",
            "Abschlusszeit: 2026-03-02T08:35:43.1234567+01:00",
            "Heure de fin : 2026-03-02T08:35:43.1234567+01:00",
            "Changed database context to 'Symantec_CMDB'.",
            "Der Datenbankkontext wurde in \"Symantec_CMDB\" geändert.",
            "Le contexte de la base de données a changé ; il est maintenant 'Symantec_CMDB'.",
            "Msg 5701, Level 0, State 2, Server SMP, Line 1",
            "Meldung 5701, Ebene 0, Status 2, Server SMP, Zeile 1",
            "Warning: Null value is eliminated by an aggregate or other SET operation.",
        ] {
            assert!(is_remark(line), "{line}");
        }
        for line in [
            "(6d417916-467c-46a7-a870-6d86d9345b61)",
            "PC-1",
            "{6D417916-467C-46A7-A870-6D86D9345B61},PC 1,CORP",
            "Patch Management Solution",
            "Kiosk 'A' policy",
            "",
        ] {
            assert!(!is_remark(line), "{line}");
        }
        assert!(is_underline("---- ----- -"));
        assert!(is_underline("----|-----"));
        assert!(!is_underline("-,-1"));
    }
}
