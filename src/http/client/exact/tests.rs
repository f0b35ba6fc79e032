use super::super::super::Target;
use super::*;
use crate::http::MOST_OF_A_BODY;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

const LIMIT: Duration = Duration::from_secs(10);
const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A server that does this with its first connections.
fn server<T: Send + 'static>(
    connections: usize,
    serve: impl Fn(TcpStream) -> T + Send + 'static,
) -> (Target, JoinHandle<Vec<T>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = Target::at(listener.local_addr().unwrap());
    let served = move || {
        let mut streams = listener.incoming().take(connections);
        streams
            .by_ref()
            .map(|stream| serve(stream.unwrap()))
            .collect()
    };
    (target, thread::spawn(served))
}

fn client(target: &Target) -> ExactClient {
    let stop = Arc::new(AtomicBool::new(false));
    ExactClient::new(&Trust::System, Route::to(target).unwrap(), stop).unwrap()
}

fn request(target: &Target, body: &[u8]) -> ExactRequest {
    ExactRequest::of(&Delivery {
        method: "POST".to_owned(),
        target: target.with_path("/hooks"),
        headers: vec![Header::exact("X-one", "1").unwrap()],
        body: body.to_vec(),
    })
}

/// What arrives until the body ends with those bytes, or the connection does.
fn received_until(stream: &mut TcpStream, end: &[u8]) -> Vec<u8> {
    let (mut received, mut byte) = (Vec::new(), [0]);
    while !received.ends_with(end) && stream.read(&mut byte).unwrap_or(0) == 1 {
        received.extend(byte);
    }
    received
}

/// The outcome where the server answers so and closes the connection.
fn outcome_of(answer: &'static [u8]) -> Result<Answer, Fault> {
    let (target, served) = server(1, move |mut stream| {
        received_until(&mut stream, b"{}");
        stream.write_all(answer).unwrap();
    });
    let sent = client(&target).send(&request(&target, b"{}"), Manner::Whole, LIMIT);
    served.join().unwrap();
    sent.outcome
}

#[test]
fn a_request_leaves_exactly_as_written() {
    let (target, served) = server(1, |mut stream| {
        let received = received_until(&mut stream, b"}");
        stream.write_all(OK).unwrap();
        String::from_utf8(received).unwrap()
    });
    let mut request = request(&target, b"{}");
    request.set("x-ONE", "two");
    request.set("sIgn", "  \u{e9}");
    request.remove("connection");
    request.set_body(b"{\"a\":1}".to_vec());
    let answer = client(&target).send(&request, Manner::Whole, LIMIT).outcome;
    assert_eq!(answer.unwrap().body, b"ok");
    let host = target.authority();
    let expected = format!(
        "POST /hooks HTTP/1.1\r\nHost: {host}\r\nx-ONE: two\r\nContent-Length: 7\r\nsIgn:   \u{e9}\r\n\r\n{{\"a\":1}}"
    );
    assert_eq!(served.join().unwrap(), [expected]);
}

#[test]
fn answers_are_read_in_every_framing() {
    for answer in [
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n\
         HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok, and more",
        "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x=y\r\nk\r\n0\r\n\r\n",
        "HTTP/1.0 201 Created\r\n\r\nok",
    ] {
        let answer = outcome_of(answer.as_bytes()).unwrap();
        assert_eq!((answer.status, &*answer.body), (201, &b"ok"[..]));
    }
    let answer = outcome_of(b"HTTP/1.1 204 No Content\r\nX-a: b\r\n\r\n").unwrap();
    assert_eq!((answer.status, answer.header("x-A")), (204, Some("b")));
}

#[test]
fn broken_answers_have_their_fault() {
    for (answer, fault) in [
        ("", Fault::Closed(None)),
        ("HTTP/1.1 200 OK\r\nContent-Le", Fault::Closed(None)),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
            Fault::Closed(Some(200)),
        ),
        ("SSH-2.0-OpenSSH\r\n", Fault::NotHttp),
        ("HTTP/1.1 099 Less\r\n\r\n", Fault::NotHttp),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            Fault::NotHttp,
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            Fault::NotHttp,
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            Fault::NotHttp,
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            Fault::NotHttp,
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok",
            Fault::Closed(Some(200)),
        ),
    ] {
        assert_eq!(
            outcome_of(answer.as_bytes()).unwrap_err(),
            fault,
            "{answer}"
        );
    }
}

#[test]
fn a_long_answer_is_cut() {
    let (target, served) = server(1, |mut stream| {
        received_until(&mut stream, b"{}");
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    let sent = client(&target).send(&request(&target, b"{}"), Manner::Whole, LIMIT);
    let answer = sent.outcome.unwrap();
    assert!(answer.cut && answer.body.len() >= MOST_OF_A_BODY);
    served.join().unwrap();
}

#[test]
fn an_early_answer_to_a_large_body_is_read() {
    let (target, served) = server(1, |mut stream| {
        received_until(&mut stream, b"\r\n\r\n");
        let _ = stream.write_all(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
        stream
    });
    let body = vec![b' '; 32 << 20];
    let sent = client(&target).send(&request(&target, &body), Manner::Whole, LIMIT);
    assert_eq!(sent.outcome.unwrap().status, 413);
    served.join().unwrap();
}

#[test]
fn pieces_arrive_with_pauses() {
    let (target, served) = server(1, |mut stream| {
        let mut pieces: Vec<Vec<u8>> = Vec::new();
        let mut buffer = [0; 4096];
        while pieces.concat().last() != Some(&b'}') {
            let length = stream.read(&mut buffer).unwrap();
            pieces.push(buffer[..length].to_vec());
        }
        stream.write_all(OK).unwrap();
        pieces
    });
    let manner = Manner::Pieces(&[0, 2, 99, 1], Duration::from_millis(30));
    let sent = client(&target).send(&request(&target, b"{\"a\"}"), manner, LIMIT);
    assert!(sent.outcome.is_ok() && sent.latency >= Duration::from_millis(60));
    let pieces = served.join().unwrap().remove(0);
    assert!(
        pieces.len() >= 3 && pieces[1] == b"{\"" && pieces[2] == b"a\"}",
        "{pieces:?}"
    );
}

#[test]
fn gated_requests_end_together_even_if_one_cannot_connect() {
    let (target, served) = server(2, |mut stream| {
        let received = received_until(&mut stream, b"{}");
        stream.write_all(OK).unwrap();
        received.ends_with(b"{}")
    });
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let barrier = Barrier::new(3);
    let send = |target: &Target| {
        let manner = Manner::Gated(&barrier);
        client(target)
            .send(&request(target, b"{}"), manner, LIMIT)
            .outcome
    };
    thread::scope(|scope| {
        let dead = scope.spawn(|| send(&Target::at(closed)));
        // The server handles one connection after the other: the second gate opens only if both have been written.
        let [first, second] = [(); 2].map(|()| scope.spawn(|| send(&target)));
        assert_eq!(dead.join().unwrap().unwrap_err(), Fault::Refused);
        assert!(first.join().unwrap().is_ok() && second.join().unwrap().is_ok());
    });
    assert_eq!(served.join().unwrap(), [true, true]);
}

#[test]
fn an_aborted_request_arrives_whole() {
    let (target, served) = server(1, |mut stream| {
        let received = received_until(&mut stream, b"{}");
        let closed = stream.read(&mut [0]).unwrap() == 0;
        received.ends_with(b"\r\n\r\n{}") && closed
    });
    let manner = Manner::Abort(Duration::from_millis(5));
    let sent = client(&target).send(&request(&target, b"{}"), manner, LIMIT);
    assert_eq!(sent.outcome.unwrap_err(), Fault::Closed(None));
    assert_eq!(served.join().unwrap(), [true]);
}

#[test]
fn a_body_shorter_than_announced_waits_until_the_limit() {
    let (target, served) = server(1, |mut stream| {
        let received = received_until(&mut stream, b"never");
        received.ends_with(b"Content-Length: 3\r\n\r\n{}")
    });
    let limit = Duration::from_millis(60);
    let mut request = request(&target, b"{}");
    request.set("Content-Length", "3");
    let sent = client(&target).send(&request, Manner::Whole, limit);
    assert_eq!(sent.outcome.unwrap_err(), Fault::Timeout(None));
    assert!(sent.latency >= limit);
    assert_eq!(served.join().unwrap(), [true]);
}

#[test]
fn the_body_waits_for_continue() {
    let (target, served) = server(1, |mut stream| {
        let head = received_until(&mut stream, b"\r\n\r\n");
        stream.set_nonblocking(true).unwrap();
        let early = stream.read(&mut [0]).is_ok();
        stream.set_nonblocking(false).unwrap();
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
        let body = received_until(&mut stream, b"}");
        stream.write_all(OK).unwrap();
        head.ends_with(b"\r\n\r\n") && !early && body == b"{}"
    });
    let sent = client(&target).send(&request(&target, b"{}"), Manner::Expect, LIMIT);
    assert!(sent.outcome.is_ok() && sent.latency < CONTINUE_LIMIT);
    assert_eq!(served.join().unwrap(), [true]);
}

#[test]
fn stop_ends_a_request() {
    let (target, served) = server(1, |mut stream| received_until(&mut stream, b"never"));
    let stop = Arc::new(AtomicBool::new(false));
    let client =
        ExactClient::new(&Trust::System, Route::to(&target).unwrap(), stop.clone()).unwrap();
    let started = Instant::now();
    thread::scope(|scope| {
        let sent = scope.spawn(|| client.send(&request(&target, b"{}"), Manner::Whole, LIMIT));
        thread::sleep(Duration::from_millis(20));
        stop.store(true, Ordering::Relaxed);
        assert_eq!(
            sent.join().unwrap().outcome.unwrap_err(),
            Fault::Interrupted
        );
    });
    assert!(started.elapsed() < LIMIT / 2);
    served.join().unwrap();
}

#[test]
fn tls_goes_by_the_trust_that_is_given() {
    let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![signed.cert.der().clone()],
            rustls::pki_types::PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    let (plain, served) = server(3, move |mut stream| {
        let mut connection = rustls::ServerConnection::new(config.clone()).unwrap();
        let mut stream = rustls::Stream::new(&mut connection, &mut stream);
        let mut received = Vec::new();
        let mut buffer = [0; 4096];
        while !received.ends_with(b"{}") {
            match stream.read(&mut buffer) {
                Ok(length) if length > 0 => received.extend_from_slice(&buffer[..length]),
                _ => return false,
            }
        }
        stream.write_all(b"HTTP/1.0 200 OK\r\n\r\nok").is_ok()
    });
    let target = Target::parse(&format!("https://localhost:{}/", plain.port())).unwrap();
    let send = |trust: &Trust| {
        let stop = Arc::new(AtomicBool::new(false));
        let mut route = Route::to(&target).unwrap();
        route.addresses.retain(std::net::SocketAddr::is_ipv4);
        let client = ExactClient::new(trust, route, stop).unwrap();
        client
            .send(&request(&target, b"{}"), Manner::Whole, LIMIT)
            .outcome
    };
    assert!(matches!(send(&Trust::System), Err(Fault::Tls(_))));
    assert_eq!(send(&Trust::AnyCertificate).unwrap().body, b"ok");
    let own = Trust::Authorities(vec![signed.cert.der().clone()]);
    assert_eq!(send(&own).unwrap().body, b"ok");
    assert_eq!(served.join().unwrap(), [false, true, true]);
}
