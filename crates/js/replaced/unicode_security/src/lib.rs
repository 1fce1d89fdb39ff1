//! The functions of the crate `unicode-security` that the core uses, with the same results.

use tables::look_alikes::scripts;

/// Look-alike texts.
pub mod confusable_detection {
    use tables::look_alikes::{is_ignorable, prototype};
    use tables::normal_forms::{Form, decompose};

    /// Returns the text with each character replaced by the prototype of its look-alikes (UTS #39).
    pub fn skeleton(text: &str) -> impl Iterator<Item = char> {
        let mut skeleton = Vec::new();
        for c in decompose(text.chars(), Form::Canonical) {
            match prototype(c) {
                _ if is_ignorable(c) => {}
                Some(prototype) => skeleton.extend(prototype),
                None => skeleton.push(c),
            }
        }
        decompose(skeleton, Form::Canonical).into_iter()
    }
}

/// The scripts of a text.
pub trait MixedScript {
    #[expect(clippy::wrong_self_convention, reason = "the original has it so")]
    /// Returns whether a script or a writing system has all characters of the text (UTS #39).
    fn is_single_script(self) -> bool;
}

impl MixedScript for &str {
    fn is_single_script(self) -> bool {
        let mut common = [u64::MAX; 3];
        for c in self.chars() {
            for (common, set) in common.iter_mut().zip(scripts(c)) {
                *common &= set;
            }
        }
        common != [0; 3]
    }
}
