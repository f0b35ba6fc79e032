//! The right check in each language is run: it accepts what the provider signed and refuses everything else. A language
//! that is not installed is skipped.
#![cfg(unix)]

use super::{SAMPLES, SECRET, only};
use crate::support::listener::signature;
use crate::support::{all, folder, payload};
use std::fs;
use std::process::Command;

/// A language, and how its example becomes a program. It reads cases from a file, a line each: the secret and the header's
/// value, or `-` for none of it. For each case it prints whether the delivery is genuine, or that the example failed.
struct Runner {
    language: &'static str,
    file: &'static str,
    before: &'static str,
    after: &'static str,
    run: &'static str,
}

const RUNNERS: [Runner; 4] = [
    Runner {
        language: "node",
        file: "check.js",
        before: "",
        after: "
const fs = require('fs');
for (const line of fs.readFileSync('cases', 'utf8').trimEnd().split('\\n')) {
  const [secret, given] = line.split('\\t');
  if (secret === '-') delete process.env.VARIABLE; else process.env.VARIABLE = secret;
  try {
    console.log(isGenuine(fs.readFileSync('body'), given === '-' ? {} : { ['HEADER'.toLowerCase()]: given }));
  } catch { console.log('failed'); }
}
",
        run: "node check.js",
    },
    Runner {
        language: "python",
        file: "check.py",
        before: "",
        after: "
for line in open('cases', encoding='utf-8').read().rstrip('\\n').split('\\n'):
    secret, given = line.split('\\t')
    os.environ.pop('VARIABLE', None)
    if secret != '-':
        os.environ['VARIABLE'] = secret
    try:
        headers = {} if given == '-' else {'HEADER': given}
        print(str(is_genuine(open('body', 'rb').read(), headers)).lower())
    except (KeyError, ValueError):
        print('failed')
",
        run: "python3 check.py",
    },
    Runner {
        language: "php",
        file: "check.php",
        before: "<?php\n",
        after: "
foreach (explode(\"\\n\", rtrim(file_get_contents('cases'), \"\\n\")) as $line) {
    [$secret, $given] = explode(\"\\t\", $line);
    putenv($secret === '-' ? 'VARIABLE' : \"VARIABLE=$secret\");
    $key = 'HTTP_' . strtoupper(strtr('HEADER', '-', '_'));
    unset($_SERVER[$key]);
    if ($given !== '-') { $_SERVER[$key] = $given; }
    try {
        echo is_genuine(file_get_contents('body')) ? 'true' : 'false', \"\\n\";
    } catch (RuntimeException $error) { echo \"failed\\n\"; }
}
",
        run: "php check.php",
    },
    Runner {
        language: "go",
        file: "check.go",
        before: "package main\n\nimport \"strings\"\n",
        after: "
func verdict(body []byte, header http.Header) (verdict string) {
	defer func() {
		if recover() != nil {
			verdict = \"failed\"
		}
	}()
	if isGenuine(body, header) {
		return \"true\"
	}
	return \"false\"
}

func main() {
	body, _ := os.ReadFile(\"body\")
	cases, _ := os.ReadFile(\"cases\")
	for _, line := range strings.Split(strings.TrimSuffix(string(cases), \"\\n\"), \"\\n\") {
		secret, given, _ := strings.Cut(line, \"\\t\")
		os.Unsetenv(\"VARIABLE\")
		if secret != \"-\" {
			os.Setenv(\"VARIABLE\", secret)
		}
		header := http.Header{}
		if given != \"-\" {
			header.Set(\"HEADER\", given)
		}
		os.Stdout.WriteString(verdict(body, header) + \"\\n\")
	}
}
",
        run: "go run check.go",
    },
];

/// What a program says of each case; `None` where its language is not installed.
fn verdicts(
    runner: &Runner,
    provider: &str,
    body: &str,
    cases: &[(&str, &str)],
) -> Option<Vec<String>> {
    let folder = folder(&[("body.json", body), ("body", body)]);
    let flags = [
        "body.json",
        "--provider",
        provider,
        "--example",
        runner.language,
    ];
    let (_, line) = only(&folder, &flags);
    let example = line["example"].as_str().expect("it was asked for");
    let (header, _) = signature(provider, "", b"");
    let variable = format!("{}_WEBHOOK_SECRET", provider.to_uppercase());
    let after = runner.after.replace("VARIABLE", &variable);
    let after = after.replace("HEADER", header);
    folder.write(runner.file, &format!("{}{example}{after}", runner.before));
    let line = |(secret, given): &(&str, &str)| format!("{secret}\t{given}\n");
    fs::write(
        folder.path.join("cases"),
        cases.iter().map(line).collect::<String>(),
    )
    .unwrap();
    let mut words = runner.run.split(' ');
    let program = words.next().expect("it is a command");
    let output = Command::new(program)
        .args(words)
        .current_dir(&folder.path)
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}\n{example}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(said.lines().map(str::to_owned).collect())
}

#[test]
fn the_right_check_takes_what_the_provider_signed_and_nothing_else() {
    let cases = RUNNERS
        .iter()
        .flat_map(|runner| SAMPLES.map(|sample| (runner, sample)));
    // Go takes a second to link a program: one for each template.
    let cases = cases.filter(|(runner, sample)| runner.language != "go" || sample.0 != "inqud");
    let named = cases.map(|case| (format!("{} {}", case.0.language, case.1.0), case));
    all(named, |name, (runner, (provider, _, path))| {
        let body = payload(path).replace('1', "é");
        let sign = |secret: &str| signature(provider, secret, body.as_bytes()).1;
        let (right, unkeyed) = (sign(SECRET), sign(""));
        let (half, longer) = (&right[..right.len() / 2], format!("{right}0"));
        let upper = right.to_uppercase();
        let cases = [
            (SECRET, &*right, "true"),
            (SECRET, "-", "false"),
            (SECRET, "", "false"),
            (SECRET, half, "false"),
            (SECRET, &*longer, "false"),
            (SECRET, &*upper, "false"),
            (SECRET, "é", "false"),
            ("another secret", &*right, "false"),
            // Without a secret everything is refused, what an empty one signed above all.
            ("", &*unkeyed, "failed"),
            ("-", &*unkeyed, "failed"),
        ];
        let asked = cases.map(|(secret, given, _)| (secret, given));
        let Some(said) = verdicts(runner, provider, &body, &asked) else {
            println!("skipped: {} is not installed", runner.language);
            return;
        };
        assert_eq!(said, cases.map(|case| case.2), "{name}");
    });
}
