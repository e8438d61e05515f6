//! English headings and labels of the text answer.

use crate::report::Title;

/// Returns a heading or label.
pub(crate) const fn words(title: Title) -> &'static str {
    match title {
        Title::Forward => "way out",
        Title::Return => "way back",
        Title::Leg => "leg",
        Title::OtherWays => "other packets",
        Title::Explained => "drawn above",
        Title::Names => "name resolution",
        Title::Authorization => "authorization",
        Title::Exits => "every exit",
        Title::Fixes => "fixes",
        Title::Blockers => "blockers",
        Title::Unknowns => "not known",
        Title::UnknownsBeyond => "not known either, beyond the blockers",
        Title::Assumptions => "provided that",
        Title::Seen => crate::words::symptom_english::TITLE,
        Title::Evidence => crate::words::evidence_english::TITLE,
        Title::Remarks => "how the question was read",
        Title::Notices => "notices about the snapshot",
        Title::Where => "where",
        Title::Rule => "rule",
        Title::Concerns => "stops",
        Title::ConcernsUnknown => "concerns",
        Title::Symptom => "on the host",
        Title::Effect => "effect",
        Title::Hint => "hint",
        Title::SameAsBefore => "the same as for the alternative above",
        Title::PublicIpv4 => "public-ipv4",
        Title::PublicIpv6 => "public-ipv6",
    }
}

/// Returns how many more there are of a list that was cut short.
pub(crate) fn more(count: usize) -> String {
    format!("… and {count} more, all in `--format json`")
}
