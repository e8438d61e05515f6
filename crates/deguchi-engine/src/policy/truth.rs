//! Whether something holds: yes, no, or not known, and then why not.

use alloc::{collections::BTreeSet, string::String};

/// Why it is not known whether a statement applies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// The value of this key is in no snapshot, or not in this one.
    ConditionKey(String),
    /// A condition's operator that is not known.
    Operator(String),
    /// A condition's value that cannot be read as its operator wants it.
    ConditionValue(String),
    /// A member of the statement that could not be read.
    Member(String),
    /// A principal that cannot be held against who asks, or `NotPrincipal`, as written.
    Principal(String),
    /// It depends on which object is asked for.
    ObjectKey,
    /// It depends on who asks.
    Caller,
}

/// Whether something holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    Yes,
    No,
    /// Not known, for these reasons.
    Unknown(BTreeSet<Doubt>),
}

impl Truth {
    pub(crate) const fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    pub(crate) fn doubt(doubt: Doubt) -> Self {
        Self::Unknown(BTreeSet::from([doubt]))
    }

    pub(crate) fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, other) | (other, Self::Yes) => other,
            (Self::Unknown(some), Self::Unknown(others)) => Self::Unknown(some.into_iter().chain(others).collect()),
        }
    }

    pub(crate) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

/// Whether any of several holds.
pub(crate) fn any(truths: impl IntoIterator<Item = Truth>) -> Truth {
    truths.into_iter().fold(Truth::No, Truth::or)
}

/// Whether all of several hold.
pub(crate) fn all(truths: impl IntoIterator<Item = Truth>) -> Truth {
    truths.into_iter().fold(Truth::Yes, Truth::and)
}
