//! The test for members that JSON leaves out.

/// Returns whether a member has its default value, for `skip_serializing_if`.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
