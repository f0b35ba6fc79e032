//! The nearest names to an unknown one: for events, fields, values, rules, providers and configuration keys.

/// Up to three candidates that the user may have meant, nearest first.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let plain = plain(word);
    let mut scored: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| distance(&plain, candidate).map(|distance| (distance, candidate)))
        .collect();
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
    nearest(word, candidates).into_iter().next()
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
    let distance = strsim::damerau_levenshtein(plain_word, &candidate);
    (distance <= allowed).then_some(distance)
}

fn plain(name: &str) -> String {
    // Longer than any name: such a text is not a typo, and comparing it would be slow.
    const LONGEST: usize = 80;
    name.chars()
        .filter(|c| !matches!(c, '_' | '-' | '.'))
        .take(LONGEST)
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
