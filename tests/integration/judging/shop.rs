//! The defective shop as a process: started, asked, killed and started again.

use crate::support::listener::{Answered, ask, request, signature, wait};
use crate::support::repository;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

/// The secret of every shop. It is hex, so that a shop can decode it by mistake.
pub(crate) const SECRET: &str = "5e1f0c4ab7d29386";

/// A running shop, killed when it is dropped.
pub(crate) struct Shop {
    pub(crate) port: u16,
    provider: &'static str,
    flags: String,
    pub(crate) folder: tempfile::TempDir,
    child: Child,
}

/// The program. `cargo test` builds it, as an example; `cargo test --test integration` does not.
pub(crate) fn program() -> PathBuf {
    static CHECKED: Once = Once::new();
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_inqud-hook"));
    let program = binary.with_file_name("examples").join("defective_shop");
    CHECKED.call_once(|| {
        let sources = fs::read_dir(repository("tests/defective_shop")).expect("they are there");
        let newest = sources.map(|file| changed(&file.expect("it can be listed").path()));
        assert!(
            newest.max() <= Some(changed(&program)),
            "the shop is older than its source: run `cargo build --example defective_shop`"
        );
    });
    program
}

fn changed(path: &Path) -> SystemTime {
    let known = fs::metadata(path).and_then(|known| known.modified());
    known.unwrap_or(SystemTime::UNIX_EPOCH)
}

impl Shop {
    /// Starts a shop with those flags, such as `--defect race`.
    pub(crate) fn start(provider: &'static str, flags: &str) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let child = spawn(provider, flags, &folder);
        let mut shop = Self {
            port: 0,
            provider,
            flags: flags.to_owned(),
            folder,
            child,
        };
        shop.await_port();
        shop
    }

    fn await_port(&mut self) {
        let (file, begun) = (self.folder.path().join("port"), Instant::now());
        while !file.exists() {
            assert!(begun.elapsed() < Duration::from_secs(60), "it starts");
            let ended = self.child.try_wait().expect("it can be waited for");
            assert!(ended.is_none(), "{} ended at once", self.flags);
            sleep(Duration::from_millis(2));
        }
        let port = fs::read_to_string(file).expect("it was just written");
        self.port = port.parse().expect("it holds a port");
    }

    /// Kills it with SIGKILL and starts it again, at another port.
    pub(crate) fn restart(&mut self) {
        self.child.kill().expect("it runs");
        wait(&mut self.child, Duration::from_secs(10));
        fs::remove_file(self.folder.path().join("port")).expect("it was written");
        self.child = spawn(self.provider, &self.flags, &self.folder);
        self.await_port();
    }

    /// Takes its database away, or gives it back.
    pub(crate) fn outage(&self, is_down: bool) {
        let file = self.folder.path().join("outage");
        let changed = if is_down {
            fs::write(file, "")
        } else {
            fs::remove_file(file)
        };
        changed.expect("the folder can be changed");
    }

    /// Whether it still runs; it may be about to end.
    pub(crate) fn lives(&mut self) -> bool {
        sleep(Duration::from_millis(20));
        self.child
            .try_wait()
            .expect("it can be waited for")
            .is_none()
    }

    /// A new order's name.
    pub(crate) fn order(&self) -> String {
        let made = self.ask("POST", "/orders", &[], b"");
        let made: Value = serde_json::from_slice(&made.body).expect("an order is JSON");
        made["order"].as_str().expect("it has a name").to_owned()
    }

    /// How often an order was credited.
    pub(crate) fn paid(&self, order: &str) -> u64 {
        self.state(order)["paid"].as_u64().expect("it is counted")
    }

    pub(crate) fn state(&self, order: &str) -> Value {
        let shown = self.ask("GET", &format!("/orders/{order}"), &[], b"");
        serde_json::from_slice(&shown.body).expect("a state is JSON")
    }

    /// Delivers a body, signed.
    pub(crate) fn deliver(&self, body: &str) -> u16 {
        let (name, value) = signature(self.provider, SECRET, body.as_bytes());
        self.post(&[(name, &value)], body)
    }

    /// Delivers a body with those headers.
    pub(crate) fn post(&self, headers: &[(&str, &str)], body: &str) -> u16 {
        self.ask("POST", "/hooks", headers, body.as_bytes()).status
    }

    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answered {
        let all = [
            &[
                ("Content-Type", "application/json"),
                ("Connection", "close"),
            ],
            headers,
        ]
        .concat();
        ask(self.port, &request(method, path, &all, body)).expect("it answers")
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(provider: &str, flags: &str, folder: &tempfile::TempDir) -> Child {
    Command::new(program())
        .args(["--provider", provider, "--port-file"])
        .arg(folder.path().join("port"))
        .arg("--data")
        .arg(folder.path())
        .args(flags.split_whitespace())
        .env("SHOP_SECRET", SECRET)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the shop is built with the tests")
}
