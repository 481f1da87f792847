//! Forgetting a person (U-08, U-09): every personal value gives way to a pseudonym, wherever the service
//! keeps one.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use domain::change::Record;
use domain::grant::{Grant, Holder, Object};
use domain::id::{Kind, UserId};
use domain::qualification::{Qualification, forgettable};
use domain::role::{Member, Membership};
use domain::token::ApiToken;
use domain::user::User;
use domain::wage::WageOffer;
use persistence::{Filter, Key, ListQuery, Traces, Value};
use uuid::Uuid;

use crate::commands::log_in::hashed;
use crate::commands::{Refusal, Work, users};
use crate::http::etag::Expected;
use crate::rights::{Allowed, UserForget};

/// What was erased, where.
pub struct Erasure {
    /// The name that stands for the person from now on.
    pub pseudonym: String,
    /// Rows by the table that they are in, where there were any.
    pub erased: Vec<(&'static str, usize)>,
    /// When (UTC).
    pub at: DateTime<Utc>,
}

/// Forgets an account (U-08). What others made of it stays, under the pseudonym: authorship, memberships and
/// grants of the past, qualifications.
///
/// # Errors
/// It does not exist, is stale, is not in the trash, or its qualifications are needed as evidence.
pub fn forget(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<UserForget>,
    id: UserId,
    expected: &Expected,
) -> Result<Erasure, Refusal> {
    let user = users::load(work, id, expected)?.value;
    let after = user.forget()?;
    let evidence = work.tx.find::<Qualification>(&Key::QualificationsOf(id))?;
    forgettable(evidence.iter().map(|found| &found.value), work.today)?;

    // The texts by which it would be known: what it is called now, and whatever it was called before.
    let (mut texts, mut logins) = (BTreeSet::new(), BTreeSet::new());
    let mut collect = |user: &User| {
        texts.extend(user.traces());
        logins.extend(user.login.as_deref().map(hashed));
    };
    collect(&user);
    work.tx.rewrite_stored(user.clone().under_pseudonym())?;
    let of_account = work.tx.rewrite_log(Kind::User, id.0, |record| match record {
        Record::User(user) => {
            collect(&user);
            user.under_pseudonym().into()
        }
        other => other,
    })?;
    let of_belongings = rewrite_belongings(work, id)?;
    let (marks, of_marks) = rewrite_marks(work, id, &texts)?;
    let mut erased = vec![("users", 1), ("changes", of_account + of_belongings + of_marks)];
    erased.extend((marks > 0).then_some(("objects", marks)));
    let traces = Traces { user: id, login_hashes: logins.into_iter().collect(), texts: texts.into_iter().collect() };
    erased.extend(work.tx.erase_beside(&traces)?);
    work.tx.update(after)?;
    Ok(Erasure { pseudonym: id.pseudonym(), erased, at: work.tx.now() })
}

/// The marks of objects name their author where a pattern says so: by the pseudonym from now on. Says how many
/// objects and how many changes were rewritten.
fn rewrite_marks(work: &mut Work<'_, '_>, id: UserId, texts: &BTreeSet<String>) -> Result<(usize, usize), Refusal> {
    let pseudonym = id.pseudonym();
    let renamed = |object: &Object| {
        let mark = object.mark.as_ref().filter(|_| object.author_id == Some(id))?;
        let after = texts.iter().fold(mark.clone(), |mark, text| mark.replace(text.as_str(), &pseudonym));
        (after != *mark).then(|| Object { mark: Some(after), ..object.clone() })
    };
    let made = ListQuery {
        filters: vec![Filter::Equals("author_id", Value::Uuid(id.0)), Filter::IsNull("mark", false)],
        limit: i64::MAX,
        ..ListQuery::default()
    };
    let found = work.tx.reader().list::<Object>(&made)?;
    let after: Vec<Object> = found.iter().filter_map(|object| renamed(&object.value)).collect();
    work.tx.preload::<Object>(&after.iter().map(|object| object.id.0).collect::<Vec<_>>())?;
    let marks = after.len();
    for object in after {
        work.tx.get::<Object>(object.id.0)?;
        work.tx.rewrite_stored(object)?;
    }
    let of_log = work.tx.rewrite_log_naming(&[Kind::Object], id, |record| match record {
        Record::Object(object) => renamed(&object).unwrap_or(object).into(),
        other => other,
    })?;
    Ok((marks, of_log))
}

/// What ended with the account is in the log alone: the names of its tokens, and the callers' own ids of its
/// memberships, personal grants and offers of wage types, which often say whose they are.
fn rewrite_belongings(work: &mut Work<'_, '_>, id: UserId) -> Result<usize, Refusal> {
    let mut living: HashSet<Uuid> = HashSet::new();
    living.extend(work.tx.ids::<ApiToken>(&Key::TokensOf(id))?);
    living.extend(work.tx.ids::<Membership>(&Key::MembershipsOf(Member::User(id)))?);
    living.extend(work.tx.ids::<Grant>(&Key::GrantsOf(Holder::User(id)))?);
    living.extend(work.tx.ids::<WageOffer>(&Key::WageOffersOf(Holder::User(id)))?);
    let kinds = [Kind::ApiToken, Kind::Membership, Kind::Grant, Kind::WageOffer];
    let rewritten = work.tx.rewrite_log_naming(&kinds, id, |record| match record {
        record if living.contains(&record.uuid()) => record,
        Record::ApiToken(token) if token.user_id == id => ApiToken { name: id.pseudonym(), ..token }.into(),
        Record::Membership(one) if one.member == Member::User(id) => Membership { external_id: None, ..one }.into(),
        Record::Grant(grant) if grant.holder == Holder::User(id) => Grant { external_id: None, ..grant }.into(),
        Record::WageOffer(offer) if offer.holder == Holder::User(id) => WageOffer { external_id: None, ..offer }.into(),
        other => other,
    })?;
    Ok(rewritten)
}
