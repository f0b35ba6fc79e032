//! A port that is endpoint and proxy at once, over TCP and TLS, and keeps every byte of the requests that reach it.

use crate::support::endpoint::{read_request, socket};
use crate::support::tls::Certified;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::{Arc, Mutex};

/// An address reserved for documentation; what goes there goes through a proxy here.
pub(crate) const ELSEWHERE: &str = "192.0.2.1";

/// A way from the tool to the port.
pub(crate) struct Way {
    /// The target without a path.
    pub(crate) target: String,
    /// The proxy on the way.
    pub(crate) proxy: Option<String>,
    /// What stands before the path in the request line.
    pub(crate) place: String,
    /// The header for the proxy in the requests.
    pub(crate) login: &'static str,
}

/// The port.
pub(crate) struct Wire {
    pub(crate) port: u16,
    /// The authority to trust, in PEM.
    pub(crate) authority: String,
    /// The requests that asked a proxy for a tunnel.
    connects: Arc<Mutex<Vec<String>>>,
    came: Arc<Mutex<Vec<Vec<u8>>>>,
}

/// The answer to every delivery.
pub(crate) const ANSWER: &str = "HTTP/1.1 200 OK\r\nx-Odd: 1\r\nContent-Length: 2\r\n\r\nok";

trait Duplex: Read + Write + Send {}

impl<S: Read + Write + Send> Duplex for S {}

impl Wire {
    pub(crate) fn new() -> Self {
        let certified = Certified::new(&["localhost", "127.0.0.1", ELSEWHERE]);
        let (connects, came) = <(Arc<Mutex<Vec<_>>>, Arc<Mutex<Vec<_>>>)>::default();
        let served = (certified.config, Arc::clone(&connects), Arc::clone(&came));
        let port = socket(move |stream| {
            let (config, connects, came) = &served;
            let closing = stream.try_clone().expect("it is open");
            serve(Box::new(stream), config, connects, came);
            let _ = closing.shutdown(Shutdown::Write);
        });
        Self {
            port,
            authority: certified.authority,
            connects,
            came,
        }
    }

    /// Every way to the port.
    pub(crate) fn ways(&self) -> Vec<Way> {
        let port = self.port;
        let way = |target: String, proxy: Option<&str>| {
            let proxied_plain = proxy.is_some() && target.starts_with("http:");
            Way {
                place: if proxied_plain {
                    target.clone()
                } else {
                    String::new()
                },
                login: if proxied_plain {
                    "Proxy-Authorization: Basic YW5uOnA6QA==\r\n"
                } else {
                    ""
                },
                proxy: proxy.map(|scheme| format!("{scheme}://ann:p%3A%40@localhost:{port}/")),
                target,
            }
        };
        vec![
            way(format!("http://localhost:{port}"), None),
            way(format!("https://localhost:{port}"), None),
            way(format!("http://{ELSEWHERE}"), Some("http")),
            way(format!("https://{ELSEWHERE}"), Some("http")),
            way(format!("http://{ELSEWHERE}:81"), Some("https")),
            way(format!("https://{ELSEWHERE}:444"), Some("https")),
        ]
    }

    /// The deliveries since the last call.
    pub(crate) fn take(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.came.lock().expect("the lock is not poisoned"))
    }

    /// The requests for tunnels since the last call.
    pub(crate) fn take_connects(&self) -> Vec<String> {
        std::mem::take(&mut self.connects.lock().expect("the lock is not poisoned"))
    }
}

impl Way {
    /// The target's host and port, as in its URL.
    pub(crate) fn authority(&self) -> &str {
        self.target.split_once("//").expect("it is a URL").1
    }

    /// The environment for the tool.
    pub(crate) fn variables(&self) -> Vec<(&'static str, &str)> {
        let names = ["http_proxy", "https_proxy"].into_iter();
        names
            .zip(self.proxy.as_deref().into_iter().cycle())
            .collect()
    }
}

/// Handles what comes: TLS, a request for a tunnel, or deliveries.
fn serve(
    mut stream: Box<dyn Duplex>,
    config: &Arc<ServerConfig>,
    connects: &Mutex<Vec<String>>,
    came: &Mutex<Vec<Vec<u8>>>,
) {
    let mut first = [0];
    while matches!(stream.read(&mut first), Ok(1)) {
        let mut pushed = Pushed(Some(first[0]), stream);
        // The first byte of a TLS handshake.
        if first == [0x16] {
            let connection =
                ServerConnection::new(Arc::clone(config)).expect("the configuration is right");
            let stream = Box::new(StreamOwned::new(connection, pushed));
            return serve(stream, config, connects, came);
        }
        let Some(request) = read_request(&mut pushed) else {
            return;
        };
        stream = pushed.1;
        let answer = if request.starts_with(b"CONNECT ") {
            let request = String::from_utf8_lossy(&request).into_owned();
            connects
                .lock()
                .expect("the lock is not poisoned")
                .push(request);
            "HTTP/1.1 200 Connection established\r\n\r\n"
        } else {
            came.lock().expect("the lock is not poisoned").push(request);
            ANSWER
        };
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// A stream of which a byte was read already.
struct Pushed(Option<u8>, Box<dyn Duplex>);

impl Read for Pushed {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match (self.0.take(), buffer.first_mut()) {
            (Some(byte), Some(place)) => {
                *place = byte;
                Ok(1)
            }
            _ => self.1.read(buffer),
        }
    }
}

impl Write for Pushed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.1.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.1.flush()
    }
}
