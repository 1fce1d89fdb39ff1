//! The possible readings of the fields of a payload.

use contact_resolution::email::EmailText;
use contact_resolution::link;
use contact_resolution::phone::{self, PhoneSpelling, PhoneText};
use contact_resolution::wire::UserPayload;
use contact_resolution::{
    Account, FieldErrorCode, Handle, Identifier, IdentifierKind, Key, Phone, Policy, UserId,
};

use super::keys::{carried, handles_are_ids, handles_of, unread};
use super::world::folded;

/// The certainty of a reading, the most certain first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sure {
    Exact,
    Interpreted,
    Variant,
}

/// A field that is not blank, with all its readings.
pub(crate) struct Member {
    pub(crate) claims: Vec<OracleCandidate>,
    /// Plain text, which may find a person but never creates a chat.
    pub(crate) plain: bool,
}

/// One reading of a field.
#[derive(Debug)]
pub(crate) struct OracleCandidate {
    pub(crate) kind: IdentifierKind,
    pub(crate) sure: Sure,
    /// The normalized form.
    pub(crate) value: String,
    /// The keys to search known people by, each with the certainty of a person found by it.
    pub(crate) keys: Vec<(Sure, Key)>,
    /// Whether a chat may be created with it.
    pub(crate) creates: bool,
}

struct Reader<'a> {
    account: &'a Account,
    policy: Policy,
    plain: [Option<&'a str>; 2],
}

/// Reads the fields of a payload. Blank fields are absent. The others are read by their own form, not only by their
/// field.
pub(crate) fn payload(user: &UserPayload, account: &Account, policy: Policy) -> Vec<Member> {
    let reader = Reader {
        account,
        policy,
        plain: [
            user.id.as_deref().map(str::trim),
            user.full_name.as_deref().map(str::trim),
        ],
    };
    let fields = [
        (IdentifierKind::Id, &user.id),
        (IdentifierKind::Phone, &user.phone_number),
        (IdentifierKind::Email, &user.email),
        (IdentifierKind::Handle, &user.username),
    ];
    let texts = fields
        .into_iter()
        .filter_map(|(field, text)| Some((field, text.as_deref()?.trim())));
    texts
        .filter(|(_, text)| !text.is_empty())
        .map(|(field, text)| reader.member(field, text))
        .collect()
}

impl Reader<'_> {
    fn member(&self, field: IdentifierKind, text: &str) -> Member {
        let plain = self.is_plain(field, text);
        let mut claims = self.readings(field, text).unwrap_or_else(|found| found);
        // An address or a number with its country code has its own kind, even if the text equals the name.
        let plain = plain
            && claims
                .iter()
                .all(|claim| matches!(claim.kind, IdentifierKind::Id | IdentifierKind::Handle));
        if plain && !claims.is_empty() {
            // It may find a known person by an exact handle, or by an exact id.
            let sure = claims[0].sure;
            claims = self
                .handle(text)
                .map(|handle| claim(IdentifierKind::Handle, sure, &handle, false))
                .into_iter()
                .collect();
            claims.extend(
                self.id(text)
                    .filter(|_| field == IdentifierKind::Id)
                    .map(|id| claim(IdentifierKind::Id, sure, &id, false)),
            );
        }
        let plain = plain && !claims.is_empty();
        // A stored record is found by the exact text that it was stored with.
        let mut exact = claim(field, Sure::Exact, text, false);
        let is_number = |key: &Key| {
            let mut values = claims.iter().map(|claim| claim.value.as_str());
            values.any(|value| value.strip_prefix('+') == Some(key.value().trim_end()))
        };
        let unread = unread(field, text, self.account).filter(|key| !is_number(key));
        exact.keys.extend(unread.map(|key| (Sure::Exact, key)));
        claims.push(exact);
        Member { claims, plain }
    }

    /// Returns the readings of the target of a link, or `None` if the text is no link.
    fn link(
        &self,
        field: IdentifierKind,
        text: &str,
    ) -> Option<Result<Vec<OracleCandidate>, Vec<OracleCandidate>>> {
        // In the id field, an id that embeds an address is no link. A chat id is an id in every field.
        let is_id = (field == IdentifierKind::Id || text.contains(";-;"))
            && UserId::parse(text, self.account.grammar())
                .is_ok_and(|id| id.is_distinctive() && carried(&id).is_some());
        let link = link::parse(text, self.account.grammar()).filter(|_| !is_id)?;
        let Ok(link) = link else {
            return Some(Err(Vec::new()));
        };
        let one = |read: Option<OracleCandidate>| read.map(|read| vec![read]).ok_or_else(Vec::new);
        Some(match link.kind {
            IdentifierKind::Phone => self.phone(link.text(), Sure::Exact),
            IdentifierKind::Email => one(self.email(link.text())),
            kind => one(self.parsed(kind, Sure::Exact, link.text())),
        })
    }

    /// Returns the readings of a text. The error has readings that can only find a person.
    fn readings(
        &self,
        field: IdentifierKind,
        text: &str,
    ) -> Result<Vec<OracleCandidate>, Vec<OracleCandidate>> {
        let one = |read: Option<OracleCandidate>| read.map(|read| vec![read]).ok_or_else(Vec::new);
        if let Some(read) = self.link(field, text) {
            return read;
        }
        // An `@` before an id is dropped if the network has no handles.
        let bare = text.strip_prefix('@').filter(|bare| {
            UserId::parse(text, self.account.grammar()).is_err() && self.is_id(bare)
        });
        let text = bare.unwrap_or(text);
        let id = UserId::parse(text, self.account.grammar()).ok();
        let distinctive = id.as_ref().is_some_and(UserId::is_distinctive);
        if !distinctive && field != IdentifierKind::Phone && self.is_masked(field, text) {
            return Err(Vec::new());
        }
        let of_ids = field == IdentifierKind::Id
            || field == IdentifierKind::Handle && handles_are_ids(self.account);
        // Where ids may have any form, an `@` marks a handle, and two addresses are not one id.
        let any_form = of_ids && !distinctive && self.id("\u{BF}any/form?").is_some();
        if any_form && id.is_some() && self.has_several_addresses(text) {
            return Err(Vec::new());
        }
        let is_handle = any_form
            && text.starts_with('@')
            && self.account.network.accepts(IdentifierKind::Handle);
        let of_ids = of_ids && !is_handle;
        if id.is_some() && (distinctive || of_ids) {
            let mut read = self.parsed(IdentifierKind::Id, Sure::Exact, text);
            if let Some(read) = &mut read
                && text.bytes().all(|byte| byte.is_ascii_digit())
                && self.account.network.accepts(IdentifierKind::Phone)
            {
                // The digits may be the number of a known person.
                let numbers = self.phone(text, Sure::Interpreted);
                let numbers = numbers.unwrap_or_else(|found| found);
                let keys = numbers.into_iter().flat_map(|number| number.keys);
                read.keys
                    .extend(keys.map(|(sure, key)| (sure.max(Sure::Interpreted), key)));
            }
            let mut claims = vec![read];
            if !distinctive && field == IdentifierKind::Id {
                // An address or a number with its country code has a second reading beside the id.
                claims.push(self.email(text));
                if text.starts_with('+') {
                    claims.extend(
                        self.phone(text, Sure::Exact)
                            .into_iter()
                            .flatten()
                            .map(Some),
                    );
                }
            }
            return Ok(claims.into_iter().flatten().collect());
        }
        if text.contains('@') && !text.starts_with('@') {
            let email = self.email(text);
            // Elsewhere, what is meant as an address is no id and no handle.
            if !handles_are_ids(self.account) {
                return one(email);
            }
            // An address may be an id, if the network's ids are addresses.
            if let Some(email) = email {
                let id = self.parsed(IdentifierKind::Id, Sure::Interpreted, text);
                let id = id.filter(|_| !self.account.network.accepts(IdentifierKind::Email));
                return Ok([email].into_iter().chain(id).collect());
            }
        }
        if field == IdentifierKind::Phone || text.starts_with('+') {
            let read = self.phone(text, Sure::Exact);
            let short_code = text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit());
            if read.is_err()
                && short_code
                && self.account.network.takes_short_codes()
                && id.is_some()
            {
                return one(self.parsed(IdentifierKind::Id, Sure::Exact, text));
            }
            let digits = text.chars().filter(|c| c.is_numeric()).count();
            let word =
                digits < 5 && !text.starts_with(|c: char| c.is_numeric() || "(+".contains(c));
            let has_letters = text.contains(char::is_alphabetic);
            let may_be_id = has_letters && self.is_id(text);
            if read.is_ok() || !(text.starts_with('@') || word && has_letters || may_be_id) {
                return read;
            }
        } else if !text.contains(char::is_alphabetic) {
            if field == IdentifierKind::Handle
                && self.account.network.accepts(IdentifierKind::Handle)
                && self
                    .parsed(IdentifierKind::Handle, Sure::Exact, text)
                    .is_some()
            {
                return self.word(field, text);
            }
            if id.is_some() && (self.is_id(text) || !self.takes_any_id()) {
                return one(self.parsed(IdentifierKind::Id, Sure::Interpreted, text));
            }
            let read = self.phone(text, Sure::Interpreted);
            if read.is_ok() {
                return read;
            }
        }
        self.word(field, text)
    }

    /// Returns the readings of a text that is no address and no number.
    fn word(
        &self,
        field: IdentifierKind,
        text: &str,
    ) -> Result<Vec<OracleCandidate>, Vec<OracleCandidate>> {
        // If an id may be any text, only a known person has this one.
        let any_id = self.parsed(IdentifierKind::Id, Sure::Interpreted, text);
        let any_id = any_id.filter(|_| self.takes_any_id() && !text.contains('@'));
        let any_id = any_id.map(finding);
        let sure = if field == IdentifierKind::Handle {
            Sure::Exact
        } else {
            Sure::Interpreted
        };
        let handle = self.parsed(IdentifierKind::Handle, sure, text);
        let id = || {
            let is_word = !text.contains(char::is_numeric);
            let id = self.parsed(IdentifierKind::Id, Sure::Interpreted, text)?;
            Some(OracleCandidate {
                creates: !is_word,
                ..id
            })
        };
        if self.is_id(text) {
            let id = self.parsed(IdentifierKind::Id, Sure::Interpreted, text);
            return Ok(id.into_iter().collect());
        }
        let handle = handle.map(|mut handle| {
            // Where there are no handles, a word finds a person by the id that it may be.
            // Where there are, a typed id may find its person in the field of handles.
            let handles = self.account.network.accepts(IdentifierKind::Handle);
            if (!handles || field == IdentifierKind::Handle)
                && let Some(id) = self.parsed(IdentifierKind::Id, Sure::Interpreted, text)
            {
                handle.keys.extend(id.keys.into_iter().take(1));
            }
            handle
        });
        let read = handle.or_else(|| id().filter(|_| !self.takes_any_id()));
        let is_read = read.is_some();
        let claims = read.into_iter().chain(any_id).collect();
        if is_read { Ok(claims) } else { Err(claims) }
    }

    /// Returns whether the network's ids may be any text.
    fn takes_any_id(&self) -> bool {
        UserId::parse("any-text!", self.account.grammar()).is_ok()
    }

    /// Returns whether a text is an id in every field: it has digits and no other letter case than ids have, and no handle
    /// may look like it.
    fn is_id(&self, text: &str) -> bool {
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let id = UserId::parse(text, self.account.grammar());
        !self.account.network.accepts(IdentifierKind::Handle)
            && text.contains(char::is_numeric)
            && (is_digits || !self.takes_any_id())
            && id.is_ok_and(|id| id.address().is_none() && text.contains(id.identity()))
    }

    /// Returns whether a text outside of the phone field is a number with missing digits.
    fn is_masked(&self, field: IdentifierKind, text: &str) -> bool {
        let own = self.account.network.own_number_ranges();
        let error = PhoneText::parse(text, self.region(), own).err();
        let count = |is: fn(char) -> bool| text.chars().filter(|c| is(*c)).count();
        let digits = count(char::is_numeric);
        let masks = count(|c| "*#?•…".contains(c));
        let words = count(|c| "xX_".contains(c));
        let is_handle = field == IdentifierKind::Handle
            && self.account.network.accepts(IdentifierKind::Handle)
            && self.handle(text).is_some();
        error.is_some_and(|error| error.error.code().as_str() == "masked_number")
            && digits + masks + words >= 7
            && (masks > 0 || words > 1 && text.starts_with(|c: char| c.is_numeric()))
            && !is_handle
    }

    /// Returns the readings of a number. The error has readings that can only find a person.
    fn phone(
        &self,
        text: &str,
        national: Sure,
    ) -> Result<Vec<OracleCandidate>, Vec<OracleCandidate>> {
        let key = |text: &str| Key::new(IdentifierKind::Phone, text);
        let read = match PhoneText::parse(
            text,
            self.region(),
            self.account.network.own_number_ranges(),
        ) {
            Ok(read) => read,
            // Without a region a missing plus is a guess, which never creates a chat.
            Err(error) => {
                let with_plus = error.with_plus.map(Identifier::Phone);
                let found = with_plus.map(|read| self.claim(Sure::Interpreted, &read));
                return Err(found.into_iter().map(finding).collect());
            }
        };
        let sure = match read.spelling {
            PhoneSpelling::Digits if read.other.is_some() => Sure::Interpreted,
            PhoneSpelling::Digits if read.assumed.is_some() => national,
            PhoneSpelling::Digits => Sure::Exact,
            PhoneSpelling::Retired(_) => Sure::Variant,
            _ => Sure::Interpreted,
        };
        let mut read_as = self.claim(sure, &Identifier::Phone(read.phone));
        let other = read.other.map(|(_, other)| other);
        read_as
            .keys
            .extend(other.map(|other| (Sure::Interpreted, key(other.as_str()))));
        // The digits may be the id of a known person.
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let id = UserId::parse(text, self.account.grammar()).ok();
        let id = id.filter(|id| is_digits && id.address().is_none());
        read_as
            .keys
            .extend(id.map(|id| (Sure::Interpreted, Identifier::Id(id).key())));
        let own_ranges = self.account.network.own_number_ranges();
        let is_own = own_ranges
            .iter()
            .any(|range| range.contains(read.phone.as_str()));
        let is_retired = matches!(read.spelling, PhoneSpelling::Retired(_));
        let must_be_valid = self.policy.require_valid_numbers && !is_retired && !is_own;
        match read.spelling {
            _ if must_be_valid && !read.phone.is_valid() => Err(vec![finding(read_as)]),
            PhoneSpelling::WithKeypadNote => Err(vec![finding(read_as)]),
            PhoneSpelling::Retired(old) => {
                // It is a search key, and its present form may be looked up.
                let old = old.map(|old| key(old.as_str()));
                read_as.keys.retain(|(_, key)| Some(key) != old.as_ref());
                read_as.keys.extend(old.map(|old| (Sure::Exact, old)));
                read_as.creates = self.account.can_look_up(IdentifierKind::Phone);
                Ok(vec![read_as])
            }
            _ => Ok(vec![read_as]),
        }
    }

    fn email(&self, text: &str) -> Option<OracleCandidate> {
        let read = EmailText::parse(text, self.policy.email).ok()?;
        let sure = if read.is_wrapped {
            Sure::Interpreted
        } else {
            Sure::Exact
        };
        Some(self.claim(sure, &Identifier::Email(read.email)))
    }

    fn parsed(&self, kind: IdentifierKind, sure: Sure, text: &str) -> Option<OracleCandidate> {
        let network = &self.account.network;
        let read = match kind {
            IdentifierKind::Handle if !handles_are_ids(self.account) => {
                Identifier::Handle(Handle::parse(text, handles_of(self.account)).ok()?)
            }
            _ => Identifier::Id(UserId::parse(text, network).ok()?),
        };
        Some(self.claim(sure, &read))
    }

    /// Returns the account's region, else that of the account's own number, else the policy's default.
    fn region(&self) -> Option<contact_resolution::Region> {
        self.account.home_region().or(self.policy.default_region)
    }

    /// Returns whether a text is an unmarked word: it has no `@`, link or digits.
    ///
    /// It must also be in the id field, and there be the name or no id of the network.
    fn is_plain(&self, field: IdentifierKind, text: &str) -> bool {
        let word =
            !text.contains('@') && !text.contains("://") && !text.chars().any(char::is_numeric);
        let id = UserId::parse(text, self.account.grammar());
        let distinctive = id.as_ref().is_ok_and(UserId::is_distinctive);
        let [in_id, in_name] = self.plain.map(|text| text.map(str::to_lowercase));
        let lower = Some(text.to_lowercase());
        let free = match (field, self.plain[0]) {
            (IdentifierKind::Id, _) => in_name == lower || id.is_err(),
            (_, Some(typed)) if in_id == lower => {
                in_name == in_id || UserId::parse(typed, self.account.grammar()).is_err()
            }
            _ => false,
        };
        word && !distinctive && free
    }

    fn has_several_addresses(&self, text: &str) -> bool {
        EmailText::parse(text, self.policy.email)
            .is_err_and(|error| error.code() == FieldErrorCode::SeveralAddresses)
    }

    fn handle(&self, text: &str) -> Option<String> {
        Some(
            Handle::parse(text, handles_of(self.account))
                .ok()?
                .as_str()
                .to_owned(),
        )
    }

    fn id(&self, text: &str) -> Option<String> {
        Some(
            UserId::parse(text, self.account.grammar())
                .ok()?
                .as_str()
                .to_owned(),
        )
    }

    fn claim(&self, sure: Sure, read: &Identifier) -> OracleCandidate {
        let mut keys = vec![(sure, read.key())];
        let number = match read {
            Identifier::Phone(number) => Some(*number),
            Identifier::Id(id) => {
                // Folding finds people less surely than the exact text does. A device finds the person without one, and
                // the other way round.
                if let Some((bare, device)) = folded(id, self.account) {
                    let sure = sure.max(Sure::Interpreted);
                    let mut found_by = |text: &str, mark: &str| {
                        let text = format!("{text}{mark}");
                        keys.push((sure, Key::new(IdentifierKind::Id, &text)));
                    };
                    found_by(id.as_str(), " ");
                    match (device, self.account.network.name()) {
                        (Some(_), _) => found_by(&bare, " "),
                        (None, "xmpp") => found_by(&bare, "/ "),
                        (None, _) => {}
                    }
                }
                let implied = carried(id);
                keys.extend(implied.iter().map(|key| (sure, key.clone())));
                implied
                    .filter(|key| key.kind() == IdentifierKind::Phone)
                    .and_then(|key| {
                        let old = phone::legacy(key.value(), None);
                        old.map(|old| old.modern()).or(key.value().parse().ok())
                    })
            }
            _ => None,
        };
        // Variants of a subscriber's number are search keys. The number is never rewritten.
        keys.extend(number.iter().map(|number| {
            (
                Sure::Variant,
                Key::new(IdentifierKind::Phone, number.as_str()),
            )
        }));
        let variants = number.iter().flat_map(Phone::variants);
        keys.extend(variants.map(|variant| {
            (
                Sure::Variant,
                Key::new(IdentifierKind::Phone, variant.as_str()),
            )
        }));
        OracleCandidate {
            kind: read.kind(),
            sure,
            // Letter case and brackets may matter to a server.
            value: read.to_send().to_owned(),
            keys,
            creates: true,
        }
    }
}

/// Returns a reading that finds known people and never creates a chat.
fn finding(claim: OracleCandidate) -> OracleCandidate {
    OracleCandidate {
        creates: false,
        ..claim
    }
}

fn claim(kind: IdentifierKind, sure: Sure, value: &str, creates: bool) -> OracleCandidate {
    OracleCandidate {
        kind,
        sure,
        value: value.to_owned(),
        keys: vec![(sure, Key::new(kind, value))],
        creates,
    }
}
