//! Tells the program which commit it is built of (`fleetsim --version`); no result depends on it.

use std::fs;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let commit = of_package().or_else(of_repository).map_or(String::new(), |commit| format!(" ({commit})"));
    println!("cargo:rustc-env=FLEETSIM_VERSION={}{commit}", env!("CARGO_PKG_VERSION"));
}

/// `cargo package` notes the commit: sources from a registry have no repository.
fn of_package() -> Option<String> {
    let noted = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = noted.split_once("\"sha1\": \"")?;
    rest.get(..12).map(str::to_string)
}

/// The commit of the work tree, if it is one of this project: sources may lie within somebody else's repository.
fn of_repository() -> Option<String> {
    let top = git(&["rev-parse", "--show-prefix"])?;
    if !top.is_empty() {
        return None;
    }
    // Whatever moves the commit changes one of them.
    let branch = git(&["symbolic-ref", "--quiet", "HEAD"]).unwrap_or_default();
    for file in ["HEAD", &branch, "packed-refs"].iter().filter(|file| !file.is_empty()) {
        let path = git(&["rev-parse", "--git-path", file])?;
        if fs::exists(&path).unwrap_or(false) {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    git(&["rev-parse", "--short=12", "HEAD"])
}

fn git(args: &[&str]) -> Option<String> {
    let done = Command::new("git").args(args).output().ok()?;
    done.status.success().then(|| String::from_utf8_lossy(&done.stdout).trim().to_string())
}
