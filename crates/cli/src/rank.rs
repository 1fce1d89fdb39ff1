//! The command `rank`: orders names by a hint.

use std::cmp::Reverse;

use clap::Args;
use contact_resolution::name::{self, Name};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::jsonl;

#[derive(Args)]
pub(crate) struct Options {
    /// Show which words of each name fit the hint, and how
    #[arg(long)]
    explain: bool,
}

#[derive(Deserialize)]
struct Line {
    hint: String,
    names: Vec<String>,
}

pub(crate) fn answer(line: &[u8], options: &Options) -> Result<Value, Value> {
    let line: Line = jsonl::parse(line)?;
    let hint = Name::new(&line.hint);
    let names: Vec<Name> = line.names.iter().map(|name| Name::new(name)).collect();
    let scores: Vec<u32> = names
        .iter()
        .map(|name| name::score(&hint, name).get())
        .collect();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|index| Reverse(scores[*index]));
    let mut answer = json!({"order": order, "scores": scores});
    if options.explain {
        let matched = names.iter().map(|name| {
            name::explain(&hint, name)
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        });
        answer["matched"] = matched.collect();
    }
    Ok(answer)
}
