//! Which names are close to one that was mistyped.

/// Returns up to three of the names that are closest to the one asked for; none where none is close.
pub(crate) fn closest<'a>(asked: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let asked_lower: Vec<char> = asked.to_lowercase().chars().collect();
    // One slip in a short name, three in a long id: chosen by trying, so that `web-1` does not suggest `db-1`.
    let limit = (asked_lower.len() / 5).clamp(1, 3);
    let mut found: Vec<(usize, &str)> = names
        .into_iter()
        .filter_map(|name| {
            let lower: Vec<char> = name.to_lowercase().chars().collect();
            if lower.len().abs_diff(asked_lower.len()) > limit {
                return None;
            }
            let distance = distance(&asked_lower, &lower);
            (distance <= limit).then_some((distance, name))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    let best = found.first().map_or(0, |(distance, _)| *distance);
    found.into_iter().take_while(|(distance, _)| *distance == best).take(3).map(|(_, name)| name.to_owned()).collect()
}

/// Counts the letters to add, drop, change or swap with a neighbour that lead from one name to the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &y) in b.iter().enumerate() {
            let at = |line: &[usize], place: usize| line.get(place).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&above, j) + usize::from(x != y)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let is_swap = i > 0 && j > 0 && a.get(i - 1) == Some(&y) && b.get(j - 1) == Some(&x);
            if is_swap {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn only_close_names_are_suggested() {
        let names = ["web-1", "web-2", "db-1", "eni-0abb"];
        assert_eq!(closest("eni-0aab", names), ["eni-0abb"]);
        assert_eq!(closest("wbe-1", names), ["web-1"]);
        assert_eq!(closest("web-3", names), ["web-1", "web-2"]);
        assert_eq!(closest("WEB-1", names), ["web-1"]);
        assert!(closest("cache-7", names).is_empty());
        assert!(closest("", names).is_empty());
    }
}
