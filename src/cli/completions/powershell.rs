//! The script for PowerShell. clap_complete's own offers only flags and commands.

use super::{Wanted, Word, WordList, commands, flags, places};
use clap::Command;

/// The script.
pub(super) fn script(lists: &[WordList], command: &Command) -> String {
    let mut text = HEAD.to_owned();
    for list in lists {
        text += &format!("    ${} = {}\n", list.name(), table(&list.words, 4));
    }
    text += "    $flags = @{\n";
    for (name, command) in commands(command) {
        text += &format!("        '{name}' = {}\n", table(&flags(command), 8));
    }
    text += "    }\n    $values = @{\n";
    for (place, wanted) in places(command) {
        let wanted = match wanted {
            Wanted::List(name) => format!("${name}"),
            Wanted::Words(words) => table(&words, 8),
            // PowerShell offers files if a script offers nothing.
            Wanted::Path | Wanted::Text => "@()".to_owned(),
        };
        text += &format!("        '{place}' = {wanted}\n");
    }
    text + BODY
}

/// Words and meanings in turn: PowerShell flattens a list with a single pair.
fn table(words: &[Word], indent: usize) -> String {
    // PowerShell refuses a candidate without a description.
    let meaning = |word: &Word| {
        if word.1.is_empty() {
            quoted(&word.0)
        } else {
            quoted(&word.1)
        }
    };
    let line = |word: &Word| {
        format!(
            "{:indent$}    '{}', '{}'",
            "",
            quoted(&word.0),
            meaning(word)
        )
    };
    let lines: Vec<String> = words.iter().map(line).collect();
    format!("@(\n{}\n{:indent$})", lines.join(",\n"), "")
}

/// The characters that end a single-quoted string in PowerShell, which treats typographic quotes as plain ones.
const QUOTES: [char; 5] = ['\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}'];

/// Text for a single-quoted string, with quotes doubled.
fn quoted(text: &str) -> String {
    let twice = |char| std::iter::repeat_n(char, if QUOTES.contains(&char) { 2 } else { 1 });
    text.chars().flat_map(twice).collect()
}

const HEAD: &str = "\
using namespace System.Management.Automation

Register-ArgumentCompleter -Native -CommandName 'inqud-hook' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

";

const BODY: &str = r#"    }
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text })
    $command = ''
    foreach ($word in $words) {
        if ($command -eq '' -and $flags.ContainsKey($word)) { $command = $word }
    }
    $place = "$command $($words[-1])"
    if ($values.ContainsKey($place)) {
        $wanted = $values[$place]
    } elseif ($wordToComplete.StartsWith('-')) {
        $wanted = $flags[$command]
    } else {
        $wanted = $values[$command]
    }
    for ($i = 0; $i -lt $wanted.Count; $i += 2) {
        if ($wanted[$i].StartsWith($wordToComplete, [StringComparison]::OrdinalIgnoreCase)) {
            [CompletionResult]::new($wanted[$i], $wanted[$i], [CompletionResultType]::ParameterValue, $wanted[$i + 1])
        }
    }
}
"#;
