//! Whom a write concerns besides those that it is about. Every write asks, so that it is kept in memory: few rows,
//! followed beside the model.

use std::collections::{BTreeMap, BTreeSet};

use domain::change::{Change, Record};
use domain::id::{ApiTokenId, NotificationSubscriptionId, UserId};
use domain::notification::NotificationSubscription;
use domain::token::ApiToken;
use persistence::{Reader, StoreError, Stored};

/// Who holds whose tokens, and what anybody wants to be told of.
#[derive(Debug, Default)]
pub struct Onlookers {
    tokens: BTreeMap<ApiTokenId, Token>,
    subscriptions: BTreeMap<NotificationSubscriptionId, String>,
}

#[derive(Clone, Copy, Debug)]
struct Token {
    account: UserId,
    made_by: UserId,
}

impl Onlookers {
    /// Those of a snapshot of the database.
    ///
    /// # Errors
    /// It can't be read.
    pub fn load(reader: &mut Reader<'_>) -> Result<Self, StoreError> {
        let mut all = Self::default();
        reader.for_each(|stored: Stored<ApiToken>| {
            all.put_token(&stored.value);
            Ok::<_, StoreError>(())
        })?;
        reader.for_each(|stored: Stored<NotificationSubscription>| {
            all.put_subscription(&stored.value);
            Ok::<_, StoreError>(())
        })?;
        Ok(all)
    }

    /// Takes changes over.
    pub fn apply(&mut self, changes: &[Change]) {
        for Change { before, after } in changes {
            match before {
                Some(Record::ApiToken(token)) => drop(self.tokens.remove(&token.id)),
                Some(Record::NotificationSubscription(gone)) => drop(self.subscriptions.remove(&gone.id)),
                _ => {}
            }
            match after {
                Some(Record::ApiToken(token)) => self.put_token(token),
                Some(Record::NotificationSubscription(new)) => self.put_subscription(new),
                _ => {}
            }
        }
    }

    fn put_token(&mut self, token: &ApiToken) {
        if let Some(made_by) = token.created_by {
            self.tokens.insert(token.id, Token { account: token.user_id, made_by });
        }
    }

    fn put_subscription(&mut self, subscription: &NotificationSubscription) {
        self.subscriptions.insert(subscription.id, subscription.kind.clone());
    }

    /// Who made a token, and so was shown it.
    pub fn maker_of(&self, token: ApiTokenId) -> Option<UserId> {
        self.tokens.get(&token).map(|token| token.made_by)
    }

    /// The accounts whose tokens somebody made.
    pub fn accounts_with_tokens_of(&self, maker: UserId) -> BTreeSet<UserId> {
        self.tokens.values().filter(|token| token.made_by == maker).map(|token| token.account).collect()
    }

    /// Whether anybody is to be told of a type.
    pub fn hear_of(&self, kind: &str) -> bool {
        self.subscriptions.values().any(|heard| heard == kind)
    }
}

#[cfg(test)]
mod tests {
    use domain::id::RoleId;
    use domain::notification::Delivery;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn tokens_and_subscriptions_come_change_and_go() {
        let (maker, service) = (UserId(Uuid::now_v7()), UserId(Uuid::now_v7()));
        let token = |created_by| ApiToken {
            id: ApiTokenId(Uuid::from_u128(1)),
            user_id: service,
            name: "nightly export".to_owned(),
            scopes: None,
            expires_at: None,
            created_by,
        };
        let heard = |kind: &str| NotificationSubscription {
            id: NotificationSubscriptionId(Uuid::from_u128(2)),
            external_id: None,
            role_id: RoleId(Uuid::from_u128(3)),
            kind: kind.to_owned(),
            user_id: None,
            delivery: Delivery::Immediate,
        };
        let mut all = Onlookers::default();
        let change = |before: Option<Record>, after: Option<Record>| [Change { before, after }];

        all.apply(&change(None, Some(token(Some(maker)).into())));
        assert_eq!(all.maker_of(ApiTokenId(Uuid::from_u128(1))), Some(maker));
        assert_eq!(all.accounts_with_tokens_of(maker), BTreeSet::from([service]));
        assert!(all.accounts_with_tokens_of(service).is_empty());
        // Its maker is forgotten, then the token goes.
        all.apply(&change(Some(token(Some(maker)).into()), Some(token(None).into())));
        assert!(all.accounts_with_tokens_of(maker).is_empty());
        all.apply(&change(Some(token(None).into()), None));

        all.apply(&change(None, Some(heard("account_blocked").into())));
        assert!(all.hear_of("account_blocked") && !all.hear_of("account_invited"));
        all.apply(&change(Some(heard("account_blocked").into()), Some(heard("account_invited").into())));
        assert!(!all.hear_of("account_blocked") && all.hear_of("account_invited"));
        all.apply(&change(Some(heard("account_invited").into()), None));
        assert!(!all.hear_of("account_invited"));
    }
}
