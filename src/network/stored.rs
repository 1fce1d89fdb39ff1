//! A network in the JSON of an account: a built-in one by its name, one of the host's own by its rules.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::platform::Source;
use super::{Network, NetworkRules};

/// A network that no rules are known for, which is stored as such.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unknown<N> {
    unknown: N,
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Source::BuiltIn(_) => to.serialize_str(self.name()),
            Source::Own(rules) => rules.serialize(to),
            Source::Unknown(name) => Unknown { unknown: &**name }.serialize(to),
        }
    }
}

/// A name without rules is an error. Its rules are those of a newer version, and other rules would make other keys.
impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Network, D::Error> {
        let value = serde_json::Value::deserialize(from)?;
        if let Some(name) = value.as_str() {
            return Network::from_name(name).ok_or_else(|| de::Error::custom("an unknown network"));
        }
        if let Ok(Unknown { unknown }) = Unknown::<String>::deserialize(&value) {
            return Ok(Network(Source::Unknown(unknown.into())));
        }
        let rules = NetworkRules::deserialize(&value).map_err(de::Error::custom)?;
        let rules = rules.compiled().map_err(de::Error::custom)?;
        Network::of_rules(rules).map_err(de::Error::custom)
    }
}
