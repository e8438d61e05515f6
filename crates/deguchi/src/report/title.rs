//! Headings and labels of the text answer. Leaves out their words, which each language has.

/// A heading or label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Title {
    /// The way from client to service.
    Forward,
    /// The way from service to client.
    Return,
    /// One leg.
    Leg,
    /// Ways other than the one drawn.
    OtherWays,
    /// The way drawn, in the list of ways.
    Explained,
    /// Whether the name resolves.
    Names,
    /// What policies come to for the request.
    Authorization,
    /// What stops packets.
    Blockers,
    /// The exits that could carry the packets.
    Exits,
    /// Plans that cure.
    Fixes,
    /// What is not known, in an undecided answer.
    Unknowns,
    /// What is not known, in an answer that is decided without it.
    UnknownsBeyond,
    /// What is taken for granted.
    Assumptions,
    /// What a person saw.
    Seen,
    /// What was seen on hosts.
    Evidence,
    /// How the question was read.
    Remarks,
    /// What ingest wants known.
    Notices,
    /// Where a blocker stands.
    Where,
    /// The rule that decided.
    Rule,
    /// Which packets a blocker stops.
    Concerns,
    /// Which packets something unknown concerns.
    ConcernsUnknown,
    /// What a person sees on the host.
    Symptom,
    /// What an answer lacks.
    Effect,
    /// The one thing to do.
    Hint,
    /// This alternative fares like an earlier one.
    SameAsBefore,
    /// Public IPv4 addresses, in a header.
    PublicIpv4,
    /// Public IPv6 addresses, in a header.
    PublicIpv6,
}
