//! E-mail: one-time links for their owners, sent in the background.
//!
//! Without `smtp_url` nothing is sent, and whoever asks for a link gets it shown instead. With it, a
//! link goes to the account's own address and to nobody else. The outbox is bounded and kept in memory:
//! what a stopping process has not sent is lost, and can be asked for again. What goes wrong is logged
//! without address and link.
//!
//! To send a link from a command, make the letter inside the transaction ([`Letter::link`]; none: show the link)
//! and hand it to [`App::answer_and_post`], which posts it after the commit.
//!
//! So nothing is sent of what was rolled back, nor once more for a repeated `Idempotency-Key`.

mod smtp;

use std::collections::VecDeque;
use std::time::Duration;

use domain::user::User;
use parking_lot::{Condvar, Mutex};

use crate::app::{App, StartError};
use crate::auth::Secret;
use crate::commands::passwords;
use crate::config::Config;
use smtp::{Delivery, Smtp};

/// Most letters and requests that wait.
const WAITING: usize = 1_000;
/// Most that wait when a request of a stranger comes: so there is room for what others send.
const STRANGERS: usize = 500;
/// The pauses between attempts to send a letter.
const PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(10)];

/// What a link is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkKind {
    /// Setting a password.
    Password,
    /// Accepting an invitation (U-15).
    Invitation,
}

/// A letter with a one-time link. Its debug view does not show the link.
#[derive(Debug)]
pub struct Letter {
    to: String,
    name: String,
    kind: LinkKind,
    link: Secret,
    site: String,
}

impl Letter {
    /// A letter that brings an account a link. `None`: it can't be sent, since there is no SMTP server
    /// or the account has no address; then the link has to be shown to whoever asked for it.
    pub fn link(app: &App, user: &User, kind: LinkKind, link: &str) -> Option<Self> {
        app.mail().smtp()?;
        let to = user.email.clone().filter(|address| Smtp::can_write_to(address))?;
        let link = Secret::new(link.to_owned());
        Some(Self { to, name: user.shown_name(), kind, link, site: app.config().public_url() })
    }

    fn subject(&self) -> &'static str {
        match self.kind {
            LinkKind::Password => "Set your password",
            LinkKind::Invitation => "Your invitation",
        }
    }

    fn text(&self) -> String {
        let Self { name, kind, link, site, .. } = self;
        let (what, otherwise) = match kind {
            LinkKind::Password => (
                "This link lets you set a new password",
                "If you did not ask for it, do nothing: your present password stays.",
            ),
            LinkKind::Invitation => (
                "You were invited to an account. This link lets you set your password",
                "If you don't know what this is about, do nothing.",
            ),
        };
        format!(
            "Hello {name},\r\n\r\n{what} at {site}:\r\n\r\n{}\r\n\r\n\
             It works once and within 48 hours. A newer link makes it void.\r\n\
             Do not pass it on.\r\n\r\n{otherwise}\r\n",
            link.expose()
        )
    }
}

enum Job {
    Letter(Letter),
    /// Somebody who can't log in asks for a link, by login.
    Reset(String),
}

/// The way out for e-mail.
pub struct Mail {
    smtp: Option<Smtp>,
    waiting: Mutex<VecDeque<Job>>,
    arrived: Condvar,
}

impl Mail {
    /// Sets it up as configured.
    ///
    /// # Errors
    /// The address of the server or of the sender makes no sense.
    pub fn new(config: &Config) -> Result<Self, String> {
        let smtp = Smtp::new(config)?;
        Ok(Self { smtp, waiting: Mutex::default(), arrived: Condvar::new() })
    }

    /// Starts the thread that sends.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(app: &App) -> Result<(), StartError> {
        let app = app.clone();
        std::thread::Builder::new().name("remit-mail".into()).spawn(move || {
            while !app.runner().stopping() {
                match app.mail().next(Duration::from_secs(1)) {
                    Some(Job::Letter(letter)) => app.mail().send(&app, &letter),
                    Some(Job::Reset(login)) => match passwords::reset(&app, &login) {
                        Ok(Some(letter)) => app.mail().send(&app, &letter),
                        Ok(None) => {}
                        Err(refusal) => log::warn!("a link can't be made: {:?}", refusal.faults()),
                    },
                    None => {}
                }
            }
        })?;
        Ok(())
    }

    /// Sends a letter in the background. When too many wait it is lost, which is logged.
    pub fn post(&self, letter: Letter) {
        if !self.put(Job::Letter(letter), WAITING) {
            log::error!("too much e-mail waits: a letter is lost");
        }
    }

    /// Sends the account of a login a link to set its password, in the background. Whether there is
    /// one, and whether it gets a letter, shows nowhere.
    pub fn ask_for_reset(&self, login: String) {
        if self.smtp().is_some() && !self.put(Job::Reset(login), STRANGERS) {
            log::warn!("too much e-mail waits: a request for a link is passed over");
        }
    }

    fn smtp(&self) -> Option<&Smtp> {
        self.smtp.as_ref()
    }

    fn put(&self, job: Job, most: usize) -> bool {
        let mut waiting = self.waiting.lock();
        let room = waiting.len() < most;
        if room {
            waiting.push_back(job);
            self.arrived.notify_all();
        }
        room
    }

    fn next(&self, timeout: Duration) -> Option<Job> {
        let mut waiting = self.waiting.lock();
        if waiting.is_empty() {
            self.arrived.wait_for(&mut waiting, timeout);
        }
        waiting.pop_front()
    }

    fn send(&self, app: &App, letter: &Letter) {
        let Some(smtp) = self.smtp() else { return };
        for pause in PAUSES.into_iter().map(Some).chain([None]) {
            match smtp.send(&letter.to, letter.subject(), letter.text()) {
                Delivery::Done => return,
                Delivery::Later(why) => {
                    log::warn!("a letter could not be sent: {why}");
                    match pause {
                        Some(pause) if !app.runner().stopping() => std::thread::sleep(pause),
                        _ => break,
                    }
                }
                Delivery::Never(why) => {
                    log::warn!("a letter could not be sent: {why}");
                    break;
                }
            }
        }
        log::error!("a letter was given up");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            to: "ada@example.org".into(),
            name: "Ada".into(),
            kind: LinkKind::Invitation,
            link: Secret::new("https://x.example/auth/password#secret".into()),
            site: "https://x.example".into(),
        }
    }

    #[test]
    fn a_letter_holds_its_link_and_shows_it_nowhere_else() {
        let letter = letter();
        assert!(letter.text().contains("\r\nhttps://x.example/auth/password#secret\r\n"));
        assert!(!format!("{letter:?}").contains("secret"));
        assert!(letter.text().replace("\r\n", "").find(['\r', '\n']).is_none());
    }

    #[test]
    fn the_outbox_is_bounded_and_strangers_do_not_fill_it() {
        let (url, from) = ("smtp://127.0.0.1:9?tls=none", "remit@example.org".to_owned());
        let config = Config { smtp_url: Some(url.into()), mail_from: Some(from), ..Config::default() };
        let mail = Mail::new(&config).unwrap();
        (0..WAITING).for_each(|n| mail.ask_for_reset(n.to_string()));
        assert_eq!(mail.waiting.lock().len(), STRANGERS);
        (0..WAITING).for_each(|_| mail.post(letter()));
        assert_eq!(mail.waiting.lock().len(), WAITING);
        assert!(matches!(mail.next(Duration::ZERO), Some(Job::Reset(login)) if login == "0"));
        let without = Mail::new(&Config::default()).unwrap();
        without.ask_for_reset("ada".to_owned());
        assert!(without.next(Duration::ZERO).is_none());
    }
}
