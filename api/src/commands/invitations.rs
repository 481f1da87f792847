//! Invitations: a one-time link by which users set their own password (U-15).

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::UserId;
use domain::notification::types;
use domain::user::User;

use crate::app::App;
use crate::auth::{AuthError, Holder};
use crate::commands::notifications::Details;
use crate::commands::settings::INVITATION_HOURS;
use crate::commands::{Refusal, Work, notifications, users};
use crate::http::etag::Expected;
use crate::mail::{Letter, LinkKind};
use crate::rest::users::moves::invitation_url;
use crate::rights::{Allowed, UserInvite};

/// An invitation that was made.
pub struct Invitation {
    /// The account.
    pub user: User,
    /// Its link, to be shown to whoever invites; `None` where it is mailed.
    pub link: Option<String>,
    /// The letter to post after the commit, where it can be sent.
    pub letter: Option<Letter>,
    /// Until when the link is good (UTC).
    pub expires_at: DateTime<Utc>,
}

/// Makes a link for an invited account; an earlier one is void.
///
/// # Errors
/// It does not exist, is stale, or is not invited.
pub fn invite(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<UserInvite>,
    id: UserId,
    expected: &Expected,
) -> Result<Invitation, Refusal> {
    let user = users::load(work, id, expected)?.value;
    send(work, user)
}

/// The same for an account that is made now.
///
/// # Errors
/// It is not invited.
pub fn send(work: &mut Work<'_, '_>, user: User) -> Result<Invitation, Refusal> {
    user.may_be_invited()?;
    let life = TimeDelta::hours(work.app.setting(&INVITATION_HOURS));
    let link = invitation_url(work.app, &work.app.auth().invitation_link(work.tx, user.id, life)?);
    let letter = Letter::link(work.app, &user, LinkKind::Invitation, &link);
    let link = letter.is_none().then_some(link);
    notifications::raise(work, &types::ACCOUNT_INVITED, user.id.0, Details::default())?;
    Ok(Invitation { user, link, letter, expires_at: work.tx.now() + life })
}

/// Accepts the invitation that a link stands for, and sets the account's first password (U-03).
///
/// # Errors
/// The link is not good, the account is not invited any more, or the password is not good; then the link
/// stays good.
pub fn accept(app: &App, token: &str, password: &str) -> Result<(), Refusal> {
    // Looked at first: nothing is hashed for a link that is not good.
    let id = app.auth().whose_invitation_link(token)?;
    let user = app.store().read(|reader| reader.get::<User>(id.0))?.ok_or(AuthError::InvalidLink)?.value;
    let hash = app.auth().hash(password, &Holder::of(&user))?;
    app.write(&app.service(), Some("invitation".to_owned()), |work| {
        let id = app.auth().take_invitation_link(work.tx, token)?;
        let after = work.get::<User>(id.0)?.value.accept()?;
        work.tx.update(after)?;
        Ok(app.auth().set_password(work.tx, id, &hash)?)
    })?;
    Ok(())
}
