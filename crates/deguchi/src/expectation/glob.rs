//! Names with `*` (any letters) and `?` (any one letter).

/// Whether a pattern has a wildcard.
pub(super) fn is_glob(pattern: &str) -> bool {
    pattern.contains(['*', '?'])
}

/// Whether a text fits a pattern, letter by letter.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut place) = (0, 0);
    // Where to go back to when what follows a `*` does not fit: the `*`, and the text it has swallowed so far.
    let mut star: Option<(usize, usize)> = None;
    while place < text.len() {
        match (pattern.get(at), text.get(place)) {
            (Some('*'), _) => {
                star = Some((at, place));
                at += 1;
            }
            (Some(letter), Some(own)) if *letter == '?' || letter == own => {
                at += 1;
                place += 1;
            }
            _ => match star {
                Some((back, swallowed)) => {
                    star = Some((back, swallowed + 1));
                    at = back + 1;
                    place = swallowed + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn wildcards_stand_for_any_letters() {
        for (pattern, text, expected) in [
            ("web-*", "web-1", true),
            ("web-*", "web-", true),
            ("web-*", "db-1", false),
            ("*-1", "a-1-1", true),
            ("*", "", true),
            ("a*b*c", "aXbXbc", true),
            ("a*b*c", "aXbXbd", false),
            ("web-?", "web-12", false),
            ("web-?", "web-踏", true),
            ("web-1", "web-10", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
