//! The version of the server, as far as the versions of its agents tell.

use crate::scenario::model::Version;

/// The newest version that rules know and that is not newer than a product version such as `8.5.4249.0`.
///
/// It does not show release updates (RU); `None` where it is no version, or older than all known ones.
pub fn of_product(text: &str) -> Option<Version> {
    let mut parts = text.trim().split('.').map_while(|part| part.parse::<u32>().ok());
    let installed = (parts.next()?, parts.next()?);
    let known = Version::WORDS.iter().rev();
    known
        .copied()
        .find(|(word, _)| release(word) <= installed && !word.contains("RU"))
        .map(|(_, version)| version)
}

/// Major and minor number of a version as people write it.
fn release(word: &str) -> (u32, u32) {
    let mut parts = word.split(['.', ' ']).map_while(|part| part.parse::<u32>().ok());
    let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    // 8.7.1 differs from 8.7 by a build number that is not published: it counts as later than 8.7.
    if parts.next().is_some() { (major, minor + 1) } else { (major, minor) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn product_versions_tell_the_release() {
        #[rustfmt::skip]
        let table = [
            ("8.5.4249.0",   Some(Version::V8_5)),
            ("8.6.1012.0",   Some(Version::V8_6)),
            ("8.7.2004.0",   Some(Version::V8_7)),
            ("8.8.1001",     Some(Version::V8_8)),
            ("9.0.1",        Some(Version::V8_8)),
            ("8.1.4528.0",   Some(Version::V8_1)),
            ("7.6.1383.0",   Some(Version::V7_6)),
            ("7.0.1104",     Some(Version::V6_2)),
            ("5.6",          None),
            ("unknown",      None),
        ];
        for (text, expected) in table {
            assert_eq!(of_product(text), expected, "{text}");
        }
    }
}
