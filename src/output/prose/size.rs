//! What `size` prints.

use crate::output::prose::dates::date;
use crate::output::prose::numbers::{counted, grouped, rounded};
use crate::output::results::size;
use crate::scenario::model::Scenario;
use crate::study::size::{Search, Sized, Vary};
use crate::units::time::{Span, Time};

/// What `size` prints: the answer, its confidence, and what it costs.
pub fn sized(scenario: &Scenario, search: &Search, sized: &Sized, lead_time: Option<Span>) -> String {
    let runs = counted(search.replications, "run");
    let mut text =
        format!("{}: {}, {runs} each, seed {}\n\n", scenario.name, search.target.typed, scenario.seed);
    let varied = if search.vary == Vary::Nodes { "nodes" } else { "from" };
    text += &format!("  {varied:>10} {:>12} {:>26} {:>16}", "estimate", "95 % interval", "idle node-days");
    text += if search.prices.is_some() { "        price\n" } else { "\n" };
    for (variant, tried) in &sized.tried {
        let shown = shown_variant(scenario, search, *variant);
        let value = tried.figure.map_or("-".into(), rounded);
        let interval =
            tried.interval.map_or("-".into(), |i| format!("{} to {}", rounded(i.low), rounded(i.high)));
        let idle = tried.idle_node_days.map_or("-".into(), rounded);
        let price = search.prices.map(|prices| format!(" {:>12}", rounded(tried.price(*variant, prices))));
        let mark = if sized.smallest == Some(*variant) { "  <" } else { "" };
        let price = price.unwrap_or_default();
        text += &format!("  {shown:>10} {value:>12} {interval:>26} {idle:>16}{price}{mark}\n");
    }
    text + &size_answer(scenario, search, sized, lead_time)
}

/// Nodes, or the date.
fn shown_variant(scenario: &Scenario, search: &Search, variant: u64) -> String {
    match search.vary {
        Vary::Nodes => grouped(variant),
        Vary::From => date(scenario.start, search.variant(scenario, Some(variant)).from),
    }
}

fn size_answer(scenario: &Scenario, search: &Search, sized: &Sized, lead_time: Option<Span>) -> String {
    let license = &scenario.licenses[search.license].name;
    let shown = |variant: u64| shown_variant(scenario, search, variant);
    let (variant, tried) = size::answer(sized);
    let confidence = confidence(search, sized, &shown);
    let mut text = match (sized.smallest, search.vary) {
        (Some(_), Vary::Nodes) => {
            format!("\n  Smallest pool: {} nodes of `{license}`, {confidence}\n", shown(variant))
        }
        (Some(_), Vary::From) => {
            format!("\n  Latest date: `{license}` in force from {}, {confidence}\n", shown(variant))
        }
        (None, _) => {
            let value = tried.figure.map_or("no figure".into(), rounded);
            let nodes = if search.vary == Vary::Nodes { " nodes" } else { "" };
            let with = format!("{}{nodes} of `{license}`", shown(variant));
            format!("\n  Nothing reaches the target; the best attainable is {value}, with {with}\n")
        }
    };
    if let Some(lead) = lead_time.filter(|_| sized.smallest.is_some() || sized.cheapest.is_some()) {
        text += &order_date(scenario, search, sized, lead);
    }
    text += &cheapest(search, sized);
    let answers = [Some(variant), sized.cheapest].into_iter().flatten();
    if let Some(grows) = answers.into_iter().find(|variant| sized.tried[variant].waiting_grows()) {
        let nodes = if search.vary == Vary::Nodes { " nodes" } else { "" };
        text += &format!("  {}\n", waiting_grows(&format!("with {}{nodes} ", shown(grows))));
    }
    text
}

/// A bound of the answer on one side only.
pub fn bounded(vary: Vary, possible: &str, more: &str) -> String {
    let bound = match vary {
        Vary::Nodes => "at least",
        Vary::From => "at the latest",
    };
    format!("{bound} {possible}; too few runs to be sure of any ({more})")
}

/// How to get a second bound.
pub const MORE_RUNS: &str = "more with -n";

/// More clients wait at the end than half-way: `with`, which ends in a space, or without saying with what.
pub fn waiting_grows(with: &str) -> String {
    format!(
        "Beware: {with}more clients wait at the end than half-way; what suffices for this duration does not for a \
         longer one"
    )
}

/// When to order, and when to be on the safe side.
pub fn ordered_by(answer: &str, safe: Option<&str>) -> String {
    let safe = safe.map_or(String::new(), |safe| format!("; to be on the safe side by {safe}"));
    format!("To be ordered by {answer}{safe}")
}

fn confidence(search: &Search, sized: &Sized, shown: &dyn Fn(u64) -> String) -> String {
    let Some(possible) = sized.possible.map(shown) else {
        return "but nobody knows how surely: too few runs (more with -n)".into();
    };
    let Some(sure) = sized.sure else {
        let fewest = search.target.fewest_replications().filter(|fewest| *fewest > search.replications);
        let more = fewest.map_or(MORE_RUNS.into(), |fewest| format!("-n {fewest} or more"));
        return format!("with 95 % confidence {}", bounded(search.vary, &possible, &more));
    };
    let range = if search.vary == Vary::Nodes { [possible, shown(sure)] } else { [shown(sure), possible] };
    format!("with 95 % confidence between {}", range.join(" and "))
}

/// When to order what is the answer, and what is sure. All pools come into force at the same instant.
fn order_date(scenario: &Scenario, search: &Search, sized: &Sized, lead: Span) -> String {
    let order = |variant: Option<u64>| search.variant(scenario, variant.or(Some(0))).from - lead;
    let (answer, sure) = (order(sized.smallest), sized.sure.map(|sure| order(Some(sure))));
    let late = |at: Time| if at < Time::START { ", which is before the start: too late" } else { "" };
    let shown = |at: Time| format!("{}{}", date(scenario.start, at), late(at));
    let safe = sure.filter(|sure| *sure != answer).map(shown);
    format!("  {}\n", ordered_by(&shown(answer), safe.as_deref()))
}

fn cheapest(search: &Search, sized: &Sized) -> String {
    let (Some(cheapest), Some(prices)) = (sized.cheapest, search.prices) else { return String::new() };
    let plan = |variant: u64| {
        let tried = &sized.tried[&variant];
        let (price, hours) = (tried.price(variant, prices), tried.waiting_hours.unwrap_or(0.0));
        let nodes = format!("{} nodes for {}", grouped(variant), rounded(price));
        if prices.waiting_hour == 0.0 {
            return nodes;
        }
        let waiting = rounded(prices.waiting_hour * hours);
        format!("{nodes}, of which {waiting} for {} client-hours of waiting", rounded(hours))
    };
    let meets = sized.cheapest_that_meets == Some(cheapest);
    let misses = if meets { "" } else { "; it misses the target" };
    let text = format!("  Cheapest: {}{misses}\n", plan(cheapest));
    match sized.cheapest_that_meets.filter(|_| !meets) {
        Some(other) => format!("{text}  Cheapest that meets the target: {}\n", plan(other)),
        None => text,
    }
}
