//! Short lists in order, and maps and sets of what iterators bring.
//!
//! The standard library's sorting, which collecting a map or a set uses too, is several kilobytes of code for every type.

use std::collections::{BTreeMap, BTreeSet};

/// The items of a short list by their keys; those with equal keys keep their order.
pub fn sorted_by_key<T, K: Ord>(items: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut sorted = Vec::new();
    for item in items {
        let own = key(&item);
        let place = sorted.partition_point(|before| key(before) <= own);
        sorted.insert(place, item);
    }
    sorted
}

/// The map of these pairs; the last word on a key counts.
pub fn map_of<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(pairs);
    map
}

/// The set of these items.
pub fn set_of<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(items);
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorting_keeps_the_order_of_equal_keys() {
        let sorted = sorted_by_key(["bb", "a", "cc", "", "d"], |text| text.len());
        assert_eq!(sorted, ["", "a", "d", "bb", "cc"]);
    }

    #[test]
    fn the_last_word_on_a_key_counts() {
        assert_eq!(
            map_of([("a", 1), ("b", 2), ("a", 3)]),
            BTreeMap::from([("a", 3), ("b", 2)])
        );
        assert_eq!(set_of([2, 1, 2]), BTreeSet::from([1, 2]));
    }
}
