//! Reads ids and handles by a grammar.

use std::borrow::Cow;

use super::pattern::{Pieces, after_literal};
use super::{Embedded, Form, Grammar};
use crate::network::{AccountGrammar, TextClass, host, text};
use crate::small_text::SmallText;

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
    /// The folded text without the device. It is rare, and on the heap so that all other ids are smaller.
    Text(Box<str>),
}

impl Grammar {
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
        // Folding may part a joiner from the letter before it, and what is left could not be read again.
        let is_readable = is_plain || text::unseen(&key).is_none();
        if !is_readable || !self.takes_key(&key) {
            return None;
        }
        let (identity, sent) = if self.one_case || is_whole {
            let spelled = spelled.as_str();
            // A text that folding does not change is its own key.
            let identity = match key {
                Cow::Borrowed(_) => None,
                Cow::Owned(_) => differs(spelled, &key),
            };
            (identity, texts.sent(&counted, &pieces, spelled))
        } else {
            texts.as_typed(typed, &key)
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

    fn takes_key(&self, key: &str) -> bool {
        key.len() <= self.limit()
            && (!self.one_direction || host::keeps_bidi_rule(key))
            && !self.is_never(key)
    }

    fn is_word(&self, form: &Form, text: &str) -> bool {
        form.is_word(text) && text.len() <= self.limit() && !self.is_never(text)
    }

    fn is_never(&self, key: &str) -> bool {
        self.summary.has_never && self.never.has(key)
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

    #[inline]
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

    /// Returns the identity and the text that is sent, in the letters that were typed.
    fn as_typed(&self, typed: &str, key: &str) -> (Option<SmallText>, Option<SmallText>) {
        let Texts { grammar, form, .. } = self;
        let mut pieces = Pieces::new();
        if form.matches(typed, !grammar.case.is_exact(), &mut pieces) {
            let (spelled, _) = self.identity(typed, &pieces);
            let spelled = spelled.as_str();
            (differs(spelled, key), self.sent(typed, &pieces, spelled))
        } else if form.is_plain() && is_respelled(typed, key, grammar.ignored) {
            (differs(typed, key), None)
        } else {
            (None, None)
        }
    }

    fn base(&self, pieces: &Pieces) -> Base {
        match self.form.base_text(pieces) {
            Some(base) => Base::Text(self.fold(base.as_str()).into()),
            None if self.grammar.summary.has_base => Base::Whole,
            None => Base::Never,
        }
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
