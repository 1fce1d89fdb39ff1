//! Joining equal items of a list in linearithmic time, because one person may have very many identifiers or chats.

use std::cmp::Ordering;

/// Joins equal items into the first of them. The items keep their order.
pub(crate) fn join_equal<T>(
    items: &mut Vec<T>,
    order: impl Fn(&T, &T) -> Ordering,
    join: impl Fn(&mut T, T),
) {
    if items.len() < 2 {
        return;
    }
    let mut sorted: Vec<(usize, T)> = std::mem::take(items).into_iter().enumerate().collect();
    sorted.sort_by(|(_, one), (_, other)| order(one, other));
    let mut joined: Vec<(usize, T)> = Vec::with_capacity(sorted.len());
    for (at, item) in sorted {
        match joined.last_mut() {
            Some((_, first)) if order(first, &item).is_eq() => join(first, item),
            _ => joined.push((at, item)),
        }
    }
    joined.sort_unstable_by_key(|(at, _)| *at);
    items.extend(joined.into_iter().map(|(_, item)| item));
}

/// The number of items up to which comparing all pairs is faster than sorting.
const FEW: usize = 16;

/// Drops items that equal an item before them.
pub(crate) fn keep_first<T: Ord>(items: &mut Vec<T>) {
    if items.len() > FEW {
        return join_equal(items, T::cmp, |_, _| {});
    }
    for at in (1..items.len()).rev() {
        if items[..at].contains(&items[at]) {
            items.remove(at);
        }
    }
}
