//! The command line: arguments, files in, messages, progress, exit codes.
//!
//! Interface: [`main`]. It reads the arguments, carries out one command, and maps its outcome to an exit code.
//!
//! | file | holds |
//! |---|---|
//! | `args` | the arguments of all commands |
//! | `commands` | the commands, one file each: from arguments to files and answers |
//! | `input` | scenario files: found, read, and their faults shown |
//! | `budget`, `limits` | whether a command has the memory it needs; what Linux says is available |
//! | `interrupt`, `parent` | ends a command on a signal, or when the process that started it has ended |
//! | `crash` | a panic of this program: message, seed and scenario to reproduce it |
//! | `exit` | exit codes, and failures that carry one |
//! | `progress` | the progress bar |
//! | `terminal` | the width of the terminal, and text made safe for it |
//!
//! Why: this is the only layer that prints, looks at the wall clock or reads the environment. Files are also read by
//! `output`, which reads back earlier results; the table in `src/lib.rs` names the modules that do.

mod args;
mod budget;
mod commands;
mod crash;
mod exit;
mod input;
mod interrupt;
mod limits;
mod parent;
mod progress;
mod terminal;

use std::process::ExitCode;

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let args = match args::Args::of_process() {
        Ok(args) => args,
        Err(error) => {
            let code = if error.use_stderr() { exit::USAGE } else { exit::OK };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    interrupt::heed();
    crash::speak_of_panics();
    budget::heed(args.command.limits());
    let done = std::panic::catch_unwind(|| carried_out(&args.command));
    interrupt::saved();
    match done {
        Ok(Ok(())) => ExitCode::from(exit::OK),
        Ok(Err(failure)) => failure.report(),
        // The panic hook has printed the message.
        Err(_) => ExitCode::from(exit::IO),
    }
}

fn carried_out(command: &args::Command) -> Result<(), exit::Failure> {
    match command {
        args::Command::Run(run) => commands::run(run),
        args::Command::Check(check) => commands::check(check),
        args::Command::Explain(explain) => commands::explain(explain),
        args::Command::Diagnose(diagnose) => commands::diagnose(diagnose),
        args::Command::Import(import) => commands::import(import),
        args::Command::Audit(audit) => commands::audit(audit),
        args::Command::Translate(translate) => commands::translate(translate),
        args::Command::Init(init) => commands::init(init),
        args::Command::Schema => commands::schema(),
        args::Command::Man(man) => commands::man(man),
        args::Command::Completions(completions) => commands::completions(completions),
        args::Command::Replicate(replicate) => commands::replicate::run(replicate),
        args::Command::Sweep(sweep) => commands::sweep::run(sweep),
        args::Command::Size(size) => commands::size::run(size),
        args::Command::Compare(compare) => commands::compare::run(compare),
        args::Command::Report(report) => commands::report(report),
        args::Command::Plan(plan) => commands::shards::plan(plan),
        args::Command::RunShard(shard) => commands::shards::run_shard(shard),
        args::Command::Merge(merge) => commands::shards::merge(merge),
    }
}
