//! The flags of a bridge as a list of names, as rules write them.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::wire::ResolveIdentifier;

fn flags(can: &mut ResolveIdentifier) -> [(&'static str, &mut bool); 7] {
    [
        ("create_dm", &mut can.create_dm),
        ("lookup_phone", &mut can.lookup_phone),
        ("lookup_email", &mut can.lookup_email),
        ("lookup_username", &mut can.lookup_username),
        ("any_phone", &mut can.any_phone),
        ("contact_list", &mut can.contact_list),
        ("search", &mut can.search),
    ]
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes every member by reference"
)]
pub(super) fn serialize<S: Serializer>(can: &ResolveIdentifier, to: S) -> Result<S::Ok, S::Error> {
    let mut can = *can;
    let set = flags(&mut can).into_iter().filter(|(_, flag)| **flag);
    let names: Vec<_> = set.map(|(name, _)| name).collect();
    names.serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<ResolveIdentifier, D::Error> {
    let mut can = ResolveIdentifier::default();
    for name in Vec::<String>::deserialize(from)? {
        let mut flags = flags(&mut can).into_iter();
        let (_, flag) = flags
            .find(|(flag, _)| *flag == name)
            .ok_or_else(|| de::Error::custom(unknown(&name)))?;
        *flag = true;
    }
    Ok(can)
}

fn unknown(name: &str) -> String {
    let names = flags(&mut ResolveIdentifier::default()).map(|(name, _)| name);
    format!(
        "unknown capability `{name}`, expected one of {}",
        names.join(", ")
    )
}
