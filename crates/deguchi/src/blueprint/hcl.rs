//! Terraform's language as `terraform fmt` leaves it: two blanks a level, `=` in one column from line to line.

use std::fmt::Write as _;

use crate::{
    language::Language,
    words::lesson::{Lesson, lines},
};

/// What stands behind a `=`.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// One line, as it stands.
    Line(String),
    /// Several lines between what opens and what closes.
    Lines(&'static str, Body, &'static str),
}

/// A text in quotes. Only of names and ranges, which need no escapes.
pub(super) fn text(text: impl std::fmt::Display) -> Value {
    Value::Line(format!("\"{text}\""))
}

/// An expression, as it stands; templates in quotes as well.
pub(super) fn expression(expression: impl Into<String>) -> Value {
    Value::Line(expression.into())
}

/// A list of lines, each an element.
pub(super) fn list(elements: impl IntoIterator<Item = String>) -> Value {
    let body = elements.into_iter().fold(Body::default(), |body, element| body.line(format!("{element},")));
    Value::Lines("[", body, "]")
}

/// The tag by which people know a resource: the network's name and what follows it.
pub(super) fn name_tag(rest: &str) -> Value {
    expression(if rest.is_empty() {
        "{ Name = local.name }".to_owned()
    } else {
        format!("{{ Name = \"${{local.name}}-{rest}\" }}")
    })
}

/// A file, or what stands between the braces of a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Body(Vec<Entry>);

#[derive(Clone, Debug)]
enum Entry {
    Attribute(String, Value),
    Block(String, Body),
    Lesson(Lesson),
    Object(Body),
    Line(String),
    Blank,
}

impl Body {
    /// Sets an attribute.
    pub(super) fn set(mut self, name: impl Into<String>, value: Value) -> Self {
        self.0.push(Entry::Attribute(name.into(), value));
        self
    }

    /// Adds a block inside a block.
    pub(super) fn block(mut self, header: impl Into<String>, body: Self) -> Self {
        self.0.push(Entry::Block(header.into(), body));
        self
    }

    /// Adds a block of a file, apart from what stands before it.
    pub(super) fn part(self, header: impl Into<String>, body: Self) -> Self {
        let is_after_comment = matches!(self.0.last(), None | Some(Entry::Lesson(_) | Entry::Blank));
        let apart = if is_after_comment { self } else { self.blank() };
        apart.block(header, body)
    }

    /// Adds a resource, apart from what stands before it.
    pub(super) fn resource(self, kind: &str, name: &str, body: Self) -> Self {
        self.part(format!("resource \"{kind}\" \"{name}\""), body)
    }

    /// Adds a comment that teaches, apart from what stands before it.
    pub(super) fn say(mut self, lesson: Lesson) -> Self {
        if !matches!(self.0.last(), None | Some(Entry::Blank)) {
            self = self.blank();
        }
        self.0.push(Entry::Lesson(lesson));
        self
    }

    /// Adds an empty line.
    pub(super) fn blank(mut self) -> Self {
        self.0.push(Entry::Blank);
        self
    }

    /// Adds an object to a list.
    pub(super) fn object(mut self, body: Self) -> Self {
        self.0.push(Entry::Object(body));
        self
    }

    /// Adds a line as it stands.
    pub(super) fn line(mut self, line: String) -> Self {
        self.0.push(Entry::Line(line));
        self
    }

    /// Goes on in another function, if a condition holds.
    pub(super) fn when(self, condition: bool, more: impl FnOnce(Self) -> Self) -> Self {
        if condition { more(self) } else { self }
    }

    /// Returns the text, comments in a language.
    pub(super) fn render(&self, language: Language) -> String {
        let mut text = String::new();
        self.write(&mut text, 0, language);
        text
    }

    fn write(&self, text: &mut String, level: usize, language: Language) {
        let indent = "  ".repeat(level);
        let mut width = 0;
        let mut is_aligned = false;
        for (place, entry) in self.0.iter().enumerate() {
            // Writing to a string does not fail.
            let _ = match entry {
                Entry::Attribute(name, Value::Line(value)) => {
                    if !is_aligned {
                        width = width_of_run(self.0.get(place..).unwrap_or_default());
                    }
                    writeln!(text, "{indent}{name:<width$} = {value}")
                }
                Entry::Attribute(name, Value::Lines(open, body, close)) => {
                    let _ = writeln!(text, "{indent}{name} = {open}");
                    body.write(text, level + 1, language);
                    writeln!(text, "{indent}{close}")
                }
                Entry::Block(header, body) => {
                    let _ = writeln!(text, "{indent}{header} {{");
                    body.write(text, level + 1, language);
                    writeln!(text, "{indent}}}")
                }
                Entry::Lesson(lesson) => {
                    for line in lines(*lesson, language) {
                        let _ = writeln!(text, "{indent}# {line}");
                    }
                    Ok(())
                }
                Entry::Object(body) => {
                    let _ = writeln!(text, "{indent}{{");
                    body.write(text, level + 1, language);
                    writeln!(text, "{indent}}},")
                }
                Entry::Line(line) => writeln!(text, "{indent}{line}"),
                Entry::Blank => writeln!(text),
            };
            is_aligned = matches!(entry, Entry::Attribute(_, Value::Line(_)));
        }
    }
}

/// How wide the names are of the attributes of one line each that follow one another.
fn width_of_run(entries: &[Entry]) -> usize {
    let names = entries.iter().map_while(|entry| match entry {
        Entry::Attribute(name, Value::Line(_)) => Some(name.len()),
        _ => None,
    });
    names.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_signs_stand_in_one_column_where_lines_follow_one_another() {
        let inner = Body::default().set("a", text("1")).set("long_name", expression("true"));
        let inner = inner.set("list", list(["x".to_owned()])).set("b", text("2")).block("c", Body::default());
        let text = Body::default().resource("t", "n", inner).resource("t", "m", Body::default());
        let expected = "resource \"t\" \"n\" {\n  a         = \"1\"\n  long_name = true\n  list = [\n    x,\n  ]\n  b = \"2\"\n  c {\n  }\n}\n\nresource \"t\" \"m\" {\n}\n";
        assert_eq!(text.render(Language::English), expected);
    }
}
