//! Opens the way to a target: TCP, TLS where its URL says https, and through a proxy where the route has one.

use super::super::answer::Fault;
use super::super::client::reason;
use super::super::route::Route;
use super::super::target::Target;
use super::answer_reader::{AnswerBuffer, AnswerReader, is_final};
use super::trust::Tls;
use rustls::pki_types::ServerName;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// What a connection does, whatever it goes through.
pub(super) trait ByteStream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> ByteStream for S {}

/// An open connection, whatever it goes through.
pub(super) type OpenStream = Box<dyn ByteStream>;

/// Connects to a target.
pub(super) async fn connect(route: &Route, tls: &Tls) -> Result<OpenStream, Fault> {
    let Some(proxy) = route.proxy.as_deref() else {
        return connect_directly(route, tls).await;
    };
    let to_proxy = async {
        let stream = connect_directly(proxy, tls).await?;
        if route.target.is_https() {
            tunnel(stream, &route.target, proxy).await
        } else {
            Ok(stream)
        }
    };
    let stream = to_proxy
        .await
        .map_err(|fault| Fault::of_proxy(&proxy.target, &fault))?;
    if route.target.is_https() {
        encrypt(stream, &route.target, tls).await
    } else {
        Ok(stream)
    }
}

async fn connect_directly(route: &Route, tls: &Tls) -> Result<OpenStream, Fault> {
    let failed = |error: io::Error| Fault::of(&error, None);
    let stream = connect_first(&route.addresses).await.map_err(failed)?;
    stream.set_nodelay(true).map_err(failed)?;
    if route.target.is_https() {
        encrypt(Box::new(stream), &route.target, tls).await
    } else {
        Ok(Box::new(stream))
    }
}

async fn encrypt(stream: OpenStream, target: &Target, tls: &Tls) -> Result<OpenStream, Fault> {
    let name = ServerName::try_from(target.host().to_owned())
        .map_err(|error| Fault::Tls(error.to_string()))?;
    let stream = tls.connector()?.connect(name, stream).await;
    Ok(Box::new(stream.map_err(|error| Fault::of(&error, None))?))
}

/// Asks a proxy to pass everything on to a target.
async fn tunnel(
    mut stream: OpenStream,
    target: &Target,
    proxy: &Route,
) -> Result<OpenStream, Fault> {
    let port = format!(":{}", target.port());
    let host = target.authority();
    let place = format!("{}{port}", host.strip_suffix(&port).unwrap_or(host));
    let mut request = format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n");
    if let Some(login) = proxy.target.basic_login() {
        request += &format!("Proxy-Authorization: {login}\r\n");
    }
    request += "\r\n";
    let failed = |error: io::Error| Fault::of(&error, None);
    stream.write_all(request.as_bytes()).await.map_err(failed)?;
    stream.flush().await.map_err(failed)?;
    let mut received = AnswerBuffer::default();
    let mut reader = AnswerReader::new(&mut stream, &mut received);
    let status = loop {
        let (status, ()) = reader.head(|_| ()).await?;
        if is_final(status) {
            break status;
        }
    };
    match status {
        200..300 if received.is_empty() => Ok(stream),
        // The target does not speak first: what came behind the answer is not from it.
        200..300 => Err(Fault::NotHttp),
        status => Err(refusal(status)),
    }
}

/// That a proxy gave that answer instead of passing something on.
pub(super) fn refusal(status: u16) -> Fault {
    let words = reason(status).unwrap_or_default();
    Fault::Other(
        format!("it answered {status} {words}")
            .trim_end()
            .to_owned(),
    )
}

/// How long the addresses of one version of IP are tried alone.
const HEAD_START: Duration = Duration::from_millis(300);

/// Connects to the first address that takes a connection, in their order. Where one version of IP leads nowhere, the other
/// is tried at the same time.
async fn connect_first(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let is_preferred = |address: &SocketAddr| address.is_ipv6() == addresses[0].is_ipv6();
    let (preferred, others): (Vec<SocketAddr>, Vec<_>) =
        addresses.iter().copied().partition(is_preferred);
    if others.is_empty() {
        return TcpStream::connect(&*preferred).await;
    }
    let mut first = pin!(TcpStream::connect(&*preferred));
    match timeout(HEAD_START, first.as_mut()).await {
        Ok(Ok(stream)) => return Ok(stream),
        Ok(Err(_)) => return TcpStream::connect(&*others).await,
        Err(_) => {}
    }
    let second = pin!(TcpStream::connect(&*others));
    let mut attempts: [Option<Connecting<'_>>; 2] = [Some(first), Some(second)];
    poll_fn(|context| {
        let mut failed = None;
        for slot in &mut attempts {
            if let Some(attempt) = slot
                && let Poll::Ready(outcome) = attempt.as_mut().poll(context)
            {
                *slot = None;
                match outcome {
                    Ok(stream) => return Poll::Ready(Ok(stream)),
                    Err(error) => failed = Some(error),
                }
            }
        }
        match failed {
            Some(error) if attempts.iter().all(Option::is_none) => Poll::Ready(Err(error)),
            _ => Poll::Pending,
        }
    })
    .await
}

/// Connecting to some of a target's addresses.
type Connecting<'a> = Pin<&'a mut (dyn Future<Output = io::Result<TcpStream>> + Send)>;
