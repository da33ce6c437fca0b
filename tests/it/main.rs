//! All integration tests, in one binary: whole scenarios, the repository itself, the program.
//!
//! | module | question |
//! |---|---|
//! | `rule_scenarios` | Does every rule's scenario give the events worked out by hand in its header? |
//! | `case_scenarios` | Does each ready-made case show the trouble it claims, and the cure? |
//! | `theory`, `figures` | Do cases with known answers come out: exactly, or within four standard errors? |
//! | `typical` | Does a new client take as long as the product's documentation says? |
//! | `interactions` | Do rules that meet on the same client do what each of them says? |
//! | `invariants` | Does what must always hold, hold on random scenarios? |
//! | `properties` | Does what must hold between runs hold: other dates, scales, pools, luck? |
//! | `exhaustive` | Are scans counted by arithmetic what they are one by one? |
//! | `fuzzed` | Does every input of the fuzz targets, found or mutated, end in a verdict? (`fuzz/main.rs` says how to fuzz) |
//! | `sites` | Do the downloads of all sites add up to the timeline, and is each counted at its client's site? |
//! | `determinism` | Do the same scenario and seed give the same bytes, whatever else changes? |
//! | `update_side` | What do the keys of the update side change, on one PC, worked out by hand? |
//! | `found` | What becomes of clients that are there at the start? |
//! | `golden`, `digests` | Have the results changed since they were last looked at, anywhere, in any byte? |
//! | `views` | Is a figure that several views show the same in all of them, at any instant? |
//! | `diagnosis` | Is every client accounted for, at any instant, as a run counts them? |
//! | `extremes` | Does every study carry what the reader accepts, at the limits of what may be written? |
//! | `estimates` | Is what is estimated before a run what runs have on average? |
//! | `schema` | Does the JSON Schema hold the whole language, and refuse nothing the program accepts? |
//! | `bad_inputs` | Is a wrong scenario refused with the exact message that helps? |
//! | `round_trip` | Do tables written from a simulated fleet give that fleet back, as far as tables can tell? |
//! | `doubts` | Is a healthy fleet that looks ill in its tables left in peace? |
//! | `bad_exports` | Are bad tables refused with exact messages, and is nothing harmful or half-written left? |
//! | `anonymous` | Does `--anonymize` let nothing of a customer's names through, and change nothing else? |
//! | `exports` | Is each ready-made case recognised in a customer's export, and nothing beside it? |
//! | `over_time` | Do policies, membership updates and versions change as actions say? |
//! | `reference` | Does the reference scenario list every key with its default? |
//! | `clients_file` | Is the file of a fleet that is there already read, written and refused as it should be? |
//! | `changes` | Do changes from the command line do what the file would say? Whom do actions reach? |
//! | `command_line` | Does the program behave: exit codes, files, output? |
//! | `language` | Is what a scenario says what the model holds? |
//! | `plan` | Does a plan name the cure, in as few steps as do, and is what it promises what a run brings? |
//! | `plan_nodes` | Does a plan buy as many nodes as are needed, and no more, whoever else takes them? |
//! | `planning` | Do commands of many runs say what single runs say, on any number of threads, interrupted or not? |
//! | `large_export` | Does a large customer's export take seconds? |
//! | `minimal` | Is a failing scenario made small? |
//! | `supply` | Whose code is built in, under which licenses? |
//! | `shards` | Does a study on many machines give the bytes of one? |
//! | `columnar` | Do Parquet files say what the CSV files say? |
//! | `layering` | Do the layers hold? |
//! | `structure` | Are files and functions short, names of types unique, circles of files not new, and the map true? |
//! | `clocks` | Does no test's verdict hang on the clock? |
//! | `workload` | Does the fleet agree with a loop written by hand, in few bytes a client? |
//! | `faults_killed`, `faults_disk` | Is every result file whole, whenever the program is killed and whatever fails on the disk? |
//! | `faults_full` | Is a disk that is full, or read-only, told, and nothing harmed? |
//! | `faults_paths` | Are places that take no results told in time, and left as they are? |
//! | `faults_processes` | Do several processes, signals and few file handles do no harm? |
//! | `faults_signals` | Is a huge fleet soon given up when somebody presses Ctrl-C? |
//! | `faults_blocked` | Does every command end when a signal says so, also one that waits for a pipe? |
//! | `many` | Does reading take work in proportion, whatever a scenario lists many of, and stays the answer short? |
//! | `faults_surroundings` | Are missing rights told, and does no environment change a byte? |
//! | `faults_unfinished` | Is damaged work never gone on with as if it were not? |
//! | `faults_budget` | Is what is too large refused before it begins? |
//! | `report`, `report_in_browser` | Does a report say what the files say, and what does a browser make of it? |
//! | `readme`, `pictures` | Is the README true? Its pictures |
//! | `browser` | A real browser for the tests of what it opens: does it see what goes wrong in a page? |
//! | `cases`, `random`, `exported`, `reports`, `imported`, `faults`, `work`, `support` | Scenario files with expected events; random scenarios; tables of a fleet; result folders with reports; imported tables; folders after faults; work counted; files of the repository |

mod anonymous;
mod bad_exports;
mod bad_inputs;
mod browser;
mod case_scenarios;
mod cases;
mod changes;
mod clients_file;
mod clocks;
mod columnar;
mod command_line;
mod determinism;
mod diagnosis;
mod digests;
mod doubts;
mod end_of_run;
mod estimates;
mod exhaustive;
mod exported;
mod exports;
mod extremes;
mod faults;
mod faults_blocked;
mod faults_budget;
mod faults_disk;
mod faults_exchanged;
mod faults_full;
mod faults_killed;
mod faults_paths;
mod faults_processes;
mod faults_signals;
mod faults_surroundings;
mod faults_unfinished;
mod figures;
mod found;
mod fuzzed;
mod golden;
mod hostile_text;
mod imported;
mod interactions;
mod interrupted;
mod invariants;
mod language;
mod large_export;
mod layering;
mod many;
#[cfg(target_os = "linux")]
mod memory;
mod minimal;
mod over_time;
mod pictures;
mod plan;
mod plan_licenses;
mod plan_nodes;
mod planning;
mod properties;
mod random;
mod readme;
mod reference;
mod report;
mod report_in_browser;
mod reports;
mod round_trip;
mod rule_scenarios;
mod schema;
mod shards;
mod shards_hostile;
mod sites;
mod sizing;
mod structure;
mod supply;
mod support;
mod theory;
mod typical;
mod update_side;
mod views;
mod work;
mod workload;
