//! A folder whose path leads elsewhere when the results are ready gets none of them, and what is there is untouched.
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;

use fleetsim::output::results::origin::{ORIGIN, ResultsOf};
use fleetsim::output::results::summary::SUMMARY;
use fleetsim::output::store::folder::{Contents, ResultFolder};
use fleetsim::output::store::folder_error::FolderError;
use fleetsim::output::store::same_place::SamePlace;
use fleetsim::output::tables::timeline::TIMELINE;

use crate::support::faults::{Files, RESULTS, files, fill, place};

/// What the results of a run consist of.
const CONTENTS: Contents =
    Contents { of: ResultsOf::Run, manifest: SUMMARY, others: &[TIMELINE, ORIGIN], partial: None };

/// Stages a file.
fn stage(folder: &mut ResultFolder, name: &'static str) -> Result<(), FolderError> {
    let mut file = folder.open(name)?;
    file.write_all(b"ours").unwrap();
    folder.stage(file, name)
}

/// In words, and as something that is done to the folder above.
type Exchange = (&'static str, fn(&Path));

/// What may happen to a folder during a run.
fn exchanges() -> [Exchange; 4] {
    fn moved(cwd: &Path) {
        fs::rename(cwd.join(RESULTS), cwd.join("moved")).unwrap();
    }
    [
        ("a link", |cwd| {
            moved(cwd);
            symlink("theirs", cwd.join(RESULTS)).unwrap();
        }),
        ("another folder", |cwd| {
            moved(cwd);
            fs::rename(cwd.join("theirs"), cwd.join(RESULTS)).unwrap();
        }),
        ("nothing", moved),
        ("a file", |cwd| {
            moved(cwd);
            fs::write(cwd.join(RESULTS), "theirs").unwrap();
        }),
    ]
}

#[test]
fn results_do_not_go_to_another_folder() {
    for (what, exchange) in exchanges() {
        for staged in 0..=2 {
            let place = place();
            let cwd = place.path();
            let theirs: Files =
                [(SUMMARY.to_string(), b"theirs".to_vec()), (TIMELINE.to_string(), b"theirs".to_vec())]
                    .into();
            fill(&cwd.join("theirs"), &theirs);
            let mut folder = ResultFolder::claim(&CONTENTS, &cwd.join(RESULTS), "Tiny", false).unwrap();
            let mut result = Ok(());
            for (at, name) in [TIMELINE, SUMMARY].into_iter().enumerate() {
                if at == staged {
                    exchange(cwd);
                }
                result = result.and_then(|()| stage(&mut folder, name));
            }
            if staged == 2 {
                exchange(cwd);
            }
            let result = result.and_then(|()| folder.commit().map(|_| ()));
            assert!(matches!(result, Err(FolderError::Exchanged(_))), "{what}, {staged}: {result:?}");
            let message = result.unwrap_err().to_string();
            assert!(
                message.contains("is not the folder any more that it was") && message.contains(RESULTS),
                "{message}"
            );
            let there = if cwd.join("theirs").exists() { cwd.join("theirs") } else { cwd.join(RESULTS) };
            assert!(files(&there) == theirs, "{what}, {staged}: {:?}", files(&there));
            // Nothing that looks like a result is in the folder that was moved away.
            let left = files(&cwd.join("moved"));
            assert!(
                left.keys().all(|name| crate::support::faults::is_left_over(name)),
                "{what}, {staged}: {:?}",
                left.keys()
            );
        }
    }
}

/// A link that was there from the beginning is followed, as ever.
#[test]
fn a_folder_may_be_reached_by_a_link() {
    let place = place();
    let cwd = place.path();
    fs::create_dir(cwd.join("real")).unwrap();
    symlink("real", cwd.join(RESULTS)).unwrap();
    let mut folder = ResultFolder::claim(&CONTENTS, &cwd.join(RESULTS), "Tiny", false).unwrap();
    stage(&mut folder, SUMMARY).unwrap();
    folder.commit().unwrap();
    assert_eq!(files(&cwd.join("real")).keys().collect::<Vec<_>>(), [SUMMARY]);
}

/// As `run-shard` asks before it writes.
#[test]
fn a_folder_of_shards_is_known_again() {
    for (what, exchange) in exchanges() {
        let place = place();
        let cwd = place.path();
        for name in [RESULTS, "theirs"] {
            fs::create_dir(cwd.join(name)).unwrap();
        }
        let same = SamePlace::of(&cwd.join(RESULTS)).unwrap();
        same.check().unwrap();
        exchange(cwd);
        assert!(matches!(same.check(), Err(FolderError::Exchanged(_))), "{what}");
        assert!(SamePlace::of(&cwd.join("gone")).is_err());
    }
}
