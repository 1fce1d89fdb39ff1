//! One shape of an id or a handle.

use serde::{Deserialize, Serialize};

use super::Chars;
use super::pattern::{Pattern, Piece, PieceKind, Pieces};
use super::template::{Template, write_whole};
use super::word::{Word, WordChars};
use crate::is_default::is_default;
use crate::network::rules_error::RulesErrorCode;
use crate::small_text::SmallText;
use crate::wire::objects;

/// The pattern of ids of which nothing is known.
pub(super) const ANY_TEXT: &str = r"[\S]{1,255}";

/// One shape that an id or a handle of a network can have.
///
/// The shape is a pattern. Most characters stand for themselves. `[a-z0-9._]` is one character of a set, and
/// `[a-z]{3,12}` three to twelve of them. `[^@:]` is any visible character but `@` and `:`. In a set `\S` is every
/// visible character and `\w` every letter and digit of any script, and `^` excludes what follows it. `(a|b)` is one of
/// two texts, and `(:[0-9]{1,5})?` is a group that may be left out and is never printed. `{uuid}`, `{host}`, `{server}`
/// and `{domain}` have grammars of their own. A `\` before any other special character makes it an ordinary one.
///
/// A template writes a matched text: `{0}` is the whole text without its optional groups, and `{1}` the first run.
///
/// ```
/// use contact_resolution::network::{Form, Grammar};
/// use contact_resolution::{IdentifierKind, Network, UserId};
///
/// let ids = Grammar::new([Form::new("acme:{uuid}").distinctive(), Form::new("{uuid}@acme").sent_as("acme:{1}")]);
/// let acme = Network::builder("acme", [IdentifierKind::Id]).ids(ids).build()?;
/// let id = UserId::parse("0A1B2C3D-1111-4222-8333-0123456789AB@acme", &acme)?;
/// assert_eq!(id.as_str(), "acme:0a1b2c3d-1111-4222-8333-0123456789ab");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[serde(remote = "Self")]
pub struct Form {
    pub(super) pattern: String,
    /// The text to send to the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent: Option<String>,
    /// The text that two records of one person share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identity: Option<String>,
    /// The text without what names a device, which may also find a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base: Option<String>,
    /// A run that all ids of an account share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    own: Option<OwnRun>,
    /// The characters that the text may begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    starts_with: Option<String>,
    /// The characters that the text may end with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ends_with: Option<String>,
    /// The characters of which no two are side by side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    apart: Option<String>,
    /// The characters of which the text has at least one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    needs: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) distinctive: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) embeds: Embedded,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) not_a_person: bool,
    #[serde(skip)]
    pub(super) compiled: Compiled,
}

/// A run that all ids of an account share, such as the team of a Slack id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(remote = "Self")]
struct OwnRun {
    run: usize,
    identity: String,
}

objects! { Form OwnRun }

/// The kind of address that an id embeds, in its last run.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Embedded {
    /// Nothing that is an address elsewhere.
    #[default]
    Nothing,
    /// A phone number with its country code, with or without `+`.
    Phone,
    /// An email address.
    Email,
    /// An email address if it has an `@`, a phone number if it has a `+`, or a short code of up to six digits.
    Address,
}

/// What a form's texts compile to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Compiled {
    pattern: Pattern,
    /// The characters that a text of the pattern may begin with, and those that it may end with.
    first: Chars,
    end: Chars,
    /// The least and the most bytes of a text of the pattern.
    min: usize,
    max: usize,
    sent: Option<Template>,
    identity: Option<Template>,
    base: Option<Template>,
    own: Option<(usize, Template)>,
    begin: Option<Chars>,
    last: Option<Chars>,
    apart: Option<Chars>,
    needs: Option<Chars>,
    /// The run that embeds an address.
    embedded_run: usize,
    /// The form as a run of characters, if each text of the form is its own key.
    word: Option<Word>,
}

impl Default for Compiled {
    fn default() -> Self {
        Compiled {
            pattern: Pattern::default(),
            first: Chars::NONE,
            end: Chars::NONE,
            min: 0,
            max: 0,
            sent: None,
            identity: None,
            base: None,
            own: None,
            begin: None,
            last: None,
            apart: None,
            needs: None,
            embedded_run: 0,
            word: None,
        }
    }
}

/// A member of a form in which an error was found, and the error.
pub(super) type FormError = (&'static str, RulesErrorCode);

impl Form {
    /// Returns a form with this pattern.
    pub fn new(pattern: impl Into<String>) -> Self {
        Form {
            pattern: pattern.into(),
            sent: None,
            identity: None,
            base: None,
            own: None,
            starts_with: None,
            ends_with: None,
            apart: None,
            needs: None,
            distinctive: false,
            embeds: Embedded::Nothing,
            not_a_person: false,
            compiled: Compiled::default(),
        }
    }

    /// Returns the form with a template for the text that is sent to the network.
    #[must_use]
    pub fn sent_as(mut self, template: impl Into<String>) -> Self {
        self.sent = Some(template.into());
        self
    }

    /// Returns the form with a template for the text that two records of one person share. Without it, that is the text
    /// that is sent.
    #[must_use]
    pub fn same_as(mut self, template: impl Into<String>) -> Self {
        self.identity = Some(template.into());
        self
    }

    /// Returns the form with a template for the text without the name of a device. This text may also find a person,
    /// but two records with this text need not be of one person.
    #[must_use]
    pub fn base(mut self, template: impl Into<String>) -> Self {
        self.base = Some(template.into());
        self
    }

    /// Returns the form with a run that all ids of an account share. An id with the same run as the own user's id is of
    /// the same account. Then `identity` is the template of its [identity](crate::UserId::identity).
    #[must_use]
    pub fn own_run(mut self, run: usize, identity: impl Into<String>) -> Self {
        self.own = Some(OwnRun {
            run,
            identity: identity.into(),
        });
        self
    }

    /// Returns the form with a set of characters, such as `[a-z0-9]`, that the text may begin with. An embedded
    /// address is one run, so the pattern itself cannot exclude a first character.
    #[must_use]
    pub fn starts_with(mut self, set: impl Into<String>) -> Self {
        self.starts_with = Some(set.into());
        self
    }

    /// Returns the form with a set of characters, such as `[a-z0-9]`, that the text may end with.
    #[must_use]
    pub fn ends_with(mut self, set: impl Into<String>) -> Self {
        self.ends_with = Some(set.into());
        self
    }

    /// Returns the form with a set of characters of which no two are side by side.
    #[must_use]
    pub fn apart(mut self, set: impl Into<String>) -> Self {
        self.apart = Some(set.into());
        self
    }

    /// Returns the form with a set of characters of which the text has at least one.
    #[must_use]
    pub fn needs(mut self, set: impl Into<String>) -> Self {
        self.needs = Some(set.into());
        self
    }

    /// Returns the form as one that nothing else looks like, so that it is read in every payload field.
    #[must_use]
    pub fn distinctive(mut self) -> Self {
        self.distinctive = true;
        self
    }

    /// Returns the form with the kind of address that its last run is.
    #[must_use]
    pub fn embeds(mut self, embedded: Embedded) -> Self {
        self.embeds = embedded;
        self
    }

    /// Returns the form as that of a group, a channel or a room.
    #[must_use]
    pub fn not_a_person(mut self) -> Self {
        self.not_a_person = true;
        self
    }

    /// Compiles the texts of the form.
    pub(super) fn compile(&mut self, any_case: bool) -> Result<(), FormError> {
        let member = |name| move |code| (name, code);
        let pattern = Pattern::compile(&self.pattern, any_case).map_err(member("pattern"))?;
        let runs = pattern.run_count();
        let template = |text: &Option<String>| {
            let text = text.as_deref();
            text.map(|text| Template::compile(text, runs)).transpose()
        };
        let set = |text: &Option<String>| {
            let Some(text) = text.as_deref() else {
                return Ok(None);
            };
            let inner = text
                .strip_prefix('[')
                .and_then(|text| text.strip_suffix(']'));
            let chars = Chars::parse(inner.ok_or(RulesErrorCode::UnclosedSet)?)?;
            let chars = if any_case { chars.in_any_case() } else { chars };
            Ok(Some(chars))
        };
        let own = self.own.as_ref().map(|own| {
            let run = own.run.checked_sub(1).filter(|run| *run < runs);
            let template = Template::compile(&own.identity, runs)?;
            Ok((run.ok_or(RulesErrorCode::UnknownRun)?, template))
        });
        let (min, max) = pattern.lengths();
        let compiled = Compiled {
            first: pattern.first(),
            end: pattern.last(),
            min,
            max,
            sent: template(&self.sent).map_err(member("sent"))?,
            identity: template(&self.identity).map_err(member("identity"))?,
            base: template(&self.base).map_err(member("base"))?,
            own: own.transpose().map_err(member("own"))?,
            begin: set(&self.starts_with).map_err(member("startsWith"))?,
            last: set(&self.ends_with).map_err(member("endsWith"))?,
            apart: set(&self.apart).map_err(member("apart"))?,
            needs: set(&self.needs).map_err(member("needs"))?,
            embedded_run: runs.saturating_sub(1),
            word: None,
            pattern,
        };
        let key = compiled.identity.as_ref().or(compiled.sent.as_ref());
        let is_lost = key.is_some_and(|key| !key.has_run(compiled.embedded_run));
        if self.embeds != Embedded::Nothing && (runs == 0 || is_lost) {
            return Err(("embeds", RulesErrorCode::NothingEmbedded));
        }
        self.compiled = compiled;
        self.compiled.word = self.as_word();
        Ok(())
    }

    /// Returns the form as a run of characters, if each text of the form is its own key.
    fn as_word(&self) -> Option<Word> {
        let form = &self.compiled;
        let (first, rest, min, max) = form.pattern.as_run()?;
        let is_word = self.is_plain()
            && form.base.is_none()
            && !self.not_a_person
            && self.embeds == Embedded::Nothing
            && first.is_ascii()
            && rest.is_ascii();
        let chars = WordChars {
            first: form.begin.map_or(first, |begin| first.and(begin)),
            rest,
            last: form.last.unwrap_or(Chars::ANY),
            apart: form.apart.unwrap_or(Chars::NONE),
            needed: form.needs.unwrap_or(Chars::ANY),
        };
        is_word.then(|| Word::new(&chars, min, max))
    }

    /// Returns whether a whole text is a word of the form.
    pub(super) fn is_word(&self, text: &str) -> bool {
        self.compiled
            .word
            .as_ref()
            .is_some_and(|word| word.matches(text))
    }

    /// Returns the characters that a text of the form may end with.
    pub(super) fn end(&self) -> Chars {
        self.compiled.end
    }

    /// Returns the characters that a text of the form may begin with.
    pub(super) fn first(&self) -> Chars {
        self.compiled.first
    }

    /// Returns the shortest text of the form.
    pub(super) fn sample(&self) -> String {
        self.compiled.pattern.sample()
    }

    /// Returns whether ids of the form can name a device.
    pub(super) fn has_base(&self) -> bool {
        self.compiled.base.is_some()
    }

    /// Matches a whole text, and writes its pieces.
    pub(super) fn matches<'t>(
        &'t self,
        text: &'t str,
        any_case: bool,
        pieces: &mut Pieces<'t>,
    ) -> bool {
        let form = &self.compiled;
        (form.min..=form.max).contains(&text.len())
            && form.pattern.matches(text, any_case, pieces)
            && form.apart.is_none_or(|chars| !chars.has_twins(text))
            && form.begin.is_none_or(|chars| chars.may_begin(text))
            && form.last.is_none_or(|chars| chars.is_last(text))
            && form
                .needs
                .is_none_or(|chars| text.chars().any(|c| chars.has(c)))
    }

    /// Returns whether the form is every visible text, so that it shows nothing about a text.
    pub(super) fn is_any_text(&self) -> bool {
        self.pattern == ANY_TEXT
    }

    /// Returns whether records may have the same id in another text.
    pub(super) fn has_spellings(&self) -> bool {
        self.identity.is_some() || self.own.is_some()
    }

    /// Returns whether the form has no template except for the base. Then all texts of an id are its pieces, one after
    /// another.
    pub(super) fn is_plain(&self) -> bool {
        let form = &self.compiled;
        form.sent.is_none() && form.identity.is_none() && form.own.is_none()
    }

    /// Writes the text that is sent.
    pub(super) fn sent_text(&self, pieces: &Pieces) -> SmallText {
        let mut out = SmallText::new();
        let run = self.compiled.embedded_run;
        match &self.compiled.sent {
            Some(template) => {
                template.write(pieces, run, &mut out);
            }
            None => {
                write_whole(pieces, run, &mut out);
            }
        }
        out
    }

    /// Writes the text that records of one person share, and returns the range of what it embeds. `own_id` is the own
    /// user's id.
    pub(super) fn identity_text(
        &self,
        pieces: &Pieces,
        own_id: Option<&str>,
        any_case: bool,
    ) -> (SmallText, (usize, usize)) {
        let form = &self.compiled;
        let own = form.own.as_ref().filter(|(run, _)| {
            let mut own = Pieces::new();
            let is_own = own_id.is_some_and(|id| self.matches(id, any_case, &mut own));
            let own = own.run(*run).filter(|_| is_own);
            let this = pieces.run(*run);
            own.zip(this).is_some_and(|(own, this)| {
                own == this || any_case && own.eq_ignore_ascii_case(this)
            })
        });
        let own = own.map(|(_, template)| template);
        let template = own.or(form.identity.as_ref()).or(form.sent.as_ref());
        let mut out = SmallText::new();
        let range = match template {
            Some(template) => template.write(pieces, form.embedded_run, &mut out),
            None => write_whole(pieces, form.embedded_run, &mut out).unwrap_or_default(),
        };
        (out, range)
    }

    /// Returns the run that is the identity, and the range of it that is embedded, if the identity is one run.
    pub(super) fn identity_run<'t>(
        &self,
        pieces: &Pieces<'t>,
    ) -> Option<(&'t str, (usize, usize))> {
        let form = &self.compiled;
        let template = form.identity.as_ref().filter(|_| form.own.is_none())?;
        let number = template.only_run()?;
        let piece = pieces.iter().filter(Piece::is_run).nth(number)?;
        let range = if number == form.embedded_run {
            (0, piece.text.len())
        } else {
            (0, 0)
        };
        (piece.kind == PieceKind::Run).then_some((piece.text, range))
    }

    pub(super) fn has_sent(&self) -> bool {
        self.compiled.sent.is_some()
    }

    /// Writes the text without what names a device.
    pub(super) fn base_text(&self, pieces: &Pieces) -> Option<SmallText> {
        let template = self.compiled.base.as_ref()?;
        let mut out = SmallText::new();
        template.write(pieces, self.compiled.embedded_run, &mut out);
        Some(out)
    }
}
