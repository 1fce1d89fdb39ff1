//! The keys of stored people, derived from each stored text.

use contact_resolution::EmbeddedAddress;
use contact_resolution::email::EmailText;
use contact_resolution::network::AccountGrammar;
use contact_resolution::phone::{PhoneSpelling, PhoneText};
use contact_resolution::{
    Account, Email, EmailPolicy, Handle, Identifier, IdentifierKind, Key, Network, Person, Phone,
    UserId,
};
use contact_resolution::{link, phone};

use super::world::folded;

/// Returns the rules for reading a handle. A network without handles uses the general rules.
pub(crate) fn handles_of(account: &Account) -> AccountGrammar<'_> {
    const GENERAL: &Network = &Network::GENERAL;
    if account.network.accepts(IdentifierKind::Handle) {
        account.grammar()
    } else {
        GENERAL.into()
    }
}

/// Returns whether the network's handles are its user ids.
pub(crate) fn handles_are_ids(account: &Account) -> bool {
    account.network.handles_are_ids()
}

/// Returns all keys that a person is found by.
pub(crate) fn keys(person: &Person, account: &Account) -> Vec<Key> {
    if person.group_only {
        // Only by exact id, not by an embedded address or another identifier.
        let ids = person
            .stored(IdentifierKind::Id)
            .flat_map(|id| keys_of_text(IdentifierKind::Id, id, account));
        return ids.filter(|key| key.kind() == IdentifierKind::Id).collect();
    }
    let texts = IdentifierKind::ALL
        .into_iter()
        .flat_map(|kind| person.stored(kind).map(move |text| (kind, text)));
    texts
        .flat_map(|(kind, text)| keys_of_text(kind, text, account))
        .collect()
}

/// Returns the keys of the exact text, of its present reading, and of an embedded address.
pub(crate) fn keys_of_text(kind: IdentifierKind, text: &str, account: &Account) -> Vec<Key> {
    let text = text.trim();
    let mut keys = vec![Key::new(kind, text)];
    let Some((read, _)) = stored(kind, text, account) else {
        let old = phone::legacy(text, account.home_region());
        let old = old.filter(|_| kind == IdentifierKind::Phone);
        keys.extend(old.map(|old| Key::new(kind, old.as_str())));
        keys.extend(unread(kind, text, account));
        return keys;
    };
    keys.push(read.key());
    if let Identifier::Id(id) = &read {
        let found_by =
            |text: &str, mark: &str| Key::new(IdentifierKind::Id, &format!("{text}{mark}"));
        if let Some((bare, device)) = folded(id, account) {
            keys.push(found_by(id.as_str(), " "));
            keys.extend(device.map(|_| found_by(&bare, "/ ")));
        }
        keys.extend(carried(id));
    }
    keys
}

/// What stored text is, and the text to send if a create may use it. It is read as payload text is.
pub(crate) fn stored(
    kind: IdentifierKind,
    text: &str,
    account: &Account,
) -> Option<(Identifier, Option<String>)> {
    let normalized = |read: Identifier| {
        let text = read.to_send().to_owned();
        (read, Some(text))
    };
    if kind == IdentifierKind::Id
        && let Ok(id) = UserId::parse(text, account.grammar())
    {
        return Some((Identifier::Id(id), Some(text.to_owned())));
    }
    let (kind, text) = match link::parse(text, account.grammar()) {
        Some(Ok(link)) => (link.kind, link.text().to_owned()),
        Some(Err(_)) => return None,
        None => (kind, text.to_owned()),
    };
    let of_kind = |kind: IdentifierKind| -> Option<(Identifier, Option<String>)> {
        match kind {
            IdentifierKind::Id => {
                let id = UserId::parse(&text, account.grammar()).ok()?;
                Some(normalized(Identifier::Id(id)))
            }
            IdentifierKind::Handle if handles_are_ids(account) => {
                let id = UserId::parse(&text, account.grammar()).ok()?;
                Some((Identifier::Id(id), None))
            }
            IdentifierKind::Handle => {
                let handle = Handle::parse(&text, handles_of(account)).ok()?;
                Some(normalized(Identifier::Handle(handle)))
            }
            IdentifierKind::Email => {
                let read = EmailText::parse(&text, EmailPolicy::RFC).ok()?;
                let sent = if read.is_wrapped {
                    text.clone()
                } else {
                    read.email.as_str().to_owned()
                };
                Some((Identifier::Email(read.email), Some(sent)))
            }
            IdentifierKind::Phone => {
                let own = account.network.own_number_ranges();
                let read = match PhoneText::parse(&text, account.home_region(), own) {
                    Ok(read) => read,
                    Err(error) => return Some((Identifier::Phone(error.with_plus?), None)),
                };
                let sent = match read.spelling {
                    PhoneSpelling::Retired(Some(_)) => return None,
                    PhoneSpelling::Digits => Some(read.phone.as_str().to_owned()),
                    PhoneSpelling::Retired(None) | PhoneSpelling::WithKeypadNote => None,
                    _ => Some(text.clone()),
                };
                Some((Identifier::Phone(read.phone), sent))
            }
        }
    };
    of_kind(kind).or_else(|| {
        let other = match text.chars().next()? {
            '@' => IdentifierKind::Handle,
            _ if text.contains('@') => IdentifierKind::Email,
            '+' => IdentifierKind::Phone,
            _ => return None,
        };
        let (read, _) = of_kind(other).filter(|_| other != kind && kind != IdentifierKind::Id)?;
        Some((read, None))
    })
}

/// By what a text is found that is nothing: an address without scheme and case, a number by its digits.
pub(crate) fn unread(kind: IdentifierKind, text: &str, account: &Account) -> Option<Key> {
    let text = text.trim();
    let link = link::parse(text, account.grammar()).and_then(Result::ok);
    if let Some(link) = link.filter(|link| link.kind == IdentifierKind::Phone) {
        return unread_text(IdentifierKind::Phone, link.text());
    }
    unread_text(kind, text)
}

fn unread_text(kind: IdentifierKind, text: &str) -> Option<Key> {
    let lower = text.to_ascii_lowercase();
    let address = ["mailto:", "smtp:"]
        .into_iter()
        .find_map(|scheme| lower.strip_prefix(scheme))
        .unwrap_or(&lower);
    let at = address.find('@');
    let is_address = at.is_some_and(|at| at > 0 && at + 1 < address.len());
    if is_address && !address.contains(char::is_whitespace) {
        return Some(Key::new(IdentifierKind::Email, address));
    }
    // A label, as in `Mobile: 020 7946 0958`, is no part of the number.
    let is_label = |label: &&str| label.chars().all(|c| c.is_alphabetic() || " .".contains(c));
    let text = match text.split_once(':') {
        Some((label, number)) if is_label(&label) => number,
        _ => text,
    };
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_digit() || "+-*#() ./".contains(c));
    let digits: String = text
        .chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, '*' | '#'))
        .collect();
    let has_digits = digits.contains(|c: char| c.is_ascii_digit());
    (kind == IdentifierKind::Phone && is_plain && has_digits)
        .then(|| Key::new(kind, &format!("{digits} ")))
}

/// Returns the key of the address that an id embeds.
pub(crate) fn carried(id: &UserId) -> Option<Key> {
    let code = id.as_str().strip_prefix("tel:").unwrap_or_default();
    if (3..=6).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit()) {
        return unread_text(IdentifierKind::Phone, code);
    }
    match id.address()? {
        EmbeddedAddress::Phone(text) => {
            let number = Phone::parse(&text).map(|read| read.phone.as_str().to_owned());
            Some(Key::new(
                IdentifierKind::Phone,
                &number.unwrap_or_else(|_| text.into_owned()),
            ))
        }
        EmbeddedAddress::Email(text) => {
            let email = Email::parse_with(text, EmailPolicy::RFC).ok()?;
            Some(Key::new(IdentifierKind::Email, email.as_str()))
        }
    }
}
