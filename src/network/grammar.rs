//! Grammars: the forms of ids and handles, and the spellings of them that are equal.

mod case;
mod chars;
mod form;
mod form_table;
mod named;
mod never;
mod pattern;
mod template;
mod word;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use case::Case;
pub(crate) use chars::Chars;
pub use form::{Embedded, Form};

use super::rules_error::{RulesError, RulesErrorCode};
use super::{AccountGrammar, TextClass, host, text};
use crate::is_default::is_default;
use crate::small_text::SmallText;
use form_table::FormTable;
use never::Never;
use pattern::{Pieces, after_literal};

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

/// What the forms of a grammar have in common, once they are compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Summary {
    /// The characters that a text may begin with.
    first: Chars,
    has_base: bool,
    has_distinctive: bool,
    has_spellings: bool,
    table: FormTable,
}

impl Default for Summary {
    fn default() -> Self {
        Summary {
            first: Chars::NONE,
            has_base: false,
            has_distinctive: false,
            has_spellings: false,
            table: FormTable::default(),
        }
    }
}

/// A text as a grammar reads it.
#[derive(Debug)]
pub(crate) enum GrammarMatch {
    Person(MatchedText),
    /// A group, a channel or a room. Whether nothing else looks like it.
    NotAPerson {
        is_distinctive: bool,
    },
}

/// The texts of an id or a handle.
#[derive(Clone, Debug)]
pub(crate) struct MatchedText {
    /// The folded text, which people are found by.
    pub(crate) key: SmallText,
    /// The text that two records of one person share, if it is not the key.
    pub(crate) identity: Option<SmallText>,
    /// The text to send, if it is not the identity.
    pub(crate) sent: Option<SmallText>,
    pub(crate) base: Base,
    /// Whether the key is a folded form of what identifies the person.
    pub(crate) is_folded: bool,
    pub(crate) is_distinctive: bool,
    /// Whether the form is every visible text.
    pub(crate) is_any_text: bool,
    pub(crate) embeds: Embedded,
    /// The range of the key that is embedded.
    pub(crate) embedded: (usize, usize),
}

impl MatchedText {
    pub(crate) fn identity(&self) -> &str {
        self.identity.as_ref().unwrap_or(&self.key).as_str()
    }

    pub(crate) fn to_send(&self) -> &str {
        match &self.sent {
            Some(sent) => sent.as_str(),
            None => self.identity(),
        }
    }
}

/// An id without the name of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// Ids of the network never name a device.
    Never,
    /// The id names no device.
    Whole,
    /// The folded text without the device.
    Text(SmallText),
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

    /// Returns the most bytes worth reading. A typed text may be longer than its key because of a prefix, an optional
    /// group or wide characters, but not longer than this.
    pub(crate) fn longest(&self) -> usize {
        4 * self.limit() + 64
    }

    fn limit(&self) -> usize {
        self.max_bytes.unwrap_or(MAX_BYTES)
    }

    /// Reads a text as one account of the network does. Returns `None` if it is nothing the network could have given
    /// out. `class` is the class of the text.
    pub(crate) fn read(
        &self,
        given: &str,
        class: TextClass,
        grammar: AccountGrammar,
    ) -> Option<GrammarMatch> {
        let any_case = !self.case.is_exact();
        let typed = self.without_prefix(given, any_case);
        let server = grammar.case_mapping();
        let is_plain = class.is_ascii() || self.case.is_ascii();
        let is_whole = is_plain && self.ignored.is_none();
        let is_folded = self.case.keeps(class, server);
        if is_whole && is_folded {
            let form = self.summary.table.forms(&self.forms, typed).next()?;
            if self.is_word(form, typed) {
                return Some(GrammarMatch::Person(self.word_texts(form, typed)));
            }
        } else if is_whole && !self.summary.first.may_begin(typed) {
            return None;
        }
        // Letters beyond ASCII are folded before the forms see them.
        let folded = if is_plain {
            Cow::Borrowed(given)
        } else {
            self.case.fold(given, server)
        };
        let bare = if is_plain {
            typed
        } else {
            self.without_prefix(&folded, any_case)
        };
        let bare = if self.one_case && !is_folded {
            self.case.fold(bare, server)
        } else {
            Cow::Borrowed(bare)
        };
        let counted = match self.ignored {
            Some(ignored) if bare.contains(ignored) => Cow::Owned(bare.replace(ignored, "")),
            _ => bare,
        };
        let mut pieces = Pieces::new();
        let form = self
            .summary
            .table
            .forms(&self.forms, &counted)
            .find(|form| form.matches(&counted, any_case, &mut pieces))?;
        if form.not_a_person {
            return Some(GrammarMatch::NotAPerson {
                is_distinctive: form.distinctive,
            });
        }
        let texts = Texts {
            grammar: self,
            account: grammar,
            form,
        };
        let (spelled, embedded) = texts.identity(&counted, &pieces);
        let key = match &spelled {
            Spelled::AsIs(text) if is_folded => Cow::Borrowed(*text),
            spelled => texts.fold(spelled.as_str()),
        };
        let spelled = spelled.as_str();
        let within = key.len() <= self.limit();
        let directed = !self.one_direction || host::keeps_bidi_rule(&key);
        // Folding may part a joiner from the letter before it, and what is left could not be read again.
        let readable = is_plain || text::unseen(&key).is_none();
        if !within || !directed || !readable || self.never.has(&key) {
            return None;
        }
        let (identity, sent) = if self.one_case || is_whole {
            // A text that folding does not change is its own key.
            let identity = if matches!(key, Cow::Borrowed(_)) {
                None
            } else {
                differs(spelled, &key)
            };
            (identity, texts.sent(&counted, &pieces, spelled))
        } else {
            let mut pieces = Pieces::new();
            if form.matches(typed, any_case, &mut pieces) {
                let (spelled, _) = texts.identity(typed, &pieces);
                let spelled = spelled.as_str();
                (differs(spelled, &key), texts.sent(typed, &pieces, spelled))
            } else if form.is_plain() && is_respelled(typed, &key, self.ignored) {
                (differs(typed, &key), None)
            } else {
                (None, None)
            }
        };
        let matched = MatchedText {
            key: (&*key).into(),
            identity,
            sent,
            base: texts.base(&pieces),
            is_folded: any_case && !self.one_case,
            is_distinctive: form.distinctive,
            is_any_text: form.is_any_text(),
            embeds: form.embeds,
            embedded,
        };
        Some(GrammarMatch::Person(matched))
    }

    /// Returns the key of a text, and whether nothing else looks like it, if the text is a word that is its own key. Most
    /// handles are. [`read`](Grammar::read) reads every text.
    pub(crate) fn read_word<'t>(
        &self,
        given: &'t str,
        class: TextClass,
        grammar: AccountGrammar,
    ) -> Option<(&'t str, bool)> {
        let is_own_key = self.ignored.is_none() && self.case.keeps(class, grammar.case_mapping());
        if !is_own_key || !class.is_ascii() {
            return None;
        }
        let typed = self.without_prefix(given, !self.case.is_exact());
        let form = self.summary.table.forms(&self.forms, typed).next()?;
        self.is_word(form, typed)
            .then_some((typed, form.distinctive))
    }

    fn is_word(&self, form: &Form, text: &str) -> bool {
        form.is_word(text) && text.len() <= self.limit() && !self.never.has(text)
    }

    fn word_texts(&self, form: &Form, text: &str) -> MatchedText {
        MatchedText {
            key: text.into(),
            identity: None,
            sent: None,
            base: if self.summary.has_base {
                Base::Whole
            } else {
                Base::Never
            },
            is_folded: !self.case.is_exact() && !self.one_case,
            is_distinctive: form.distinctive,
            is_any_text: false,
            embeds: Embedded::Nothing,
            embedded: (0, 0),
        }
    }

    fn without_prefix<'t>(&self, text: &'t str, any_case: bool) -> &'t str {
        let mut prefixes = self.prefixes.iter();
        let bare = prefixes.find_map(|prefix| after_literal(text, prefix, any_case));
        bare.unwrap_or(text)
    }
}

/// A spelling of a matched text.
enum Spelled<'t> {
    AsIs(&'t str),
    Written(SmallText),
}

impl Spelled<'_> {
    fn as_str(&self) -> &str {
        match self {
            Spelled::AsIs(text) => text,
            Spelled::Written(text) => text.as_str(),
        }
    }
}

/// Writes the texts of what a form matched.
struct Texts<'a> {
    grammar: &'a Grammar,
    account: AccountGrammar<'a>,
    form: &'a Form,
}

impl Texts<'_> {
    fn fold<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.grammar.one_case {
            Cow::Borrowed(text)
        } else {
            self.grammar.case.fold(text, self.account.case_mapping())
        }
    }

    /// Returns the text that records of one person share, and the range of it that is embedded.
    fn identity<'t>(&self, text: &'t str, pieces: &Pieces<'t>) -> (Spelled<'t>, (usize, usize)) {
        if self.form.is_plain() && pieces.is_verbatim {
            return (Spelled::AsIs(text), pieces.last_run());
        }
        if let Some((run, range)) = self.form.identity_run(pieces) {
            return (Spelled::AsIs(run), range);
        }
        let any_case = !self.grammar.case.is_exact();
        let own_id = self.account.own_id();
        let (written, embedded) = self.form.identity_text(pieces, own_id, any_case);
        (Spelled::Written(written), embedded)
    }

    /// Returns the text that is sent, if it differs from the identity.
    fn sent(&self, text: &str, pieces: &Pieces, identity: &str) -> Option<SmallText> {
        if self.form.is_plain() {
            return None;
        }
        if pieces.is_verbatim && !self.form.has_sent() {
            return differs(text, identity);
        }
        let sent = self.form.sent_text(pieces);
        (sent.as_bytes() != identity.as_bytes()).then_some(sent)
    }

    fn base(&self, pieces: &Pieces) -> Base {
        match self.form.base_text(pieces) {
            Some(base) => Base::Text(self.fold(base.as_str()).into()),
            None if self.grammar.summary.has_base => Base::Whole,
            None => Base::Never,
        }
    }
}

fn check_word(word: &str) -> Result<(), RulesErrorCode> {
    match text::unseen(word) {
        Some(_) => Err(RulesErrorCode::InvisibleCharacter),
        None if word.is_empty() => Err(RulesErrorCode::EmptyText),
        None => Ok(()),
    }
}

fn differs(text: &str, other: &str) -> Option<SmallText> {
    (text != other).then(|| text.into())
}

/// Returns whether a text differs from its key only in letter case and in a character that does not count. Other
/// spellings, such as wide letters, are sent as the network writes them.
fn is_respelled(typed: &str, key: &str, ignored: Option<char>) -> bool {
    let counted = typed.chars().filter(|c| Some(*c) != ignored);
    counted
        .flat_map(char::to_lowercase)
        .eq(key.chars().flat_map(char::to_lowercase))
}
