//! The names of an index, as numbers of words in groups of one shape.

use super::posting::{GROUPS, NameSlot, StoredToken};
use super::prepared;
use super::vocabulary::{Vocabulary, push};
use crate::name::text::token::{Token, TokenKind, Tokens};
use crate::name::text::tokenize::Name;

/// All names of an index and the vocabulary of their words.
#[derive(Clone)]
pub(in crate::name) struct Storage<Id> {
    pub(in crate::name) vocabulary: Vocabulary,
    pub(in crate::name) groups: [Group<Id>; GROUPS],
}

/// The group of the names that are not one, two or three plain words.
const MIXED: usize = GROUPS - 1;

impl<Id> Default for Storage<Id> {
    fn default() -> Self {
        Self {
            vocabulary: Vocabulary::default(),
            groups: [1, 2, 3, 0].map(Group::new),
        }
    }
}

impl<Id> Storage<Id> {
    /// Returns the tokens of the name in a slot.
    pub(in crate::name) fn tokens(&self, slot: NameSlot) -> &[StoredToken] {
        self.groups[slot.group()].tokens(slot.place())
    }

    pub(in crate::name) fn id(&self, slot: NameSlot) -> Option<&Id> {
        self.groups[slot.group()].ids.get(slot.place())
    }

    /// Returns a view of the name in a slot.
    pub(in crate::name) fn name(&self, slot: NameSlot) -> StoredName<'_> {
        StoredName {
            vocabulary: &self.vocabulary,
            tokens: self.tokens(slot),
        }
    }

    /// Stores a name and returns its slot, or `None` if there is no room.
    pub(in crate::name) fn push(&mut self, id: Id, name: &Name) -> Option<NameSlot> {
        let tokens = name.tokens().map(|token| {
            let word = self.vocabulary.intern(token)?;
            StoredToken::new(word, token.kind, token.has_umlaut)
        });
        let tokens = tokens.collect::<Option<_>>()?;
        self.push_tokens(id, tokens)
    }

    /// Stores a [prepared](prepared) name and returns its slot, or `None` if the text is damaged or there is no room.
    pub(in crate::name) fn push_prepared(&mut self, id: Id, name: &str) -> Option<NameSlot> {
        let tokens = prepared::tokens(name).map(|token| {
            let token = token?;
            let word = self.vocabulary.intern_folded(token.folded)?;
            StoredToken::new(word, token.kind, token.has_umlaut)
        });
        let tokens = tokens.collect::<Option<_>>()?;
        self.push_tokens(id, tokens)
    }

    fn push_tokens(&mut self, id: Id, tokens: Vec<StoredToken>) -> Option<NameSlot> {
        let is_plain = tokens.iter().all(|token| token.kind() == TokenKind::Word);
        let group = match tokens.len() {
            words @ 1..GROUPS if is_plain => words - 1,
            _ => MIXED,
        };
        let slot = NameSlot::new(group, self.groups[group].len())?;
        for token in &tokens {
            self.vocabulary.add_posting(token.word(), slot);
        }
        self.groups[group].push(id, tokens);
        Some(slot)
    }

    /// Removes the name in a slot. The last name of its group takes the slot, and the previous slot of that name is
    /// returned.
    pub(in crate::name) fn swap_remove(&mut self, slot: NameSlot) -> Option<NameSlot> {
        let group = &mut self.groups[slot.group()];
        let last = NameSlot::new(slot.group(), group.len() - 1).filter(|&last| last != slot);
        let removed = group.tokens(slot.place());
        let moved = last.map_or(&[][..], |last| group.tokens(last.place()));
        let has = |tokens: &[StoredToken], word| tokens.iter().any(|token| token.word() == word);
        // A word of both names keeps its posting, because to move the postings of a frequent word takes long.
        for word in removed.iter().map(|token| token.word()) {
            if !has(moved, word) {
                self.vocabulary.remove_posting(word, slot);
            }
        }
        for (last, word) in last
            .iter()
            .flat_map(|last| moved.iter().map(move |token| (last, token.word())))
        {
            self.vocabulary.remove_posting(word, *last);
            if !has(removed, word) {
                self.vocabulary.add_posting(word, slot);
            }
        }
        group.swap_remove(slot.place());
        last
    }
}

/// Names of one shape without gaps: those of one, two or three plain words, or all others.
#[derive(Clone)]
pub(in crate::name) struct Group<Id> {
    /// The number of words in each name, or zero for the names of other shapes.
    words: usize,
    ids: Vec<Id>,
    /// The tokens of plain names, one name after another.
    plain: Vec<StoredToken>,
    mixed: Vec<Box<[StoredToken]>>,
}

impl<Id> Group<Id> {
    fn new(words: usize) -> Self {
        Self {
            words,
            ids: Vec::new(),
            plain: Vec::new(),
            mixed: Vec::new(),
        }
    }

    pub(in crate::name) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Returns the number of words in each name, or `None` for the names of other shapes.
    pub(in crate::name) fn plain_words(&self) -> Option<usize> {
        (self.words > 0).then_some(self.words)
    }

    fn tokens(&self, place: usize) -> &[StoredToken] {
        let plain = || self.plain.get(place * self.words..(place + 1) * self.words);
        match self.words {
            0 => self.mixed.get(place).map_or(&[], |tokens| tokens),
            _ => plain().unwrap_or(&[]),
        }
    }

    fn push(&mut self, id: Id, tokens: Vec<StoredToken>) {
        push(&mut self.ids, [id]);
        match self.words {
            0 => push(&mut self.mixed, [tokens.into_boxed_slice()]),
            _ => push(&mut self.plain, tokens),
        }
    }

    /// Removes a name. The last name takes its place.
    fn swap_remove(&mut self, place: usize) {
        let last = self.len() - 1;
        self.ids.swap_remove(place);
        if self.words == 0 {
            self.mixed.swap_remove(place);
        } else {
            let words = self.words;
            self.plain.copy_within(last * words.., place * words);
            self.plain.truncate(last * words);
        }
    }
}

/// A stored name with the texts of its words.
pub(in crate::name) struct StoredName<'a> {
    vocabulary: &'a Vocabulary,
    tokens: &'a [StoredToken],
}

impl Tokens for StoredName<'_> {
    fn len(&self) -> usize {
        self.tokens.len()
    }

    fn token(&self, at: usize) -> Token<'_> {
        let token = self.tokens[at];
        self.vocabulary
            .token(token.word(), token.kind(), token.has_umlaut())
    }

    fn kind(&self, at: usize) -> TokenKind {
        self.tokens[at].kind()
    }
}
