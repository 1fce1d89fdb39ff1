//! The regions in which a number may be dialed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::table::NumberingPlan;

/// A region with a numbering plan, by its ISO 3166-1 code such as `US` or `DE`. `XK` is Kosovo, as in CLDR.
///
/// It determines how a number without a country code is dialed, and to which region a full number belongs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(pub(super) [u8; 2]);

impl Region {
    /// Returns the region with a code, in upper or lower case. Returns `None` if no numbering plan is known for it.
    ///
    /// ```
    /// use contact_resolution::Region;
    ///
    /// assert_eq!(Region::new("us"), Some(Region::US));
    /// assert_eq!(Region::new("EU"), None);
    /// ```
    #[must_use]
    pub fn new(code: &str) -> Option<Self> {
        let letters = <[u8; 2]>::try_from(code.as_bytes())
            .ok()?
            .map(|letter| letter.to_ascii_uppercase());
        NumberingPlan::of_region(letters).map(|_| Region(letters))
    }

    /// Returns the code, in upper case.
    ///
    /// ```
    /// assert_eq!(contact_resolution::Region::DE.as_str(), "DE");
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }

    /// Returns the country calling code.
    ///
    /// ```
    /// use contact_resolution::Region;
    ///
    /// assert_eq!(Region::KZ.country_code(), 7);
    /// ```
    #[must_use]
    pub fn country_code(self) -> u16 {
        NumberingPlan::of_region(self.0).map_or(0, NumberingPlan::code)
    }
}

macro_rules! regions {
    ($($code:ident)*) => {
        impl Region {
            /// All regions, sorted by code.
            pub const ALL: &[Region] = &[$(Region::$code),*];

            $(
                #[doc = concat!("`", stringify!($code), "`.")]
                pub const $code: Region = Region::of(stringify!($code));
            )*
        }
    };
}

impl Region {
    const fn of(code: &str) -> Region {
        let letters = code.as_bytes();
        assert!(letters.len() == 2);
        Region([letters[0], letters[1]])
    }
}

regions! {
    AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC
    CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB
    GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
    KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV
    MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB
    SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US
    UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The error for a region code without a known numbering plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownRegion(());

impl fmt::Display for UnknownRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an unknown region")
    }
}

impl std::error::Error for UnknownRegion {}

impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Region::new(code).ok_or(UnknownRegion(()))
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        code.parse().map_err(de::Error::custom)
    }
}
