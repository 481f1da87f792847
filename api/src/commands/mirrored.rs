//! Enumerations of the domain as the contract has them.

/// Makes enumerations of the contract, with their words. `Name mirrors Of` has some of the domain's values, and
/// is turned into them; `Name is Of` has all of them, and is turned either way.
macro_rules! mirrored {
    ($($(#[$doc:meta])* $name:ident $how:ident $of:path { $($variant:ident = $text:tt),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[allow(missing_docs, reason = "named after the domain's values")]
        pub enum $name { $(#[serde(rename = $text)] $variant),* }
        impl From<$name> for $of {
            fn from(name: $name) -> $of { use $of as Of; match name { $($name::$variant => Of::$variant),* } }
        }
        $crate::commands::mirrored::mirrored!(@$how $name $of { $($variant),* });
    )*};
    (@mirrors $name:ident $of:path { $($variant:ident),* }) => {};
    (@is $name:ident $of:path { $($variant:ident),* }) => {
        impl From<$of> for $name {
            fn from(value: $of) -> Self { use $of as Of; match value { $(Of::$variant => Self::$variant),* } }
        }
    };
}
pub(crate) use mirrored;
