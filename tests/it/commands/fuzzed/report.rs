//! Bytes that may be a result folder. The first line is what a sweep is held to, if anything.

use fleetsim::output::report::html;
use fleetsim::output::store::read::ResultFiles;

use crate::commands::fuzzed::packed::unpack;

pub fn one(bytes: &[u8]) {
    let (target, folder) = unpack(bytes);
    let target = String::from_utf8_lossy(target);
    let mut files = ResultFiles::default();
    for (name, text) in folder {
        files.add(&name, String::from_utf8_lossy(&text).into_owned());
    }
    match html(&files, Some(target.as_ref()).filter(|target| !target.is_empty())) {
        Ok(page) => assert!(page.trim_end().ends_with("</html>")),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
