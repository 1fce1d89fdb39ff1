//! Grammars: the forms of ids and handles, and the spellings of them that are equal.

mod case;
mod chars;
mod form;
mod form_table;
mod named;
mod never;
mod pattern;
mod read;
mod template;
mod word;

use serde::{Deserialize, Serialize};

pub use case::Case;
pub(crate) use chars::Chars;
pub use form::{Embedded, Form};
pub(crate) use read::{Base, GrammarMatch, MatchedText};

use super::rules_error::{RulesError, RulesErrorCode};
use super::{AccountGrammar, TextClass, text};
use crate::is_default::is_default;
use crate::wire::objects;
use form_table::FormTable;
use never::Never;

/// The most bytes of a key if the grammar has no limit of its own.
const MAX_BYTES: usize = 1020;
/// The most forms of a grammar, and the most words of one list.
const MAX_LIST: usize = 1000;

/// The grammar of a network's ids or handles.
///
/// ```
/// use contact_resolution::network::{Case, Form, Grammar};
/// use contact_resolution::{Handle, IdentifierKind, Network};
///
/// let handles = Grammar::new([Form::new("[a-z0-9]{3,12}")]).case(Case::Lower).prefix("@");
/// let acme = Network::builder("acme", [IdentifierKind::Id, IdentifierKind::Handle]).handles(handles).build()?;
/// assert_eq!(Handle::parse("@Ada7", &acme)?.as_str(), "ada7");
/// assert!(Handle::parse("a.d.a", &acme).is_err());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[serde(remote = "Self")]
pub struct Grammar {
    /// The forms, of which the first that fits is taken.
    forms: Vec<Form>,
    #[serde(default, skip_serializing_if = "is_default")]
    case: Case,
    /// Whether two records that differ only in letter case are one person.
    #[serde(default, skip_serializing_if = "is_default")]
    one_case: bool,
    /// Prefixes of which one is dropped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    prefixes: Vec<String>,
    /// A character that does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ignored: Option<char>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_bytes: Option<usize>,
    /// Whether a text beyond ASCII keeps to one direction (RFC 5893).
    #[serde(default, skip_serializing_if = "is_default")]
    one_direction: bool,
    #[serde(default, skip_serializing_if = "Never::is_empty")]
    never: Never,
    #[serde(skip)]
    summary: Summary,
}

objects! { Grammar }

/// What the forms of a grammar have in common, once they are compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the properties are independent of each other"
)]
struct Summary {
    /// The characters that a text may begin with.
    first: Chars,
    has_base: bool,
    /// Whether some texts are never the identifier of a person.
    has_never: bool,
    has_distinctive: bool,
    has_spellings: bool,
    table: FormTable,
}

impl Default for Summary {
    fn default() -> Self {
        Summary {
            first: Chars::NONE,
            has_base: false,
            has_never: false,
            has_distinctive: false,
            has_spellings: false,
            table: FormTable::default(),
        }
    }
}

impl Grammar {
    /// Returns a grammar with these forms, of which the first that fits is taken.
    pub fn new(forms: impl IntoIterator<Item = Form>) -> Self {
        Grammar {
            forms: forms.into_iter().collect(),
            case: Case::Exact,
            one_case: false,
            prefixes: Vec::new(),
            ignored: None,
            max_bytes: None,
            one_direction: false,
            never: Never::default(),
            summary: Summary::default(),
        }
    }

    /// Returns the grammar of ids of which nothing is known: any visible text without white space.
    #[must_use]
    pub fn opaque() -> Self {
        Grammar::new([Form::new(form::ANY_TEXT)])
    }

    /// Returns the grammar of handles of which nothing is known: letters, digits and `._-+`, in any case.
    #[must_use]
    pub fn word() -> Self {
        Grammar {
            case: Case::Full,
            prefixes: vec!["@".to_owned()],
            max_bytes: Some(256),
            one_direction: true,
            ..Grammar::new([Form::new(r"[\w._\-+]{1,64}")])
        }
    }

    /// Returns the grammar with a rule of letter case.
    #[must_use]
    pub fn case(mut self, case: Case) -> Self {
        self.case = case;
        self
    }

    /// Returns the grammar of a network that writes every id in one case, so that two records that differ only in
    /// letter case are one person.
    #[must_use]
    pub fn one_case(mut self) -> Self {
        self.one_case = true;
        self
    }

    /// Returns the grammar with one more prefix that is dropped.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefixes.push(prefix.into());
        self
    }

    /// Returns the grammar with a character that may be typed anywhere and does not count.
    #[must_use]
    pub fn ignored(mut self, ignored: char) -> Self {
        self.ignored = Some(ignored);
        self
    }

    /// Returns the grammar with a limit of bytes.
    #[must_use]
    pub fn max_bytes(mut self, max_bytes: usize) -> Self {
        self.max_bytes = Some(max_bytes);
        self
    }

    /// Returns the grammar with a text that no one has.
    #[must_use]
    pub fn never(mut self, word: impl Into<String>) -> Self {
        self.never.is.push(word.into());
        self
    }

    /// Compiles the forms. `at` is the place of the grammar in the rules.
    pub(crate) fn compile(&mut self, at: &str) -> Result<(), RulesError> {
        let error = |member: &str, code| RulesError::new(code, format!("{at}.{member}"));
        if self.forms.is_empty() {
            return Err(error("forms", RulesErrorCode::NoForms));
        }
        if self.forms.len() > MAX_LIST {
            return Err(error("forms", RulesErrorCode::TooLong));
        }
        if self.max_bytes == Some(0) {
            return Err(error("maxBytes", RulesErrorCode::ZeroLimit));
        }
        if self.one_case && self.case == Case::Exact {
            return Err(error("oneCase", RulesErrorCode::OneCaseWithoutCase));
        }
        let any_case = !self.case.is_exact();
        let mut summary = Summary::default();
        for (number, form) in self.forms.iter_mut().enumerate() {
            form.compile(any_case)
                .map_err(|(member, code)| error(&format!("forms[{number}].{member}"), code))?;
            summary.first = summary.first.or(form.first());
            summary.has_base |= form.has_base();
            summary.has_distinctive |= form.distinctive && !form.not_a_person;
            summary.has_spellings |= form.has_spellings();
        }
        summary.has_never = !self.never.is_empty();
        summary.table = FormTable::of(&self.forms);
        self.summary = summary;
        for prefix in &self.prefixes {
            check_word(prefix).map_err(|code| error("prefixes", code))?;
        }
        for (name, words) in self.never.lists() {
            if words.len() > MAX_LIST {
                return Err(error(&format!("never.{name}"), RulesErrorCode::TooLong));
            }
            for word in words {
                check_word(word).map_err(|code| error(&format!("never.{name}"), code))?;
                // A word in another case would never be found.
                if self.case.fold(word, super::CaseMapping::Ascii) != *word {
                    return Err(error(
                        &format!("never.{name}"),
                        RulesErrorCode::WordNotFolded,
                    ));
                }
            }
        }
        self.check_stable(at)
    }

    /// Returns an error if the grammar does not read what it writes itself.
    fn check_stable(&self, at: &str) -> Result<(), RulesError> {
        let network = super::Network::GENERAL;
        let grammar = AccountGrammar::from(&network);
        let key = |text: &str| match self.read(text, TextClass::of(text), grammar) {
            Some(GrammarMatch::Person(text)) => Some(text),
            _ => None,
        };
        for (number, form) in self.forms.iter().enumerate() {
            let Some(read) = key(&form.sample()) else {
                continue;
            };
            let texts = [Some(&read.key), read.identity.as_ref(), read.sent.as_ref()];
            let is_stable = texts
                .into_iter()
                .flatten()
                .all(|text| key(text.as_str()).is_some_and(|again| again.key == read.key));
            if !is_stable {
                return Err(RulesError::new(
                    RulesErrorCode::NotStable,
                    format!("{at}.forms[{number}]"),
                ));
            }
        }
        Ok(())
    }

    /// Returns whether some forms have a base.
    pub(crate) fn has_base(&self) -> bool {
        self.summary.has_base
    }

    /// Returns whether some texts are read in every payload field.
    pub(crate) fn has_distinctive(&self) -> bool {
        self.summary.has_distinctive
    }

    /// Returns whether two different texts may be the same id.
    pub(crate) fn has_spellings(&self) -> bool {
        self.summary.has_spellings
    }

    /// Returns whether a text from a plus to a digit may be of this grammar. A false answer saves reading it.
    pub(crate) fn may_be_number(&self, text: &str) -> bool {
        debug_assert!(text.starts_with('+') && text.ends_with(|c: char| c.is_ascii_digit()));
        self.ignored.is_some()
            || self.prefixes.iter().any(|prefix| prefix.starts_with('+'))
            || self.summary.table.forms(&self.forms, text).next().is_some()
    }

    /// Returns the most bytes worth reading. A typed text may be longer than its key because of a prefix, an optional
    /// group or wide characters, but not longer than this.
    pub(crate) fn longest(&self) -> usize {
        4 * self.limit() + 64
    }

    fn limit(&self) -> usize {
        self.max_bytes.unwrap_or(MAX_BYTES)
    }
}

fn check_word(word: &str) -> Result<(), RulesErrorCode> {
    match text::unseen(word) {
        Some(_) => Err(RulesErrorCode::InvisibleCharacter),
        None if word.is_empty() => Err(RulesErrorCode::EmptyText),
        None => Ok(()),
    }
}
