//! Patterns with `*` (any text) and `?` (any one character), and `${…}` in them.

use alloc::{collections::BTreeSet, string::String, vec, vec::Vec};

use super::context::{Context, Value};

/// One piece of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// This character.
    Is(char),
    /// Any one character.
    One,
    /// Any text, or none.
    Any,
}

/// Why a pattern has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoValue {
    /// It has a variable that the request lacks.
    Absent,
    /// It has a variable whose value is not known.
    Unknown(String),
}

/// Takes `*` and `?` for wildcards, and nothing else for anything but itself.
pub(crate) fn wild(text: &str) -> Vec<Piece> {
    let piece = |c| match c {
        '*' => Piece::Any,
        '?' => Piece::One,
        c => Piece::Is(c),
    };
    text.chars().map(piece).collect()
}

/// Takes every character for itself.
pub(crate) fn literal(text: &str) -> Vec<Piece> {
    text.chars().map(Piece::Is).collect()
}

/// Reads a pattern of a policy, with its variables filled in from a request. A value that is filled in has no wildcards.
pub(crate) fn filled(
    text: &str,
    context: &Context<'_>,
    read: fn(&str) -> Vec<Piece>,
    has_variables: bool,
) -> Result<Vec<Piece>, NoValue> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, variable, after)) = variable_in(rest).filter(|_| has_variables) {
        pieces.extend(read(before));
        pieces.extend(literal(&value_of(variable, context)?));
        rest = after;
    }
    pieces.extend(read(rest));
    Ok(pieces)
}

/// The first `${…}`: what stands before it, inside and behind.
fn variable_in(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("${")?;
    let (variable, after) = rest.split_once('}')?;
    Some((before, variable, after))
}

fn value_of(variable: &str, context: &Context<'_>) -> Result<String, NoValue> {
    // `${*}`, `${?}` and `${$}` are how these characters are written where they mean themselves.
    if matches!(variable, "*" | "?" | "$") {
        return Ok(variable.into());
    }
    let (key, default) = match variable.split_once(',') {
        Some((key, default)) => (key.trim(), Some(default.trim().trim_matches('\''))),
        None => (variable.trim(), None),
    };
    match context.value(key) {
        Value::Is(value) => Ok(value),
        Value::Absent => default.map(String::from).ok_or(NoValue::Absent),
        Value::Addresses(_) | Value::NotAmong(_) | Value::Foreign | Value::Unknown => Err(NoValue::Unknown(key.into())),
    }
}

/// Whether a pattern covers all that another stands for.
pub(crate) fn covers(pattern: &[Piece], text: &[Piece]) -> bool {
    // The lengths of the pattern's beginnings that the text so far fits, so that many `*` cost no more than one.
    let mut fitting = after_stars(pattern, [0].into());
    for here in text {
        let stays = |length: &usize| pattern.get(*length) == Some(&Piece::Any);
        let moves = |length: &usize| match pattern.get(*length) {
            Some(Piece::One) => *here != Piece::Any,
            Some(wanted @ Piece::Is(_)) => wanted == here,
            Some(Piece::Any) | None => false,
        };
        let stayed = fitting.iter().copied().filter(stays);
        let moved = fitting.iter().copied().filter(moves).map(|length| length + 1);
        fitting = after_stars(pattern, stayed.chain(moved).collect());
    }
    fitting.contains(&pattern.len())
}

/// Adds the beginnings that end behind a `*`, which fits no text too.
fn after_stars(pattern: &[Piece], mut fitting: BTreeSet<usize>) -> BTreeSet<usize> {
    for (place, here) in pattern.iter().enumerate() {
        if *here == Piece::Any && fitting.contains(&place) {
            fitting.insert(place + 1);
        }
    }
    fitting
}

/// Whether some text fits both of two patterns.
pub(crate) fn meets(a: &[Piece], b: &[Piece]) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![(0, 0)];
    while let Some((i, j)) = open.pop() {
        if !seen.insert((i, j)) {
            continue;
        }
        let is_first_any = a.get(i) == Some(&Piece::Any);
        match (a.get(i), b.get(j)) {
            (None, None) => return true,
            (Some(Piece::Any), Some(_)) | (Some(_), Some(Piece::Any)) => {
                // A `*` fits nothing, or whatever the other pattern has here.
                open.push(if is_first_any { (i + 1, j) } else { (i, j + 1) });
                open.push(if is_first_any { (i, j + 1) } else { (i + 1, j) });
            }
            (Some(Piece::Any), None) => open.push((i + 1, j)),
            (None, Some(Piece::Any)) => open.push((i, j + 1)),
            (Some(x), Some(y)) if x == y || *x == Piece::One || *y == Piece::One => open.push((i + 1, j + 1)),
            (Some(_), Some(_)) | (None, Some(_)) | (Some(_), None) => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{covers, meets, wild};

    #[test]
    fn a_pattern_covers_what_its_wildcards_stand_for() {
        for (pattern, text, expected) in [
            ("s3:*", "s3:getobject", true),
            ("s3:get?bject", "s3:getobject", true),
            ("*", "", true),
            ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/*", true),
            ("arn:aws:s3:::bucket/a", "arn:aws:s3:::bucket/*", false),
            ("arn:aws:s3:::bucket/?", "arn:aws:s3:::bucket/*", false),
            ("arn:aws:s3:::bucket", "arn:aws:s3:::bucket/key", false),
            ("arn:aws:s3:::*-repos-*/*", "arn:aws:s3:::amazonlinux-2-repos-us-east-1/2/core", true),
            ("arn:aws:s3:::b/?", "arn:aws:s3:::b/é", true),
        ] {
            assert_eq!(covers(&wild(pattern), &wild(text)), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn patterns_meet_where_one_text_fits_both() {
        for (a, b, expected) in [
            ("s3:*", "s3:getobject", true),
            ("arn:aws:s3:::app/*", "arn:aws:s3:::repos/*", false),
            ("arn:aws:s3:::app/*", "arn:aws:s3:::app/a", true),
            ("arn:aws:s3:::*/secret", "arn:aws:s3:::app/*", true),
            ("a*c", "ab", false),
            ("a?", "*b", true),
            ("", "*", true),
            ("", "?", false),
        ] {
            assert_eq!(meets(&wild(a), &wild(b)), expected, "{a} {b}");
            assert_eq!(meets(&wild(b), &wild(a)), expected, "{b} {a}");
        }
    }
}
