//! Headers travel as they came, in their order and spelling, however the requests are framed and split: to the journal and
//! to the service behind `--forward`, with raw sockets on both ends.

use crate::support::endpoint::{read_request, socket};
use crate::support::listener::{Listener, connect, read_answer};
use crate::support::{folder, json_lines};
use serde_json::{Value, json};
use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

/// Headers that a map would sort, group or spell in another way, as they are sent and as they are read.
const SENT: &str =
    "x-b: 2\r\nX-A: 1\r\nx-B:3\r\nX-a:\t4 \r\nX--b_c: \r\nX-Latin: caf\u{e9}\r\nX-B: a,  b ;c\r\n";
const READ: [(&str, &str); 7] = [
    ("x-b", "2"),
    ("X-A", "1"),
    ("x-B", "3"),
    ("X-a", "4"),
    ("X--b_c", ""),
    ("X-Latin", "caf\u{e9}"),
    ("X-B", "a,  b ;c"),
];

/// A framing, its header in an unusual spelling, and the body as it is sent and as it is.
type Framing = (&'static str, &'static str, &'static str, &'static str);

const FRAMINGS: [Framing; 4] = [
    ("plain", "CONTENT-length: 8", "{\"a\":\t1}", "{\"a\":\t1}"),
    (
        "chunked",
        "transfer-ENCODING: chunked",
        "3;x=y\r\n{\"a\r\n005\r\n\":\t1}\r\n0\r\nX-Trailer: 1\r\n\r\n",
        "{\"a\":\t1}",
    ),
    (
        "one byte",
        "transfer-Encoding: Chunked",
        "1\r\n1\r\n0\r\n\r\n",
        "1",
    ),
    ("empty", "content-LENGTH: 0", "", ""),
];

fn sent(at: usize, (_, header, body, _): Framing) -> String {
    let first = format!("POST /{at}?x=%7e HTTP/1.1\r\nHOST: localhost");
    format!("{first}\r\n{SENT}{header}\r\nLast: z\r\n\r\n{body}")
}

/// A service that notes each request as it comes.
fn service() -> (u16, Arc<Mutex<Vec<Vec<u8>>>>) {
    let came = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&came);
    let port = socket(move |mut stream| {
        while let Some(request) = read_request(&mut stream) {
            noted.lock().expect("no thread has panicked").push(request);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    });
    (port, came)
}

/// Sends requests on one connection: each after the answer to the last one, all at once, or all byte by byte.
fn deliver(way: &str, stream: &mut TcpStream, requests: &[String]) {
    let all = requests.concat().into_bytes();
    match way {
        "pipelined" => stream.write_all(&all).expect("it is taken"),
        "byte by byte" => {
            for byte in all.chunks(1) {
                stream.write_all(byte).expect("it is taken");
            }
        }
        _ => {}
    }
    for request in requests {
        if way == "in turn" {
            stream.write_all(request.as_bytes()).expect("it is taken");
        }
        let answered = read_answer(stream, false).expect("it is answered");
        assert_eq!((answered.status, answered.text()), (200, "ok"), "{way}");
    }
}

#[test]
fn headers_travel_as_they_came_however_requests_are_framed_and_split() {
    for way in ["in turn", "pipelined", "byte by byte"] {
        let folder = folder(&[]);
        let (port, came) = service();
        let listener = Listener::start(
            &folder.path,
            &format!("--body none --journal j.ndjson --sync none --path * --forward :{port}"),
        );
        let all = FRAMINGS.into_iter().cycle().take(2 * FRAMINGS.len());
        let all: Vec<_> = all.enumerate().collect();
        let requests: Vec<_> = all
            .iter()
            .map(|(at, framing)| sent(*at, *framing))
            .collect();
        deliver(way, &mut connect(listener.port), &requests);

        let passed = std::mem::take(&mut *came.lock().expect("no thread has panicked"));
        assert_eq!(passed.len(), all.len());
        for ((at, (name, _, _, body)), passed) in all.iter().zip(&passed) {
            let text = String::from_utf8_lossy(passed);
            let (head, rest) = text.split_once("\r\n\r\n").expect("it has a head");
            assert_eq!(rest, *body, "{way}: {name}");
            let (first, lines) = head.split_once("\r\n").expect("it has headers");
            assert_eq!(first, format!("POST /{at}?x=%7e HTTP/1.1"));
            let expected: String = READ
                .iter()
                .chain(&[("Last", "z")])
                .map(|(name, value)| format!("{name}: {value}\r\n"))
                .collect();
            assert!(
                format!("{lines}\r\n").contains(&expected),
                "{way}: {name}: {lines}"
            );
        }

        assert_eq!(listener.interrupt().code, 130);
        let journal = fs::read_to_string(folder.path.join("j.ndjson")).expect("it is UTF-8");
        let journal = json_lines(&journal);
        assert_eq!(journal.len(), all.len());
        for ((at, (name, framing, _, body)), line) in all.iter().zip(&journal) {
            let framing = framing.split_once(": ").expect("it has a colon");
            let headers = [("HOST", "localhost")].into_iter().chain(READ);
            let headers: Vec<Value> = headers
                .chain([framing, ("Last", "z")])
                .map(|(name, value)| json!([name, value]))
                .collect();
            assert_eq!(line["headers"], json!(headers), "{way}: {name}");
            assert_eq!(
                (&line["target"], &line["body"]),
                (&json!(format!("/{at}?x=%7e")), &json!(body)),
                "{way}: {name}"
            );
        }
    }
}
