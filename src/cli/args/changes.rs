//! What is changed in a scenario before it is checked.

use clap::Args as ClapArgs;

use crate::cli::exit::Failure;
use crate::scenario::overrides::{Changes as Meant, Override};

/// Changes tried without touching the file.
#[derive(Debug, Clone, ClapArgs)]
pub struct Changes {
    /// Set a key of the scenario, such as `licenses.base.nodes=900` or `actions.0.at=30d`; repeatable.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Add an action: a deed, what it is about, and `at` an instant [default: the start]; repeatable.
    /// `retire group=kiosks clients=40 at 1d`, `run licensing_refresh at 2026-03-01T08:00`,
    /// `retire silent_for=30d holding=true at 3d`, `policies dsup.enabled=true at 3d`,
    /// `restart_package_server branch at 2h`.
    #[arg(long = "action", value_name = "TEXT")]
    pub action: Vec<String>,
}

impl Changes {
    /// The changes meant.
    ///
    /// # Errors
    /// When something is no `PATH=VALUE`.
    pub fn read(&self) -> Result<Meant, Failure> {
        let help = "a key and its value, such as `licenses.base.nodes=900`";
        let set = |typed: &String| {
            let no_pair = || Failure::usage(format!("--set {typed}: no `=`\n  help: {help}"));
            Override::parse(typed).ok_or_else(no_pair)
        };
        let sets = self.set.iter().map(set).collect::<Result<_, _>>()?;
        Ok(Meant { sets, actions: self.action.clone() })
    }
}
