//! How languages print a number that they have read as a double.
//!
//! Separate because the rules are the languages' own: `1.10` becomes `1.1` in all of them, `1.0` stays in some.

/// As JavaScript prints it, and Go with it.
pub(super) fn javascript(text: &str) -> String {
    let Some(number) = Decimal::read(text) else {
        return "null".to_owned();
    };
    let sign = if number.negative && number.digits != "0" {
        "-"
    } else {
        ""
    };
    let printed = match number.exponent {
        -6..21 if number.is_whole() => number.whole(),
        -6..21 => number.fixed(),
        _ => number.scientific(1),
    };
    format!("{sign}{printed}")
}

/// As Python prints it, and others that tell integers from doubles.
pub(super) fn python(text: &str) -> String {
    if !text.contains(['.', 'e', 'E']) {
        return if text == "-0" {
            "0".to_owned()
        } else {
            text.to_owned()
        };
    }
    let sign = if text.starts_with('-') { "-" } else { "" };
    let Some(number) = Decimal::read(text) else {
        return format!("{sign}Infinity");
    };
    let printed = match number.exponent {
        -4..16 if number.is_whole() => format!("{}.0", number.whole()),
        -4..16 => number.fixed(),
        _ => number.scientific(2),
    };
    format!("{sign}{printed}")
}

/// The shortest digits that read as the same double: `d.ddd` times ten to the exponent.
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i32,
}

impl Decimal {
    /// `None` where a double has no room for it.
    fn read(text: &str) -> Option<Self> {
        let number = text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())?;
        let written = format!("{:e}", number.abs());
        let (digits, exponent) = written.split_once('e')?;
        let exponent = exponent.parse().ok()?;
        Some(Self {
            negative: number.is_sign_negative(),
            digits: digits.replace('.', ""),
            exponent,
        })
    }

    fn is_whole(&self) -> bool {
        usize::try_from(self.exponent).is_ok_and(|exponent| exponent + 1 >= self.digits.len())
    }

    /// With as many zeros behind its digits as it needs.
    fn whole(&self) -> String {
        let places = usize::try_from(self.exponent).unwrap_or(0) + 1;
        format!("{:0<places$}", self.digits)
    }

    /// With a point among its digits, or zeros before them.
    fn fixed(&self) -> String {
        match usize::try_from(self.exponent) {
            Ok(before) => {
                let (whole, fraction) = self.digits.split_at((before + 1).min(self.digits.len()));
                format!("{whole}.{fraction}")
            }
            Err(_) => {
                let zeros = usize::try_from(-1 - self.exponent).unwrap_or(0);
                format!("0.{}{}", "0".repeat(zeros), self.digits)
            }
        }
    }

    /// With an exponent of at least so many digits.
    fn scientific(&self, least: usize) -> String {
        let (first, rest) = self.digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let sign = if self.exponent < 0 { '-' } else { '+' };
        format!(
            "{first}{point}{rest}e{sign}{:0>least$}",
            self.exponent.unsigned_abs()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_the_languages_do() {
        // What `node` and `python3` print for each of them.
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
