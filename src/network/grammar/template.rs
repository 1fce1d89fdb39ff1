//! Templates: how a matched text is written.

use super::pattern::{PieceKind, Pieces};
use crate::network::rules_error::RulesErrorCode;
use crate::small_text::SmallText;

/// A text in which `{0}` is the whole matched text without its optional groups, and `{1}` its first run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template(Box<[TemplatePart]>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum TemplatePart {
    Text(Box<str>),
    Whole,
    /// A run, counted from zero.
    Run(usize),
}

impl Template {
    /// Compiles a template for a pattern with so many runs.
    pub(super) fn compile(text: &str, runs: usize) -> Result<Template, RulesErrorCode> {
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (literal, tail) = rest.split_once('{').unwrap_or((rest, ""));
            if literal.contains('}') {
                return Err(RulesErrorCode::BadTemplate);
            }
            if !literal.is_empty() {
                parts.push(TemplatePart::Text(literal.into()));
            }
            if literal.len() == rest.len() {
                break;
            }
            let (number, after) = tail.split_once('}').ok_or(RulesErrorCode::BadTemplate)?;
            let number: usize = number.parse().map_err(|_| RulesErrorCode::BadTemplate)?;
            if number > runs {
                return Err(RulesErrorCode::UnknownRun);
            }
            parts.push(
                number
                    .checked_sub(1)
                    .map_or(TemplatePart::Whole, TemplatePart::Run),
            );
            rest = after;
        }
        if !parts
            .iter()
            .any(|part| !matches!(part, TemplatePart::Text(_)))
        {
            return Err(RulesErrorCode::BadTemplate);
        }
        Ok(Template(parts.into()))
    }

    /// Returns whether a run is in the written text.
    pub(super) fn has_run(&self, run: usize) -> bool {
        self.0
            .iter()
            .any(|part| matches!(part, TemplatePart::Whole) || *part == TemplatePart::Run(run))
    }

    /// Returns the run, if the text is one run.
    pub(super) fn only_run(&self) -> Option<usize> {
        match *self.0 {
            [TemplatePart::Run(number)] => Some(number),
            _ => None,
        }
    }

    /// Writes the text, and returns the range of a run in it.
    pub(super) fn write(&self, pieces: &Pieces, run: usize, out: &mut SmallText) -> (usize, usize) {
        let mut range = (0, 0);
        for part in &self.0 {
            match part {
                TemplatePart::Text(text) => out.push_str(text),
                TemplatePart::Whole => {
                    let at = write_whole(pieces, run, out);
                    range = at.unwrap_or(range);
                }
                TemplatePart::Run(number) => {
                    let at = write_run(pieces, *number, out);
                    if *number == run {
                        range = at;
                    }
                }
            }
        }
        range
    }
}

/// Writes every piece, and returns the range of a run in the text.
pub(super) fn write_whole(
    pieces: &Pieces,
    run: usize,
    out: &mut SmallText,
) -> Option<(usize, usize)> {
    let (mut range, mut number) = (None, 0);
    for piece in pieces.iter() {
        let start = out.len();
        match piece.kind {
            PieceKind::Literal => out.push_str(piece.text),
            PieceKind::Run | PieceKind::Named(_) => {
                push(piece.text, piece.kind, out);
                if number == run {
                    range = Some((start, out.len()));
                }
                number += 1;
            }
        }
    }
    range
}

fn write_run(pieces: &Pieces, number: usize, out: &mut SmallText) -> (usize, usize) {
    let start = out.len();
    let mut runs = pieces
        .iter()
        .filter(|piece| piece.kind != PieceKind::Literal);
    if let Some(piece) = runs.nth(number) {
        push(piece.text, piece.kind, out);
    }
    (start, out.len())
}

fn push(text: &str, kind: PieceKind, out: &mut SmallText) {
    match kind {
        PieceKind::Named(named) => out.push_str(&named.printed(text)),
        PieceKind::Literal | PieceKind::Run => out.push_str(text),
    }
}
