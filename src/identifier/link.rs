//! Links: the identifier inside a URL or a URI.

mod url;

use std::fmt;

use super::{FieldErrorCode, Handle, ParseError, Phone, UserId};
use crate::network::{AccountGrammar, IdentifierKind, Network, Site, trim};
use crate::small_text::SmallText;

use url::Url;
pub(crate) use url::decode;

/// The most bytes of a link worth reading. Browsers take about as much.
const LONGEST: usize = 2048;

/// The schemes of addresses, which belong to no network.
const ADDRESSES: [(&str, AddressScheme); 10] = [
    ("tel:", AddressScheme::Phone),
    ("callto:", AddressScheme::Phone),
    ("sms:", AddressScheme::Sms),
    ("smsto:", AddressScheme::Sms),
    ("mailto:", AddressScheme::Email),
    ("smtp:", AddressScheme::Email),
    ("facetime:", AddressScheme::Either),
    ("facetime-audio:", AddressScheme::Either),
    ("im:", AddressScheme::Either),
    ("imessage:", AddressScheme::Either),
];

/// The services at the beginning of Apple's chat ids, such as `any;-;`.
const SERVICES: [&str; 4] = ["any", "imessage", "rcs", "sms"];

/// The kinds of identifier after a scheme.
#[derive(Clone, Copy)]
enum AddressScheme {
    Phone,
    /// A phone number, perhaps with Apple's `&body=` and a message after it.
    Sms,
    Email,
    Either,
}

/// The identifier that a link leads to.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LinkTarget {
    /// The kind of identifier.
    pub kind: IdentifierKind,
    text: SmallText,
}

impl LinkTarget {
    /// Returns the text of the identifier, not yet parsed as that kind. A phone number after `tel:` is as it was written. A
    /// number in a link of a network, such as wa.me, has a `+`.
    ///
    /// ```
    /// use contact_resolution::{Network, link};
    ///
    /// let target = link::parse("mailto:wren%40example.org", &Network::SIGNAL).unwrap()?;
    /// assert_eq!(target.text(), "wren@example.org");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.as_str()
    }
}

/// The text is personal and never appears in `Debug`.
impl fmt::Debug for LinkTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkTarget({})", self.kind)
    }
}

/// Returns the identifier inside a link, or `None` if the text is no link.
///
/// A link may lack its scheme (`t.me/alice`). It may have any case, port, `www.`, trailing slash, query and percent encoding
/// that leads to the same person.
///
/// # Errors
///
/// Returns an error with
/// - [`FieldErrorCode::OtherNetwork`] if the link is of another network
/// - [`FieldErrorCode::NotANumber`] if it has no number, as in `tel:`
/// - [`FieldErrorCode::NotAPerson`] if it leads to a group, a channel, a message, an invite or an unknown site
///
/// ```
/// use contact_resolution::link;
/// use contact_resolution::{FieldErrorCode, IdentifierKind, Network};
///
/// let unwrapped = link::parse("https://wa.me/14155552671?text=Hi", &Network::WHATSAPP).unwrap()?;
/// assert_eq!((unwrapped.kind, unwrapped.text()), (IdentifierKind::Phone, "+14155552671"));
///
/// let invite = link::parse("t.me/+AbCdEf0123456789", &Network::TELEGRAM).unwrap();
/// assert_eq!(invite.unwrap_err().code(), FieldErrorCode::NotAPerson);
/// assert!(link::parse("alice", &Network::TELEGRAM).is_none());
/// # Ok::<(), contact_resolution::ParseError>(())
/// ```
#[must_use]
pub fn parse<'a>(
    text: &str,
    grammar: impl Into<AccountGrammar<'a>>,
) -> Option<Result<LinkTarget, ParseError>> {
    parse_trimmed(trim(text), grammar.into())
}

/// Parses like [`parse`] a text without white space around it.
pub(crate) fn parse_trimmed(
    text: &str,
    grammar: AccountGrammar<'_>,
) -> Option<Result<LinkTarget, ParseError>> {
    let network = grammar.network();
    // No link is without one of these, and none starts with a sigil.
    let is_mark = |byte: u8| matches!(byte, b':' | b'/' | b'.' | b';');
    if matches!(text.as_bytes().first(), Some(b'@' | b'+')) {
        return None;
    }
    let mark = text.bytes().position(is_mark)?;
    // A web address has neither the scheme of an address nor a label.
    let after_scheme = url::after_web_scheme(text);
    if after_scheme.is_none() {
        let (scheme, rest) = text.split_at_checked(mark + 1)?;
        if let Some((rest, scheme)) =
            scheme_of_address(text, scheme, rest).filter(|(rest, _)| !is_user(text, rest, network))
        {
            return Some(if rest.len() > LONGEST {
                Err(not_a_person())
            } else {
                address(rest, scheme)
            });
        }
        // The name of a network with a colon and a space is a label, as in `WhatsApp: 021 123 4567`.
        if is_label(scheme) && rest.starts_with(char::is_whitespace) {
            return None;
        }
    }
    let url = url::Parsed::new(text, after_scheme);
    for site in &network.rules().links {
        if let Some(url) = url.of_site(site) {
            return Some(person(&url, site, grammar));
        }
    }
    let has_scheme = after_scheme.is_some() || url::is_bare_web(text) || text.contains("://");
    // A bare host may be a handle (`alice.t.me` is one on Bluesky), and a bare scheme a Matrix user (`irc:example.org`). With
    // a path they are not.
    let is_link = has_scheme
        || text.contains(['/', '#', '?'])
        || (text.contains(':') && UserId::parse(text, &Network::MATRIX).is_err());
    let mut others = Network::ALL
        .iter()
        .flat_map(|network| &network.rules().links);
    if is_link && others.any(|site| url.of_site(site).is_some()) {
        return Some(Err(ParseError::new(FieldErrorCode::OtherNetwork)));
    }
    has_scheme.then(|| Err(not_a_person()))
}

/// Returns whether a text such as `im:example.org` is a Matrix user on this network. Its name is then equal to the
/// scheme of an address, and no number follows.
fn is_user(text: &str, rest: &str, network: &Network) -> bool {
    let user = |network: &Network| UserId::parse(text, network).ok();
    Phone::parse(rest).is_err_and(|error| error.code() == FieldErrorCode::NotANumber)
        && user(&Network::MATRIX).is_some_and(|own| user(network) == Some(own))
}

/// Returns whether a text is a word and a colon.
fn is_label(text: &str) -> bool {
    let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '-');
    text.strip_suffix(':')
        .is_some_and(|name| is_name(name.trim()))
}

/// Returns the text after the scheme of a number or an address. `scheme` is the text up to its first mark.
fn scheme_of_address<'t>(
    text: &'t str,
    scheme: &str,
    rest: &'t str,
) -> Option<(&'t str, AddressScheme)> {
    if scheme.ends_with(';') {
        return Some((address_of_chat_id(text)?, AddressScheme::Either));
    }
    let mut schemes = ADDRESSES.iter();
    let (_, scheme) = schemes.find(|(known, _)| scheme.eq_ignore_ascii_case(known))?;
    Some((rest, *scheme))
}

/// Returns the number or the address in a chat id of Apple. A chat id may also name a business, which has no address.
pub(crate) fn address_of_chat_id(text: &str) -> Option<&str> {
    let (service, rest) = text.split_once(";-;")?;
    let is_business = rest.starts_with(char::is_alphabetic) && !rest.contains('@');
    let mut services = SERVICES.iter();
    let is_known = services.any(|known| service.eq_ignore_ascii_case(known));
    (is_known && !is_business).then_some(rest)
}

fn not_a_person() -> ParseError {
    ParseError::new(FieldErrorCode::NotAPerson)
}

/// Returns the address after a scheme such as `tel:`, without the query (`?body=`).
///
/// Parameters stay with a number, because they may name its country (`;phone-context=+1`, RFC 3966 §5.1.5).
fn address(rest: &str, scheme: AddressScheme) -> Result<LinkTarget, ParseError> {
    let rest = rest.trim_start_matches('/');
    let ends: &[char] = match scheme {
        AddressScheme::Sms => &['?', '&'],
        AddressScheme::Phone | AddressScheme::Email | AddressScheme::Either => &['?'],
    };
    let (path, query) = rest.split_once(ends).unwrap_or((rest, ""));
    let mut text = decode(path).ok_or_else(not_a_person)?;
    if text.is_empty() {
        // As in `mailto:?to=alice@example.com` (RFC 6068 §2).
        text = url::member(query, "to").unwrap_or_default();
    }
    let text = text.trim();
    // A label without anything after it.
    if text.is_empty() && matches!(scheme, AddressScheme::Phone | AddressScheme::Sms) {
        return Err(ParseError::new(FieldErrorCode::NotANumber));
    }
    let email = match scheme {
        AddressScheme::Phone | AddressScheme::Sms => false,
        AddressScheme::Email => true,
        AddressScheme::Either => text.contains('@'),
    };
    let kind = if email {
        IdentifierKind::Email
    } else {
        IdentifierKind::Phone
    };
    // Several recipients are a group.
    if text.is_empty() || (kind == IdentifierKind::Phone && text.contains(',')) {
        return Err(not_a_person());
    }
    Ok(LinkTarget {
        kind,
        text: text.into(),
    })
}

/// Returns the person that a link of the network's own site leads to.
fn person(url: &Url, site: &Site, grammar: AccountGrammar) -> Result<LinkTarget, ParseError> {
    if url.has_query() && site.unless.iter().any(|key| url.has_query_member(key)) {
        return Err(not_a_person());
    }
    let mut refused = None;
    for person in &site.people {
        let kind = person.kind;
        let Some(found) = url.capture(&person.parts) else {
            continue;
        };
        if site.is_reserved(&found) {
            return Err(not_a_person());
        }
        match read(&found, kind, grammar) {
            Ok(text) => return Ok(LinkTarget { kind, text }),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    // A hidden character has a code of its own. Otherwise no person has such a name.
    Err(refused
        .filter(|error| error.code() == FieldErrorCode::InvisibleCharacter)
        .unwrap_or_else(not_a_person))
}

/// Returns the text of an identifier in a link, if it is one of this kind.
fn read(
    found: &str,
    kind: IdentifierKind,
    grammar: AccountGrammar,
) -> Result<SmallText, ParseError> {
    match kind {
        IdentifierKind::Id => UserId::parse(found, grammar).map(UserId::into_sent),
        IdentifierKind::Handle => Handle::parse(found, grammar).map(Handle::into_sent),
        IdentifierKind::Phone => {
            let digits = found.trim_start_matches(['+', ' ']);
            let mut number = SmallText::from("+");
            for part in digits.split([' ', '-', '.', '(', ')']) {
                number.push_str(part);
            }
            let mut written = number.as_bytes().iter().skip(1);
            let all_digits = number.len() > 1 && written.all(u8::is_ascii_digit);
            if all_digits {
                Ok(number)
            } else {
                Err(not_a_person())
            }
        }
        IdentifierKind::Email => Ok(found.into()),
    }
}
