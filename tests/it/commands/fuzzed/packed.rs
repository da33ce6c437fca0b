//! Several files in one input, as a fuzzer can take them apart: a first line for options, and before each file a line
//! `--- NAME`.

use std::collections::BTreeMap;

const MARK: &[u8] = b"--- ";

/// The first line, and the files by name; of two with one name the last, as in a folder.
pub fn unpack(bytes: &[u8]) -> (&[u8], BTreeMap<String, Vec<u8>>) {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let options = lines.next().unwrap_or_default().trim_ascii_end();
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut current = None;
    for line in lines {
        if let Some(name) = line.strip_prefix(MARK) {
            let name = String::from_utf8_lossy(name.trim_ascii()).into_owned();
            files.insert(name.clone(), Vec::new());
            current = Some(name);
        } else if let Some(file) = current.as_ref().and_then(|name| files.get_mut(name)) {
            file.extend_from_slice(line);
        }
    }
    (options, files)
}

/// One input of several files; a line break is put between one that has none at its end and the next.
pub fn pack(options: &[u8], files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut packed = options.to_vec();
    for (name, bytes) in files {
        if packed.last() != Some(&b'\n') {
            packed.push(b'\n');
        }
        packed.extend_from_slice(MARK);
        packed.extend_from_slice(name.as_bytes());
        packed.push(b'\n');
        packed.extend_from_slice(bytes);
    }
    packed
}
