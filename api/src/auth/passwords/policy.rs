//! Which passwords are good enough. The one place that decides it, whoever sets the password.
//!
//! A password has from 10 to 1,024 characters; nothing is demanded of their kind, since length is
//! what makes a password strong. Refused are those that everybody tries first: the common ones,
//! also with some digits or signs put behind, those that hold the login, and the e-mail address.
//!
//! The common ones are those of zxcvbn's frequency list (MIT, see `common.LICENSE`): the 10,000
//! most used of at least 6 characters and all that are long enough to be accepted.

use domain::name;
use domain::user::User;
use unicode_normalization::UnicodeNormalization;

/// Shortest password, in characters.
pub const PASSWORD_MIN: usize = 10;
/// Longest password, in characters.
pub const PASSWORD_MAX: usize = 1_024;
/// Shorter logins may stand in a password: they are in too many words.
const LOGIN_MIN: usize = 4;
/// So many digits and signs behind a common password make it no better.
const TAIL_MAX: usize = 5;
/// In lower case, one a line, in the order of their bytes.
const COMMON: &str = include_str!("common.txt");

/// Whose password it is to be, as far as passwords must not repeat it.
#[derive(Clone, Copy, Default, Debug)]
pub struct Holder<'a> {
    /// The login.
    pub login: Option<&'a str>,
    /// The e-mail address.
    pub email: Option<&'a str>,
}

impl<'a> Holder<'a> {
    /// An account as the holder.
    pub fn of(user: &'a User) -> Self {
        Self { login: user.login.as_deref(), email: user.email.as_deref() }
    }
}

/// Why a password is not good enough.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weakness {
    /// It is too short or too long.
    Length,
    /// It is one of those that are tried first.
    Common,
    /// It holds the login.
    HoldsLogin,
    /// It is the e-mail address.
    IsEmail,
}

impl Weakness {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Weakness::Length => "wrong_length",
            Weakness::Common => "too_common",
            Weakness::HoldsLogin => "holds_login",
            Weakness::IsEmail => "is_email",
        }
    }

    /// What is wrong.
    pub fn detail(self) -> String {
        match self {
            Weakness::Length => format!("a password has {PASSWORD_MIN} to {PASSWORD_MAX} characters"),
            Weakness::Common => "this is one of the passwords that are tried first".to_owned(),
            Weakness::HoldsLogin => "the password must not hold the login".to_owned(),
            Weakness::IsEmail => "the password must not be the e-mail address".to_owned(),
        }
    }
}

/// The normal form of a password that may be set for somebody.
///
/// # Errors
/// It is not good enough.
pub fn check(password: &str, holder: &Holder<'_>) -> Result<String, Weakness> {
    let normal = normal_form(password)?;
    let folded = name::key(&normal);
    if holder.email.is_some_and(|email| name::key(email) == folded) {
        return Err(Weakness::IsEmail);
    }
    let login = holder.login.map(name::key).filter(|login| login.chars().count() >= LOGIN_MIN);
    if login.is_some_and(|login| folded.contains(&login)) {
        return Err(Weakness::HoldsLogin);
    }
    let letters = folded.trim_end_matches(|c: char| !c.is_alphabetic());
    let tail = folded.chars().count() - letters.chars().count();
    if is_common(&folded) || (tail <= TAIL_MAX && is_common(letters)) {
        return Err(Weakness::Common);
    }
    Ok(normal)
}

/// The normal form of a password that may have been set: its length alone counts, so that a longer
/// list locks nobody out.
///
/// # Errors
/// [`Weakness::Length`].
pub fn normal_form(password: &str) -> Result<String, Weakness> {
    // Counted before normalising, which can make a text much longer.
    let typed = password.chars().take(PASSWORD_MAX + 1).count();
    if typed > PASSWORD_MAX {
        return Err(Weakness::Length);
    }
    let normal: String = password.nfkc().collect();
    if typed.min(normal.chars().count()) < PASSWORD_MIN {
        return Err(Weakness::Length);
    }
    Ok(normal)
}

/// Whether a text is a line of the list: found by halving, without a copy of it.
fn is_common(text: &str) -> bool {
    let mut rest = COMMON;
    while !rest.is_empty() {
        // The list is ASCII, so every place in it lies between characters.
        let (before, after) = rest.split_at(rest.len() / 2);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = before.len() + after.find('\n').unwrap_or(after.len());
        match rest.get(start..end).unwrap_or_default().cmp(text) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => rest = rest.get(end + 1..).unwrap_or_default(),
            std::cmp::Ordering::Greater => rest = rest.get(..start).unwrap_or_default(),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weak(password: &str) -> Option<Weakness> {
        check(password, &Holder { login: Some("Ada.Byron"), email: Some("ada@long.example.org") }).err()
    }

    #[test]
    fn the_list_is_long_sorted_and_every_line_is_found() {
        let lines: Vec<_> = COMMON.lines().collect();
        assert!(lines.iter().filter(|line| line.len() >= PASSWORD_MIN).count() >= 1_000);
        assert!(COMMON.is_ascii() && COMMON == COMMON.to_lowercase());
        assert!(lines.is_sorted() && lines.iter().all(|line| is_common(line)));
        for other in ["", "a", "zzzzzzzzzzzzz", "password12", "qwertyuio", "correct horse", "~"] {
            assert_eq!(is_common(other), lines.contains(&other), "{other}");
        }
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for common in ["qwertyuiop", "QwertyUIOP", "1234567890", "password123", "Password123!", "dragon!2026"] {
            let expected = if common.len() < PASSWORD_MIN { Weakness::Length } else { Weakness::Common };
            assert_eq!(weak(common), Some(expected), "{common}");
        }
        for good in ["correct horse", "dragon of the lake", "dragon 83475610", "ten  chars"] {
            assert_eq!(weak(good), None, "{good}");
        }
    }

    #[test]
    fn login_and_email_are_no_passwords() {
        for holding in ["ada.byron1", "my ADA.BYRON pass"] {
            assert_eq!(weak(holding), Some(Weakness::HoldsLogin), "{holding}");
        }
        assert_eq!(weak("Ada@Long.Example.ORG"), Some(Weakness::IsEmail));
        let short = Holder { login: Some("ada"), email: None };
        assert!(check("a good adage", &short).is_ok());
    }

    #[test]
    fn a_password_has_from_10_to_1024_characters() {
        for wrong in ["", "ninechars", &"x".repeat(1_025), "\u{fdfa}"] {
            assert_eq!(weak(wrong), Some(Weakness::Length));
        }
        assert_eq!(weak(&"\u{159}".repeat(1_024)), None);
    }
}
