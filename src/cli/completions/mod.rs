//! `completions`: its flags, and the scripts of five shells, made from clap's definition and from lists of names.
//!
//! The names are not part of the definition that parses the command line: there case does not matter, patterns are
//! allowed, and building the lists would slow down every command.

mod elvish;
mod powershell;

use super::{Cli, EXIT_CODES, MORE, PAGE};
use crate::commands::completions::{CompletionsOptions, Word, WordList};
use clap::builder::{PossibleValue, PossibleValuesParser, StyledStr};
use clap::{Arg, Args, Command, CommandFactory as _, ValueEnum, ValueHint};
use clap_complete::{Generator, shells};

#[derive(Debug, Args)]
#[command(
    help_template = PAGE,
    before_long_help = "\
Examples:
  eval \"$(inqud-hook completions bash)\"
  inqud-hook completions zsh > ~/.zfunc/_inqud-hook
  inqud-hook completions fish > ~/.config/fish/completions/inqud-hook.fish",
    after_help = MORE,
    after_long_help = EXIT_CODES
)]
pub(crate) struct Completions {
    /// bash, elvish, fish, powershell or zsh
    ///
    /// The script completes commands, flags, files, and the names of events, scenarios, providers and rules. Names from
    /// your own catalogue are included if it is configured.
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    shell: Shell,
}

impl Completions {
    /// The options that these flags mean.
    pub(crate) fn options(self) -> CompletionsOptions {
        CompletionsOptions {
            script: Box::new(move |lists| script(self.shell, lists)),
        }
    }
}

/// The supported shells. Not `clap_complete::Shell`, which would link its generators for PowerShell and Elvish too.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    #[value(name = "powershell", alias = "pwsh")]
    Pwsh,
    Zsh,
}

/// The script for that shell.
fn script(shell: Shell, mut lists: Vec<WordList>) -> String {
    for list in &mut lists {
        // Other characters may be special to a shell; no built-in name has any.
        let plain = |char: char| char.is_ascii_alphanumeric() || "/._-".contains(char);
        list.words.retain(|(name, _)| name.chars().all(plain));
    }
    let command = Cli::command().disable_help_subcommand(true);
    lists.push(WordList {
        marker: "@commands@",
        values: &["COMMAND"],
        several: false,
        words: named(command.get_subcommands()),
    });
    // clap's own `help` repeats all commands as its subcommands, which fish does not complete.
    let help = Command::new("help")
        .about("Print the help of a command")
        .arg(Arg::new("command").value_name("COMMAND"));
    let mut command = with_values(command.subcommand(help), &lists);
    command.build();
    match shell {
        Shell::Bash => bash(&generated(shells::Bash, &mut command), &lists, &command),
        Shell::Zsh => zsh(generated(shells::Zsh, &mut command), &lists),
        Shell::Fish => fish(generated(shells::Fish, &mut command), &lists, &command),
        // clap_complete completes neither values nor the flags after a value for these two.
        Shell::Pwsh => powershell::script(&lists, &command),
        Shell::Elvish => elvish::script(&lists, &command),
    }
}

fn generated(generator: impl Generator, command: &mut Command) -> String {
    let mut script = Vec::new();
    clap_complete::generate(generator, command, "inqud-hook", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Adds to every option and argument what its values are, by the name of the value.
fn with_values(command: Command, lists: &[WordList]) -> Command {
    let complete = |arg: Arg| {
        let value = arg
            .get_value_names()
            .and_then(|names| names.first())
            .map(ToString::to_string)
            .unwrap_or_default();
        match value.as_str() {
            _ if !arg.get_action().takes_values() || !arg.get_possible_values().is_empty() => arg,
            "DIR" => arg.value_hint(ValueHint::DirPath),
            "FILE" if !arg.is_positional() => arg.value_hint(ValueHint::FilePath),
            value => match lists.iter().find(|list| list.values.contains(&value)) {
                Some(list) => arg.value_parser(PossibleValuesParser::new([list.marker])),
                None if arg.get_value_hint() == ValueHint::Unknown => {
                    arg.value_hint(ValueHint::Other)
                }
                None => arg,
            },
        }
    };
    command
        .mut_args(complete)
        .mut_subcommands(|command| command.mut_args(complete))
}

fn bash(script: &str, lists: &[WordList], command: &Command) -> String {
    let mut text = String::new();
    for list in lists {
        let (name, words) = (list.name(), &list.words);
        let words: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
        text += &format!("_inqud_hook_{name}=\"{}\"\n", words.join("\n    "));
    }
    // Flags are offered only after a hyphen: otherwise they would hide files, which bash offers if nothing else fits.
    // Of several words with commas, the last one is completed. `tr`, since the bash of macOS knows no other way to upper
    // case.
    text += &format!(
        r#"
_inqud_hook() {{
    local before=""
    case "$3" in
        {})
            [[ "$2" == *,* ]] && before="${{2%,*}},"
            ;;
    esac
"#,
        flags_of_several(lists, command).join("|")
    );
    text += r#"    _inqud__hook "$1" "${2#"$before"}" "$3"
    if [[ "$2" == [a-z]* && "$2" != *,* ]]; then
        local found=("${COMPREPLY[@]}")
        _inqud__hook "$1" "$(tr '[:lower:]' '[:upper:]' <<< "$2")" "$3"
        COMPREPLY=("${found[@]}" "${COMPREPLY[@]}")
    fi
    if [[ "$2" != -* ]]; then
        local word words=()
        for word in "${COMPREPLY[@]}"; do
            [[ "$word" == -* ]] || words+=("$before$word")
        done
        COMPREPLY=("${words[@]}")
    fi
}

"#;
    // clap_complete writes the hyphen of the tool's name in two ways: one where it detects the command, another where it
    // compares it.
    let script = script.replace("inqud__subcmd__hook", "inqud__hook");
    text += &script.replace("complete -F _inqud__hook ", "complete -F _inqud_hook ");
    lists.iter().fold(text, |text, list| {
        text.replace(list.marker, &format!("${{_inqud_hook_{}}}", list.name()))
    })
}

fn zsh(script: String, lists: &[WordList]) -> String {
    let mut functions = String::new();
    for list in lists {
        let (name, words) = (list.name(), &list.words);
        functions += &format!("\n_inqud-hook_list_{name}() {{\n    local -a names=(\n");
        for (word, meaning) in words {
            functions += &format!("        '{word}:{}'\n", meaning.replace('\'', r"'\''"));
        }
        // A lower-case letter also stands for an upper-case one.
        functions += &format!(
            "    )\n    _describe -t {name} '{}' names -M 'm:{{a-z}}={{A-Z}}' \"$@\"\n}}\n",
            name.replace('_', " ")
        );
    }
    let script = lists.iter().fold(script, |script, list| {
        let sequence = if list.several { "_sequence " } else { "" };
        script.replace(
            &format!("({})", list.marker),
            &format!("{sequence}_inqud-hook_list_{}", list.name()),
        )
    });
    // With two colons, zsh would complete flags after the first of several files as files.
    let script = script.replace("\n'*::", "\n'*:");
    // `#compdef` must be the first line, and the functions must be defined before the last lines use them.
    match script.split_once('\n') {
        Some((first, rest)) => format!("{first}\n{functions}{rest}"),
        None => script,
    }
}

fn fish(script: String, lists: &[WordList], command: &Command) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"));
    let mut script = lists.iter().fold(script, |script, list| {
        let several = if list.several {
            "__fish_complete_list , "
        } else {
            ""
        };
        script.replace(
            &format!("\"{}\\t''\"", list.marker),
            &format!("\"({several}__fish_inqud_hook_{})\"", list.name()),
        )
    });
    // clap_complete's script does not complete positional arguments.
    for sub in command.get_subcommands() {
        let no_files = " -f".to_owned();
        let more = match sub.get_positionals().next().map(wanted) {
            Some(Wanted::Path) => continue,
            Some(Wanted::List(name)) => format!("{no_files} -a \"(__fish_inqud_hook_{name})\""),
            Some(Wanted::Words(words)) => {
                let words = words
                    .into_iter()
                    .map(|(word, meaning)| format!("{word}\\t{}", quoted(&meaning)));
                format!("{no_files} -a \"{}\"", words.collect::<Vec<_>>().join("\n"))
            }
            Some(Wanted::Text) | None => no_files,
        };
        script += &format!(
            "complete -c inqud-hook -n \"__fish_inqud_hook_using_subcommand {}\"{more}\n",
            sub.get_name()
        );
    }
    for list in lists {
        let (name, words) = (list.name(), &list.words);
        let words = words
            .iter()
            .map(|(word, meaning)| format!(" \\\n        {} {}", quoted(word), quoted(meaning)));
        script += &format!(
            "\nfunction __fish_inqud_hook_{name}\n    printf '%s\\t%s\\n'{}\nend\n",
            words.collect::<String>()
        );
    }
    script
}

/// The flags that take several words of a list, separated by commas.
fn flags_of_several(lists: &[WordList], command: &Command) -> Vec<String> {
    let several = |arg: &Arg| {
        let of = wanted(arg);
        let lists = lists.iter().filter(|list| list.several);
        lists
            .map(WordList::name)
            .any(|name| matches!(&of, Wanted::List(list) if list == name))
    };
    let args = command.get_subcommands().flat_map(Command::get_arguments);
    let mut flags: Vec<String> = args
        .filter(|arg| several(arg))
        .flat_map(spellings)
        .collect();
    flags.sort();
    flags.dedup();
    flags
}

/// What kind of value an option or argument takes.
enum Wanted {
    /// A name of this list.
    List(String),
    /// One of these.
    Words(Vec<Word>),
    /// A file or a folder.
    Path,
    /// Anything else.
    Text,
}

fn wanted(arg: &Arg) -> Wanted {
    let values = arg.get_possible_values();
    match values.first().map(PossibleValue::get_name) {
        Some(name) if name.starts_with('@') => Wanted::List(name.trim_matches('@').to_owned()),
        Some(_) => Wanted::Words(
            values
                .iter()
                .map(|value| (value.get_name().to_owned(), text(value.get_help())))
                .collect(),
        ),
        None => match arg.get_value_hint() {
            ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath => Wanted::Path,
            _ => Wanted::Text,
        },
    }
}

fn text(help: Option<&StyledStr>) -> String {
    help.map(ToString::to_string).unwrap_or_default()
}

/// The flags of a command.
fn flags(command: &Command) -> Vec<Word> {
    let flags = command.get_arguments().filter(|arg| !arg.is_positional());
    flags
        .flat_map(|arg| {
            spellings(arg)
                .into_iter()
                .map(|flag| (flag, text(arg.get_help())))
        })
        .collect()
}

fn spellings(arg: &Arg) -> Vec<String> {
    let short = arg.get_short().map(|short| format!("-{short}"));
    short
        .into_iter()
        .chain(arg.get_long().map(|long| format!("--{long}")))
        .collect()
}

fn named<'c>(commands: impl Iterator<Item = &'c Command>) -> Vec<Word> {
    commands
        .map(|command| (command.get_name().to_owned(), text(command.get_about())))
        .collect()
}

/// The tool itself, under an empty name, and its commands.
fn commands(command: &Command) -> impl Iterator<Item = (&str, &Command)> {
    std::iter::once(("", command)).chain(
        command
            .get_subcommands()
            .map(|command| (command.get_name(), command)),
    )
}

/// What is expected where: after a command and a flag, or after the command alone for positional arguments.
fn places(tool: &Command) -> Vec<(String, Wanted)> {
    let mut places = Vec::new();
    for (name, command) in commands(tool) {
        let wanted_alone = if command.has_subcommands() {
            Wanted::Words(named(tool.get_subcommands()))
        } else {
            command
                .get_positionals()
                .next()
                .map_or(Wanted::Text, wanted)
        };
        places.push((name.to_owned(), wanted_alone));
        for arg in command.get_opts() {
            places.extend(
                spellings(arg)
                    .into_iter()
                    .map(|flag| (format!("{name} {flag}"), wanted(arg))),
            );
        }
    }
    places
}
