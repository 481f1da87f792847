//! A body that is written while it is sent: by a thread of its own, since its reads hold one
//! snapshot of the database.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::web::Bytes;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{self, Receiver};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::commands::Refusal;
use crate::http::problem::{self, Problem};

/// Parts that wait to be sent.
const WAITING: usize = 4;

/// How long a caller may take for one part, before the snapshot is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a body broke off. The connection is closed without its end, so that the caller sees it.
#[derive(Debug, thiserror::Error)]
#[error("the export broke off")]
pub struct BrokenOff;

/// A body that has begun.
pub struct Started {
    /// How many rows it will have.
    pub total: i64,
    /// Its parts.
    pub body: Body,
}

/// The parts of a body, as they come.
pub struct Body(Receiver<Result<Bytes, BrokenOff>>);

impl futures_core::Stream for Body {
    type Item = Result<Bytes, BrokenOff>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// The writer's end.
pub struct Sender {
    begun: Option<oneshot::Sender<Result<i64, Problem>>>,
    parts: mpsc::Sender<Result<Bytes, BrokenOff>>,
}

impl Sender {
    /// Says how many rows will come: from now on the answer is a success.
    ///
    /// # Errors
    /// Nobody waits any longer.
    pub fn begin(&mut self, total: i64) -> Result<(), Refusal> {
        let begun = self.begun.take().map(|begun| begun.send(Ok(total)));
        if begun.is_some_and(|sent| sent.is_ok()) { Ok(()) } else { Err(gone()) }
    }

    /// Sends a part, once there is room for it.
    ///
    /// # Errors
    /// The caller is gone, or too slow.
    pub fn send(&self, part: Vec<u8>) -> Result<(), Refusal> {
        if part.is_empty() {
            return Ok(());
        }
        let (mut part, until) = (Ok(Bytes::from(part)), Instant::now() + PATIENCE);
        loop {
            match self.parts.try_send(part) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Full(again)) if Instant::now() < until => {
                    part = again;
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(_) => return Err(gone()),
            }
        }
    }
}

fn gone() -> Refusal {
    Refusal::Other(Box::new(Problem::new(problem::BUSY).detail("the caller did not take the export")))
}

/// Runs `work` on a thread of its own and answers as soon as it has begun; `turn` is held until it
/// has ended.
///
/// # Errors
/// What `work` refused before it began; the system gives no thread.
pub async fn start(
    turn: OwnedSemaphorePermit,
    work: impl FnOnce(&mut Sender) -> Result<usize, Refusal> + Send + 'static,
) -> Result<Started, Problem> {
    let (begun, waiting) = oneshot::channel();
    let (parts, body) = mpsc::channel(WAITING);
    let mut sender = Sender { begun: Some(begun), parts };
    let thread = std::thread::Builder::new().name("remit-export".into()).spawn(move || {
        let _turn = turn;
        let Err(refusal) = work(&mut sender) else { return };
        let problem = Problem::from(refusal);
        match sender.begun.take() {
            // Not yet begun: the answer is the problem. Whoever no longer waits needs none.
            Some(begun) => drop(begun.send(Err(problem))),
            None => {
                log::warn!("an export broke off: {problem}");
                drop(sender.parts.try_send(Err(BrokenOff)));
            }
        }
    });
    if let Err(error) = thread {
        log::error!("no thread for an export: {error}");
        return Err(Problem::new(problem::BUSY));
    }
    let total = waiting.await.map_err(|_| Problem::new(problem::INTERNAL))??;
    Ok(Started { total, body: Body(body) })
}
