//! Text from an account (names, tags, states, ids) made safe to print: it is data, never interpreted.
//!
//! Leaves out escaping for a format: JSON and HTML escape for themselves.

/// Returns the text without terminal escape sequences, control characters and invisible direction marks.
pub(crate) fn clean(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\u{1b}' => match rest.next() {
                Some('[') => skip_control_sequence(&mut rest),
                Some(']' | 'P' | 'X' | '^' | '_') => skip_control_string(&mut rest),
                Some(_) | None => {}
            },
            '\u{9b}' => skip_control_sequence(&mut rest),
            '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => kept.push(' '),
            _ if character.is_control() || is_invisible(character) => {}
            _ => kept.push(character),
        }
    }
    kept
}

/// Skips a CSI sequence: parameters up to a final character (ECMA-48 §5.4).
fn skip_control_sequence(rest: &mut impl Iterator<Item = char>) {
    for character in rest {
        if matches!(character, '@'..='~') {
            return;
        }
    }
}

/// Skips a control string, which a BEL or `ESC \` ends.
fn skip_control_string(rest: &mut impl Iterator<Item = char>) {
    let mut was_escape = false;
    for character in rest {
        if character == '\u{7}' || character == '\u{9c}' || (was_escape && character == '\\') {
            return;
        }
        was_escape = character == '\u{1b}';
    }
}

/// Whether a character shows nothing and can make text look other than it is.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn escape_sequences_and_invisible_marks_are_dropped() {
        assert_eq!(clean("web\u{1b}[31m-1\u{1b}[0m"), "web-1");
        assert_eq!(clean("\u{1b}]0;title\u{7}db\u{1b}]8;;http://x\u{1b}\\\u{202e}\n1\0"), "db 1");
        assert_eq!(clean("踏み台サーバー"), "踏み台サーバー");
        assert_eq!(clean("cut \u{1b}["), "cut ");
    }
}
