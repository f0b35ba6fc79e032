//! The nearest names to an unknown one: for events, fields, values, rules, providers and configuration keys.

/// Up to three candidates that the user may have meant, nearest first.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let mut scored = scored(word, candidates).collect::<Vec<_>>();
    scored.sort();
    scored.dedup();
    // Only those as near as the nearest: "paid" must not suggest "failed".
    let furthest = scored.first().map_or(0, |(distance, _)| *distance);
    scored.retain(|(distance, _)| *distance <= furthest);
    scored.truncate(3);
    scored.into_iter().map(|(_, candidate)| candidate).collect()
}

/// The one nearest candidate.
pub(crate) fn best<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    scored(word, candidates)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The candidates that are near, each with its distance.
fn scored<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> impl Iterator<Item = (usize, &'a str)> {
    let plain = plain(word);
    let candidates = candidates.into_iter();
    candidates.filter_map(move |candidate| Some((distance(&plain, candidate)?, candidate)))
}

/// The edit distance of two names, where it is small enough for a typo: case, underscores, hyphens and dots do not count,
/// and a quarter of the letters may be wrong.
fn distance(plain_word: &str, candidate: &str) -> Option<usize> {
    let candidate = plain(candidate);
    let longest = plain_word.len().max(candidate.len());
    let allowed = (longest / 4).clamp(1, 5);
    if plain_word.len().abs_diff(candidate.len()) > allowed {
        // A beginning also counts: INVOICE for INVOICE_PAID.
        let beginning = plain_word.len() >= 4 && candidate.starts_with(plain_word);
        return beginning.then_some(allowed + 1);
    }
    if differing_letters(plain_word, &candidate) > 2 * allowed {
        return None;
    }
    let distance = strsim::damerau_levenshtein(plain_word, &candidate);
    (distance <= allowed).then_some(distance)
}

/// How many letters of two names have no counterpart in the other, wherever they stand. That is quicker to see than the
/// edit distance, and at most twice as much: an edit exchanges one letter.
fn differing_letters(one: &str, other: &str) -> usize {
    const KINDS: usize = 64;
    let mut counts = [0_i16; KINDS];
    one.chars()
        .for_each(|letter| counts[letter as usize % KINDS] += 1);
    other
        .chars()
        .for_each(|letter| counts[letter as usize % KINDS] -= 1);
    counts
        .iter()
        .map(|count| usize::from(count.unsigned_abs()))
        .sum()
}

fn plain(name: &str) -> String {
    // Longer than any name: such a text is not a typo, and comparing it would be slow.
    const LONGEST: usize = 80;
    let matters = |letter: char| !matches!(letter, '_' | '-' | '.');
    if !name.is_ascii() {
        let letters = name.chars().filter(|letter| matters(*letter));
        return letters.take(LONGEST).flat_map(char::to_lowercase).collect();
    }
    let mut plain = String::with_capacity(name.len().min(LONGEST));
    let letters = name.bytes().map(char::from);
    for letter in letters.filter(|letter| matters(*letter)).take(LONGEST) {
        plain.push(letter.to_ascii_lowercase());
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_with_other_letters_are_far_from_each_other(
            (one, other) in ("[a-dA-D_é]{1,24}", "[a-dA-D_é]{1,24}"),
        ) {
            let (one, other) = (plain(&one), plain(&other));
            let distance = strsim::damerau_levenshtein(&one, &other);
            prop_assert!(differing_letters(&one, &other) <= 2 * distance);
        }
    }

    #[test]
    fn typos_are_found_and_other_words_are_not() {
        let events = ["INVOICE_PAID", "INVOICE_EXPIRED", "checkout.success"];
        assert_eq!(nearest("INVOICE_PAYED", events), ["INVOICE_PAID"]);
        assert_eq!(nearest("invoicepaid", events), ["INVOICE_PAID"]);
        assert_eq!(best("checkout_succes", events), Some("checkout.success"));
        assert_eq!(nearest("INVOICE", events), ["INVOICE_PAID"]);
        assert!(nearest("refund", events).is_empty());
        assert!(nearest("", events).is_empty());
    }
}
