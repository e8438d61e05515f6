//! What Japanese says in a report. Each `match` is exhaustive: a code without words does not compile.
//!
//! Leaves out layout, and ids, codes and CIDRs, which are the same in every language.

pub(crate) mod assumption;
pub(crate) mod change;
pub(crate) mod gap;
mod inspection;
mod load_balancer;
pub(crate) mod packets;
pub(crate) mod policy;
pub(crate) mod reason;
pub(crate) mod resolution;
pub(crate) mod resource;
pub(crate) mod step;
pub(crate) mod title;
mod transit_gateway;
pub(crate) mod verdict;

/// Takes out spaces between two Japanese letters: what stands beside Latin letters has one, and may be filled in without.
pub(crate) fn joined(text: &str) -> String {
    let is_japanese = |letter: char| matches!(letter, '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}');
    let mut made = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_between = letter == ' '
            && made.chars().next_back().is_some_and(is_japanese)
            && letters.peek().copied().is_some_and(is_japanese);
        if !is_between {
            made.push(letter);
        }
    }
    made
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_space_stands_beside_latin_letters_only() {
        assert_eq!(super::joined("新しい NAT ゲートウェイ に変更"), "新しい NAT ゲートウェイに変更");
        assert_eq!(super::joined("リクエスト を tcp/443 で"), "リクエストを tcp/443 で");
    }
}
