//! Reading without the members that a directory does not use.
//!
//! The types of [`wire`](super) keep unknown members, so that they can be written back. A directory never writes them
//! back, and as values they take many times the memory of their text.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::CowStrDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// The members that a directory uses of accounts, contacts and chats.
#[rustfmt::skip]
const KNOWN: [&str; 41] = [
    "accountID", "any_phone", "bridge", "cannotMessage", "caseMapping", "chatIDs", "contact_list", "create_dm",
    "defaultChatID", "email", "fullName", "hasMore", "id", "isAdmin", "isArchived", "isNetworkBot", "isPending",
    "isReadOnly", "isSelf", "items", "lastActivity", "lookup_email", "lookup_phone", "lookup_username", "merge",
    "mergedIntoChatID", "network", "otherNames", "participants", "phoneNumber", "provider", "region",
    "resolve_identifier", "search", "status", "title", "total", "type", "unreadCount", "user", "username",
];

/// A value of which all objects have only known members.
pub(crate) struct Known<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Known<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(Filter(deserializer)).map(Known)
    }
}

/// A deserializer, visitor or seed that leaves out unknown members.
struct Filter<T>(T);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Filter<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(Filter(visitor))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_option(Filter(visitor))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_ignored_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Filter<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<V::Value, E> {
        self.0.visit_bool(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<V::Value, E> {
        self.0.visit_i64(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<V::Value, E> {
        self.0.visit_u64(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<V::Value, E> {
        self.0.visit_f64(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<V::Value, E> {
        self.0.visit_str(value)
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<V::Value, E> {
        self.0.visit_borrowed_str(value)
    }

    fn visit_string<E: Error>(self, value: String) -> Result<V::Value, E> {
        self.0.visit_string(value)
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Filter(deserializer))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Filter(seq))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Filter(map))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Filter<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Filter(deserializer))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Filter<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Filter(seed))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Filter<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        while let Some(key) = self.0.next_key::<Cow<'de, str>>()? {
            if KNOWN.binary_search(&key.as_ref()).is_ok() {
                return seed.deserialize(CowStrDeserializer::new(key)).map(Some);
            }
            self.0.next_value::<IgnoredAny>()?;
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Filter(seed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{self, Account, Chat, User};

    #[test]
    fn names_are_in_order() {
        assert!(KNOWN.is_sorted());
    }

    #[test]
    fn known_members_are_read_and_others_are_left_out() {
        let user = r#"{"id":"1","username":"a","phoneNumber":"+1","email":"e","fullName":"n","otherNames":["o"],"cannotMessage":true,"isSelf":false,"x":{"id":[1]}}"#;
        let read: Known<User> = wire::read(user.as_bytes()).unwrap();
        assert!(read.0.other.is_empty());
        let whole: User = wire::read(user.as_bytes()).unwrap();
        let written = serde_json::to_value(&whole).unwrap();
        let mut known = serde_json::to_value(&read.0).unwrap();
        known["x"] = written["x"].clone();
        assert_eq!(known, written);

        let account = format!(
            r#"{{"accountID":"a","bridge":{{"id":"b","provider":"local","type":"t","y":1}},"user":{user},"status":"connected","network":"n","region":"DE","caseMapping":"ascii","resolve_identifier":{{"create_dm":true}},"z":[{{"id":1}}]}}"#
        );
        let read: Known<Account> = wire::read(account.as_bytes()).unwrap();
        assert!(read.0.other.is_empty() && read.0.bridge.other.is_empty());
        assert!(read.0.resolve_identifier.unwrap().create_dm);
        assert_eq!(read.0.case_mapping.as_deref(), Some("ascii"));

        let chat = format!(
            r#"{{"id":"c","accountID":"a","network":"","title":"","type":"single","unreadCount":1,"isArchived":true,"isReadOnly":null,"lastActivity":"t","merge":{{"chatIDs":["c"]}},"participants":{{"hasMore":false,"total":1,"items":[{user},{{"id":7}}]}},"w":1}}"#
        );
        let read: Known<Chat> = wire::read(chat.as_bytes()).unwrap();
        let whole: Chat = wire::read(chat.as_bytes()).unwrap();
        assert!(read.0.other.is_empty());
        assert_eq!(
            (read.0.is_archived, read.0.is_read_only),
            (Some(true), None)
        );
        assert_eq!(read.0.merge, whole.merge);
        assert_eq!(read.0.participants.items.len(), 1);
        assert!(read.0.participants.has_more);
    }
}
