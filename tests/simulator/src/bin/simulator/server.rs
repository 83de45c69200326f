//! The HTTP front: bytes in, bytes out; everything that is decided is decided in the library.

use std::io::Write;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use email_manager_simulator::{Request, Simulator};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::arguments::Settings;

/// Larger than any upload the real APIs take.
const LARGEST_BODY: usize = 200 * 1024 * 1024;

struct Shared {
    simulator: Mutex<Simulator>,
    /// What to add to the real time.
    clock_offset_ms: i64,
}

/// Serves until the process is stopped.
pub(crate) fn serve(settings: Settings) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(settings))
}

async fn run(settings: Settings) -> std::io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).await?;
    let mut config = settings.config;
    config.start_ms = settings.now_ms.unwrap_or_else(real_time);
    let clock_offset_ms = config.start_ms - real_time();
    let mut simulator = Simulator::new(config);
    simulator.set_latency(settings.latency_ms);
    let shared = Arc::new(Shared {
        simulator: Mutex::new(simulator),
        clock_offset_ms,
    });
    writeln!(
        std::io::stdout(),
        "listening on http://{}",
        listener.local_addr()?
    )?;
    std::io::stdout().flush()?;
    loop {
        // A connection that failed on the way in concerns nobody else.
        if let Ok((stream, _)) = listener.accept().await {
            let shared = Arc::clone(&shared);
            tokio::spawn(connection(stream, shared));
        }
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    // Small answers should leave at once; without it they only come later.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { answer(&shared, request).await }
    });
    // An error here is a client that left, or a drop on request.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// A connection ends without an answer: on request, or because the client's own request broke off.
#[derive(Debug)]
struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the connection was dropped")
    }
}

impl std::error::Error for Dropped {}

async fn answer(
    shared: &Shared,
    request: http::Request<Incoming>,
) -> Result<http::Response<Full<Bytes>>, Dropped> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, LARGEST_BODY)
        .collect()
        .await
        .map_err(|_| Dropped)?
        .to_bytes();
    let request: Request = http::Request::from_parts(head, body.to_vec());
    let now_ms = real_time() + shared.clock_offset_ms;
    let reply = lock(shared).handle(&request, now_ms);
    let under_way = UnderWay {
        shared,
        ticket: Some(reply.ticket),
    };
    if reply.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(reply.delay_ms)).await;
    }
    drop(under_way);
    if reply.drop_connection {
        return Err(Dropped);
    }
    Ok(reply.response.map(|body| Full::new(Bytes::from(body))))
}

/// Hands the ticket back, also when the client leaves during the delay.
struct UnderWay<'a> {
    shared: &'a Shared,
    ticket: Option<email_manager_simulator::Ticket>,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            lock(self.shared).finish(ticket);
        }
    }
}

fn lock(shared: &Shared) -> MutexGuard<'_, Simulator> {
    shared.simulator.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the library takes the time from here; this is its only source"
)]
fn real_time() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
