//! With the feature `parquet`: its files say what the CSV files beside them say, and come with every command that
//! makes those.
#![cfg(feature = "parquet")]

use std::fs::File;
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use crate::support::faults::{files, fleetsim, stderr_text};
use crate::support::{in_repository, read};

fn done(cwd: &Path, args: &[&str]) {
    let done = fleetsim(cwd, args).output().unwrap();
    assert!(done.status.success(), "{args:?}: {}", stderr_text(&done));
}

/// A cell as the CSV file has it.
fn cell(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(word) => word.clone(),
        Field::Long(whole) => whole.to_string(),
        Field::Double(real) => real.to_string(),
        Field::TimestampMillis(ms) => {
            let at = jiff::Timestamp::from_millisecond(*ms).unwrap();
            jiff::tz::Offset::UTC.to_datetime(at).to_string()
        }
        other => panic!("{other:?}"),
    }
}

/// Names and cells.
fn table(path: &Path) -> Vec<Vec<String>> {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let names = schema.columns().iter().map(|column| column.name().to_string()).collect();
    let row = |row: parquet::record::Row| row.get_column_iter().map(|(_, field)| cell(field)).collect();
    [names].into_iter().chain(reader.get_row_iter(None).unwrap().map(|found| row(found.unwrap()))).collect()
}

fn csv_table(path: &Path) -> Vec<Vec<String>> {
    let text = read(path);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_string).collect()).collect()
}

#[test]
fn columns_say_what_the_csv_files_say() {
    let place = crate::support::faults::place();
    let cwd = place.path();
    let quickstart = in_repository("scenarios/quickstart.yaml").display().to_string();
    done(cwd, &["run", &quickstart, "-q", "--parquet", "-o", "run", "--set", "timeline.every=0.5d"]);
    done(
        cwd,
        &["run", "s.yaml", "-q", "--parquet", "-o", "unlimited", "--set", "licenses.base.nodes=unlimited"],
    );
    done(cwd, &["replicate", &quickstart, "-n", "5", "-q", "--parquet", "-o", "many"]);
    for (csv, rows) in [("run/timeline", 182), ("unlimited/timeline", 10), ("many/replications", 6)] {
        let [columns, csv] = ["parquet", "csv"].map(|kind| cwd.join(format!("{csv}.{kind}")));
        let (columns, csv) = (table(&columns), csv_table(&csv));
        assert_eq!(csv.len(), rows);
        assert_eq!(columns, csv);
    }
    // A run without them leaves none of an earlier one.
    done(cwd, &["run", "s.yaml", "-q", "-o", "unlimited"]);
    assert!(!files(&cwd.join("unlimited")).contains_key("timeline.parquet"));
}

#[test]
fn shards_together_give_them_too() {
    let place = crate::support::faults::place();
    let cwd = place.path();
    let replicate = ["replicate", "s.yaml", "-n", "6", "-q"];
    done(cwd, &[&replicate[..], &["--parquet", "-o", "one"]].concat());
    done(cwd, &[&["plan"], &replicate[..], &["--shards", "2", "-o", "study.jsonl"]].concat());
    ["0", "1"].iter().for_each(|shard| done(cwd, &["run-shard", "study.jsonl", shard, "-q"]));
    done(cwd, &["merge", "study.jsonl", "-q", "--parquet", "-o", "many"]);
    let one = files(&cwd.join("one"));
    assert!(one.contains_key("replications.parquet") && one == files(&cwd.join("many")));
}
