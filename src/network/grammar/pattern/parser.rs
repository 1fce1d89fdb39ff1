//! Parses patterns.

use super::super::Chars;
use super::super::named::Named;
use super::{PatternPart, first_of};
use crate::network::rules_error::RulesErrorCode;
use crate::network::text::is_unseen;

/// The most characters of a run.
const MAX_RUN: usize = 4096;

/// Parses the parts of a pattern.
pub(super) struct Parser<'a> {
    pub(super) rest: &'a str,
    pub(super) any_case: bool,
}

impl<'a> Parser<'a> {
    /// Parses parts up to the end of the pattern, or of the alternative inside a group.
    pub(super) fn sequence(&mut self, in_group: bool) -> Result<Vec<PatternPart>, RulesErrorCode> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        while let Some(c) = self.rest.chars().next() {
            if in_group && matches!(c, '|' | ')') {
                break;
            }
            if matches!(c, '[' | '{' | '(') && !literal.is_empty() {
                parts.push(PatternPart::Literal(std::mem::take(&mut literal).into()));
            }
            match c {
                '[' => parts.push(self.run()?),
                '{' => parts.push(self.named()?),
                '(' if in_group => return Err(RulesErrorCode::NestedGroup),
                '(' => parts.push(self.group()?),
                '|' | ')' | ']' | '}' | '?' => return Err(RulesErrorCode::StrayCharacter),
                '\\' => {
                    self.rest = self.rest.get(1..).unwrap_or("");
                    literal.push(self.next(char::is_ascii_punctuation)?);
                }
                c if is_unseen(c) || c.is_whitespace() && c != ' ' => {
                    return Err(RulesErrorCode::InvisibleCharacter);
                }
                c => {
                    self.rest = self.rest.get(c.len_utf8()..).unwrap_or("");
                    literal.push(c);
                }
            }
        }
        if !literal.is_empty() {
            parts.push(PatternPart::Literal(literal.into()));
        }
        Ok(parts)
    }

    fn next(&mut self, fits: impl Fn(&char) -> bool) -> Result<char, RulesErrorCode> {
        let c = self.rest.chars().next().filter(fits);
        let c = c.ok_or(RulesErrorCode::BadEscape)?;
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or("");
        Ok(c)
    }

    /// Takes the text inside brackets, up to the first closing one that is not escaped.
    fn inside(&mut self, close: char, unclosed: RulesErrorCode) -> Result<&'a str, RulesErrorCode> {
        let inner = self.rest.get(1..).unwrap_or("");
        let mut escaped = false;
        for (at, c) in inner.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                c if c == close => {
                    self.rest = inner.get(at + 1..).unwrap_or("");
                    return Ok(inner.get(..at).unwrap_or(""));
                }
                _ => {}
            }
        }
        Err(unclosed)
    }

    fn run(&mut self) -> Result<PatternPart, RulesErrorCode> {
        let set = self.inside(']', RulesErrorCode::UnclosedSet)?;
        let chars = Chars::parse(set)?;
        let has_count = self.rest.starts_with('{')
            && self
                .rest
                .get(1..)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == ','));
        let (min, max) = if has_count {
            let count = self.inside('}', RulesErrorCode::BadCount)?;
            let (min, max) = count.split_once(',').unwrap_or((count, count));
            let number = |text: &str| text.parse().map_err(|_| RulesErrorCode::BadCount);
            (number(min)?, number(max)?)
        } else {
            (1, 1)
        };
        if min > max {
            return Err(RulesErrorCode::ReversedCount);
        }
        if max == 0 || max > MAX_RUN {
            return Err(RulesErrorCode::BadCount);
        }
        let chars = if self.any_case {
            chars.in_any_case()
        } else {
            chars
        };
        Ok(PatternPart::Run { chars, min, max })
    }

    fn named(&mut self) -> Result<PatternPart, RulesErrorCode> {
        let name = self.inside('}', RulesErrorCode::UnclosedPart)?;
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(RulesErrorCode::CountWithoutSet);
        }
        let named = Named::from_name(name).ok_or(RulesErrorCode::UnknownPart)?;
        Ok(PatternPart::Named(named))
    }

    fn group(&mut self) -> Result<PatternPart, RulesErrorCode> {
        self.rest = self.rest.get(1..).unwrap_or("");
        let mut options = Vec::new();
        loop {
            let option = self.sequence(true)?;
            if option.is_empty() {
                return Err(RulesErrorCode::EmptyGroup);
            }
            options.push(option);
            let c = self.rest.chars().next();
            self.rest = self.rest.get(1..).unwrap_or("");
            match c {
                Some('|') => {}
                Some(_) => break,
                None => return Err(RulesErrorCode::UnclosedGroup),
            }
        }
        if let Some(rest) = self.rest.strip_prefix('?') {
            self.rest = rest;
            let options: Box<[Box<[PatternPart]>]> = options.into_iter().map(Into::into).collect();
            let firsts = options.iter().map(|parts| first_of(parts));
            return Ok(PatternPart::Optional {
                first: firsts.fold(Chars::NONE, Chars::or),
                options,
            });
        }
        let literal = |parts: Vec<PatternPart>| match parts.as_slice() {
            [PatternPart::Literal(literal)] => Ok(literal.clone()),
            _ => Err(RulesErrorCode::ChoiceOfSets),
        };
        let options: Result<_, _> = options.into_iter().map(literal).collect();
        Ok(PatternPart::Choice(options?))
    }
}
