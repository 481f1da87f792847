//! Where the next page of a search begins, as an opaque text that the service alone can make.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::window::Day;

use crate::auth::{Auth, AuthError};

/// What marks of these tokens are made for.
const PURPOSE: &str = "page of a search";

/// How many bytes of a mark go along.
const MARK: usize = 16;

/// Bytes before the mark.
const LENGTH: usize = 16 + 8 + 4 + 4 + 4;

/// Which results of one search come next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// The search and its caller.
    pub search: [u8; 16],
    /// The revision that all its pages show.
    pub revision: i64,
    /// The day that was asked about.
    pub day: Day,
    /// How many results came before.
    pub from: u32,
    /// Most results of a page.
    pub limit: u32,
}

impl Token {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.search.to_vec();
        bytes.extend(self.revision.to_be_bytes());
        bytes.extend(self.day.to_be_bytes());
        bytes.extend(self.from.to_be_bytes());
        bytes.extend(self.limit.to_be_bytes());
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (search, rest) = bytes.split_first_chunk()?;
        let (revision, rest) = rest.split_first_chunk()?;
        let (day, rest) = rest.split_first_chunk()?;
        let (from, rest) = rest.split_first_chunk()?;
        let (limit, rest) = rest.split_first_chunk()?;
        rest.is_empty().then_some(Self {
            search: *search,
            revision: i64::from_be_bytes(*revision),
            day: Day::from_be_bytes(*day),
            from: u32::from_be_bytes(*from),
            limit: u32::from_be_bytes(*limit),
        })
    }

    /// The token as it is handed out.
    ///
    /// # Errors
    /// There is no key to mark it with.
    pub fn seal(&self, auth: &Auth) -> Result<String, AuthError> {
        let mut bytes = self.bytes();
        let mark = auth.mark(PURPOSE, &bytes)?;
        bytes.extend(mark.iter().take(MARK));
        Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The token of a text; none for what this service has not handed out.
    pub fn open(text: &str, auth: &Auth) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (token, mark) = bytes.split_at_checked(LENGTH)?;
        (mark.len() == MARK && auth.has_marked(PURPOSE, token, mark)).then(|| Self::read(token))?
    }
}
