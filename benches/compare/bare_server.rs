//! The baseline of listen.sh: hyper with the limits of `listen`, which reads whole bodies and checks nothing. It shows the
//! cost of receiving; the rest of `listen` is checking and printing.
//!
//! It prints its address, and runs until the first signal.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::{LocalSet, spawn_local};

const PATIENCE: Duration = Duration::from_secs(5);
const MOST_OF_A_BODY: usize = 1024 * 1024;
const MOST_CONNECTIONS: usize = 512;

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = request.into_body();
    let small = body.size_hint().lower() <= MOST_OF_A_BODY as u64;
    let read = small && {
        let body = Limited::new(body, MOST_OF_A_BODY).collect();
        matches!(tokio::time::timeout(PATIENCE, body).await, Ok(Ok(_)))
    };
    let mut response = Response::new(Full::new(Bytes::from_static(b"ok\n")));
    if !read {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    Ok(response)
}

async fn serve(listener: TcpListener) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return Ok(());
        };
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        spawn_local(async move {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .max_headers(64)
                .max_buf_size(64 * 1024)
                .serve_connection(TokioIo::new(stream), service_fn(answer));
            // Connection errors are caused by the client.
            let _ = connection.await;
            drop(place);
        });
    }
}

fn main() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        writeln!(io::stdout(), "http://{}", listener.local_addr()?)?;
        serve(listener).await
    })
}
