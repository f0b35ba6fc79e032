//! The files of the page, which lie in the binary.

use bytes::Bytes;
use std::sync::LazyLock;

/// A file as it is sent.
pub(super) struct Asset {
    pub(super) path: &'static str,
    pub(super) content_type: &'static str,
    pub(super) bytes: Bytes,
}

/// The file at a path.
pub(super) fn asset(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let made = |(path, text): &(&'static str, &'static str)| {
        let script = path.ends_with(".js");
        let content_type = match script {
            true => "text/javascript; charset=utf-8",
            false if path.ends_with(".css") => "text/css; charset=utf-8",
            false => "text/html; charset=utf-8",
        };
        let bytes = match script {
            true => Bytes::from(without_comments(text)),
            false => Bytes::from_static(text.as_bytes()),
        };
        Asset {
            path,
            content_type,
            bytes,
        }
    };
    FILES.iter().map(made).collect()
});

/// The files by their paths.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        const FILES: &[(&str, &str)] = &[
            ("/", include_str!("page/index.html")),
            $((concat!("/", $name), include_str!(concat!("page/", $name)))),*
        ];
    };
}

files![
    "actions.js",
    "address.js",
    "api.js",
    "app.js",
    "body.js",
    "clipboard.js",
    "compose.js",
    "detail.js",
    "detail_panels.js",
    "detail_summary.js",
    "el.js",
    "empty.js",
    "explain.js",
    "filters.js",
    "finding.js",
    "json_folds.js",
    "json_tokens.js",
    "json_view.js",
    "keys.js",
    "list.js",
    "live.js",
    "notice.js",
    "raw_view.js",
    "results.js",
    "row.js",
    "store.js",
    "style.css",
    "tabs.js",
    "text.js",
    "timeline.js",
    "toolbar.js",
];

/// A script without indentation, and without lines that are nothing but a comment. In these files no text spans lines.
fn without_comments(script: &str) -> String {
    let mut inside = false;
    let kept = script.lines().map(str::trim).filter(|line| {
        let ends = line.ends_with("*/");
        if inside {
            inside = !ends;
            return false;
        }
        let whole = ends && line.find("*/") == Some(line.len() - 2);
        inside = line.starts_with("/**") && !line.contains("*/");
        let comment = line.starts_with("//") || (line.starts_with("/**") && (whole || inside));
        !comment && !line.is_empty()
    });
    kept.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    #[test]
    fn every_file_of_the_page_is_in_the_binary() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/inspector/page");
        let names = fs::read_dir(folder).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let served =
            names.filter(|name| !["index.html", "types.d.ts", "tsconfig.json"].contains(&&**name));
        let mut served: Vec<String> = served.map(|name| format!("/{name}")).collect();
        served.sort();
        let mut known: Vec<&str> = FILES.iter().map(|(path, _)| *path).skip(1).collect();
        known.sort_unstable();
        assert_eq!(known, served);
    }

    #[test]
    fn comments_and_indentation_are_left_out() {
        let script = "// What it is.\n\n/** @param {x} y */\nf(y) {\n  /**\n   * More.\n   */\n  return '// no'; // kept\n}\n\
                      /** @type {a} */ (b).c();\n";
        let expected = "f(y) {\nreturn '// no'; // kept\n}\n/** @type {a} */ (b).c();";
        assert_eq!(without_comments(script), expected);
    }
}
