//! Enums that have a stable text for each variant.

/// Defines an enum from a table of its variants and their codes.
///
/// The enum is `Copy` and ordered like the table. It gets the list `ALL` and the method `as_str`. Its JSON is the code. An
/// unknown code is an error, which does not show the code. If each code has a text after a colon, the enum also gets the
/// private method `text`.
///
/// ```text
/// codes! {
///     /// A light.
///     pub enum Light {
///         /// Stop.
///         Red = "red": "stop here",
///     }
/// }
/// ```
macro_rules! codes {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            /// All values, in the order of their declaration.
            pub const ALL: &[$name] = &[$($name::$variant,)+];

            #[doc = concat!("Returns the stable code:", $(" `", $code, "`",)+ ".")]
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $code,)+
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                let known = $name::ALL.iter().find(|known| known.as_str() == text);
                known.copied().ok_or_else(|| serde::de::Error::custom(concat!("an unknown ", stringify!($name))))
            }
        }
    };
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal: $text:literal,)+ }) => {
        crate::codes::codes! {
            $(#[$meta])*
            pub enum $name {
                $($(#[$doc])* $variant = $code,)+
            }
        }

        impl $name {
            const fn text(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)+
                }
            }
        }
    };
}
pub(crate) use codes;
