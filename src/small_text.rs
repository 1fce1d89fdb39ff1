//! Text that needs no allocation if it is short.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use arrayvec::ArrayString;

/// The most bytes that are kept in place. Nearly every identifier and key is shorter.
const IN_PLACE: usize = 40;

/// A text that is kept in place if it is short, and on the heap if it is long.
#[derive(Clone)]
pub(crate) struct SmallText(Storage);

#[derive(Clone)]
enum Storage {
    Here(ArrayString<IN_PLACE>),
    Heap(String),
}

impl SmallText {
    pub(crate) const fn new() -> Self {
        SmallText(Storage::Here(ArrayString::new_const()))
    }

    pub(crate) fn push_str(&mut self, more: &str) {
        match &mut self.0 {
            Storage::Here(text) => {
                if text.try_push_str(more).is_err() {
                    self.0 = Storage::Heap([text.as_str(), more].concat());
                }
            }
            Storage::Heap(text) => text.push_str(more),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.as_str().len()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.as_str().as_bytes()
    }

    pub(crate) fn as_str(&self) -> &str {
        match &self.0 {
            Storage::Here(text) => text,
            Storage::Heap(text) => text,
        }
    }
}

impl From<&str> for SmallText {
    fn from(text: &str) -> Self {
        SmallText(match ArrayString::from(text) {
            Ok(text) => Storage::Here(text),
            Err(_) => Storage::Heap(text.to_owned()),
        })
    }
}

impl From<Cow<'_, str>> for SmallText {
    fn from(text: Cow<'_, str>) -> Self {
        match text {
            Cow::Owned(text) if text.len() > IN_PLACE => SmallText(Storage::Heap(text)),
            text => SmallText::from(&*text),
        }
    }
}

/// A text may be personal, so it is not shown.
impl fmt::Debug for SmallText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmallText(…)")
    }
}

impl PartialEq for SmallText {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for SmallText {}

impl PartialOrd for SmallText {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The order of texts is that of their bytes.
impl Ord for SmallText {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for SmallText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_the_same_in_place_and_on_the_heap() {
        let mut small = SmallText::new();
        let mut text = String::new();
        for part in ["", "a", "é", &"b".repeat(IN_PLACE - 3), "c", "🙂", "d"] {
            small.push_str(part);
            text.push_str(part);
            assert_eq!(small.as_str(), text);
            assert_eq!(small.len(), text.len());
            assert!(small == SmallText::from(&*text));
            assert!(small == SmallText::from(Cow::Owned(text.clone())));
        }
    }

    #[test]
    fn order_is_that_of_texts() {
        let long = "b".repeat(2 * IN_PLACE);
        let texts = ["", "a", "ab", "b", &long, "é", "日本"];
        for one in texts {
            for other in texts {
                let order = SmallText::from(one).cmp(&SmallText::from(other));
                assert_eq!(order, one.cmp(other), "{one} {other}");
            }
        }
    }
}
