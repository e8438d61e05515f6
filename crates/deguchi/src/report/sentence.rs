//! What a report says, in the language asked for: each function asks one language's words.
//!
//! Leaves out the words themselves and the order in which they are shown.

use deguchi_engine::{
    Assumption, Heading, Place, Resource, Verdict,
    policy::{Authorization, PolicyVerdict},
    resolution::{AskedServer, Resolution, ResolutionNote},
};
use deguchi_model::{Direction, NetworkAclRule};

use super::{Blocker, Names, OtherWay, Part, Report, Step, Title, Unknown};
use crate::{
    language::Language,
    notice::{NoticeKind, Severity, Words},
    words::{english, japanese, notice_english, notice_japanese},
};

macro_rules! say {
    ($language:expr, $($path:ident)::+ ( $($argument:expr),* )) => {
        match $language {
            Language::English => english::$($path)::+($($argument),*),
            Language::Japanese => japanese::$($path)::+($($argument),*),
        }
    };
}

pub(crate) mod fixes;
pub(crate) mod symptom;

pub(crate) fn title(language: Language, title: Title) -> &'static str {
    say!(language, title::words(title))
}

pub(crate) fn more(language: Language, count: usize) -> String {
    say!(language, title::more(count))
}

pub(crate) fn similar(language: Language, count: usize) -> String {
    match language {
        Language::English => notice_english::similar(count),
        Language::Japanese => notice_japanese::similar(count),
    }
}

pub(crate) fn severity(language: Language, severity: Severity) -> &'static str {
    match language {
        Language::English => notice_english::severity(severity),
        Language::Japanese => notice_japanese::severity(severity),
    }
}

pub(crate) fn verdict(language: Language, verdict: Verdict) -> &'static str {
    say!(language, verdict::word(verdict))
}

pub(crate) fn headline(language: Language, report: &Report) -> String {
    say!(language, verdict::headline(report))
}

pub(crate) fn part_headline(language: Language, part: &Part, report: &Report) -> String {
    say!(language, verdict::part_headline(part, report))
}

pub(crate) fn would_arrive(language: Language) -> &'static str {
    say!(language, verdict::would_arrive())
}

pub(crate) fn way(language: Language, way: &OtherWay) -> String {
    say!(language, verdict::way(way))
}

pub(crate) fn place(language: Language, place: &Place) -> &'static str {
    say!(language, resource::place(place))
}

pub(crate) fn step(language: Language, step: &Step, names: &Names) -> String {
    say!(language, step::phrase(step, names))
}

pub(crate) fn absent(language: Language) -> &'static str {
    say!(language, step::absent())
}

pub(crate) fn blocker(language: Language, blocker: &Blocker, names: &Names) -> String {
    say!(language, reason::sentence(blocker, names))
}

/// Returns whether a name resolves, and what it leads to.
pub(crate) fn resolution(language: Language, found: &Resolution, names: &Names) -> String {
    say!(language, resolution::headline(found, names))
}

/// Returns a name server, and whether it is reached.
pub(crate) fn name_server(language: Language, asked: &AskedServer, names: &Names) -> String {
    say!(language, resolution::server(asked, names))
}

/// Returns what is worth knowing about a name beside whether it resolves.
pub(crate) fn resolution_note(language: Language, note: &ResolutionNote, names: &Names) -> String {
    say!(language, resolution::note(note, names))
}

/// Returns how name and connection go together; nothing where both are as they should be.
pub(crate) fn stages(language: Language, part: &Part) -> Option<&'static str> {
    if part.resolutions.is_empty() {
        return None;
    }
    say!(language, resolution::stage(part.name_verdict(), part.connection))
}

/// Returns what a person sees where a name does not resolve.
pub(crate) fn symptom_of_name(language: Language) -> &'static str {
    say!(language, resolution::symptom())
}

/// Returns what stands before the place of a blocker that stops a question to a name server.
pub(crate) const fn question_to_name_server(language: Language) -> &'static str {
    match language {
        Language::English => "question to the name server",
        Language::Japanese => "ネームサーバーへの問い合わせ",
    }
}

pub(crate) fn symptom(language: Language, blocker: &Blocker, verdict: Verdict) -> &'static str {
    if matches!(blocker.reason.evidence, deguchi_engine::Evidence::Policy(_)) {
        say!(language, reason::symptom_of_refusal())
    } else if verdict == Verdict::Partly {
        say!(language, reason::symptom_of_part(&blocker.traffic))
    } else {
        say!(language, reason::symptom(&blocker.traffic, blocker.reason.heading))
    }
}

/// Returns what the policies come to for a request.
pub(crate) fn authorization(language: Language, authorization: &Authorization) -> String {
    say!(language, policy::headline(authorization))
}

/// Returns a policy, and what it says about a request.
pub(crate) fn policy_verdict(language: Language, verdict: &PolicyVerdict, names: &Names) -> (String, String) {
    let policy = say!(language, policy::reference(&verdict.policy, names));
    (policy, say!(language, policy::outcome(&verdict.outcome)))
}

pub(crate) fn direction(language: Language, direction: Direction) -> &'static str {
    say!(language, reason::direction(direction))
}

pub(crate) fn network_acl_rule(language: Language, rule: &NetworkAclRule, way: Option<Direction>) -> String {
    say!(language, reason::rule(rule, way))
}

pub(crate) fn resource(language: Language, resource: &Resource, names: &Names) -> String {
    say!(language, resource::phrase(resource, names))
}

/// Returns what stands between the members of a list.
pub(crate) const fn comma(language: Language) -> &'static str {
    match language {
        Language::English => ", ",
        Language::Japanese => "、",
    }
}

/// Returns what stands between members that have commas themselves.
pub(crate) const fn semicolon(language: Language) -> &'static str {
    match language {
        Language::English => "; ",
        Language::Japanese => "、",
    }
}

pub(crate) fn position(language: Language, heading: Heading, leg: u8) -> String {
    say!(language, verdict::position(heading, leg))
}

pub(crate) fn at_subnet(language: Language, id: &str, names: &Names) -> String {
    say!(language, verdict::at_subnet(id, names))
}

pub(crate) fn packets(language: Language, part: &deguchi_engine::PacketPart) -> String {
    say!(language, packets::part(part))
}

/// Returns what sets a part apart but for its destination ports.
pub(crate) fn limits_beside_ports(language: Language, part: &deguchi_engine::PacketPart) -> Option<String> {
    say!(language, packets::limits_beside_ports(part))
}

pub(crate) fn unknown(language: Language, unknown: &Unknown, names: &Names) -> String {
    say!(language, gap::sentence(&unknown.missing, names))
}

pub(crate) fn hint(language: Language, unknown: &Unknown) -> String {
    say!(language, gap::hint(&unknown.missing))
}

pub(crate) fn assumption(language: Language, assumption: &Assumption, names: &Names) -> String {
    say!(language, assumption::sentence(assumption, names))
}

pub(crate) fn notice(language: Language, kind: &NoticeKind) -> Words {
    match language {
        Language::English => notice_english::words(kind),
        Language::Japanese => notice_japanese::words(kind),
    }
}
