//! Every promise of speed beside what was measured, as the table in README.md.

use std::fmt::Write as _;
use std::fs;

use fleetsim::fleet::Mode;
use fleetsim::study::parallel::processors;

use super::{handwritten, hold, median, model, timed};

const BEGIN: &str = "<!-- speed: written by `cargo bench --bench fleet -- promises` -->\n";
const END: &str = "<!-- end of speed -->";

/// A promise and what came of it.
struct Row {
    what: &'static str,
    promised: &'static str,
    measured: String,
    kept: bool,
}

/// Measures all, prints the table and writes it into README.md.
pub fn measure() {
    let seconds = |stem: &str, mode: Mode| {
        let scenario = model::load(stem);
        let took = timed(|| model::run(&scenario, mode)).1;
        eprintln!("  {stem}, {}: {took:.2} s", if mode.exhaustive { "exhaustive" } else { "counted" });
        took
    };
    let three = |one: &dyn Fn() -> f64| median((0..3).map(|_| one()).collect());
    let counted = model::as_the_program();
    let exhaustive = Mode { exhaustive: true, ..counted };

    let by_hand = three(&|| timed(|| handwritten::run(1_000_000, 1)).1);
    eprintln!("  1 M clients for 30 days by hand: {by_hand:.2} s");
    let heap = three(&|| timed(|| handwritten::run_on_heap(100_000, 1)).1);
    eprintln!("  100,000 clients for 30 days on a heap: {heap:.2} s");
    let reference = three(&|| seconds("reference-1m-30d", counted));
    let one_by_one = three(&|| seconds("reference-1m-30d", exhaustive));
    let month = seconds("defaults-10m-30d", counted);
    let year = seconds("defaults-10m-1y", counted);
    let always_on = seconds("always-on-1m-1y", counted);
    let office = seconds("office-1m-1y", counted);
    let holds = [1_000, 100_000, 1_000_000, 10_000_000].map(hold::nanoseconds);
    let twenty = model::load("planning-20k-1y");
    let [one, two] = [1, 2].map(|threads| timed(|| model::replicate_on(&twenty, 200, threads)).1);
    let five = model::load("planning-5k-1y");
    let thousand = timed(|| model::replicate_on(&five, 1_000, 2)).1;
    let bytes = model::bytes_per_client(&model::load("defaults-10m-30d"), counted);

    let (slowest, quickest) =
        (holds.iter().copied().fold(0.0, f64::max), holds.iter().copied().fold(f64::MAX, f64::min));
    let row = |what, promised, measured, kept| Row { what, promised, measured, kept };
    let rows = [
        row(
            "Reference workload, 1 M clients x 30 d, with its timeline",
            "20 x faster than by hand",
            format!("{:.1} x faster: {reference:.2} s, by hand {by_hand:.2} s", by_hand / reference),
            by_hand / reference >= 20.0,
        ),
        row(
            "The same with `--exhaustive`, 176 M events",
            "2 x as long as by hand at most",
            format!(
                "{:.2} x: {one_by_one:.2} s, {:.0} ns an event",
                one_by_one / by_hand,
                one_by_one / 0.176_459
            ),
            one_by_one <= 2.0 * by_hand,
        ),
        row(
            "10 M clients x 1 year, product defaults",
            "1.5 x as long as 1 M x 30 d by hand at most",
            format!("{:.2} x: {year:.1} s", year / by_hand),
            year <= 1.5 * by_hand,
        ),
        row("Its client rows and queue", "64 bytes a client", format!("{bytes:.1} bytes"), bytes <= 64.0),
        row(
            "A year of it beside 30 days",
            "1.5 x at most",
            format!("{:.2} x: {year:.1} s and {month:.1} s", year / month),
            year <= 1.5 * month,
        ),
        row(
            "1 M PCs with office hours and daily churn x 1 year, beside always on",
            "10 x at most",
            format!("{:.1} x: {office:.1} s and {always_on:.1} s", office / always_on),
            office <= 10.0 * always_on,
        ),
        row(
            "Event queue alone (hold model), 1 k to 10 M pending",
            "flat within 3 x",
            format!("{:.1} x: {quickest:.0} to {slowest:.0} ns", slowest / quickest),
            slowest <= 3.0 * quickest,
        ),
        row(
            "`replicate -n 200` of 20,000 clients x 1 year, two threads beside one",
            "1.9 x faster",
            format!("{:.2} x: {one:.1} s and {two:.1} s", one / two),
            one / two >= 1.9,
        ),
        row(
            "`replicate -n 1000` of 5,000 clients x 1 year, two threads",
            "no longer than one run of 100,000 x 30 d on a heap",
            format!("{:.2} x: {thousand:.1} s, on the heap {heap:.1} s", thousand / heap),
            thousand <= heap,
        ),
    ];
    let table = table(&rows);
    println!("{table}");
    write(&table);
}

fn table(rows: &[Row]) -> String {
    let mut text = format!("Measured on {} processors.\n\n", processors());
    text += "| What | Promised | Measured | Kept |\n|---|---|---|---|\n";
    for Row { what, promised, measured, kept } in rows {
        let kept = if *kept { "yes" } else { "**no**" };
        writeln!(text, "| {what} | {promised} | {measured} | {kept} |").expect("a string takes all");
    }
    text.replace(" x ", " × ").replace(" x:", " ×:")
}

/// Puts the table into README.md, between its marks.
fn write(table: &str) {
    let file = format!("{}/README.md", env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let parts = readme.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.unwrap_or_else(|| panic!("{file} has no place for the table"));
    fs::write(&file, format!("{before}{BEGIN}{table}{END}{after}"))
        .unwrap_or_else(|error| panic!("{file}: {error}"));
}
