//! What a search found: all names in one text, so that thousands are kept in little memory and any page is had as
//! fast as the first.

use domain::window::Day;
use serde::Serialize;
use uuid::Uuid;

/// The results of a search, of one revision, in their order.
#[derive(Debug)]
pub struct Found {
    /// Of which revision.
    pub revision: i64,
    /// On which day.
    pub day: Day,
    /// The type of what was sought; none for actions.
    kind: Option<Box<str>>,
    /// The names one after the other, and where each ends.
    text: String,
    ends: Vec<usize>,
}

/// A result as the standard has it.
#[derive(Serialize, Debug, PartialEq, Eq)]
#[serde(untagged)]
pub enum Hit<'f> {
    /// A subject or resource.
    Entity {
        /// Its type.
        #[serde(rename = "type")]
        kind: &'f str,
        /// Its id.
        id: &'f str,
    },
    /// An action.
    Action {
        /// Its name.
        name: &'f str,
    },
}

impl Found {
    /// Nothing yet; of subjects or resources of a type, or of actions.
    pub fn new(kind: Option<&str>, revision: i64, day: Day) -> Self {
        Self { revision, day, kind: kind.map(Into::into), text: String::new(), ends: Vec::new() }
    }

    /// Adds a name.
    pub fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends.push(self.text.len());
    }

    /// Adds things in the order of their Remit ids, each by the name that callers know it by, else by its Remit id.
    pub fn extend<'n, Ix: Copy>(
        &mut self,
        things: impl Iterator<Item = Ix>,
        id: impl Fn(Ix) -> Uuid,
        name: impl Fn(Ix) -> Option<&'n str>,
    ) {
        let mut things: Vec<(Uuid, Ix)> = things.map(|ix| (id(ix), ix)).collect();
        things.sort_unstable_by_key(|(id, _)| *id);
        self.ends.reserve_exact(things.len());
        let mut buffer = Uuid::encode_buffer();
        for (id, ix) in things {
            match name(ix) {
                Some(name) => self.push(name),
                None => self.push(id.hyphenated().encode_lower(&mut buffer)),
            }
        }
        self.text.shrink_to_fit();
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// What they take in memory, in bytes.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.text.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    /// Some of them, from that one on.
    pub fn page(&self, from: usize, limit: usize) -> Vec<Hit<'_>> {
        let before = from.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let mut at = before.unwrap_or_default();
        let ends = self.ends.iter().skip(from).take(limit);
        ends.map(|end| {
            let name = self.text.get(at..*end).unwrap_or_default();
            at = *end;
            match &self.kind {
                Some(kind) => Hit::Entity { kind, id: name },
                None => Hit::Action { name },
            }
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_together_are_all_in_the_order_of_ids() {
        let mut found = Found::new(Some("worker"), 7, 0);
        let names = [Some("c"), None, Some("a\u{e4}")];
        found.extend([2_usize, 0, 1].into_iter(), |ix| Uuid::from_u128(ix as u128), |ix| names[ix]);
        assert_eq!((found.len(), found.is_empty()), (3, false));
        let nil = Uuid::from_u128(1).to_string();
        let all: Vec<_> = (0..4).flat_map(|from| found.page(from, 1)).collect();
        let entity = |id| Hit::Entity { kind: "worker", id };
        assert_eq!(all, [entity("c"), entity(&nil), entity("a\u{e4}")]);
        assert_eq!(found.page(1, 9), all[1..]);
        assert_eq!(found.page(3, 9), []);
        assert!(found.bytes() > nil.len());
    }

    #[test]
    fn actions_are_names_alone() {
        let mut found = Found::new(None, 7, 0);
        found.push("time:record");
        assert_eq!(serde_json::to_string(&found.page(0, 9)).unwrap(), r#"[{"name":"time:record"}]"#);
    }
}
