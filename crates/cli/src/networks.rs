//! The command `networks`: prints the rules of networks.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use contact_resolution::Network;

use crate::{json_file, terminal};

#[derive(Args)]
pub(crate) struct Options {
    /// Print only these networks
    names: Vec<String>,
    /// Check and print the networks of this file, the JSON of one network or an array, instead of the built-in ones
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> io::Result<ExitCode> {
    let networks = match &options.from {
        Some(path) => {
            Network::from_values(&json_file::networks(path)?).map_err(io::Error::other)?
        }
        None => Network::ALL
            .iter()
            .chain([&Network::GENERAL])
            .cloned()
            .collect(),
    };
    let unknown = options
        .names
        .iter()
        .find(|name| networks.iter().all(|network| network.name() != *name));
    if let Some(name) = unknown {
        return Err(io::Error::other(format!("no network is called {name}")));
    }
    let is_wanted = |network: &&Network| {
        options.names.is_empty() || options.names.iter().any(|name| name == network.name())
    };
    let rules: Vec<String> = networks
        .iter()
        .filter(is_wanted)
        .map(Network::to_json)
        .collect();
    // One network a line, with its members in order.
    terminal::print(format!("[{}]\n", rules.join(",\n")), ExitCode::SUCCESS)
}
