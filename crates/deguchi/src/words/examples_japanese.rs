//! What Japanese says about the built-in examples.

/// How to ask about one.
pub(crate) const HOW_TO_ASK: &str = "使い方: deguchi why web-1 yum --from example:名前";
