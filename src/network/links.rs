//! The links of a network that lead to people.

use serde::{Deserialize, Serialize};

use super::IdentifierKind;
use super::rules_error::{RulesError, RulesErrorCode};
use super::{host, text};
use crate::wire::objects;

/// A site, or a URI scheme, whose links lead to people of a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[serde(remote = "Self")]
pub(crate) struct Site {
    /// Its hosts (`t.me`), or the beginnings of its URIs (`tg:`). The label in the place of `*` in `*.t.me` is read as the
    /// first segment of the path.
    pub(crate) hosts: Vec<String>,
    /// The paths that lead to a person. The first that fits is taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) people: Vec<PersonPath>,
    /// Words in the place of a person that lead to something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reserved: Vec<String>,
    /// Members of the query that make it a link to something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unless: Vec<String>,
    /// A bit for each length of a reserved word. Most texts have another length, and need not be compared.
    #[serde(skip)]
    reserved_lengths: u64,
}

/// A path that leads to a person.
///
/// `{}` is the identifier, and two of them are joined by `-`. `*` is any segment. A query or a fragment that the path does
/// not name is ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(remote = "Self")]
pub(crate) struct PersonPath {
    path: String,
    pub(crate) kind: IdentifierKind,
    /// The path, once it is compiled.
    #[serde(skip)]
    pub(crate) parts: PathParts,
}

objects! { Site PersonPath }

/// The parts of a [`PersonPath`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PathParts {
    pub(crate) segments: Box<[Segment]>,
    /// The members of the query that have the identifier.
    pub(crate) query: Box<[Box<str>]>,
    pub(crate) fragment: Option<Box<[Segment]>>,
}

/// One segment of a path, or of a fragment that is like a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Any,
    /// This text, in any case.
    Word(Box<str>),
    /// The identifier between these texts.
    Identifier {
        before: Box<str>,
        after: Box<str>,
    },
}

/// The longest host or path.
const MAX_BYTES: usize = 1000;

impl PersonPath {
    pub(super) fn new(path: String, kind: IdentifierKind) -> Self {
        PersonPath {
            path,
            kind,
            parts: PathParts::default(),
        }
    }
}

impl PathParts {
    fn compile(path: &str) -> Self {
        let segments = |path: &str| {
            let segments = path.split('/').filter(|segment| !segment.is_empty());
            segments.map(Segment::compile).collect()
        };
        let (path, fragment) = match path.split_once('#') {
            Some((path, fragment)) => (path, Some(segments(fragment))),
            None => (path, None),
        };
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let members = query.split('&').filter(|member| !member.is_empty());
        let names = members.map(|member| member.split_once('=').map_or(member, |(name, _)| name));
        PathParts {
            segments: segments(path),
            query: names.map(Box::from).collect(),
            fragment,
        }
    }
}

impl Segment {
    fn compile(text: &str) -> Self {
        let at_end = text.strip_suffix("{}").map(|before| (before, ""));
        match at_end.or_else(|| text.split_once("{}")) {
            Some((before, after)) => Segment::Identifier {
                before: before.into(),
                after: after.into(),
            },
            None if text == "*" => Segment::Any,
            None => Segment::Word(text.into()),
        }
    }
}

impl Site {
    /// Returns the links of a host to people at a path.
    pub(super) fn new(host: String, path: PersonPath) -> Self {
        Site {
            hosts: vec![host],
            people: vec![path],
            reserved: Vec::new(),
            unless: Vec::new(),
            reserved_lengths: 0,
        }
    }

    /// Returns whether a word in the place of a person leads to something else.
    pub(crate) fn is_reserved(&self, word: &str) -> bool {
        self.reserved_lengths & length_bit(word) != 0
            && self
                .reserved
                .iter()
                .any(|reserved| word.eq_ignore_ascii_case(reserved))
    }

    /// Compiles the paths.
    pub(super) fn compile(&mut self) {
        for person in &mut self.people {
            person.parts = PathParts::compile(&person.path);
        }
        let lengths = self.reserved.iter().map(|word| length_bit(word));
        self.reserved_lengths = lengths.fold(0, |all, length| all | length);
    }

    /// Checks the site at this place of the rules.
    pub(super) fn check(&self, at: &str) -> Result<(), RulesError> {
        let error = |member: &str, code| Err(RulesError::new(code, format!("{at}.{member}")));
        if self.hosts.is_empty() {
            return error("hosts", RulesErrorCode::NoHost);
        }
        for (number, host) in self.hosts.iter().enumerate() {
            if !is_host(host) {
                return error(&format!("hosts[{number}]"), RulesErrorCode::InvalidHost);
            }
        }
        for (number, person) in self.people.iter().enumerate() {
            let path = &person.path;
            let is_usable = path.contains("{}") && path.len() <= MAX_BYTES;
            if !is_usable || text::unseen(path).is_some() {
                return error(
                    &format!("people[{number}].path"),
                    RulesErrorCode::InvalidPath,
                );
            }
        }
        for (member, words) in [("reserved", &self.reserved), ("unless", &self.unless)] {
            if words.iter().any(String::is_empty) {
                return error(member, RulesErrorCode::EmptyText);
            }
            if words.iter().any(|word| text::unseen(word).is_some()) {
                return error(member, RulesErrorCode::InvisibleCharacter);
            }
        }
        Ok(())
    }
}

/// Returns the bit of a word's length. All long words share one.
fn length_bit(word: &str) -> u64 {
    1 << word.len().min(63)
}

/// Returns whether a text is a host name, `*.` and a host name, or the beginning of a URI.
fn is_host(given: &str) -> bool {
    if let Some(scheme) = given.strip_suffix(':') {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | ':');
        return scheme.len() <= MAX_BYTES
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(fits);
    }
    let name = given.strip_prefix("*.").unwrap_or(given);
    name.contains('.') && host::labels(name).is_some()
}
