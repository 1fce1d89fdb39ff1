//! Why the rules of a network are refused.

use std::error::Error;
use std::fmt;

macro_rules! rules_errors {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal,)*) => {
        /// What is wrong with the rules of a network.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum RulesErrorCode {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl RulesErrorCode {
            const fn as_str(self) -> &'static str {
                match self {
                    $(RulesErrorCode::$variant => $code,)*
                }
            }

            const fn text(self) -> &'static str {
                match self {
                    $(RulesErrorCode::$variant => concat!($($doc),+),)*
                }
            }
        }

        impl RulesError {
            /// Every [`code`](RulesError::code). The list may grow.
            pub const CODES: &[&str] = &[$($code),*];
        }
    };
}

rules_errors! {
    /// The JSON is not that of rules: a member is unknown, missing or of the wrong type.
    NotRules = "not_rules",
    /// The name is not made of one to 64 of `a-z0-9_-`.
    InvalidName = "invalid_name",
    /// A built-in network with other rules has the name.
    BuiltInName = "built_in_name",
    /// Another network of the list has the name and other rules.
    DuplicateName = "duplicate_name",
    /// A text is empty.
    EmptyText = "empty_text",
    /// A text or a list is too long.
    TooLong = "too_long",
    /// An invisible character is in the text.
    InvisibleCharacter = "invisible_character",
    /// A built-in network has the bridge type.
    TakenBridgeType = "taken_bridge_type",
    /// Ids are not among the kinds of identifier.
    KindsWithoutId = "kinds_without_id",
    /// A kind of identifier is listed twice.
    DuplicateKind = "duplicate_kind",
    /// A network with handles needs a grammar of handles.
    NoHandleGrammar = "no_handle_grammar",
    /// There is a grammar of handles, and the network takes none.
    UnusedHandleGrammar = "unused_handle_grammar",
    /// A rule names a kind of identifier that the network does not take.
    KindNotTaken = "kind_not_taken",
    /// A limit is zero.
    ZeroLimit = "zero_limit",
    /// The range is not a prefix of `+` and digits, and a least and a most number of digits after it.
    InvalidNumberRange = "invalid_number_range",
    /// Short codes are ids, and the grammar of ids does not take them.
    ShortCodesAreNoIds = "short_codes_are_no_ids",
    /// A grammar has no forms.
    NoForms = "no_forms",
    /// A pattern is empty.
    EmptyPattern = "empty_pattern",
    /// A pattern has too many parts.
    TooManyParts = "too_many_parts",
    /// A set has no closing bracket.
    UnclosedSet = "unclosed_set",
    /// A set has no characters.
    EmptySet = "empty_set",
    /// A range of characters ends before it begins.
    ReversedRange = "reversed_range",
    /// A set has a character that is not ASCII.
    NotAscii = "not_ascii",
    /// A backslash is before an ordinary character or at the end.
    BadEscape = "bad_escape",
    /// A count is not one or two numbers, or is too large.
    BadCount = "bad_count",
    /// A count ends before it begins.
    ReversedCount = "reversed_count",
    /// A count follows something that is not a set.
    CountWithoutSet = "count_without_set",
    /// A part in braces has no closing brace.
    UnclosedPart = "unclosed_part",
    /// A part in braces has an unknown name.
    UnknownPart = "unknown_part",
    /// A group has no closing parenthesis.
    UnclosedGroup = "unclosed_group",
    /// A group or one of its alternatives is empty.
    EmptyGroup = "empty_group",
    /// A group is inside another one.
    NestedGroup = "nested_group",
    /// A choice that cannot be left out may only list plain texts.
    ChoiceOfSets = "choice_of_sets",
    /// A special character is out of place. A backslash makes it an ordinary one.
    StrayCharacter = "stray_character",
    /// A run of characters could take what must follow it.
    GreedyRun = "greedy_run",
    /// A template is not text with `{0}`, `{1}` and so on.
    BadTemplate = "bad_template",
    /// A template or a form names a run that the pattern does not have.
    UnknownRun = "unknown_run",
    /// A form embeds an address, and the run is not in its text.
    NothingEmbedded = "nothing_embedded",
    /// `oneCase` needs a `case` other than `exact`.
    OneCaseWithoutCase = "one_case_without_case",
    /// A word is not in the case that texts are compared in, so it would never be found.
    WordNotFolded = "word_not_folded",
    /// What a form writes is not read again as the same text.
    NotStable = "not_stable",
    /// A link has no host.
    NoHost = "no_host",
    /// A host is not a host name, `*.` and a host name, or a scheme with its colon.
    InvalidHost = "invalid_host",
    /// A path has no `{}`, is too long, or has an invisible character.
    InvalidPath = "invalid_path",
}

/// Why the rules of a network are refused, and where.
///
/// ```
/// use contact_resolution::Network;
///
/// let error = Network::from_json(r#"{"name": "acme", "kinds": ["id"], "id": {"forms": [{"pattern": "[a-z"}]}}"#).unwrap_err();
/// assert_eq!((error.code(), error.at()), ("unclosed_set", "id.forms[0].pattern"));
/// assert_eq!(error.to_string(), "id.forms[0].pattern: a set has no closing bracket (unclosed_set)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesError {
    code: RulesErrorCode,
    at: String,
    detail: Option<String>,
}

impl RulesError {
    pub(crate) fn new(code: RulesErrorCode, at: impl Into<String>) -> Self {
        RulesError {
            code,
            at: at.into(),
            detail: None,
        }
    }

    pub(crate) fn not_rules(error: &serde_json::Error) -> Self {
        RulesError {
            code: RulesErrorCode::NotRules,
            at: "rules".to_owned(),
            detail: Some(error.to_string()),
        }
    }

    /// Returns the error of a value that is not one of rules. A value has no lines and columns.
    pub(crate) fn not_rules_value(error: &serde_json::Error) -> Self {
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        RulesError {
            code: RulesErrorCode::NotRules,
            at: "rules".to_owned(),
            detail: Some(text.strip_suffix(&place).unwrap_or(&text).to_owned()),
        }
    }

    /// Returns the stable code, one of [`CODES`](RulesError::CODES).
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code.as_str()
    }

    /// Returns the member of the rules that is wrong, such as `id.forms[0].pattern`.
    #[must_use]
    pub fn at(&self) -> &str {
        &self.at
    }
}

impl fmt::Display for RulesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.code.text().trim().trim_end_matches('.');
        let mut chars = text.chars();
        let first = chars.next().map(|c| c.to_ascii_lowercase());
        write!(f, "{}: ", self.at)?;
        first.iter().try_for_each(|c| write!(f, "{c}"))?;
        write!(f, "{} ({})", chars.as_str(), self.code.as_str())?;
        match &self.detail {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl Error for RulesError {}
