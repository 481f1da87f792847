//! Reading a body once, into what is borrowed from its bytes.
//!
//! Unknown members are skipped and null is like absent. A member of a wrong type is kept as such: in
//! a batch it is the fault of one question, and not of the whole body.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::http::body;

/// A member as it was sent.
#[derive(Clone, Copy, Debug, Default)]
pub enum Given<T> {
    /// Not at all, or as null.
    #[default]
    Absent,
    /// As something else than it should be.
    Wrong,
    /// As it should be.
    There(T),
}

/// What a member may be. Whatever a type does not take is wrong, and skipped.
pub trait Member<'b>: Sized {
    /// From a text.
    fn text(_: Cow<'b, str>) -> Option<Self> {
        None
    }

    /// From a whole number.
    fn whole(_: i64) -> Option<Self> {
        None
    }

    /// From a number.
    fn number(number: f64) -> Option<Self> {
        body::whole(number).and_then(Self::whole)
    }

    /// From an object; its members may have so many levels below them.
    ///
    /// # Errors
    /// The body can't be read.
    fn object<A: MapAccess<'b>>(mut from: A, depth: usize) -> Result<Option<Self>, A::Error> {
        while name(&mut from)?.is_some() {
            skip(&mut from, depth)?;
        }
        Ok(None)
    }

    /// From a list; its items may have so many levels below them.
    ///
    /// # Errors
    /// The body can't be read.
    fn list<A: SeqAccess<'b>>(mut from: A, depth: usize) -> Result<Option<Self>, A::Error> {
        while from.next_element_seed(Read::<Skipped>::new(depth))?.is_some() {}
        Ok(None)
    }
}

/// Something of no interest.
struct Skipped;

impl Member<'_> for Skipped {}

impl<'b> Member<'b> for Cow<'b, str> {
    fn text(text: Cow<'b, str>) -> Option<Self> {
        Some(text)
    }
}

impl Member<'_> for i64 {
    fn whole(number: i64) -> Option<Self> {
        Some(number)
    }
}

impl Member<'_> for f64 {
    #[allow(clippy::cast_precision_loss, reason = "amounts are far smaller")]
    fn whole(number: i64) -> Option<Self> {
        Some(number as f64)
    }

    fn number(number: f64) -> Option<Self> {
        Some(number)
    }
}

/// What is rarely sent lies apart: a batch has many questions, and each has room for all its members.
impl<'b, T: Member<'b>> Member<'b> for Box<T> {
    fn object<A: MapAccess<'b>>(from: A, depth: usize) -> Result<Option<Self>, A::Error> {
        Ok(T::object(from, depth)?.map(Box::new))
    }
}

impl<'b, T: Member<'b>> Member<'b> for Vec<Given<T>> {
    fn list<A: SeqAccess<'b>>(mut from: A, depth: usize) -> Result<Option<Self>, A::Error> {
        let mut items = Self::new();
        while let Some(item) = from.next_element_seed(Read::new(depth))? {
            items.push(item);
        }
        Ok(Some(items))
    }
}

/// The name of the next member of an object.
///
/// # Errors
/// The body can't be read.
pub fn name<'b, A: MapAccess<'b>>(from: &mut A) -> Result<Option<Cow<'b, str>>, A::Error> {
    Ok(match from.next_key_seed(Read::new(0))? {
        Some(Given::There(name)) => Some(name),
        _ => None,
    })
}

/// The next member of an object, of which the name was read.
///
/// # Errors
/// The body can't be read.
pub fn member<'b, T: Member<'b>, A: MapAccess<'b>>(from: &mut A, depth: usize) -> Result<Given<T>, A::Error> {
    from.next_value_seed(Read::new(depth))
}

/// Goes past the next member of an object.
///
/// # Errors
/// The body can't be read.
pub fn skip<'b, A: MapAccess<'b>>(from: &mut A, depth: usize) -> Result<(), A::Error> {
    member::<Skipped, A>(from, depth).map(|_| ())
}

/// Makes structures of which each member is optional, and the way to read them: the name of each
/// member in JSON, and its type. After a semicolon the field, if it matters, that tells whether there were others.
macro_rules! members {
    ($($(#[$doc:meta])* $name:ident $(<$life:lifetime>)? {
        $($field:ident = $text:literal: $type:ty),* $(,)? $(; $others:ident)?
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Default)]
        #[allow(missing_docs, reason = "the members are named as in the contract")]
        pub struct $name $(<$life>)? {
            $(pub $field: $crate::authzen::read::Given<$type>,)*
            $(pub $others: bool,)?
        }

        impl<'b> $crate::authzen::read::Member<'b> for $name $(<$life>)? {
            fn object<A: serde::de::MapAccess<'b>>(mut from: A, depth: usize) -> Result<Option<Self>, A::Error> {
                let mut out = Self::default();
                while let Some(name) = $crate::authzen::read::name(&mut from)? {
                    match &*name {
                        // Of two members of one name the last counts.
                        $($text => out.$field = $crate::authzen::read::member(&mut from, depth)?,)*
                        _ => {
                            $(out.$others = true;)?
                            $crate::authzen::read::skip(&mut from, depth)?;
                        }
                    }
                }
                Ok(Some(out))
            }
        }
    )*};
}
pub(crate) use members;

/// Reads a value that may be nested so many levels deep.
struct Read<T> {
    depth: usize,
    what: PhantomData<T>,
}

impl<T> Read<T> {
    fn new(depth: usize) -> Self {
        Self { depth, what: PhantomData }
    }

    fn below<E: Error>(&self) -> Result<usize, E> {
        self.depth.checked_sub(1).ok_or_else(|| E::custom("nested too deep"))
    }
}

/// Reads a body that must be such an object, nested so many levels deep at most. `None`: it is none,
/// which says nothing of the reason.
pub fn whole<'b, T: Member<'b>>(bytes: &'b [u8], depth: usize) -> Option<T> {
    // Checked at once: that is quicker than text by text.
    let text = std::str::from_utf8(bytes).ok()?;
    let mut json = serde_json::Deserializer::from_str(text);
    match Read::<T>::new(depth).deserialize(&mut json).ok()? {
        Given::There(body) => json.end().ok().map(|()| body),
        _ => None,
    }
}

impl<'b, T: Member<'b>> DeserializeSeed<'b> for Read<T> {
    type Value = Given<T>;

    fn deserialize<D: Deserializer<'b>>(self, deserializer: D) -> Result<Given<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<T> From<Option<T>> for Given<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Given::Wrong, Given::There)
    }
}

impl<'b, T: Member<'b>> Visitor<'b> for Read<T> {
    type Value = Given<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Given<T>, E> {
        Ok(Given::Absent)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Given<T>, E> {
        Ok(Given::Wrong)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Given<T>, E> {
        Ok(T::whole(number).into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Given<T>, E> {
        Ok(i64::try_from(number).ok().and_then(T::whole).into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Given<T>, E> {
        Ok(T::number(number).into())
    }

    fn visit_borrowed_str<E>(self, text: &'b str) -> Result<Given<T>, E> {
        // It stands in the body as it is, so there is no NUL in it.
        Ok(T::text(Cow::Borrowed(text)).into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Given<T>, E> {
        if text.contains('\0') {
            return Err(E::custom("a NUL character"));
        }
        Ok(T::text(Cow::Owned(text.to_owned())).into())
    }

    fn visit_map<A: MapAccess<'b>>(self, from: A) -> Result<Given<T>, A::Error> {
        Ok(T::object(from, self.below()?)?.into())
    }

    fn visit_seq<A: SeqAccess<'b>>(self, from: A) -> Result<Given<T>, A::Error> {
        Ok(T::list(from, self.below()?)?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    members! {
        /// What the tests read.
        Sample<'b> { text = "text": Cow<'b, str>, number = "number": i64, inner = "inner": Inner, list = "list": Vec<Given<Inner>> }

        /// An object in it.
        Inner { number = "number": i64 }
    }

    fn read(text: &str) -> Option<Sample<'_>> {
        whole(text.as_bytes(), 4)
    }

    #[test]
    fn members_are_absent_wrong_or_there() {
        let body =
            read(r#"{"text": "a\u00e4\n", "number": 7, "inner": {"number": -1, "x": [{}]}, "list": [{}, 1, null]}"#);
        let Some(Sample { text: Given::There(text), number, inner, list: Given::There(list) }) = body else { panic!() };
        assert_eq!(text, "a\u{e4}\n");
        assert!(matches!((number, inner), (Given::There(7), Given::There(Inner { number: Given::There(-1) }))));
        assert!(matches!(*list, [Given::There(Inner { number: Given::Absent }), Given::Wrong, Given::Absent]));
        for wrong in [
            r#"{"number": "7", "text": 7, "inner": [{}], "list": {"number": [1, {}]}}"#,
            r#"{"number": 1.5, "text": [], "inner": true, "list": "x"}"#,
        ] {
            let Some(Sample { text: Given::Wrong, number: Given::Wrong, inner: Given::Wrong, list: Given::Wrong }) =
                read(wrong)
            else {
                panic!("{wrong}")
            };
        }
    }

    #[test]
    fn of_two_members_of_one_name_the_last_counts() {
        let body = read(r#"{"number": 1, "text": "a", "number": 2.0, "text": null}"#);
        assert!(matches!(body, Some(Sample { text: Given::Absent, number: Given::There(2), .. })), "{body:?}");
    }

    #[test]
    fn what_is_no_body_elsewhere_is_none_here() {
        let bodies: [&[u8]; 20] = [
            b"{}",
            b" {\"x\": {\"y\": [[]]}} ",
            b"{\"x\": 1e300, \"y\": 1e999}",
            b"",
            b"{",
            b"[]",
            b"null",
            b"{} {}",
            b"{\"x\": [[[[]]]]}",
            b"{\"text\": [[[]]]}",
            b"{\"text\": [[[[]]]]}",
            b"{\"x\": \"a\\u0000b\"}",
            b"{\"text\": \"\\u0000\"}",
            b"{\"a\\u0000\": 1}",
            b"{\"x\": {\"a\\u0000\": 1}}",
            b"{\"x\": \"\xff\"}",
            b"{\"x\": \"\\ud800\"}",
            b"{\"x\": 01}",
            b"{\"x\": \"\\\\u0000\"}",
            b"{\"list\": [{\"number\": 18446744073709551616}]}",
        ];
        for bytes in bodies {
            let elsewhere = body::json(bytes, 4).is_ok_and(|value| value.is_object());
            assert_eq!(whole::<Sample<'_>>(bytes, 4).is_some(), elsewhere, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
