//! Patterns, the shapes of ids and handles as short readable text.

mod parser;

use super::Chars;
use super::named::{HOST_CHARS, Named};
use crate::network::rules_error::RulesErrorCode;
use crate::network::text::strip_prefix_any_case;
use parser::Parser;

/// The most pieces that one pattern may have outside its optional groups.
pub(super) const MAX_PIECES: usize = 6;

/// A compiled pattern.
///
/// Each part takes as much text as it can, without backtracking. So matching is linear. A pattern is refused if one of
/// its runs could take text that the next part needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pattern {
    parts: Box<[PatternPart]>,
}

/// One part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PatternPart {
    /// These characters. They are printed as the pattern has them.
    Literal(Box<str>),
    /// One of these texts.
    Choice(Box<[Box<str>]>),
    /// One of these sequences, or nothing. It is in no printed text.
    Optional {
        options: Box<[Box<[PatternPart]>]>,
        /// The characters that an option may begin with.
        first: Chars,
    },
    /// So many characters of a set.
    Run {
        chars: Chars,
        min: usize,
        max: usize,
    },
    /// A part with a grammar of its own.
    Named(Named),
}

/// A piece of a text that a pattern matched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'t> {
    pub(super) text: &'t str,
    pub(super) kind: PieceKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    Literal,
    Run,
    Named(Named),
}

impl Piece<'_> {
    pub(super) fn is_run(&self) -> bool {
        self.kind != PieceKind::Literal
    }
}

/// The pieces of a text that a pattern matched, in order, without its optional groups.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pieces<'t> {
    list: [Piece<'t>; MAX_PIECES],
    len: usize,
    /// Whether the pieces are the whole text as it was typed.
    pub(super) is_verbatim: bool,
}

impl<'t> Pieces<'t> {
    const EMPTY: Piece<'static> = Piece {
        text: "",
        kind: PieceKind::Literal,
    };

    pub(super) fn new() -> Self {
        Pieces {
            list: [Pieces::EMPTY; MAX_PIECES],
            len: 0,
            is_verbatim: true,
        }
    }

    fn clear(&mut self) {
        self.len = 0;
        self.is_verbatim = true;
    }

    fn push(&mut self, text: &'t str, kind: PieceKind) -> Option<()> {
        *self.list.get_mut(self.len)? = Piece { text, kind };
        self.len += 1;
        Some(())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Piece<'t>> {
        self.list.iter().take(self.len).copied()
    }

    /// Returns the range of the last run in the text, if the pieces are the whole text.
    pub(super) fn last_run(&self) -> (usize, usize) {
        let (mut at, mut range) = (0, (0, 0));
        for piece in self.iter() {
            let end = at + piece.text.len();
            if piece.is_run() {
                range = (at, end);
            }
            at = end;
        }
        range
    }

    /// Returns the text of a run, counted from zero.
    pub(super) fn run(&self, number: usize) -> Option<&'t str> {
        let mut runs = self.iter().filter(Piece::is_run);
        runs.nth(number).map(|piece| piece.text)
    }
}

impl Pattern {
    /// Compiles a pattern. In `any_case` a letter stands for both of its cases.
    pub(crate) fn compile(text: &str, any_case: bool) -> Result<Pattern, RulesErrorCode> {
        let mut parser = Parser {
            rest: text,
            any_case,
        };
        let parts = parser.sequence(false)?;
        if parts.is_empty() {
            return Err(RulesErrorCode::EmptyPattern);
        }
        let is_piece = |part: &&PatternPart| !matches!(part, PatternPart::Optional { .. });
        if parts.iter().filter(is_piece).count() > MAX_PIECES {
            return Err(RulesErrorCode::TooManyParts);
        }
        check_runs(&parts)?;
        Ok(Pattern {
            parts: parts.into(),
        })
    }

    /// Returns how many runs and named parts there are, which templates refer to.
    pub(super) fn run_count(&self) -> usize {
        let is_run =
            |part: &&PatternPart| matches!(part, PatternPart::Run { .. } | PatternPart::Named(_));
        self.parts.iter().filter(is_run).count()
    }

    /// Returns the characters that a text of the pattern may begin with.
    pub(super) fn first(&self) -> Chars {
        first_of(&self.parts)
    }

    /// Returns the characters that a text of this pattern may end with.
    pub(super) fn last(&self) -> Chars {
        last_of(&self.parts)
    }

    /// Returns the least and the most bytes of a text of this pattern.
    pub(super) fn lengths(&self) -> (usize, usize) {
        lengths_of(&self.parts)
    }

    /// Returns the characters and the lengths of the texts, if each is one run: the first character, the others, the least
    /// and the most of them all.
    pub(super) fn as_run(&self) -> Option<(Chars, Chars, usize, usize)> {
        match *self.parts {
            [PatternPart::Run { chars, min, max }] => Some((chars, chars, min, max)),
            [
                PatternPart::Run {
                    chars: first,
                    min: 1,
                    max: 1,
                },
                PatternPart::Run { chars, min, max },
            ] => Some((first, chars, 1 + min, 1 + max)),
            _ => None,
        }
    }

    /// Matches a whole text, and writes its pieces.
    pub(super) fn matches<'t>(
        &'t self,
        text: &'t str,
        any_case: bool,
        pieces: &mut Pieces<'t>,
    ) -> bool {
        pieces.clear();
        advance(&self.parts, text, any_case, pieces).is_some_and(str::is_empty)
    }

    /// Returns the shortest text of the pattern, to try the rules on.
    pub(super) fn sample(&self) -> String {
        self.parts.iter().map(PatternPart::sample).collect()
    }
}

impl PatternPart {
    fn sample(&self) -> String {
        match self {
            PatternPart::Literal(literal) => literal.to_string(),
            PatternPart::Choice(options) => {
                options.first().map(ToString::to_string).unwrap_or_default()
            }
            PatternPart::Optional { .. } => String::new(),
            PatternPart::Run { chars, min, .. } => {
                // A letter or a digit fits next to every separator.
                let c = ('a'..='z')
                    .chain('0'..='9')
                    .rev()
                    .chain('A'..='Z')
                    .chain('!'..='~')
                    .find(|c| chars.has(*c));
                std::iter::repeat_n(c.unwrap_or('é'), *min.max(&1)).collect()
            }
            PatternPart::Named(named) => named.sample().to_owned(),
        }
    }
}

/// Matches a sequence of parts and returns the text after it.
fn advance<'t>(
    parts: &'t [PatternPart],
    mut text: &'t str,
    any_case: bool,
    pieces: &mut Pieces<'t>,
) -> Option<&'t str> {
    for part in parts {
        match part {
            PatternPart::Literal(literal) => {
                text = literal_piece(literal, text, any_case, pieces)?;
            }
            PatternPart::Choice(options) => {
                let option = options
                    .iter()
                    .find(|option| after_literal(text, option, any_case).is_some())?;
                text = literal_piece(option, text, any_case, pieces)?;
            }
            PatternPart::Run { chars, min, max } => {
                let (run, rest) = chars.split(text, *min, *max)?;
                pieces.push(run, PieceKind::Run)?;
                text = rest;
            }
            PatternPart::Named(named) => {
                let (run, rest) = named.split(text)?;
                pieces.push(run, PieceKind::Named(*named))?;
                pieces.is_verbatim &= named.is_printed_as(run);
                text = rest;
            }
            PatternPart::Optional { first, .. } if !first.may_begin(text) => {}
            PatternPart::Optional { options, .. } => {
                // The pieces of an optional group are left out.
                let mut ignored = Pieces::new();
                let found = options
                    .iter()
                    .find_map(|parts| advance(parts, text, any_case, &mut ignored));
                if let Some(rest) = found {
                    pieces.is_verbatim &= rest.len() == text.len();
                    text = rest;
                }
            }
        }
    }
    Some(text)
}

fn literal_piece<'t>(
    literal: &'t str,
    text: &'t str,
    any_case: bool,
    pieces: &mut Pieces<'t>,
) -> Option<&'t str> {
    let rest = after_literal(text, literal, any_case)?;
    pieces.is_verbatim &= text.starts_with(literal);
    pieces.push(literal, PieceKind::Literal)?;
    Some(rest)
}

/// Returns the text after a literal.
pub(super) fn after_literal<'t>(text: &'t str, literal: &str, any_case: bool) -> Option<&'t str> {
    if any_case {
        strip_prefix_any_case(text, literal)
    } else {
        text.strip_prefix(literal)
    }
}

/// Returns the characters that a sequence may begin with.
fn first_of(parts: &[PatternPart]) -> Chars {
    edge_of(parts.iter(), first_of, |literal| literal.chars().next())
}

/// Returns the characters that a sequence may end with.
fn last_of(parts: &[PatternPart]) -> Chars {
    edge_of(parts.iter().rev(), last_of, |literal| {
        literal.chars().next_back()
    })
}

/// Returns the characters at one end of a sequence, with its parts from that end.
fn edge_of<'p>(
    parts: impl Iterator<Item = &'p PatternPart>,
    of_option: fn(&[PatternPart]) -> Chars,
    of_literal: fn(&str) -> Option<char>,
) -> Chars {
    let of_literal = |literal: &str| {
        let chars = of_literal(literal).map_or(Chars::ANY, Chars::of);
        chars.in_any_case()
    };
    let mut edge = Chars::NONE;
    for part in parts {
        let (chars, may_be_empty) = match part {
            PatternPart::Literal(literal) => (of_literal(literal), false),
            PatternPart::Choice(options) => {
                let all = options.iter().map(|option| of_literal(option));
                (all.fold(Chars::NONE, Chars::or), false)
            }
            PatternPart::Optional { options, .. } => {
                let all = options.iter().map(|parts| of_option(parts));
                (all.fold(Chars::NONE, Chars::or), true)
            }
            PatternPart::Run { chars, min, .. } => (*chars, *min == 0),
            PatternPart::Named(named) => (named.chars(), false),
        };
        edge = edge.or(chars);
        if !may_be_empty {
            return edge;
        }
    }
    edge
}

/// Returns the least and the most bytes of a text of a sequence.
fn lengths_of(parts: &[PatternPart]) -> (usize, usize) {
    let lengths = parts.iter().map(|part| match part {
        PatternPart::Literal(literal) => (literal.len(), literal.len()),
        PatternPart::Choice(options) => {
            let lengths = || options.iter().map(|option| option.len());
            (lengths().min().unwrap_or(0), lengths().max().unwrap_or(0))
        }
        PatternPart::Optional { options, .. } => {
            let longest = options.iter().map(|parts| lengths_of(parts).1).max();
            (0, longest.unwrap_or(0))
        }
        PatternPart::Run { chars, min, max } => (*min, max * chars.bytes()),
        PatternPart::Named(named) => named.lengths(),
    });
    lengths.fold((0, 0), |(min, max), (least, most)| {
        (min + least, usize::saturating_add(max, most))
    })
}

/// Returns an error if a run could take what must follow it.
fn check_runs(parts: &[PatternPart]) -> Result<(), RulesErrorCode> {
    for (at, part) in parts.iter().enumerate() {
        let after = parts.get(at + 1..).unwrap_or(&[]);
        let is_greedy = match part {
            PatternPart::Run { chars, min, max } => min != max && first_of(after).meets(*chars),
            PatternPart::Named(named) => named.is_open() && first_of(after).meets(HOST_CHARS),
            PatternPart::Literal(_) | PatternPart::Choice(_) | PatternPart::Optional { .. } => {
                false
            }
        };
        if is_greedy && !after.is_empty() {
            return Err(RulesErrorCode::GreedyRun);
        }
        if let PatternPart::Optional { options, .. } = part {
            for option in options {
                check_runs(option)?;
            }
        }
    }
    Ok(())
}
