//! Terraform's addresses and references, taken apart at their dots: `module.a["x.y"].aws_subnet.this[0].id`.

/// One name of an address, with its index where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    pub(super) name: &'a str,
    /// What stands in the first brackets behind it, as written: `0`, `"a"`.
    pub(super) key: Option<&'a str>,
}

/// Takes an address apart. Dots inside brackets and quotes belong to an index.
pub(super) fn segments(address: &str) -> Vec<Segment<'_>> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut is_quoted, mut is_escaped) = (0, 0_usize, false, false);
    for (place, letter) in address.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '[' if !is_quoted => depth += 1,
            ']' if !is_quoted => depth = depth.saturating_sub(1),
            '.' if !is_quoted && depth == 0 => {
                parts.extend(address.get(start..place).map(segment));
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.extend(address.get(start..).filter(|rest| !rest.is_empty()).map(segment));
    parts
}

fn segment(text: &str) -> Segment<'_> {
    let Some((name, rest)) = text.split_once('[') else { return Segment { name: text, key: None } };
    // `a[0][1]`: the first index is the instance's.
    let key = rest.split_once("][").map_or_else(|| rest.strip_suffix(']'), |(first, _)| Some(first));
    Segment { name, key }
}

/// The names of a module's calls, without indices: where its configuration stands.
pub(super) fn calls(module: &str) -> Vec<&str> {
    segments(module).iter().skip(1).step_by(2).map(|segment| segment.name).collect()
}

/// The module that a module is called in, and the call's name and index; `None` for the root.
pub(super) fn parent(module: &str) -> Option<(&str, Segment<'_>)> {
    let parts = segments(module);
    let own = parts.last()?.clone();
    let written = own.key.map_or(own.name.len(), |key| own.name.len() + key.len() + 2);
    let rest = module.get(..module.len().saturating_sub(written))?.trim_end_matches('.');
    let parent = rest.strip_suffix("module").unwrap_or(rest).trim_end_matches('.');
    Some((parent, own))
}

#[cfg(test)]
mod tests {
    use super::{calls, parent, segments};

    #[test]
    fn an_address_comes_apart_at_its_dots_only() {
        let parts = segments(r#"module.a["x.y"].aws_subnet.this[0].id"#);
        let parts: Vec<(&str, Option<&str>)> = parts.iter().map(|part| (part.name, part.key)).collect();
        let expected =
            [("module", None), ("a", Some("\"x.y\"")), ("aws_subnet", None), ("this", Some("0")), ("id", None)];
        assert_eq!(parts, expected);
        assert_eq!(segments("each.value[\"a\"][0].id").get(1).and_then(|part| part.key), Some("\"a\""));
    }

    #[test]
    fn a_module_knows_where_it_is_called() {
        assert_eq!(calls(r#"module.a["x"].module.b"#), ["a", "b"]);
        let (outer, own) = parent(r#"module.a["x"].module.b[1]"#).unwrap();
        assert_eq!((outer, own.name, own.key), (r#"module.a["x"]"#, "b", Some("1")));
        assert_eq!(parent("module.a").map(|(outer, _)| outer), Some(""));
        assert!(parent("").is_none());
    }
}
