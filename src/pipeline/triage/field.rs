//! The fields of a payload.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::network::{IdentifierKind, trim};
use crate::wire::UserPayload;

/// A field of the payload that may identify the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PayloadField {
    /// `user.id`
    Id,
    /// `user.phoneNumber`
    PhoneNumber,
    /// `user.email`
    Email,
    /// `user.username`
    Username,
}

impl PayloadField {
    /// All fields.
    pub const ALL: [PayloadField; 4] = [
        PayloadField::Id,
        PayloadField::PhoneNumber,
        PayloadField::Email,
        PayloadField::Username,
    ];

    /// Returns the field's name in JSON.
    ///
    /// ```
    /// use contact_resolution::PayloadField;
    ///
    /// assert_eq!(PayloadField::PhoneNumber.as_str(), "phoneNumber");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            PayloadField::Id => "id",
            PayloadField::PhoneNumber => "phoneNumber",
            PayloadField::Email => "email",
            PayloadField::Username => "username",
        }
    }

    /// Returns the kind of identifier that the field is for.
    ///
    /// ```
    /// use contact_resolution::{IdentifierKind, PayloadField};
    ///
    /// assert_eq!(PayloadField::Username.kind(), IdentifierKind::Handle);
    /// ```
    #[must_use]
    pub const fn kind(self) -> IdentifierKind {
        match self {
            PayloadField::Id => IdentifierKind::Id,
            PayloadField::PhoneNumber => IdentifierKind::Phone,
            PayloadField::Email => IdentifierKind::Email,
            PayloadField::Username => IdentifierKind::Handle,
        }
    }

    /// Returns the field's text without white space around it. A blank field is absent.
    pub(super) fn of(self, payload: &UserPayload) -> Option<&str> {
        let text = match self {
            PayloadField::Id => &payload.id,
            PayloadField::PhoneNumber => &payload.phone_number,
            PayloadField::Email => &payload.email,
            PayloadField::Username => &payload.username,
        };
        text.as_deref().map(trim).filter(|text| !text.is_empty())
    }
}

impl fmt::Display for PayloadField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The fields that a candidate came from.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PayloadFields(u8);

impl PayloadFields {
    /// Returns the fields in order.
    ///
    /// ```
    /// use contact_resolution::{PayloadField, PayloadFields};
    ///
    /// let fields: PayloadFields = [PayloadField::Username, PayloadField::Email, PayloadField::Email].into_iter().collect();
    /// assert_eq!(fields.iter().collect::<Vec<_>>(), [PayloadField::Email, PayloadField::Username]);
    /// ```
    pub fn iter(self) -> impl Iterator<Item = PayloadField> {
        PayloadField::ALL
            .into_iter()
            .filter(move |field| self.contains(*field))
    }

    /// Returns whether this set contains a field.
    ///
    /// ```
    /// use contact_resolution::{PayloadField, PayloadFields};
    ///
    /// assert!(!PayloadFields::default().contains(PayloadField::Id));
    /// ```
    #[must_use]
    pub fn contains(self, field: PayloadField) -> bool {
        self.0 & (1 << field as u8) != 0
    }
}

impl FromIterator<PayloadField> for PayloadFields {
    fn from_iter<I: IntoIterator<Item = PayloadField>>(fields: I) -> Self {
        fields.into_iter().fold(PayloadFields(0), |all, field| {
            PayloadFields(all.0 | 1 << field as u8)
        })
    }
}

impl Extend<PayloadField> for PayloadFields {
    fn extend<I: IntoIterator<Item = PayloadField>>(&mut self, fields: I) {
        self.0 |= fields.into_iter().collect::<PayloadFields>().0;
    }
}

impl fmt::Debug for PayloadFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
