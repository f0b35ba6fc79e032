//! The check of `--to` and `--forward`: every spelling of a remote address is refused before anything is sent, every
//! spelling of this machine's address is accepted, and `allowed_hosts` allows exactly what it lists.

use crate::support::endpoint::{Endpoint, all_at_once, sending};
use crate::support::{Ran, folder, ran, run};

/// Ways of writing 192.0.2.1, which is for documentation, and other addresses that are not this machine's. None needs a
/// look-up: a test asks no name server.
const ELSEWHERE: &[&str] = &[
    "192.0.2.1",
    "192.0.2.1:80",
    "192.0.2.1/localhost",
    "192.0.2.1?localhost",
    "192.0.2.1#@localhost",
    "192.0.2.1#localhost",
    "http://192.0.2.1",
    "HTTP://192.0.2.1/",
    "https://192.0.2.1/",
    "http://localhost@192.0.2.1/",
    "http://127.0.0.1@192.0.2.1/",
    "http://127.0.0.1:80@192.0.2.1/",
    "http://localhost:1@192.0.2.1:80/",
    "http://a@b@192.0.2.1/",
    "http://localhost%2F@192.0.2.1/",
    "http://[::1]@192.0.2.1/",
    "http://192.0.2.1:80/@localhost",
    "http://192.0.513/",
    "http://192.513/",
    "http://3221225985/",
    "http://0xC0000201/",
    "http://0xc0.0.2.1/",
    "http://0300.0.2.1/",
    "http://0300.0.02.01/",
    "http://030000001001/",
    "http://[::ffff:192.0.2.1]/",
    "http://[::ffff:c000:201]/",
    "http://[0:0:0:0:0:ffff:192.0.2.1]/",
    "http://[64:ff9b::192.0.2.1]/",
    "http://[2002:c000:201::]/",
    "http://[2001:db8::1]/",
    "http://[::192.0.2.1]/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[ff02::1]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://100.64.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://128.0.0.1/",
    "http://126.255.255.255/",
    "http://1/",
    "http://127/",
    "http://0x7f/",
    "http://[::2]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:128.0.0.1]/",
    "http://1.0.0.127/",
];

/// What is not a target at all.
const REFUSED: &[&str] = &[
    "http://192.0.2.1\\@localhost/",
    "http://192.0.2.1/\\localhost",
    "http:\\\\192.0.2.1/",
    "http:/192.0.2.1/",
    "http:192.0.2.1/",
    "http:////192.0.2.1/",
    "http://",
    "http://:80/",
    "http://[::1/",
    "http://::1/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:-1/",
    "http://127.0.0.1:0x50/",
    "http://127.0.0.1 /",
    "http://127.0.0.1\t/",
    "http://127.0.0.1/\r\nX: y",
    "http://[::1%25lo]/",
    "ftp://localhost/",
    "file:///etc/passwd",
    "gopher://localhost/",
    "unix:/run/x.sock",
    "data:,x",
    "javascript:alert(1)",
    "",
    " ",
    "\0",
];

/// Ways of writing this machine, with PORT where the port stands.
const HERE: &[&str] = &[
    "127.0.0.1:PORT",
    "http://127.1:PORT/",
    "http://127.0.0.2:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f000001:PORT/",
    "http://0x7f.1:PORT/",
    "http://0177.0.0.1:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://LOCALHOST:PORT/",
];

/// Sends a delivery there and to `near`, while whatever leaves would leave through `proxy`.
fn try_to(target: &str, near: &Endpoint, proxy: &Endpoint, hosts: &str) -> Ran {
    let folder = folder(&[]);
    let (near, proxy) = (
        near.port.to_string(),
        format!("http://127.0.0.1:{}", proxy.port),
    );
    let mut command = sending(
        &folder.path,
        [
            "INVOICE_PAID",
            "--timeout",
            "5s",
            "--to",
            &near,
            "--to",
            target,
        ],
    );
    for name in [
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ] {
        command.env(name, &proxy);
    }
    ran(command
        .env("INQUD_HOOK_ALLOWED_HOSTS", hosts)
        .output()
        .expect("the binary starts"))
}

#[test]
fn no_spelling_of_another_address_passes_for_this_machine() {
    let (near, proxy) = (Endpoint::answering(200), Endpoint::answering(200));
    // A NUL cannot be given to a program at all.
    let all = ELSEWHERE
        .iter()
        .chain(REFUSED)
        .filter(|target| !target.contains('\0'));
    all_at_once(
        all.map(|target| (format!("{target:?}"), *target)),
        |name, target| {
            let Ran { code, out, err } = try_to(target, &near, &proxy, "");
            assert_eq!((code, &*out), (2, ""), "{name}: {err}");
            assert!(
                err.contains("error: ") && err.contains("hint: "),
                "{name}: {err}"
            );
            assert!(
                !ELSEWHERE.contains(&target) || err.contains("is not this machine"),
                "{name}: {err}"
            );
        },
    );
    assert_eq!(
        (near.came().len(), proxy.came().len()),
        (0, 0),
        "nothing was sent, not even to this machine"
    );
}

#[test]
fn every_spelling_of_this_machine_is_taken_and_goes_past_any_proxy() {
    let (near, proxy) = (Endpoint::answering(200), Endpoint::answering(200));
    for target in HERE {
        let Ran { code, out, err } = try_to(
            &target.replace("PORT", &near.port.to_string()),
            &near,
            &proxy,
            "",
        );
        // Not every system answers at every address of the loopback; that it is tried is what matters.
        assert!(code <= 1, "{target}: {code} {out}{err}");
        let count = near.take().len();
        assert!(count == 2 || (count == 1 && code == 1), "{target}: {count}");
    }
    assert_eq!(proxy.came().len(), 0);
}

/// Entries of `allowed_hosts` that are not 192.0.2.1, however near they come.
const NOT_LISTED: &[&str] = &[
    "192.0.2",
    "192.0.2.",
    "192.0.2.10",
    "192.0.2.1.example",
    "x192.0.2.1",
    "0.2.1",
    "192.0.2.*",
    "192.0.2.0/24",
    "192.*",
    "*",
    ".",
    "*.2.1",
    "http://192.0.2.2/192.0.2.1",
    "192.0.2.2@192.0.2.1",
    "[192.0.2.1]",
    "localhost,127.0.0.1",
];

#[test]
fn an_allowed_host_is_that_host_and_no_pattern() {
    let (near, proxy) = (Endpoint::answering(200), Endpoint::answering(200));
    all_at_once(
        NOT_LISTED.iter().map(|hosts| ((*hosts).to_owned(), *hosts)),
        |name, hosts| {
            let Ran { code, out, err } = try_to("http://192.0.2.1/", &near, &proxy, hosts);
            assert_eq!((code, &*out), (2, ""), "{name}: {err}");
        },
    );
    assert_eq!((near.came().len(), proxy.came().len()), (0, 0));
    let Ran { code, out, err } = try_to("http://192.0.2.1/", &near, &proxy, "192.0.2.1");
    assert_eq!(
        (code, near.came().len(), proxy.came().len()),
        (0, 1, 1),
        "{out}{err}"
    );
}

#[test]
fn listen_passes_nothing_on_to_another_address_however_it_is_spelt() {
    let folder = folder(&[]);
    let all = ELSEWHERE
        .iter()
        .chain(REFUSED)
        .filter(|target| !target.contains('\0'));
    all_at_once(
        all.map(|target| (format!("{target:?}"), *target)),
        |name, target| {
            let Ran { code, out, err } = run(
                &folder.path,
                ["listen", "0", "--deadline", "1ms", "--forward", target],
            );
            assert_eq!((code, &*out), (2, ""), "{name}: {err}");
        },
    );
}
