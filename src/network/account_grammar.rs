//! The grammar of a network as one account reads it.

use std::fmt;

use super::Network;
use crate::codes::codes;

codes! {
    /// The letters that a chat server treats as equal.
    ///
    /// IRC servers announce it as `CASEMAPPING`.
    #[derive(Default)]
    #[non_exhaustive]
    pub enum CaseMapping {
        /// `A`–`Z` are `a`–`z`.
        #[default]
        Ascii = "ascii",
        /// As `ascii`, and `[]\~` are `{}|^`.
        Rfc1459 = "rfc1459",
        /// As `rfc1459` without `~` and `^`.
        StrictRfc1459 = "strict-rfc1459",
    }
}

impl CaseMapping {
    /// Returns the mapping of a server's name for it, in any case: `ascii`, `rfc1459`, `strict-rfc1459`.
    ///
    /// ```
    /// use contact_resolution::network::CaseMapping;
    ///
    /// assert_eq!(CaseMapping::from_name("rfc1459"), Some(CaseMapping::Rfc1459));
    /// assert_eq!(CaseMapping::from_name("rfc7613"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<CaseMapping> {
        let mut all = CaseMapping::ALL.iter().copied();
        all.find(|mapping| mapping.as_str().eq_ignore_ascii_case(name))
    }
}

/// The grammar of a network as one account reads it.
///
/// Some spellings depend on the account: the letters that an IRC server treats as equal, and the team that a Slack id leaves out. A
/// [`Network`] converts into the grammar of an account of which nothing is known.
#[derive(Clone, Copy)]
pub struct AccountGrammar<'a> {
    network: &'a Network,
    case_mapping: CaseMapping,
    own_id: Option<&'a str>,
}

/// The own id is personal and never appears in `Debug`.
impl fmt::Debug for AccountGrammar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountGrammar")
            .field("network", &self.network)
            .field("case_mapping", &self.case_mapping)
            .finish_non_exhaustive()
    }
}

impl<'a> AccountGrammar<'a> {
    /// Returns the grammar of an account with this case mapping.
    #[must_use]
    pub fn new(network: &'a Network, case_mapping: CaseMapping) -> Self {
        AccountGrammar {
            network,
            case_mapping,
            own_id: None,
        }
    }

    /// Returns the grammar of an account with this id of its own user.
    ///
    /// ```
    /// use contact_resolution::network::{AccountGrammar, CaseMapping};
    /// use contact_resolution::{Network, UserId};
    ///
    /// let slack = Network::SLACK;
    /// let account = AccountGrammar::new(&slack, CaseMapping::Ascii).with_own_id("T0ROB1N-U0ROB1N");
    /// assert_eq!(UserId::parse("T0ROB1N-U07ADA1", account)?, UserId::parse("U07ADA1", account)?);
    /// assert_ne!(UserId::parse("T0TH3R-U07ADA1", account)?, UserId::parse("U07ADA1", account)?);
    /// # Ok::<_, contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn with_own_id(self, own_id: &'a str) -> Self {
        AccountGrammar {
            own_id: Some(own_id),
            ..self
        }
    }

    /// Returns the letters that the account's server treats as equal.
    #[must_use]
    pub fn case_mapping(&self) -> CaseMapping {
        self.case_mapping
    }

    /// Returns the network.
    #[must_use]
    pub fn network(&self) -> &'a Network {
        self.network
    }

    pub(crate) fn own_id(&self) -> Option<&'a str> {
        self.own_id
    }
}

impl<'a> From<&'a Network> for AccountGrammar<'a> {
    fn from(network: &'a Network) -> Self {
        AccountGrammar::new(network, CaseMapping::default())
    }
}
