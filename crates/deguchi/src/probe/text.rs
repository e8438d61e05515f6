//! A probe for people: what is wrong first, then what was seen.

use std::fmt::Write as _;

use anstyle::AnsiColor;

use super::{
    Facts,
    facts::{Connected, Http, LockState, Lookup, MetadataState, Ping, Target, Tls},
    finding::{self, Finding},
    json,
};
use crate::{
    error::without_controls,
    language::Language,
    words::{probe_english, probe_japanese},
};

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// The operating system.
    OperatingSystem,
    /// Instance metadata.
    Metadata,
    /// Name servers.
    NameServers,
    /// The default route.
    DefaultRoute,
    /// Addresses.
    Addresses,
    /// The ports that the kernel chooses from.
    EphemeralPorts,
    /// Package managers.
    PackageManagers,
    /// Lock files.
    Locks,
    /// Proxies.
    Proxies,
    /// The clock.
    Clock,
    /// Forwarding.
    Forwarding,
    /// Masquerading.
    Masquerading,
    /// Remembered connections.
    Conntrack,
    /// The hosts that were asked.
    Targets,
    /// What could not be looked at.
    NotSeen,
}

/// Renders a probe.
pub fn render(facts: &Facts, language: Language, is_coloured: bool) -> String {
    let mut page = Page { text: String::new(), language, is_coloured };
    let (title, nothing) = match language {
        Language::English => (probe_english::title(facts), probe_english::NOTHING_WRONG),
        Language::Japanese => (probe_japanese::title(facts), probe_japanese::NOTHING_WRONG),
    };
    page.line(&title);
    page.line("");
    let findings = finding::all(facts);
    for finding in &findings {
        page.finding(finding);
    }
    if findings.is_empty() {
        let mark = page.mark('✓', AnsiColor::Green);
        page.line(&format!("{mark} {nothing}"));
    }
    page.line("");
    page.host(facts);
    page.packages(facts);
    page.targets(facts);
    page.forwarding(facts);
    page.not_seen(facts);
    page.text
}

struct Page {
    text: String,
    language: Language,
    is_coloured: bool,
}

impl Page {
    fn line(&mut self, text: &str) {
        // Writing to a string does not fail. Colours are put in by `mark` alone.
        let _ = writeln!(self.text, "{text}");
    }

    fn mark(&self, mark: char, colour: AnsiColor) -> String {
        let style = colour.on_default();
        if self.is_coloured { format!("{style}{mark}{style:#}") } else { mark.to_string() }
    }

    fn finding(&mut self, finding: &Finding) {
        let mark = self.mark('✗', AnsiColor::Red);
        let words = without_controls(&json::words(finding, self.language)).replace('\n', " ");
        self.line(&format!("{mark} {words}"));
        self.line(&format!("  {}", finding.code()));
    }

    fn fact(&mut self, label: Label, value: &str) {
        let label = match self.language {
            Language::English => probe_english::label(label),
            Language::Japanese => probe_japanese::label(label),
        };
        let value = without_controls(value).replace('\n', " ");
        self.line(&format!("{label}: {value}"));
    }

    fn none(&self) -> &'static str {
        match self.language {
            Language::English => probe_english::NONE,
            Language::Japanese => probe_japanese::NONE,
        }
    }

    fn listed(&self, values: &[String]) -> String {
        if values.is_empty() { self.none().to_owned() } else { values.join(", ") }
    }

    fn host(&mut self, facts: &Facts) {
        self.fact(Label::OperatingSystem, facts.host.operating_system.as_deref().unwrap_or("?"));
        let metadata = &facts.metadata;
        let words = match metadata.state {
            MetadataState::Answers => {
                let known = [&metadata.instance, &metadata.region, &metadata.role];
                self.listed(&known.into_iter().flatten().cloned().collect::<Vec<_>>())
            }
            MetadataState::Refuses(status) => format!("HTTP {status}"),
            MetadataState::NotAsked | MetadataState::Silent => self.none().to_owned(),
        };
        self.fact(Label::Metadata, &words);
        let servers = facts.resolver.name_servers.iter().chain(&facts.resolver.behind_stub);
        let servers: Vec<String> = servers.map(ToString::to_string).collect();
        self.fact(Label::NameServers, &self.listed(&servers));
        let route = finding::default_route(facts).map(|route| {
            let gateway = route.gateway.map(|gateway| gateway.to_string()).unwrap_or_default();
            format!("{gateway} {}", route.interface)
        });
        self.fact(Label::DefaultRoute, route.as_deref().unwrap_or(self.none()).trim());
        let addresses: Vec<String> = facts
            .interfaces
            .iter()
            .flat_map(|interface| interface.addresses.iter().map(|address| format!("{} {address}", interface.name)))
            .collect();
        self.fact(Label::Addresses, &self.listed(&addresses));
        if let Some((first, last)) = facts.ephemeral_ports {
            self.fact(Label::EphemeralPorts, &format!("{first}-{last}"));
        }
        if let Some(ahead) = facts.clock_ahead_seconds {
            self.fact(Label::Clock, &format!("{ahead:+} s"));
        }
    }

    fn packages(&mut self, facts: &Facts) {
        let running: Vec<String> = facts.processes.iter().map(|it| format!("{} ({})", it.program, it.pid)).collect();
        self.fact(Label::PackageManagers, &self.listed(&running));
        let locks: Vec<String> = facts
            .locks
            .iter()
            .filter(|lock| lock.state != LockState::Free)
            .map(|lock| {
                let words = match self.language {
                    Language::English => probe_english::lock(&lock.state),
                    Language::Japanese => probe_japanese::lock(&lock.state),
                };
                format!("{} ({words})", lock.path)
            })
            .collect();
        self.fact(Label::Locks, &self.listed(&locks));
        let proxies: Vec<String> =
            facts.proxies.iter().map(|proxy| format!("{} ({})", proxy.url, proxy.from)).collect();
        self.fact(Label::Proxies, &self.listed(&proxies));
    }

    fn targets(&mut self, facts: &Facts) {
        let count = facts.targets.len().to_string();
        self.fact(Label::Targets, &count);
        for target in &facts.targets {
            let is_good = is_good(target);
            let mark = if is_good { self.mark('✓', AnsiColor::Green) } else { self.mark('✗', AnsiColor::Red) };
            let by = target.wanted_by.join(", ");
            let words = without_controls(&format!("{}:{} ({by}): {}", target.host, target.port, outcome(target)));
            self.line(&format!("  {mark} {words}"));
        }
    }

    fn forwarding(&mut self, facts: &Facts) {
        let forwarding = &facts.forwarding;
        if let Some(is_on) = forwarding.ipv4 {
            self.fact(Label::Forwarding, if is_on { "1" } else { "0" });
        }
        if let Some(firewall) = &forwarding.firewall {
            let outs: Vec<String> =
                firewall.masquerades.iter().map(|rule| rule.out.clone().unwrap_or_else(|| "*".to_owned())).collect();
            self.fact(Label::Masquerading, &self.listed(&outs));
        }
        if let Some((count, most)) = forwarding.conntrack {
            self.fact(Label::Conntrack, &format!("{count} / {most}"));
        }
    }

    fn not_seen(&mut self, facts: &Facts) {
        for each in &facts.not_seen {
            let words = match self.language {
                Language::English => probe_english::not_seen(each.what),
                Language::Japanese => probe_japanese::not_seen(each.what),
            };
            self.fact(Label::NotSeen, &format!("{words} ({})", each.why));
        }
    }
}

/// Whether a target answered as it should.
fn is_good(target: &Target) -> bool {
    let is_open = target.connections.iter().any(|connection| connection.outcome == Connected::Open);
    let is_trusted = matches!(target.tls, None | Some(Tls::Trusted | Tls::NoRoots));
    let is_answered = match target.http {
        Some(Http::Status(status)) => status < 400 || target.wanted_by.iter().all(|by| by == "--to"),
        Some(Http::Failed(_)) => false,
        None => true,
    };
    is_open && is_trusted && is_answered
}

/// What became of a target, in the terms of its protocols, which are the same in every language.
fn outcome(target: &Target) -> String {
    let mut parts = Vec::new();
    match &target.lookup {
        Lookup::Addresses(_) => {}
        Lookup::Failed(why) => parts.push(format!("DNS {why}")),
        Lookup::TimedOut => parts.push("DNS timeout".to_owned()),
    }
    for connection in &target.connections {
        let outcome = match &connection.outcome {
            Connected::Open => "open".to_owned(),
            Connected::Refused => "refused".to_owned(),
            Connected::TimedOut => "timeout".to_owned(),
            Connected::Unreachable(why) | Connected::Failed(why) => why.clone(),
        };
        parts.push(format!("TCP {} {outcome} {} ms", connection.address, connection.milliseconds));
    }
    match &target.tls {
        None => {}
        Some(Tls::Trusted) => parts.push("TLS ok".to_owned()),
        Some(fault) => parts.push(format!("TLS {}", probe_english::certificate(fault))),
    }
    match &target.http {
        None => {}
        Some(Http::Status(status)) => parts.push(format!("HTTP {status}")),
        Some(Http::Failed(why)) => parts.push(format!("HTTP {why}")),
    }
    if let Some(Ping::Answered(milliseconds)) = target.ping {
        parts.push(format!("ping {milliseconds} ms"));
    }
    parts.join("; ")
}
