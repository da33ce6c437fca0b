//! The `file:` address of a path.

use std::fmt::Write as _;
use std::path::Path;

pub fn file_url(path: &Path) -> String {
    // Not canonicalize(): on Windows that gives \\?\ paths, which no address holds.
    let path = std::path::absolute(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    of(path.as_os_str().as_encoded_bytes(), cfg!(windows))
}

/// Bytes rather than text: a Unix path may be anything but UTF-8.
fn of(path: &[u8], windows: bool) -> String {
    // C:\f is file:///C:/f, and \\server\f is file://server/f.
    let mut url = String::from(match path {
        [b'\\', b'\\', ..] if windows => "file:",
        [b'/', ..] => "file://",
        _ => "file:///",
    });
    for (at, &byte) in path.iter().enumerate() {
        match byte {
            b'\\' if windows => url.push('/'),
            b':' if windows && at == 1 => url.push(':'),
            b'/' | b'-' | b'.' | b'_' | b'~' => url.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => url.push(char::from(byte)),
            _ => write!(url, "%{byte:02X}").unwrap(),
        }
    }
    url
}

#[test]
fn paths_are_encoded_as_browsers_decode_them() {
    let unix = |path: &str| of(path.as_bytes(), false);
    let windows = |path: &str| of(path.as_bytes(), true);
    assert_eq!(unix("/tmp/a-b_c.d~/x.html"), "file:///tmp/a-b_c.d~/x.html");
    assert_eq!(unix("/a b/50%#1?.html"), "file:///a%20b/50%25%231%3F.html");
    assert_eq!(unix("/ü:\\"), "file:///%C3%BC%3A%5C");
    assert_eq!(windows(r"C:\Users\a b\x.html"), "file:///C:/Users/a%20b/x.html");
    assert_eq!(windows(r"\\server\share\x.html"), "file://server/share/x.html");
    assert_eq!(windows("C:/x/a;b.html"), "file:///C:/x/a%3Bb.html");
}
