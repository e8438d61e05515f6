//! What a difference says, in the language asked for, for every format: headlines, packets, reasons, changes.

use super::{Block, Change, Difference, Kind, Line, Packets};
use crate::{
    expectation::why,
    language::Language,
    report::{clean, port_list, sentence},
    words::{difference_english as english, difference_japanese as japanese},
};

/// How many names, ports and changes are shown at most. Chosen by us: what a reviewer reads.
const SHOWN: usize = 6;

/// Asks one language's words.
macro_rules! say {
    ($language:expr, $word:ident $(($($argument:expr),*))?) => {
        match $language {
            Language::English => english::$word $(($($argument),*))?,
            Language::Japanese => japanese::$word $(($($argument),*))?,
        }
    };
}
pub(super) use say;

/// Returns the first line.
pub(super) fn head(difference: &Difference, language: Language) -> String {
    let (before, after) = (clean(&difference.before), clean(&difference.after));
    let lost = difference.count(Kind::Lost);
    let gained = difference.count(Kind::Gained) + difference.count(Kind::New);
    say!(language, head(&before, &after, lost, gained, difference.count(Kind::Undecided)))
}

/// Returns who gains or loses what; what sets all the packets apart alike is told once, at the end.
pub(super) fn headline(block: &Block, language: Language) -> String {
    let from = list(&block.from, language);
    let limits = common_limits(block, language);
    let to: Vec<String> = block.to.iter().map(|line| to(line, limits.is_some(), language)).collect();
    let shown = list(&to, language);
    let headline = say!(language, headline(block.kind, &from, &shown));
    limits.map_or_else(|| headline.clone(), |limits| format!("{headline}: {limits}"))
}

/// Returns every destination with the packets concerned.
pub(super) fn destinations(block: &Block, language: Language) -> String {
    let limits = common_limits(block, language);
    let to: Vec<String> = block.to.iter().map(|line| to(line, limits.is_some(), language)).collect();
    let shown = list(&to, language);
    limits.map_or_else(|| shown.clone(), |limits| format!("{shown}: {limits}"))
}

/// What sets all the packets of a block apart alike, but for their ports.
fn common_limits(block: &Block, language: Language) -> Option<String> {
    let mut each = block.to.iter().flat_map(|line| &line.packets).map(|packets| limits(packets, language));
    let first = each.next()??;
    each.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// Returns names, the first few in full.
pub(super) fn list(names: &[String], language: Language) -> String {
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| clean(name)).collect();
    let shown = shown.join(sentence::comma(language));
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} {}", say!(language, more(more))),
    }
}

fn to(line: &Line, is_short: bool, language: Language) -> String {
    let each = line.packets.iter().map(|packets| match limits(packets, language).filter(|_| !is_short) {
        Some(limits) => format!("{}: {limits}", protocol(packets)),
        None => protocol(packets),
    });
    format!("{} ({})", clean(&line.label), each.collect::<Vec<_>>().join(", "))
}

/// Returns packets of one protocol: `tcp/443`, and what else sets them apart.
pub(super) fn of_packets(packets: &Packets, language: Language) -> String {
    let protocol = protocol(packets);
    limits(packets, language).map_or_else(|| protocol.clone(), |limits| format!("{protocol}: {limits}"))
}

fn protocol(packets: &Packets) -> String {
    let ports = port_list(&packets.ports);
    let shown: Vec<&str> = ports.iter().take(SHOWN).map(String::as_str).collect();
    let more = if ports.len() > SHOWN { format!(" +{}", ports.len() - SHOWN) } else { String::new() };
    match shown.as_slice() {
        [] => packets.protocol.to_owned(),
        shown => format!("{}/{}{more}", packets.protocol, shown.join(",")),
    }
}

/// What sets packets apart but for their ports.
fn limits(packets: &Packets, language: Language) -> Option<String> {
    let has_ports = packets.part.limits.iter().any(|limit| matches!(limit, deguchi_engine::Limit::DestinationPort(_)));
    match sentence::limits_beside_ports(language, &packets.part) {
        // Of every port a share means nothing; of those asked about it does.
        Some(_) if !has_ports => Some(sentence::packets(language, &packets.part)),
        limits => limits,
    }
}

/// Returns the reasons, a code and a sentence each.
pub(super) fn reasons(block: &Block, language: Language) -> Vec<String> {
    let is_open = block.kind == Kind::Undecided;
    block.report.as_ref().map(|report| why(report, is_open, !is_open, language)).unwrap_or_default()
}

/// Returns the changes that caused it.
pub(super) fn causes(block: &Block, difference: &Difference, language: Language) -> Vec<String> {
    let found = block.causes.iter().filter_map(|place| difference.changes.get(*place));
    let mut lines: Vec<String> = found.take(SHOWN).map(|change| of_change(change, difference, language)).collect();
    if block.causes.len() > SHOWN {
        lines.push(say!(language, more(block.causes.len() - SHOWN)));
    }
    if lines.is_empty() {
        let line = if block.kind == Kind::New { say!(language, NEW_MACHINE) } else { say!(language, NOT_TRACED) };
        lines.push(line.to_owned());
    }
    lines
}

/// Returns one change.
pub(super) fn of_change(change: &Change, difference: &Difference, language: Language) -> String {
    let names = &difference.names;
    let resource = sentence::resource(language, &change.resource, names);
    let value = |value: &Option<String>| {
        let is_told = change.aspect != super::Aspect::Configuration;
        value.as_ref().filter(|value| is_told && !value.is_empty()).map(|value| quoted(value, names))
    };
    let key = (!change.key.is_empty()).then(|| quoted(&change.key, names));
    let (was, is) = (value(&change.before), value(&change.after));
    let how = match (&change.before, &change.after) {
        (None, _) => say!(language, added(is.as_deref())),
        (_, None) => say!(language, removed(was.as_deref())),
        (Some(_), Some(_)) => say!(language, replaced(was.as_deref(), is.as_deref())),
    };
    let what = say!(language, aspect(change.aspect));
    let subject = [Some(what.to_owned()), key].into_iter().flatten().filter(|part| !part.is_empty());
    let subject = subject.collect::<Vec<_>>().join(" ");
    if subject.is_empty() { format!("{resource}: {how}") } else { format!("{resource}: {subject}: {how}") }
}

/// A value: an id with its name, else the text as it stands.
fn quoted(value: &str, names: &crate::report::Names) -> String {
    let words: Vec<String> = value.split(' ').map(|word| names.bare(word)).collect();
    format!("`{}`", words.join(" "))
}
