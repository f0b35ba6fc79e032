//! The script for Elvish. clap_complete's own offers only flags and commands.

use super::{Wanted, Word, WordList, commands, flags, places};
use clap::Command;

/// The script.
pub(super) fn script(lists: &[WordList], command: &Command) -> String {
    let mut text =
        "use str\n\nset edit:completion:arg-completer[inqud-hook] = {|@words|\n".to_owned();
    for list in lists {
        text += &format!("    var {} = {}\n", list.name(), table(&list.words, 4));
    }
    text += "    var flags = [\n";
    for (name, command) in commands(command) {
        text += &format!("        &'{name}'={}\n", table(&flags(command), 8));
    }
    text += "    ]\n    var values = [\n";
    for (place, wanted) in places(command) {
        let wanted = match wanted {
            Wanted::List(name) => format!("${name}"),
            Wanted::Words(words) => table(&words, 8),
            Wanted::Path => "path".to_owned(),
            Wanted::Text => "[]".to_owned(),
        };
        text += &format!("        &'{place}'={wanted}\n");
    }
    let several = lists.iter().filter(|list| list.several);
    let several: Vec<String> = several
        .map(|list| format!("(eq $wanted ${})", list.name()))
        .collect();
    text + &BODY.replace("SEVERAL", &several.join(" "))
}

fn table(words: &[Word], indent: usize) -> String {
    let quoted = |text: &str| text.replace('\'', "''");
    let line = |(word, meaning): &Word| {
        format!(
            "{:indent$}    ['{}' '{}']\n",
            "",
            quoted(word),
            quoted(meaning)
        )
    };
    format!(
        "[\n{}{:indent$}]",
        words.iter().map(line).collect::<String>(),
        ""
    )
}

const BODY: &str = "    ]
    var command = ''
    for word $words[1..-1] {
        if (and (eq $command '') (has-key $flags $word)) {
            set command = $word
        }
    }
    var place = $command' '$words[-2]
    var wanted = []
    if (has-key $values $place) {
        set wanted = $values[$place]
    } elif (str:has-prefix $words[-1] '-') {
        set wanted = $flags[$command]
    } else {
        set wanted = $values[$command]
    }
    var before = ''
    if (or SEVERAL) {
        var parts = [(str:split , $words[-1])]
        set before = (str:join '' [(each {|part| put $part','} $parts[..-1])])
    }
    if (eq $wanted path) {
        edit:complete-filename $words[-1]
    } else {
        for word $wanted {
            edit:complex-candidate $before$word[0] &display=$word[0]'  '$word[1]
        }
    }
}
";
