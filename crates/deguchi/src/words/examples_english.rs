//! What English says about the built-in examples.

/// How to ask about one.
pub(crate) const HOW_TO_ASK: &str = "ask about one: deguchi why web-1 yum --from example:NAME";
