//! Administrators and API tokens, made by the local operator.

use std::io::Read;
use std::process::ExitCode;

use domain::user::User;
use persistence::Key;

use super::{Failure, say, start};
use crate::app::{App, Purpose};
use crate::auth::Holder;
use crate::commands::Refusal;
use crate::commands::set_up::{self, FirstAdministrator};
use crate::config::Config;

/// Creates the first administrator, with a password from standard input.
pub(super) fn create_administrator(
    config: Config,
    login: String,
    email: String,
    first_name: String,
    last_name: String,
) -> Result<ExitCode, Failure> {
    let app = start(config, Purpose::Beside)?;
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password)?;
    if password.ends_with('\n') {
        password.pop();
        if password.ends_with('\r') {
            password.pop();
        }
    }
    let hash =
        app.auth().hash(&password, &Holder { login: Some(&login), email: Some(&email) }).map_err(Refusal::from)?;
    let password_hash = hash.as_str().to_owned();
    app.write(&app.operator(), Some("admin create".to_owned()), |work| {
        set_up::first_administrator(work, FirstAdministrator { login, email, first_name, last_name, password_hash })
    })?;
    say("the administrator is created");
    Ok(ExitCode::SUCCESS)
}

fn user_of(app: &App, login: &str) -> Result<User, Failure> {
    let key = Key::UserLogin(domain::name::key(login));
    let found = app
        .store()
        .read(|reader| reader.find::<User>(&key))
        .map_err(|error: persistence::StoreError| Refusal::from(error))?;
    found.into_iter().next().map(|found| found.value).ok_or_else(|| Failure("there is no account of that login".into()))
}

/// Prints a link to set a password, and lifts a block.
pub(super) fn recover(config: Config, login: &str) -> Result<ExitCode, Failure> {
    let app = start(config, Purpose::Beside)?;
    let user = user_of(&app, login)?;
    let done = app.write(&app.operator(), Some("admin recover".to_owned()), |work| {
        if user.state == domain::user::UserState::Blocked {
            use domain::user::BlockCause::{Administrator, AwaitingRelease, Security};
            let mover = crate::commands::users::mover(work);
            let after = user.lift(&[Administrator, AwaitingRelease, Security], mover)?;
            work.get::<User>(user.id.0)?;
            work.tx.update(after)?;
        }
        Ok(app.auth().password_link(work.tx, user.id)?)
    })?;
    say(&crate::rest::users::moves::password_url(&app, &done.value));
    Ok(ExitCode::SUCCESS)
}

/// Makes an API token and prints it.
pub(super) fn create_token(
    config: Config,
    login: &str,
    name: String,
    expires_in: Option<String>,
) -> Result<ExitCode, Failure> {
    let app = start(config, Purpose::Beside)?;
    let user = user_of(&app, login)?;
    let expires_at = match expires_in {
        None => None,
        Some(text) => {
            let life =
                life(&text).ok_or_else(|| Failure("--expires-in: a number and d, h or m, such as 90d".into()))?;
            Some(app.clock().now() + life)
        }
    };
    let done = app.write(&app.operator(), Some("token create".to_owned()), |work| {
        work.get::<User>(user.id.0)?;
        Ok(app.auth().create_api_token(work.tx, user.id, &name, None, expires_at, None)?)
    })?;
    let (_, secret) = done.value;
    say(secret.expose());
    Ok(ExitCode::SUCCESS)
}

/// `90d`, `12h`, `30m`.
fn life(text: &str) -> Option<chrono::TimeDelta> {
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|number| *number > 0)?;
    match unit {
        'd' => chrono::TimeDelta::try_days(number),
        'h' => chrono::TimeDelta::try_hours(number),
        'm' => chrono::TimeDelta::try_minutes(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lives_have_a_unit() {
        assert_eq!(life("90d"), Some(chrono::TimeDelta::days(90)));
        assert_eq!(life("90"), None);
        assert_eq!(life("-1d"), None);
    }
}
