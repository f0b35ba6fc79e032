//! The page: nothing on it runs, nothing is requested, and what a hostile endpoint says is shown as text.

use super::sample::{blocked, good, mixed};
use super::{kept, printed, style};
use inqud_hook::report::{TestFormat, TestReport};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

fn page(run: &TestReport) -> String {
    printed(TestFormat::Html, run, style(80, false))
}

/// The page without its style sheet, which is not from outside.
fn markup(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    format!("{before}{after}").replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

/// What the tool writes; a tag beside these would be the endpoint's.
const TAGS: &[&str] = &[
    "!DOCTYPE", "a", "article", "body", "code", "dd", "details", "div", "dl", "dt", "footer", "h1",
    "h2", "h3", "head", "header", "html", "li", "main", "meta", "p", "pre", "rect", "section",
    "span", "summary", "svg", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
];

#[test]
fn every_tag_and_attribute_is_the_tools_own() {
    for run in [mixed(), good(), blocked()] {
        let markup = markup(&page(&run));
        let mut open: Vec<&str> = Vec::new();
        for piece in markup.split('<').skip(1) {
            let (tag, _) = piece.split_once('>').unwrap();
            let name = tag.split([' ', '\n']).next().unwrap();
            let plain = name.trim_start_matches('/').trim_end_matches('/');
            assert!(TAGS.contains(&plain), "<{tag}>");
            assert!(
                !tag.contains(" on") && !tag.contains(" src=") && !tag.contains(" style="),
                "<{tag}>"
            );
            let local = tag
                .split("href=\"")
                .skip(1)
                .all(|link| link.starts_with('#'));
            assert!(local, "<{tag}>");
            if name.starts_with('/') {
                assert_eq!(open.pop(), Some(plain), "<{tag}> closes another");
            } else if !["!DOCTYPE", "meta", "rect"].contains(&plain) {
                open.push(plain);
            }
        }
        assert_eq!(open, [""; 0]);
        assert!(!markup.contains(['\x1b', '\u{7}', '\u{9b}', '\u{202e}']));
    }
}

#[test]
fn links_within_the_page_lead_somewhere_and_ids_are_unique() {
    let page = page(&mixed());
    let values = |attribute: &str| -> Vec<String> {
        page.split(&format!(" {attribute}=\""))
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    let ids = values("id");
    for id in &ids {
        assert_eq!(ids.iter().filter(|other| *other == id).count(), 1, "{id}");
    }
    for target in values("href")
        .iter()
        .map(|link| link.trim_start_matches('#').to_owned())
        .chain(values("aria-labelledby"))
    {
        assert!(ids.contains(&target), "{target}");
    }
}

#[test]
fn causes_come_first_and_every_case_is_on_the_page() {
    let out = page(&mixed());
    let at = |text: &str| {
        out.find(text)
            .unwrap_or_else(|| panic!("{text} is missing"))
    };
    assert!(at("The endpoint does not check the signature") < at("<h2 id=\"groups\""));
    assert!(at("<h2 id=\"fail\"") < at("<h2 id=\"inconclusive\""));
    for judged in &mixed().cases {
        at(judged.case.name());
    }
    kept("html", &markup(&out));
    kept("html-blocked", &markup(&page(&blocked())));
}

/// The page as a browser sees it, and what the browser complains of; `None` without one.
fn browsed(folder: &Path, page: &str) -> Option<(String, String)> {
    let path = folder.join("report.html");
    std::fs::write(&path, page).unwrap();
    let output = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(|browser| {
            let mut command = Command::new(browser);
            command
                .args([
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--no-first-run",
                ])
                .args(["--disable-background-networking", "--enable-logging=stderr"])
                .arg(format!(
                    "--user-data-dir={}",
                    folder.join("profile").display()
                ))
                .arg("--dump-dom")
                .arg(format!("file://{}", path.display()))
                .stdin(Stdio::null());
            command.output().ok()
        })?;
    let said = String::from_utf8_lossy(&output.stderr)
        .lines()
        .filter(|line| line.contains("CONSOLE"))
        .map(|line| format!("{line}\n"))
        .collect();
    Some((String::from_utf8_lossy(&output.stdout).into_owned(), said))
}

#[test]
fn a_browser_runs_nothing_requests_nothing_and_complains_of_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let page = page(&mixed()).replace("127.0.0.1:9/", &format!("127.0.0.1:{port}/"));
    let Some((seen, said)) = browsed(folder.path(), &page) else {
        return println!("skipped: no browser is installed");
    };
    assert!(seen.contains("</html>"), "{seen}");
    assert_eq!(said, "");
    assert!(
        !seen.contains("<script") && !seen.contains("<img"),
        "{seen}"
    );
    assert!(
        seen.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{seen}"
    );
    assert!(listener.accept().is_err(), "the page requested something");

    // The judge finds what is wrong: the policy stops it, and the browser says so.
    let broken = page.replace(
        "</main>",
        "<script>alert(1)</script><p style=\"color:red\">x</p></main>",
    );
    let (_, said) = browsed(folder.path(), &broken).unwrap();
    assert_ne!(said, "");
}
