//! What is shown of an endpoint's output beside a case. Cases run side by side, so most of it is about others.

use crate::sanitize::foreign_lines;

/// How many lines are shown.
const OUTPUT_LINES: usize = 15;

/// An output of at most this many lines is shown whole.
const FEW_LINES: usize = 5;

/// What stands in the first line of an error, in the languages of shops.
const ERRORS: [&str; 5] = ["rror", "xception", "raceback", "panic", "atal"];

/// Some lines of an output.
pub(super) struct OutputExcerpt {
    pub(super) lines: Vec<String>,
    /// How many lines the output has.
    all: usize,
}

impl OutputExcerpt {
    /// From the first line on that looks like an error. Without one, the end of a short output, or of any if `anyway`.
    pub(super) fn of(output: &str, anyway: bool) -> Option<Self> {
        let mut lines = foreign_lines(output.trim_end());
        let all = lines.len();
        let is_error = |line: &String| ERRORS.iter().any(|word| line.contains(word));
        let first = match lines.iter().position(is_error) {
            Some(first) => first,
            None if anyway || all <= FEW_LINES => all.saturating_sub(OUTPUT_LINES),
            None => return None,
        };
        lines.drain(..first);
        lines.truncate(OUTPUT_LINES);
        (!lines.is_empty()).then_some(Self { lines, all })
    }

    /// That it is not all, in words.
    pub(super) fn left_out(&self) -> String {
        match self.lines.len() {
            shown if shown < self.all => format!(" ({shown} of {} lines)", self.all),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_shown_and_the_noise_before_it_is_not() {
        let noise = "GET /orders/1\n".repeat(40);
        let output = format!("{noise}TypeError: x is undefined\n  at shop.js:7\n");
        let excerpt = OutputExcerpt::of(&output, false).unwrap();
        assert_eq!(
            excerpt.lines,
            ["  | TypeError: x is undefined", "  |   at shop.js:7"]
        );
        assert_eq!(excerpt.left_out(), " (2 of 42 lines)");
        assert!(OutputExcerpt::of(&noise, false).is_none());
        let end = OutputExcerpt::of(&noise, true).unwrap();
        assert_eq!(
            (end.lines.len(), &*end.left_out()),
            (15, " (15 of 40 lines)")
        );
        assert!(OutputExcerpt::of("\n", true).is_none());
    }
}
