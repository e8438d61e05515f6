//! The stage before the packets: whether the names resolve, and by which name servers.

use deguchi_engine::{
    Reason, Verdict,
    resolution::{AskedServer, NameTarget, Resolution},
};
use deguchi_model::NameServer;
use serde::Serialize;

use super::super::{Part, Report, clean, sentence, verdict_word};
use crate::language::Language;

/// What becomes of the names of a question, and of the packets after them.
#[derive(Serialize)]
pub(super) struct NameResolutionOut {
    outcome: &'static str,
    connection: &'static str,
    names: Vec<NameOut>,
    message: Option<String>,
}

/// One name.
#[derive(Serialize)]
struct NameOut {
    name: String,
    outcome: &'static str,
    leads_to: Option<LeadsTo>,
    dhcp_options: Option<String>,
    servers: Vec<ServerOut>,
    codes: Vec<&'static str>,
    notes: Vec<Note>,
    message: String,
}

/// What a name leads to.
#[derive(Serialize)]
struct LeadsTo {
    kind: &'static str,
    id: Option<String>,
    addresses: Vec<String>,
}

/// One name server.
#[derive(Serialize)]
struct ServerOut {
    server: String,
    address: String,
    forwarded_by: Option<String>,
    udp: &'static str,
    tcp: &'static str,
    codes: Vec<&'static str>,
    message: String,
}

/// A note.
#[derive(Serialize)]
struct Note {
    code: &'static str,
    message: String,
}

impl NameResolutionOut {
    pub(super) fn new(part: &Part, report: &Report, language: Language) -> Option<Self> {
        (!part.resolutions.is_empty()).then(|| Self {
            outcome: outcome(part.name_verdict()),
            connection: verdict_word(part.connection),
            names: part.resolutions.iter().map(|found| NameOut::new(found, report, language)).collect(),
            message: sentence::stages(language, part).map(ToOwned::to_owned),
        })
    }
}

impl NameOut {
    fn new(found: &Resolution, report: &Report, language: Language) -> Self {
        let names = &report.names;
        let note = |note| Note {
            code: deguchi_engine::resolution::ResolutionNote::code(note),
            message: sentence::resolution_note(language, note, names),
        };
        Self {
            name: clean(&found.name),
            outcome: outcome(found.verdict),
            leads_to: found.target.as_ref().map(LeadsTo::new),
            dhcp_options: found.dhcp_options.as_ref().map(|id| clean(id.as_str())),
            servers: found.servers.iter().map(|asked| ServerOut::new(asked, report, language)).collect(),
            codes: codes(&found.reasons),
            notes: found.notes.iter().map(note).collect(),
            message: sentence::resolution(language, found, names),
        }
    }
}

impl LeadsTo {
    fn new(target: &NameTarget) -> Self {
        let (kind, id, addresses) = match target {
            NameTarget::Endpoint(id) => ("vpc-endpoint", Some(id.to_string()), Vec::new()),
            NameTarget::Zone { zone, addresses } => {
                ("hosted-zone", Some(zone.to_string()), addresses.iter().map(ToString::to_string).collect())
            }
            NameTarget::LoadBalancer(id) => ("load-balancer", Some(id.to_string()), Vec::new()),
            NameTarget::Machine(address) => ("machine", None, vec![address.to_string()]),
            NameTarget::Forwarded(rule) => ("resolver-rule", Some(rule.to_string()), Vec::new()),
            NameTarget::Outside => ("internet", None, Vec::new()),
        };
        Self { kind, id: id.map(|id| clean(&id)), addresses }
    }
}

impl ServerOut {
    fn new(asked: &AskedServer, report: &Report, language: Language) -> Self {
        Self {
            server: match &asked.server {
                NameServer::AmazonProvided => "AmazonProvidedDNS".to_owned(),
                NameServer::Address(address) => address.to_string(),
                NameServer::Unmodelled(text) => clean(text),
            },
            address: asked.address.to_string(),
            forwarded_by: asked.forwarded_by.as_ref().map(|rule| clean(rule.as_str())),
            udp: verdict_word(asked.udp.answer.verdict),
            tcp: verdict_word(asked.tcp.answer.verdict),
            codes: codes(&asked.reasons()),
            message: sentence::name_server(language, asked, &report.names),
        }
    }
}

fn codes(reasons: &[Reason]) -> Vec<&'static str> {
    let mut codes: Vec<&'static str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
    codes.dedup();
    codes
}

const fn outcome(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Reachable => "resolves",
        Verdict::Partly => "partly",
        Verdict::Unreachable => "does-not-resolve",
        Verdict::Undecided => "undecided",
    }
}
