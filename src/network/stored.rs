//! A network in the JSON of an account: a built-in one by its name, one of the host's own by its rules.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use super::platform::Source;
use super::{Network, NetworkRules};

/// A network that no rules are known for, which is stored as such.
#[derive(Serialize)]
struct Unknown<'a> {
    unknown: &'a str,
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Source::BuiltIn(_) => to.serialize_str(self.name()),
            Source::Own(rules) => rules.serialize(to),
            Source::Unknown(name) => Unknown { unknown: name }.serialize(to),
        }
    }
}

/// A name without rules is an error. Its rules are those of a newer version, and other rules would make other keys.
impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Network, D::Error> {
        let value = Value::deserialize(from)?;
        if let Some(name) = value.as_str() {
            return Network::from_name(name).ok_or_else(|| de::Error::custom("an unknown network"));
        }
        if let Value::Object(members) = &value
            && members.len() == 1
            && let Some(Value::String(name)) = members.get("unknown")
        {
            return Ok(Network(Source::Unknown(name.as_str().into())));
        }
        let rules = NetworkRules::from_value(&value).map_err(de::Error::custom)?;
        Network::of_rules(rules).map_err(de::Error::custom)
    }
}
