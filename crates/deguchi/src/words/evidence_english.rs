//! What English says about what a probe says to an answer.

use super::probe_english;
use crate::probe::{
    evidence::{Agreement, Evidence},
    facts::Connected,
};

/// The heading.
pub(crate) const TITLE: &str = "seen on the host (`--probe`)";

/// Returns the sentence, without a full stop.
pub(crate) fn words(evidence: &Evidence) -> String {
    match evidence {
        Evidence::OtherHost { file, host } => {
            format!("`{file}` was taken on `{host}`, which is no machine of the snapshot: it is not used")
        }
        Evidence::NotOnTheWay { file, instance } => {
            format!("`{file}` was taken on `{instance}`, which has no part in this answer")
        }
        Evidence::SourcePorts { first, last } => {
            format!("the client's kernel chooses source ports from {first}-{last}: the answer is for these")
        }
        Evidence::Forwards { instance } => {
            format!(
                "NAT instance `{instance}` forwards, masquerades on the interface that leads out, and drops nothing"
            )
        }
        Evidence::FirewallNotSeen { instance } => format!(
            "the probe of NAT instance `{instance}` did not see its firewall; take it again with `sudo deguchi probe --format json`"
        ),
        Evidence::Tried { host, port, address, outcome: how, agreement } => {
            let tried = format!("`{host}` port {port} (`{address}`): {}", outcome(how));
            match agreement {
                Agreement::Agree => format!("{tried}, which agrees with the configuration"),
                Agreement::OnlyConfiguration => format!(
                    "{tried}, although the configuration lets it pass: look at the host's own firewall and routes, at the far \
                     end, and whether the snapshot is of the same time"
                ),
                Agreement::OnlyHost => format!(
                    "{tried}, although the configuration lets nothing pass: the snapshot is of another time, or the host goes \
                     another way"
                ),
                Agreement::Undecided => tried,
            }
        }
        Evidence::ByProxy { url, from } => format!(
            "the host goes by proxy `{url}` (from `{from}`): the configuration is judged for the direct way, so ask also about \
             the way to the proxy"
        ),
        Evidence::Found(finding) => probe_english::finding(finding),
    }
}

fn outcome(outcome: &Connected) -> String {
    match outcome {
        Connected::Open => "the connection was made".to_owned(),
        Connected::Refused => "the connection was refused, so somebody answered".to_owned(),
        Connected::TimedOut => "nothing answered".to_owned(),
        Connected::Unreachable(why) | Connected::Failed(why) => format!("the connection failed ({why})"),
    }
}
