//! Where in a snapshot something stands, and what is wrong there.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    rc::Rc,
};

use deguchi_model::{IpNet, Ipv4Net, Ipv6Net};

use super::json::{Many, One, Text};
use crate::notice::{Expected, Location, Problem};

/// A place in a file, cheap enough to make one for every resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The file.
    pub(crate) file: Rc<str>,
    /// The place in it.
    pub(crate) path: String,
}

impl Place {
    /// The place of a member.
    pub(crate) fn field(&self, field: &str) -> Self {
        let dot = if self.path.is_empty() || field.is_empty() { "" } else { "." };
        Self { file: Rc::clone(&self.file), path: format!("{}{dot}{field}", self.path) }
    }

    /// The place of an element of a member that is a list.
    pub(crate) fn item(&self, field: &str, index: usize) -> Self {
        self.field(&format!("{field}[{index}]"))
    }

    /// The place as a notice names it.
    pub(crate) fn location(&self) -> Location {
        Location { file: self.file.to_string(), path: self.path.clone() }
    }
}

/// What is wrong at a place.
#[derive(Clone, Debug)]
pub(crate) struct Flaw {
    pub(crate) at: Place,
    pub(crate) problem: Problem,
}

impl Flaw {
    /// A member is not what it should be.
    pub(crate) fn new(at: &Place, field: &str, value: Option<&str>, expected: Expected) -> Self {
        let value = value.map(shortened);
        Self { at: at.field(field), problem: Problem { field: field.to_owned(), value, expected } }
    }

    /// A list or object stands where something else should.
    pub(crate) fn odd(at: &Place, field: &str, expected: Expected) -> Self {
        Self::new(at, field, Some("…"), expected)
    }
}

/// The beginning of a text: a message should not quote a whole document.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    let mut short: String = text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

/// The text of a member that must be there.
pub(crate) fn required<'t>(text: &'t Text<'_>, at: &Place, field: &str) -> Result<&'t str, Flaw> {
    optional(text, at, field)?.ok_or_else(|| Flaw::new(at, field, None, Expected::Text))
}

/// The text of a member that may be absent.
pub(crate) fn optional<'t>(text: &'t Text<'_>, at: &Place, field: &str) -> Result<Option<&'t str>, Flaw> {
    match text {
        Text::Odd => Err(Flaw::odd(at, field, Expected::Text)),
        Text::Absent | Text::Is(_) => Ok(text.get()),
    }
}

/// A boolean that may be absent.
pub(crate) fn flag(text: &Text<'_>, at: &Place, field: &str) -> Result<Option<bool>, Flaw> {
    match optional(text, at, field)? {
        None => Ok(None),
        Some(value) if value.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(value) if value.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(value) => Err(Flaw::new(at, field, Some(value), Expected::Boolean)),
    }
}

/// A value of a type that is written as text, if it is there.
fn parsed<T>(
    text: &Text<'_>,
    at: &Place,
    field: &str,
    expected: Expected,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Flaw> {
    optional(text, at, field)?
        .map(|value| parse(value.trim()).ok_or_else(|| Flaw::new(at, field, Some(value), expected)))
        .transpose()
}

/// A whole number that may be absent.
pub(crate) fn number(text: &Text<'_>, at: &Place, field: &str, expected: Expected) -> Result<Option<i64>, Flaw> {
    parsed(text, at, field, expected, |value| value.parse().ok())
}

/// An IPv4 address that may be absent.
pub(crate) fn ipv4_address(text: &Text<'_>, at: &Place, field: &str) -> Result<Option<Ipv4Addr>, Flaw> {
    parsed(text, at, field, Expected::Ipv4Address, |value| value.parse().ok())
}

/// An IPv6 address that may be absent.
pub(crate) fn ipv6_address(text: &Text<'_>, at: &Place, field: &str) -> Result<Option<Ipv6Addr>, Flaw> {
    parsed(text, at, field, Expected::Ipv6Address, |value| value.parse().ok())
}

/// A range of IPv4 addresses that may be absent; host bits are cut off, as AWS does.
pub(crate) fn ipv4_range(text: &Text<'_>, at: &Place, field: &str) -> Result<Option<Ipv4Net>, Flaw> {
    parsed(text, at, field, Expected::Ipv4Range, |value| match range_of(value) {
        Some(IpNet::V4(range)) => Some(range),
        Some(IpNet::V6(_)) | None => None,
    })
}

/// A range of IPv6 addresses that may be absent; host bits are cut off.
pub(crate) fn ipv6_range(text: &Text<'_>, at: &Place, field: &str) -> Result<Option<Ipv6Net>, Flaw> {
    parsed(text, at, field, Expected::Ipv6Range, |value| match range_of(value) {
        Some(IpNet::V6(range)) => Some(range),
        Some(IpNet::V4(_)) | None => None,
    })
}

/// A range of addresses that may be absent; host bits are cut off.
pub(crate) fn range(text: &Text<'_>, at: &Place, field: &str) -> Result<Option<IpNet>, Flaw> {
    parsed(text, at, field, Expected::Range, range_of)
}

fn range_of(text: &str) -> Option<IpNet> {
    let range: Option<IpNet> = text.parse().ok();
    range.map(|range| range.trunc()).or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// The elements of a list that may be absent, each with its place; `null` elements are skipped.
pub(crate) fn list<'l, T>(
    list: &'l Many<One<T>>,
    at: &Place,
    field: &'static str,
) -> Result<Vec<(usize, &'l T)>, Flaw> {
    let mut elements = Vec::new();
    match list {
        Many::Absent => {}
        Many::Odd => return Err(Flaw::odd(at, field, Expected::List)),
        Many::Is(all) => {
            for (index, element) in all.iter().enumerate() {
                match element {
                    One::Absent => {}
                    One::Odd => return Err(Flaw::odd(at, &format!("{field}[{index}]"), Expected::Object)),
                    One::Is(element) => elements.push((index, element)),
                }
            }
        }
    }
    Ok(elements)
}

/// The elements of a list that AWS always prints, be it empty: where it is absent, nothing is known of what it holds.
pub(crate) fn required_list<'l, T>(
    elements: &'l Many<One<T>>,
    at: &Place,
    field: &'static str,
) -> Result<Vec<(usize, &'l T)>, Flaw> {
    if matches!(elements, Many::Absent) {
        return Err(Flaw::new(at, field, None, Expected::List));
    }
    list(elements, at, field)
}

/// The object of a member that may be absent.
pub(crate) fn object<'o, T>(object: &'o One<T>, at: &Place, field: &str) -> Result<Option<&'o T>, Flaw> {
    match object {
        One::Odd => Err(Flaw::odd(at, field, Expected::Object)),
        One::Absent | One::Is(_) => Ok(object.get()),
    }
}

/// The texts of a list that may be absent.
pub(crate) fn texts<'l>(list: &'l Many<Text<'_>>, at: &Place, field: &str) -> Result<Vec<&'l str>, Flaw> {
    if matches!(list, Many::Odd) {
        return Err(Flaw::odd(at, field, Expected::List));
    }
    let mut texts = Vec::new();
    for (index, text) in list.elements().iter().enumerate() {
        texts.extend(optional(text, at, &format!("{field}[{index}]"))?);
    }
    Ok(texts)
}
