//! The SMTP server that letters are given to.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{Address, Message, SmtpTransport, Transport};

use crate::config::Config;

/// How long each step with the server may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// What became of a letter. Reasons name no address.
pub(super) enum Delivery {
    /// The server took it.
    Done,
    /// It may be taken later.
    Later(&'static str),
    /// It will not be taken.
    Never(&'static str),
}

/// The server, and who writes.
pub(super) struct Smtp {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Smtp {
    /// The server of a configuration, if it names one.
    pub(super) fn new(config: &Config) -> Result<Option<Self>, String> {
        let (Some(url), Some(from)) = (&config.smtp_url, &config.mail_from) else {
            return Ok(None);
        };
        let from = from.parse().map_err(|_| "mail_from is no address such as Remit <remit@example.org>".to_owned())?;
        // The error would quote the address with its password.
        let transport =
            SmtpTransport::from_url(&url.for_transport()).map_err(|_| "smtp_url can't be used".to_owned())?;
        Ok(Some(Self { transport: transport.timeout(Some(PATIENCE)).build(), from }))
    }

    /// Whether something can be sent to an address of this form.
    pub(super) fn can_write_to(address: &str) -> bool {
        address.parse::<Address>().is_ok()
    }

    /// Sends a letter.
    pub(super) fn send(&self, to: &str, subject: &str, text: String) -> Delivery {
        let Ok(to) = to.parse::<Address>() else {
            return Delivery::Never("the address can't be written to");
        };
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text);
        let Ok(message) = message else {
            return Delivery::Never("it can't be written");
        };
        // What the server says may repeat the address, so only the sort of fault is told.
        match self.transport.send(&message) {
            Ok(_) => Delivery::Done,
            Err(error) if error.is_permanent() => Delivery::Never("the server refused it"),
            Err(error) if error.is_transient() => Delivery::Later("the server does not take it now"),
            Err(error) if error.is_timeout() => Delivery::Later("the server does not answer in time"),
            Err(error) if error.is_tls() => Delivery::Later("the connection can't be secured"),
            Err(_) => Delivery::Later("the server can't be reached"),
        }
    }
}
