//! What the members of a payload may be.

use contact_resolution::identifier::{link, phone};
use contact_resolution::wire::UserPayload;
use contact_resolution::{
    Account, Email, FieldErrorCode, Handle, Identifier, IdentifierKind, Key, ParseError, Phone,
    Policy, UserId,
};

use super::world::{carried, handles_are_ids, handles_of};

/// How surely a text is what it is read as; the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sure {
    Exact,
    Interpreted,
    Variant,
}

/// One member that is not blank, with everything it may be.
pub(crate) struct Member {
    pub(crate) claims: Vec<OracleCandidate>,
    /// Plain text, which may find somebody and creates nothing.
    pub(crate) plain: bool,
}

/// One reading of a member.
#[derive(Debug)]
pub(crate) struct OracleCandidate {
    pub(crate) kind: IdentifierKind,
    pub(crate) sure: Sure,
    /// The normalized form.
    pub(crate) value: String,
    /// Under which keys known people are searched, and how sure whoever is found by it is.
    pub(crate) keys: Vec<(Sure, Key)>,
    /// Whether a chat may be created with it.
    pub(crate) creates: bool,
}

struct Reader<'a> {
    account: &'a Account,
    policy: Policy,
    plain: [Option<&'a str>; 2],
}

/// Blank members are absent; each of the others is read as what it is, not as the slot it came in.
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
        let mut claims = Vec::new();
        let mut plain = false;
        match self.readings(field, text) {
            Ok((kind, sure, read)) => {
                plain = self.is_plain(text)
                    && matches!(kind, IdentifierKind::Id | IdentifierKind::Handle);
                if plain {
                    // It may find a known person by an exact handle, or be the very id of one.
                    claims.extend(
                        self.handle(text)
                            .map(|handle| claim(IdentifierKind::Handle, sure, &handle, false)),
                    );
                    claims.extend(
                        self.id(text)
                            .filter(|_| field == IdentifierKind::Id)
                            .map(|id| claim(IdentifierKind::Id, sure, &id, false)),
                    );
                } else {
                    claims.push(Self::claim(kind, sure, &read));
                    claims.extend(self.other_country(field, text));
                    claims.extend(self.unmistakable(field, kind, text));
                }
            }
            Err(_) => claims.extend(self.legacy(text)),
        }
        // A stored record is found by the very text it was stored with.
        claims.push(claim(field, Sure::Exact, text, false));
        Member { claims, plain }
    }

    /// What a text is: its kind, how surely, and the identifier.
    fn readings(
        &self,
        field: IdentifierKind,
        text: &str,
    ) -> Result<(IdentifierKind, Sure, Identifier), FieldErrorCode> {
        if let Some(link) = link::parse(text, self.account.grammar()) {
            let link = link.map_err(|error: ParseError| error.code())?;
            return Ok((link.kind, Sure::Exact, self.parse(link.kind, &link.text)?));
        }
        let id = UserId::parse(text, self.account.grammar());
        if let Ok(id) = &id
            && (id.is_distinctive()
                || field == IdentifierKind::Id
                || (field == IdentifierKind::Handle && handles_are_ids(self.account)))
        {
            return Ok((IdentifierKind::Id, Sure::Exact, Identifier::Id(id.clone())));
        }
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        let short_code =
            digits && text.len() <= 6 && self.parse(IdentifierKind::Phone, text).is_err();
        if field == IdentifierKind::Phone && self.account.network.takes_short_codes() && short_code
        {
            // SMS takes short codes as ids.
            if let Ok(id) = id {
                return Ok((IdentifierKind::Id, Sure::Exact, Identifier::Id(id)));
            }
        }
        if text.starts_with('+') || field == IdentifierKind::Phone {
            match self.parse(IdentifierKind::Phone, text) {
                Ok(number) => {
                    let national = Phone::parse(text).is_err() && self.national(text).is_none();
                    let sure = if national {
                        Sure::Interpreted
                    } else {
                        Sure::Exact
                    };
                    return Ok((IdentifierKind::Phone, sure, number));
                }
                Err(code) if text.starts_with('+') || text.chars().any(|c| c.is_ascii_digit()) => {
                    return Err(code);
                }
                Err(_) => {}
            }
        }
        let at_inside = text.contains('@') && !text.starts_with('@');
        if at_inside {
            return Ok((
                IdentifierKind::Email,
                Sure::Exact,
                self.parse(IdentifierKind::Email, text)?,
            ));
        }
        let handle = self.parse(IdentifierKind::Handle, text);
        match (field, handle, id) {
            (IdentifierKind::Handle, Ok(handle), _) => {
                Ok((IdentifierKind::Handle, Sure::Exact, handle))
            }
            (_, Ok(handle), _) => Ok((IdentifierKind::Handle, Sure::Interpreted, handle)),
            (_, Err(_), Ok(id)) => Ok((IdentifierKind::Id, Sure::Interpreted, Identifier::Id(id))),
            (IdentifierKind::Handle, Err(code), _) => Err(code),
            (field, Err(_), _) => Err(self
                .parse(field, text)
                .err()
                .unwrap_or(FieldErrorCode::InvalidId)),
        }
    }

    /// A number with a country code or an address has its full strength in any slot, so that it is one beside the id
    /// that its slot makes of it.
    fn unmistakable(
        &self,
        field: IdentifierKind,
        kind: IdentifierKind,
        text: &str,
    ) -> Option<OracleCandidate> {
        let distinctive =
            UserId::parse(text, self.account.grammar()).is_ok_and(|id| id.is_distinctive());
        let other = if text.starts_with('+') {
            IdentifierKind::Phone
        } else {
            IdentifierKind::Email
        };
        let doubted = field == IdentifierKind::Id
            && kind == IdentifierKind::Id
            && !distinctive
            && !text.starts_with('@');
        let is_one = doubted && (other == IdentifierKind::Phone || text.contains('@'));
        let read = self.parse(other, text).ok().filter(|_| is_one)?;
        Some(Self::claim(other, Sure::Exact, &read))
    }

    fn parse(&self, kind: IdentifierKind, text: &str) -> Result<Identifier, FieldErrorCode> {
        let parsed = match kind {
            IdentifierKind::Id => UserId::parse(text, self.account.grammar()).map(Identifier::Id),
            // A form that its country has retired is a search key, and no number.
            IdentifierKind::Phone if phone::legacy(text, self.region()).is_some() => {
                return Err(FieldErrorCode::WrongLength);
            }
            IdentifierKind::Phone => {
                return match (Phone::parse_in(text, self.region()), Self::abroad(text)) {
                    (Ok(read), _) => Ok(Identifier::Phone(read.phone)),
                    (Err(_), Some(abroad)) if self.region().is_some() => {
                        Ok(Identifier::Phone(abroad))
                    }
                    (Err(error), _) => Err(error.code()),
                };
            }
            IdentifierKind::Email => {
                Email::parse_with(text, self.policy.email).map(Identifier::Email)
            }
            IdentifierKind::Handle if handles_are_ids(self.account) => {
                UserId::parse(text, self.account.grammar()).map(Identifier::Id)
            }
            IdentifierKind::Handle => {
                Handle::parse(text, handles_of(self.account)).map(Identifier::Handle)
            }
        };
        parsed.map_err(|error| error.code())
    }

    /// The region is the account's, else that of the account's own number, else the policy's default.
    fn region(&self) -> Option<contact_resolution::Region> {
        self.account.home_region().or(self.policy.default_region)
    }

    fn national(&self, text: &str) -> Option<Phone> {
        Phone::parse_in(text, self.region())
            .ok()
            .map(|read| read.phone)
    }

    /// Digits as they would read with a `+`, where that is a valid number.
    fn abroad(text: &str) -> Option<Phone> {
        let digits = text
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| format!("+{text}"))?;
        Phone::parse(&digits)
            .ok()
            .map(|read| read.phone)
            .filter(Phone::is_valid)
    }

    /// Digits that are a possible national number, and with a `+` a valid one elsewhere: searched under both.
    fn other_country(&self, field: IdentifierKind, text: &str) -> Option<OracleCandidate> {
        let (abroad, national) = (
            Self::abroad(text).filter(|_| field == IdentifierKind::Phone)?,
            self.national(text)?,
        );
        (abroad != national).then(|| {
            let found = Self::claim(
                IdentifierKind::Phone,
                Sure::Interpreted,
                &Identifier::Phone(abroad),
            );
            OracleCandidate {
                creates: false,
                ..found
            }
        })
    }

    /// A retired form is still a search key, and creates nothing.
    fn legacy(&self, text: &str) -> Option<OracleCandidate> {
        let old = phone::legacy(text, self.region())?;
        let keys = vec![
            (Sure::Exact, Key::new(IdentifierKind::Phone, old.as_str())),
            (
                Sure::Variant,
                Key::new(IdentifierKind::Phone, old.modern().as_str()),
            ),
        ];
        Some(OracleCandidate {
            kind: IdentifierKind::Phone,
            sure: Sure::Exact,
            value: old.to_string(),
            keys,
            creates: false,
        })
    }

    /// Text without `@`, link or digits that came in as an id, or that equals the full name.
    fn is_plain(&self, text: &str) -> bool {
        let word =
            !text.contains('@') && !text.contains("://") && !text.chars().any(char::is_numeric);
        let distinctive =
            UserId::parse(text, self.account.grammar()).is_ok_and(|id| id.is_distinctive());
        word && !distinctive && self.plain.contains(&Some(text))
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

    fn claim(kind: IdentifierKind, sure: Sure, read: &Identifier) -> OracleCandidate {
        let mut keys = vec![(sure, read.key())];
        let number = match read {
            Identifier::Phone(number) => Some(*number),
            Identifier::Id(id) => {
                let implied = carried(id);
                keys.extend(implied.iter().map(|key| (sure, key.clone())));
                implied
                    .filter(|key| key.kind() == IdentifierKind::Phone)
                    .and_then(|key| key.value().parse().ok())
            }
            _ => None,
        };
        // Country variants of one subscriber are search keys, and never a rewrite.
        let variants = number.iter().flat_map(Phone::variants);
        keys.extend(variants.map(|variant| {
            (
                Sure::Variant,
                Key::new(IdentifierKind::Phone, variant.as_str()),
            )
        }));
        // An id in a slot of handles is an id.
        let kind = if let Identifier::Id(_) = read {
            IdentifierKind::Id
        } else {
            kind
        };
        OracleCandidate {
            kind,
            sure,
            value: read.as_str().to_owned(),
            keys,
            creates: true,
        }
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
