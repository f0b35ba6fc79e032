//! How languages print a number that they have read as a double: `1.10` becomes `1.1` in all of them, `1.0` stays in
//! some.

/// As JavaScript and Go print it.
pub(crate) fn javascript(text: &str) -> String {
    match double(text) {
        None => "null".to_owned(),
        Some(0.0) => "0".to_owned(),
        // Rust's `Display` never uses an exponent.
        Some(number) if (1e-6..1e21).contains(&number.abs()) => number.to_string(),
        Some(number) => with_exponent(&format!("{number:e}"), 1),
    }
}

/// As Python prints it, and others that tell integers from doubles.
pub(crate) fn python(text: &str) -> String {
    if text == "-0" {
        return "0".to_owned();
    }
    if !text.contains(['.', 'e', 'E']) {
        return text.to_owned();
    }
    match double(text) {
        None if text.starts_with('-') => "-Infinity".to_owned(),
        None => "Infinity".to_owned(),
        // Rust's `Debug` changes to an exponent at the same limits as Python.
        Some(number) => with_exponent(&format!("{number:?}"), 2),
    }
}

/// `None` if the number is too large for a double.
fn double(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A number as Rust prints it, its exponent, if any, with a sign and at least that many digits.
fn with_exponent(text: &str, digits: usize) -> String {
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text.to_owned();
    };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{exponent:0>digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_the_languages_do() {
        // The output of `node` and `python3`.
        for (text, node, snake) in [
            ("1.10", "1.1", "1.1"),
            ("1.0", "1", "1.0"),
            ("10.00", "10", "10.0"),
            ("0", "0", "0"),
            ("-0", "0", "0"),
            ("-0.0", "0", "-0.0"),
            ("-1.50", "-1.5", "-1.5"),
            ("1e2", "100", "100.0"),
            ("123456789.125", "123456789.125", "123456789.125"),
            ("0.000042026017236", "0.000042026017236", "4.2026017236e-05"),
            ("0.000001", "0.000001", "1e-06"),
            ("0.0000001", "1e-7", "1e-07"),
            ("0.00000015", "1.5e-7", "1.5e-07"),
            ("0.0001", "0.0001", "0.0001"),
            ("1e15", "1000000000000000", "1000000000000000.0"),
            ("1e16", "10000000000000000", "1e+16"),
            ("1.5E300", "1.5e+300", "1.5e+300"),
            ("1e21", "1e+21", "1e+21"),
            (
                "123456789012345678901",
                "123456789012345680000",
                "123456789012345678901",
            ),
            ("1e999", "null", "Infinity"),
            ("-1e999", "null", "-Infinity"),
        ] {
            assert_eq!(
                (javascript(text).as_str(), python(text).as_str()),
                (node, snake),
                "{text}"
            );
        }
    }
}
