//! Names and URLs without the passwords in them, for errors.

use std::borrow::Cow;

/// Returns the name of a directory or server for an error, without a password.
///
/// A password is between the first `:` and the last `@`, as in `postgres://user:password@host`. A misspelled scheme does not
/// change that. A list of connection parameters with a password is not shown at all.
pub(crate) fn without_password(name: &str) -> Cow<'_, str> {
    if name.contains('=') && name.to_ascii_lowercase().contains("password") {
        return "…".into();
    }
    match (name.find(':'), name.rfind('@')) {
        (Some(colon), Some(at)) if colon < at => {
            let (scheme, host) = (&name[..colon], &name[at..]);
            format!("{scheme}:…{host}").into()
        }
        _ => name.into(),
    }
}

/// Returns a message about arguments without the passwords in them.
pub(crate) fn without_passwords(message: &str, arguments: impl Iterator<Item = String>) -> String {
    arguments.fold(message.to_owned(), |message, argument| {
        let value = match argument.split_once('=') {
            Some((option, value)) if option.starts_with('-') => value,
            _ => &argument,
        };
        let shown = without_password(value);
        if shown == value {
            message
        } else {
            message.replace(value, &shown)
        }
    })
}
