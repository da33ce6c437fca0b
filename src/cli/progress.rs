//! A progress bar on stderr, for runs that take more than a second, on a terminal only.

// The wall clock decides when the bar is drawn; it reaches no result.
#![allow(clippy::disallowed_methods)]

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::interrupt::interrupted;
use crate::units::time::Time;

const PATIENCE: Duration = Duration::from_secs(1);
const REDRAW: Duration = Duration::from_millis(100);

/// Shows how many of many equal pieces of work are done, at which rate, and how long the rest takes.
pub struct Steps {
    bar: ProgressBar,
    wanted: bool,
    started: Instant,
}

impl Steps {
    pub fn new(total: u64, noun: &str, wanted: bool) -> Steps {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        let style = format!("{{bar:40}} {{pos}} of {{len}} {noun}, {{per_sec}}, {{elapsed}}, {{eta}} left");
        bar.set_style(ProgressStyle::with_template(&style).expect("the template is right"));
        Steps { bar, wanted: wanted && std::io::stderr().is_terminal(), started: Instant::now() }
    }

    /// For a number of steps that is not known in advance.
    pub fn open_ended(noun: &str, wanted: bool) -> Steps {
        let steps = Steps::new(0, noun, wanted);
        let style = format!("{{spinner}} {{pos}} {noun}, {{per_sec}}, {{elapsed}}");
        steps.bar.unset_length();
        steps.bar.set_style(ProgressStyle::with_template(&style).expect("the template is right"));
        steps
    }

    /// One more is done, and so many are left at most, if that is known.
    pub fn done_with_left(&self, left_at_most: Option<u64>) {
        if let Some(left) = left_at_most {
            if self.bar.length().is_none() {
                let style = "{bar:40} {pos} runs, {per_sec}, {elapsed}, at most {eta} left";
                self.bar.set_style(ProgressStyle::with_template(style).expect("the template is right"));
            }
            self.bar.set_length(self.bar.position() + 1 + left);
        }
        self.done(1);
    }

    /// So many more are done.
    pub fn done(&self, more: u64) {
        if self.wanted && self.bar.is_hidden() && self.started.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(more);
    }

    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}

/// Shows how far a run is.
pub struct Progress {
    bar: ProgressBar,
    wanted: bool,
    started: Instant,
    drawn: Instant,
}

impl Progress {
    pub fn new(horizon: Time, wanted: bool) -> Progress {
        let bar =
            ProgressBar::with_draw_target(Some(horizon.ms().max(1) as u64), ProgressDrawTarget::hidden());
        let style =
            ProgressStyle::with_template("{bar:40} {percent:>3}% of simulated time, {elapsed}, {eta} left");
        bar.set_style(style.expect("the template is right"));
        let started = Instant::now();
        Progress { bar, wanted: wanted && std::io::stderr().is_terminal(), started, drawn: started }
    }

    /// Called by the run now and then.
    pub fn watch(&mut self, at: Time) -> ControlFlow<()> {
        if interrupted() {
            return ControlFlow::Break(());
        }
        if self.wanted && self.started.elapsed() > PATIENCE && self.drawn.elapsed() > REDRAW {
            if self.bar.is_hidden() {
                self.bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            self.bar.set_position(at.ms().max(0) as u64);
            self.drawn = Instant::now();
        }
        ControlFlow::Continue(())
    }

    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}
