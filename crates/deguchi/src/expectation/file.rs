//! From the text of a file of expectations to expectations.
//!
//! `expect` lists sentences, as strings or as tables with `that` and what is added; `[[question]]` spells an expectation
//! out. A key that is not known is an error, with its line.

use std::{collections::BTreeSet, fmt};

use deguchi_engine::Verdict;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use toml::Spanned;

use super::{Expectation, Problem, Want};
use crate::question::{self, Family, Options};

/// A problem, and the line (from 1) that it is on.
pub type Located = (usize, Problem);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    expect: Vec<Spanned<Entry>>,
    #[serde(default)]
    question: Vec<Spanned<Spelled>>,
}

/// A sentence, alone or with what is added to it.
enum Entry {
    Sentence(String),
    Table(Box<Stated>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stated {
    that: String,
    because: Option<String>,
    reasons: Option<BTreeSet<String>>,
    os: Option<String>,
    port: Option<u16>,
    source_ports: Option<String>,
    action: Option<String>,
    ipv6: Option<bool>,
    #[serde(default)]
    may_be_empty: bool,
    #[serde(default)]
    allow_undecided: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spelled {
    source: String,
    destination: String,
    verdict: String,
    because: Option<String>,
    reasons: Option<BTreeSet<String>>,
    os: Option<String>,
    port: Option<u16>,
    source_ports: Option<String>,
    action: Option<String>,
    ipv6: Option<bool>,
    #[serde(default)]
    may_be_empty: bool,
    #[serde(default)]
    allow_undecided: bool,
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntryVisitor;
        impl<'de> Visitor<'de> for EntryVisitor {
            type Value = Entry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sentence, or a table with `that`")
            }

            fn visit_str<E>(self, text: &str) -> Result<Entry, E> {
                Ok(Entry::Sentence(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Entry, A::Error> {
                Stated::deserialize(MapAccessDeserializer::new(map)).map(|stated| Entry::Table(Box::new(stated)))
            }
        }
        deserializer.deserialize_any(EntryVisitor)
    }
}

/// Reads a file of expectations, in the order of its lines.
pub fn parse(text: &str) -> Result<Vec<Expectation>, Located> {
    let line_of = |offset: usize| text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
    let document: Document = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(span.start));
        (line, Problem::Unreadable(error.message().replace('\n', " ")))
    })?;
    let mut expectations = Vec::new();
    for entry in document.expect {
        let line = line_of(entry.span().start);
        let stated = match entry.into_inner() {
            Entry::Sentence(that) => Stated::alone(that),
            Entry::Table(stated) => *stated,
        };
        expectations.push(stated.into_expectation(line).map_err(|problem| (line, problem))?);
    }
    for entry in document.question {
        let line = line_of(entry.span().start);
        expectations.push(entry.into_inner().into_expectation(line).map_err(|problem| (line, problem))?);
    }
    if expectations.is_empty() {
        return Err((1, Problem::NothingExpected));
    }
    expectations.sort_by_key(|expectation| expectation.line);
    Ok(expectations)
}

impl Stated {
    fn alone(that: String) -> Self {
        Self {
            that,
            because: None,
            reasons: None,
            os: None,
            port: None,
            source_ports: None,
            action: None,
            ipv6: None,
            may_be_empty: false,
            allow_undecided: false,
        }
    }

    fn into_expectation(self, line: usize) -> Result<Expectation, Problem> {
        let (source, want, destination) = sentence(&self.that)?;
        let options = options(self.os, self.port, self.source_ports.as_deref(), self.action, self.ipv6)?;
        Ok(Expectation {
            line,
            sentence: Some(self.that.trim().to_owned()),
            source,
            destination,
            want,
            reasons: self.reasons,
            options,
            may_be_empty: self.may_be_empty,
            allow_undecided: self.allow_undecided,
            because: self.because,
        })
    }
}

impl Spelled {
    fn into_expectation(self, line: usize) -> Result<Expectation, Problem> {
        let verdict = match self.verdict.as_str() {
            "reachable" => Verdict::Reachable,
            "partly" => Verdict::Partly,
            "unreachable" => Verdict::Unreachable,
            "undecided" => Verdict::Undecided,
            other => return Err(Problem::UnknownVerdict(other.to_owned())),
        };
        let options = options(self.os, self.port, self.source_ports.as_deref(), self.action, self.ipv6)?;
        Ok(Expectation {
            line,
            sentence: None,
            source: self.source,
            destination: self.destination,
            want: Want::Verdict(verdict),
            reasons: self.reasons,
            options,
            may_be_empty: self.may_be_empty,
            allow_undecided: self.allow_undecided,
            because: self.because,
        })
    }
}

fn options(
    os: Option<String>,
    port: Option<u16>,
    source_ports: Option<&str>,
    action: Option<String>,
    ipv6: Option<bool>,
) -> Result<Options, Problem> {
    let read = |text: &str| question::parse_ports(text).ok_or_else(|| Problem::UnreadablePorts(text.to_owned()));
    let family = ipv6.map(|is_ipv6| if is_ipv6 { Family::Ipv6 } else { Family::Ipv4 });
    Ok(Options { os, source_ports: source_ports.map(read).transpose()?, action, port, family })
}

/// The verbs, the longer ones first.
const VERBS: [(&str, Want); 3] = [
    (" never reaches ", Want::Never),
    (" partly reaches ", Want::Verdict(Verdict::Partly)),
    (" reaches ", Want::Reaches),
];

/// Reads `SOURCE reaches DESTINATION`.
fn sentence(text: &str) -> Result<(String, Want, String), Problem> {
    let one_spaced = format!(" {} ", text.split_whitespace().collect::<Vec<_>>().join(" "));
    let found = VERBS.iter().find_map(|(verb, want)| Some((one_spaced.split_once(verb)?, *want)));
    let ((source, destination), want) = found.ok_or_else(|| Problem::NoVerb(text.trim().to_owned()))?;
    let (source, destination) = (source.trim().to_owned(), destination.trim().to_owned());
    if source.is_empty() || destination.is_empty() {
        return Err(Problem::NoEnd(text.trim().to_owned()));
    }
    Ok((source, want, destination))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_tables_and_questions_are_read_in_the_order_of_lines() {
        let text = "\
expect = [
  \"web-* reaches yum\",
  { that = \"db-*  never reaches   internet\", allow_undecided = true },
]

[[expect]]
";
        let error = parse(text).unwrap_err();
        assert!(matches!(&error.1, Problem::Unreadable(_)), "one key is not both a list and tables: {error:?}");
        let text = "\
[[question]]
source = \"web-1\"
destination = \"yum\"
verdict = \"partly\"
reasons = []

[[expect]]
that = \"internet never reaches tag:tier=data\"
because = \"data stays inside\"
may_be_empty = true
";
        let read = parse(text).unwrap();
        assert_eq!(read.iter().map(|it| it.line).collect::<Vec<_>>(), [1, 7]);
        assert_eq!(read[0].want, Want::Verdict(Verdict::Partly));
        assert_eq!(
            (read[1].source.as_str(), read[1].want, read[1].destination.as_str()),
            ("internet", Want::Never, "tag:tier=data")
        );
        assert!(read[1].may_be_empty && !read[1].allow_undecided);
        let read = parse("expect = [\n  \"a reaches b\",\n  { that = \"c  partly   reaches d:443\", port = 80 },\n]\n")
            .unwrap();
        assert_eq!(read.iter().map(|it| it.line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!((read[1].source.as_str(), read[1].destination.as_str()), ("c", "d:443"));
    }

    #[test]
    fn what_cannot_be_read_has_its_line() {
        for (text, line) in [
            ("expect = [\n  \"a reaches b\",\n  \"a reches b\",\n]\n", 3),
            ("expect = [\"reaches b\"]\n", 1),
            ("\n[[question]]\nsource = \"a\"\ndestination = \"b\"\nverdict = \"yes\"\n", 2),
            ("expect = [\"a reaches b\"]\n\nexpcet = []\n", 3),
            ("[[expect]]\nthat = \"a reaches b\"\nallow = true\n", 3),
            ("[[expect]]\nthat = \"a reaches b\"\nsource_ports = \"9-1\"\n", 1),
            ("expect = [\n", 1),
            ("# nothing\n", 1),
        ] {
            let (at, problem) = parse(text).unwrap_err();
            assert_eq!(at, line, "{text}: {problem:?}");
        }
    }
}
