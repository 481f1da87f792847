//! An SMTP server for tests, which keeps what it is given.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::config::Config;

/// A letter that was delivered.
#[derive(Debug)]
pub struct Letter {
    /// The address that it was sent to.
    pub to: String,
    /// Its headers and its text.
    pub text: String,
}

impl Letter {
    /// The token of the link in it.
    #[track_caller]
    pub fn token(&self) -> String {
        let line = self.text.lines().find(|line| line.contains("/auth/") && line.contains('#')).expect("a link");
        line.trim().rsplit('#').next().unwrap().to_owned()
    }
}

/// The server.
pub struct Mailbox {
    address: SocketAddr,
    letters: Mutex<Receiver<Letter>>,
    refuses: Arc<AtomicBool>,
}

impl Mailbox {
    /// Starts it.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (send, letters) = channel();
        let refuses = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&refuses);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (send, refuses) = (send.clone(), Arc::clone(&shared));
                // A client that breaks off has nothing more to say.
                std::thread::spawn(move || drop(talk(stream, &send, &refuses)));
            }
        });
        Self { address, letters: Mutex::new(letters), refuses }
    }

    /// Lets a service send its e-mail here.
    pub fn configure(&self, config: &mut Config) {
        config.smtp_url = Some(format!("smtp://{}?tls=none", self.address).as_str().into());
        config.mail_from = Some("Remit <remit@example.org>".to_owned());
    }

    /// From now on no address is taken.
    pub fn refuse(&self) {
        self.refuses.store(true, Ordering::SeqCst);
    }

    /// The next letter, once it has come.
    #[track_caller]
    pub fn next(&self) -> Letter {
        self.letters.lock().unwrap().recv_timeout(Duration::from_secs(30)).expect("a letter")
    }

    /// A letter that has come already.
    pub fn at_hand(&self) -> Option<Letter> {
        self.letters.lock().unwrap().try_recv().ok()
    }
}

/// A text without its quoted-printable encoding (RFC 2045).
fn unquoted(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut parts = joined.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend(&part.as_bytes()[2..]);
            }
            None => bytes.extend(format!("={part}").as_bytes()),
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn talk(stream: TcpStream, letters: &Sender<Letter>, refuses: &AtomicBool) -> std::io::Result<()> {
    let mut answer = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    let mut to = String::new();
    answer.write_all(b"220 test\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let said = match word.as_str() {
            "EHLO" | "HELO" => "250 test",
            "RCPT" if refuses.load(Ordering::SeqCst) => "550 no such mailbox",
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 ok"
            }
            "DATA" => {
                answer.write_all(b"354 go on\r\n")?;
                let mut text = String::new();
                while let Some(line) = lines.next().transpose()? {
                    if line == "." {
                        break;
                    }
                    text.push_str(&line);
                    text.push('\n');
                }
                let text = if text.contains("quoted-printable") { unquoted(&text) } else { text };
                let _ = letters.send(Letter { to: std::mem::take(&mut to), text });
                "250 ok"
            }
            "QUIT" => {
                answer.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => "250 ok",
        };
        answer.write_all(format!("{said}\r\n").as_bytes())?;
    }
    Ok(())
}
