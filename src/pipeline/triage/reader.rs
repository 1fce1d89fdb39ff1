//! Reads the text of each payload field.

mod number;

use super::rejected::Rejected;
use super::{Certainty, IdentifierCandidate, PayloadField, Rejection, Triage, Warning};
use crate::identifier::email::{EmailText, may_have_address};
use crate::identifier::phone::PhoneTextError;
use crate::identifier::{
    FieldErrorCode, Handle, Identifier, ParseError, Region, UserId, link, look_alike, phone,
    user_id,
};
use crate::key::{Key, embedded_key, unread_text_key};
use crate::network::{AccountGrammar, IdentifierKind, trim};
use crate::person::Account;
use crate::policy::Policy;
use crate::wire::UserPayload;

/// In the phone field, a text with at least this many digits is a number and not a handle, unless it begins with `@`.
const NUMBER_DIGITS: usize = 5;

/// Reads the fields of one payload, one after another.
pub(super) struct Reader<'a> {
    grammar: AccountGrammar<'a>,
    policy: &'a Policy,
    region: Option<Region>,
    id: Option<&'a str>,
    full_name: Option<&'a str>,
    triage: Triage,
}

impl<'a> Reader<'a> {
    pub(super) fn new(payload: &'a UserPayload, account: &'a Account, policy: &'a Policy) -> Self {
        let full_name = payload.full_name.as_deref().map(trim);
        let full_name = full_name.filter(|name| !name.is_empty());
        Reader {
            grammar: account.grammar(),
            policy,
            region: account.home_region().or(policy.default_region),
            id: PayloadField::Id.of(payload),
            full_name,
            triage: Triage {
                // Most payloads have one field, which is read as an identifier and as a text.
                candidates: Vec::with_capacity(2),
                has_name: full_name.is_some(),
                ..Triage::default()
            },
        }
    }

    pub(super) fn read(mut self, payload: &UserPayload) -> Triage {
        for field in PayloadField::ALL {
            if let Some(text) = field.of(payload) {
                self.field(field, text);
            }
        }
        if !self.grammar.network().is_known() {
            self.triage.warnings.push(Warning::UnknownNetwork);
        }
        self.triage.warnings.sort_unstable();
        self.triage.warnings.dedup();
        self.triage
    }

    fn field(&mut self, field: PayloadField, text: &str) {
        let link = link::parse_trimmed(text, self.grammar);
        let link = link.filter(|_| !self.is_id_with_address(field, text));
        let read = match &link {
            Some(Ok(link)) => self.link(field, link.kind, link.text()),
            Some(Err(error)) => Err((*error).into()),
            None => self.text(field, text),
        };
        if let Err(Rejected { error, region }) = read {
            self.triage.rejections.push(Rejection {
                field,
                error,
                region,
            });
        }
        // A known person is also found by the exact text that is stored, even if it cannot be read.
        // If a number with the same digits was read, its own key finds more people than the digits.
        let is_dialed = self.is_number_as_dialed(text);
        let link = link.and_then(Result::ok);
        let unread = (!is_dialed).then(|| unread_text_key(field.kind(), text, link.as_ref()));
        let unread = unread.flatten();
        let unread = unread.filter(|key| !self.triage.has_number(&key.value().trim_end().bytes()));
        if unread.is_none() && self.triage.confirm(field, text) {
            return;
        }
        let stored = Key::new(field.kind(), text);
        let mut reading = IdentifierCandidate::without_identifier(field, stored, Certainty::Exact);
        if let Some(key) = unread {
            reading.add_key(key, Certainty::Exact);
        }
        self.add(field, reading);
    }

    /// Returns whether a text in the id field is an address that the network writes as an id, such as `tel:+14155552671`
    /// on `iMessage`. In any other field it is a link, unless it is a chat id.
    fn is_id_with_address(&self, field: PayloadField, text: &str) -> bool {
        let may_be_id = field == PayloadField::Id || link::address_of_chat_id(text).is_some();
        let id = may_be_id.then(|| UserId::parse(text, self.grammar).ok());
        let id = id.flatten();
        id.is_some_and(|id| id.is_distinctive() && embeds_address(&id))
    }

    /// Returns whether a text has only the digits of a number that was read, and separators.
    fn is_number_as_dialed(&self, text: &str) -> bool {
        if self
            .triage
            .numbers()
            .any(|number| number.as_bytes() == text.as_bytes())
        {
            return true;
        }
        let is_separator = |byte: &u8| matches!(byte, b'+' | b' ' | b'-' | b'(' | b')' | b'.');
        let is_dialed = |byte: u8| byte.is_ascii_digit() || is_separator(&byte);
        text.bytes().all(is_dialed)
            && self
                .triage
                .has_number(&text.bytes().filter(u8::is_ascii_digit))
    }

    /// Reads the target of a link. It is exact in any field.
    fn link(
        &mut self,
        field: PayloadField,
        kind: IdentifierKind,
        text: &str,
    ) -> Result<(), Rejected> {
        let identifier = match kind {
            IdentifierKind::Id => Identifier::Id(UserId::parse(text, self.grammar)?),
            IdentifierKind::Phone => return self.phone(field, text, Certainty::Exact),
            IdentifierKind::Email => return self.email(field, text).map_err(Rejected::from),
            IdentifierKind::Handle => Identifier::handle(text, self.grammar)?,
        };
        self.add(
            field,
            IdentifierCandidate::new(field, identifier, Certainty::Exact),
        );
        Ok(())
    }

    /// Reads a text by its unmistakable form, else by the kind of its field, else by its plain content.
    fn text(&mut self, field: PayloadField, text: &str) -> Result<(), Rejected> {
        let id = self.id(field, text);
        if let Err(error) = id
            && error.code() == FieldErrorCode::NotAPerson
            && self.is_no_person(field, text)
        {
            return Err(error.into());
        }
        let is_id = id.is_ok();
        let is_id_field =
            field == PayloadField::Username && self.grammar.network().handles_are_ids();
        let own_id = id.as_ref().ok().filter(|id| {
            let is_own_field = field == PayloadField::Id || is_id_field;
            // Where ids may have any form, an `@` still marks a handle.
            let is_handle = id.is_any_text() && text.starts_with('@') && self.has_handles();
            id.is_distinctive()
                || is_own_field && !is_handle && !self.is_unmarked_word(field, text, is_id)
        });
        if own_id.is_some_and(UserId::is_any_text) && self.has_several_addresses(text) {
            return Err(FieldErrorCode::SeveralAddresses.into());
        }
        if !id.as_ref().is_ok_and(UserId::is_distinctive) && self.is_masked_number(field, text) {
            return Err(FieldErrorCode::MaskedNumber.into());
        }
        if let Some(id) = own_id {
            let mut reading =
                IdentifierCandidate::new(field, Identifier::Id(id.clone()), Certainty::Exact);
            self.also_search_as_number(text, &mut reading);
            self.add(field, reading);
            if id.is_distinctive() || is_id_field {
                return Ok(());
            }
        }
        if let Some(handle) = Handle::parse_distinctive(text, self.grammar) {
            let reading =
                IdentifierCandidate::new(field, Identifier::Handle(handle), Certainty::Exact);
            self.add(field, reading);
            return Ok(());
        }
        let email = if field == PayloadField::PhoneNumber && !may_have_address(text) {
            // The error of the number is reported.
            Err(ParseError::new(FieldErrorCode::InvalidEmail))
        } else {
            self.email(field, text)
        };
        let email_error = match email {
            Ok(()) => {
                // Where handles are ids in the form of addresses, an address may be one.
                let network = self.grammar.network();
                if own_id.is_none()
                    && network.handles_are_ids()
                    && !network.accepts(IdentifierKind::Email)
                    && let Ok(id) = id
                {
                    let id = Identifier::Id(id);
                    self.add(
                        field,
                        IdentifierCandidate::new(field, id, Certainty::Interpreted),
                    );
                }
                return Ok(());
            }
            Err(error) if error.code() == FieldErrorCode::SeveralAddresses => {
                return Err(error.into());
            }
            Err(error) => error,
        };
        let own_error = match field {
            PayloadField::PhoneNumber => match self.phone(field, text, Certainty::Exact) {
                Err(error)
                    if error.error.code() != FieldErrorCode::MaskedNumber
                        && (may_be_handle(text) || self.is_id_with_letters(&id, text)) =>
                {
                    error
                }
                read => return read,
            },
            // A number with its country code is exact in any field.
            _ if self.is_international(text) => return self.phone(field, text, Certainty::Exact),
            _ if own_id.is_some() => return Ok(()),
            PayloadField::Email => email_error.into(),
            PayloadField::Username => match Identifier::handle(text, self.grammar) {
                Ok(handle) if self.grammar.network().accepts(IdentifierKind::Handle) => {
                    let is_word = self.is_unmarked_word(field, text, is_id);
                    let mut reading = IdentifierCandidate::new(field, handle, Certainty::Exact)
                        .with_unmarked_word(is_word);
                    if let Ok(id) = id {
                        // A known person may have it as their id.
                        let key = Identifier::Id(id).key();
                        reading.add_key(key, Certainty::Interpreted);
                    }
                    self.add(field, reading);
                    return Ok(());
                }
                Ok(_) => FieldErrorCode::InvalidHandle.into(),
                Err(error) => error.into(),
            },
            PayloadField::Id => {
                let error = id.as_ref().err().copied();
                error.map_or(FieldErrorCode::InvalidId.into(), Rejected::from)
            }
        };
        self.interpretation(field, text, id, own_error)
    }

    /// Returns whether the id of a group, a channel or a room is meant as such. In other fields than that of ids, most
    /// such texts could also be handles. `555-0143` is a number in its own field, although X has conversations with such
    /// ids.
    fn is_no_person(&self, field: PayloadField, text: &str) -> bool {
        if field == PayloadField::PhoneNumber && self.read_phone(text, self.region).is_ok() {
            return false;
        }
        field == PayloadField::Id
            || user_id::is_clearly_no_person(text, self.grammar)
            || !self.grammar.network().accepts(IdentifierKind::Handle)
            || Identifier::handle(text, self.grammar).is_err()
    }

    /// Reads plain text in the field of another kind.
    ///
    /// Digits are an id if the network's ids are numbers, else a national number. Words are a handle.
    fn interpretation(
        &mut self,
        field: PayloadField,
        text: &str,
        id: Result<UserId, ParseError>,
        own_error: Rejected,
    ) -> Result<(), Rejected> {
        let is_phone_field = field == PayloadField::PhoneNumber;
        let has_letters = text.contains(char::is_alphabetic);
        let is_word = self.is_unmarked_word(field, text, id.is_ok());
        let is_id = self.is_id_in_every_field(&id, text);
        let mut id = id.ok();
        if let Some(any_text) = id.take_if(|id| !is_id && id.is_any_text())
            && !text.contains('@')
        {
            // Only a known person can have it as their id.
            let mut reading =
                IdentifierCandidate::new(field, Identifier::Id(any_text), Certainty::Interpreted);
            reading.identifier = None;
            self.add(field, reading);
        }
        let mut error = own_error;
        if !has_letters && !is_phone_field {
            if let Some(id) = id.as_ref().filter(|id| id.address().is_none()) {
                let identifier = Identifier::Id(id.clone());
                self.add(
                    field,
                    IdentifierCandidate::new(field, identifier, Certainty::Interpreted),
                );
                return Ok(());
            }
            match self.phone(field, text, Certainty::Interpreted) {
                Ok(()) => return Ok(()),
                Err(phone) => error = error.or_phone(phone),
            }
        }
        // In its own field a handle is exact, even if the network cannot look it up.
        let reading = match (Identifier::handle(text, self.grammar), id) {
            (_, Some(id)) if is_id => {
                IdentifierCandidate::new(field, Identifier::Id(id), Certainty::Interpreted)
            }
            (Ok(handle), id) => {
                let is_own_field = field == PayloadField::Username;
                let certainty = if is_own_field {
                    Certainty::Exact
                } else {
                    Certainty::Interpreted
                };
                let mut reading = IdentifierCandidate::new(field, handle, certainty);
                if let Some(id) = id.filter(|_| !self.has_handles()) {
                    reading.add_key(Identifier::Id(id).key(), Certainty::Interpreted);
                }
                reading
            }
            // A text with an `@` was probably intended as an address and is not read as an id. A word may be a name.
            (Err(_), Some(id)) if !text.contains('@') => {
                let is_word = !text.contains(char::is_numeric);
                IdentifierCandidate::new(field, Identifier::Id(id), Certainty::Interpreted)
                    .with_unmarked_word(is_word)
            }
            // A labeled number, or one with a note.
            (Err(_), _) => {
                let may_be_number = has_letters && !is_phone_field && digits(text) >= NUMBER_DIGITS;
                return match may_be_number.then(|| self.phone(field, text, Certainty::Interpreted))
                {
                    Some(Ok(())) => Ok(()),
                    Some(Err(phone)) => Err(error.or_phone(phone)),
                    None => Err(error),
                };
            }
        };
        let is_word = is_word || reading.is_unmarked_word;
        self.add(field, reading.with_unmarked_word(is_word));
        Ok(())
    }

    /// Parses an id. If the network has no handles, an `@` before an id is dropped, as before a handle.
    fn id(&self, field: PayloadField, text: &str) -> Result<UserId, ParseError> {
        // The ids of most networks never begin and end as an international number does.
        if field == PayloadField::PhoneNumber
            && text.starts_with('+')
            && text.ends_with(|c: char| c.is_ascii_digit())
            && !self.grammar.network().rules().id.may_be_number(text)
        {
            return Err(ParseError::new(FieldErrorCode::InvalidId));
        }
        let id = UserId::parse(text, self.grammar);
        let Some(bare) = text.strip_prefix('@').filter(|_| id.is_err()) else {
            return id;
        };
        let bare_id = UserId::parse(bare, self.grammar);
        let is_id = match &bare_id {
            Ok(_) => self.is_id_in_every_field(&bare_id, bare),
            Err(error) => error.code() == FieldErrorCode::NotAPerson && !self.has_handles(),
        };
        if is_id { bare_id } else { id }
    }

    fn has_handles(&self) -> bool {
        self.grammar.network().accepts(IdentifierKind::Handle)
    }

    /// Returns whether an id is read as one in every field.
    ///
    /// This is so only if the network has no handles, because the text could be a handle. A word without digits may be
    /// a name, and so may a word in another letter case than the ids of the network. If the network's grammar takes any
    /// text, only digits are an id.
    fn is_id_in_every_field(&self, id: &Result<UserId, ParseError>, text: &str) -> bool {
        let Ok(id) = id else {
            return false;
        };
        let shows_id = !id.is_any_text() || text.bytes().all(|byte| byte.is_ascii_digit());
        let is_spelled = text.contains(id.identity()) && id.address().is_none();
        !self.has_handles() && digits(text) > 0 && shows_id && is_spelled
    }

    /// Returns whether an id is read as one in the phone field, where digits are a number.
    fn is_id_with_letters(&self, id: &Result<UserId, ParseError>, text: &str) -> bool {
        text.contains(char::is_alphabetic) && self.is_id_in_every_field(id, text)
    }

    fn has_several_addresses(&self, text: &str) -> bool {
        let is_several = |error: ParseError| error.code() == FieldErrorCode::SeveralAddresses;
        text.contains('@') && EmailText::parse(text, self.policy.email).is_err_and(is_several)
    }

    /// Returns whether a text is a number with missing digits. A handle of the network may look like one.
    fn is_masked_number(&self, field: PayloadField, text: &str) -> bool {
        if field == PayloadField::PhoneNumber || digits(text) == 0 {
            return false;
        }
        let is_handle = || {
            let handle = Identifier::handle(text, self.grammar);
            field == PayloadField::Username && self.has_handles() && handle.is_ok()
        };
        let is_masked =
            |failed: PhoneTextError| failed.error.code() == FieldErrorCode::MaskedNumber;
        phone::may_be_masked(text)
            && self.read_phone(text, self.region).is_err_and(is_masked)
            && !is_handle()
    }

    /// Adds the numbers that the digits of an id may mean, to find known people by them.
    fn also_search_as_number(&self, text: &str, reading: &mut IdentifierCandidate) {
        let network = self.grammar.network();
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits || !network.accepts(IdentifierKind::Phone) {
            return;
        }
        match self.read_phone(text, self.region) {
            Ok(read) => reading.add_number_keys(&read),
            Err(failed) => {
                if let Some(with_plus) = failed.with_plus {
                    let key = Identifier::Phone(with_plus).key();
                    reading.add_key(key, Certainty::Interpreted);
                }
            }
        }
    }

    fn email(&mut self, field: PayloadField, text: &str) -> Result<(), ParseError> {
        let EmailText { email, is_wrapped } = EmailText::parse(text, self.policy.email)?;
        let certainty = if is_wrapped {
            self.triage.warnings.push(Warning::TextLeftOut(field));
            Certainty::Interpreted
        } else {
            Certainty::Exact
        };
        let mut reading = IdentifierCandidate::new(field, Identifier::Email(email), certainty);
        if let Some(seen) = look_alike::as_seen(text)
            && let Ok(EmailText { email, .. }) = EmailText::parse(&seen, self.policy.email)
        {
            reading.add_look_alike(Identifier::Email(email).look_alike_key());
        }
        self.add(field, reading);
        Ok(())
    }

    /// Returns whether the text may be a typed name.
    ///
    /// A text with `@` or a digit is never a name. Text in `id` may be a name if it is the full name, or if it is not
    /// an id by the grammar. Text in another field may be a name if `id` has the same word, and there it may be a name.
    fn is_unmarked_word(&self, field: PayloadField, text: &str, is_id: bool) -> bool {
        let is_marked = text.contains('@') || text.contains(char::is_numeric);
        if is_marked {
            return false;
        }
        let is_full_name = |text: &str| self.full_name.is_some_and(|name| is_same_word(name, text));
        let may_be_name = |text: &str, is_id: bool| is_full_name(text) || !is_id;
        if field == PayloadField::Id {
            return may_be_name(text, is_id);
        }
        self.id.is_some_and(|id| {
            is_same_word(id, text) && may_be_name(id, UserId::parse(id, self.grammar).is_ok())
        })
    }

    fn add(&mut self, field: PayloadField, reading: IdentifierCandidate) {
        if let Some(Identifier::Handle(handle)) = &reading.identifier
            && handle.is_mixed_script()
        {
            self.triage.warnings.push(Warning::MixedScript(field));
        }
        self.triage.add(reading);
    }
}

/// Returns whether two texts differ at most in letter case.
fn is_same_word(a: &str, b: &str) -> bool {
    let [a, b] = [a, b].map(|text| text.chars().flat_map(char::to_lowercase));
    a.eq(b)
}

/// Returns whether an id embeds a number, a short code or one valid address.
fn embeds_address(id: &UserId) -> bool {
    match embedded_key(id) {
        Some(key) if key.kind() == IdentifierKind::Email => id.embedded_identifier().is_some(),
        key => key.is_some(),
    }
}

/// Returns whether a text in the phone field may be a handle or an id, and not a number.
fn may_be_handle(text: &str) -> bool {
    let begins_number = text.starts_with(|c: char| c.is_numeric() || matches!(c, '+' | '('));
    text.starts_with('@')
        || !begins_number && text.contains(char::is_alphabetic) && digits(text) < NUMBER_DIGITS
}

fn digits(text: &str) -> usize {
    text.chars().filter(|c| c.is_numeric()).count()
}
