//! Does the program read what people write, and answer as it should?
//!
//! | module | question |
//! |---|---|
//! | `fuzzed` | Does every input of the fuzz targets, found or mutated, end in a verdict? (`fuzz/main.rs` says how to fuzz) |
//! | `extremes` | Does every study carry what the reader accepts, at the limits of what may be written? |
//! | `schema` | Does the JSON Schema hold the whole language, and refuse nothing the program accepts? |
//! | `bad_inputs` | Is a wrong scenario refused with the exact message that helps? |
//! | `reference` | Does the reference scenario list every key with its default? |
//! | `clients_file` | Is the file of a fleet that is there already read, written and refused as it should be? |
//! | `changes` | Do changes from the command line do what the file would say? Which clients do actions reach? |
//! | `command_line` | Does the program behave: exit codes, files, output? |
//! | `language` | Is what a scenario says what the model holds? |
//! | `planning` | Do commands of many runs say what single runs say, on any number of threads, interrupted or not? |
//! | `shards` | Does a study on many machines give the bytes of one? |
//! | `many` | Does reading take work in proportion, whatever a scenario lists many of, and stays the answer short? |
//! | `hostile_text` | Does no text of a customer reach a terminal as a command? |
//! | `interrupted` | What does an interrupted study keep? |
//! | `sizing` | Does `size` find the smallest pool that meets the target? |
//! | `shards_hostile` | Are damaged or hostile shard files refused, with bounded work? |
//! | `memory` | Is the estimated memory what commands take at their peak? |

pub mod bad_inputs;
pub mod changes;
pub mod clients_file;
pub mod command_line;
pub mod extremes;
pub mod fuzzed;
pub mod hostile_text;
pub mod interrupted;
pub mod language;
pub mod many;
#[cfg(target_os = "linux")]
pub mod memory;
pub mod planning;
pub mod reference;
pub mod schema;
pub mod shards;
pub mod shards_hostile;
pub mod sizing;
