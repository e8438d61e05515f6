//! A plan as people read it: what `ip` and `nft` would be told, one namespace after the other.

use std::fmt;

use deguchi_model::IpNet;

use super::{LabPlan, Namespace, NextHop, Route, Rule, Selector};

impl fmt::Display for LabPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for namespace in &self.namespaces {
            writeln!(f, "namespace {} ({})", namespace.name, namespace.stands_for)?;
            for setting in &namespace.settings {
                writeln!(f, "  setting {setting:?}")?;
            }
            for line in namespace.commands() {
                writeln!(f, "  {line}")?;
            }
            let [ipv4, ipv6] = namespace.rule_commands();
            for (family, line) in ipv4.iter().map(|line| ("-4", line)).chain(ipv6.iter().map(|line| ("-6", line))) {
                writeln!(f, "  {family} {line}")?;
            }
            for line in namespace.filter.iter().flat_map(|filter| filter.lines()) {
                writeln!(f, "  | {}", line.replace('\t', "  "))?;
            }
            let services = namespace.services.as_ref();
            for address in services.and_then(|own| own.resolver.as_ref()).iter().flat_map(|own| &own.listen) {
                writeln!(f, "  resolver {address}")?;
            }
            for address in
                services.and_then(|own| own.web.as_ref()).iter().flat_map(|own| own.http.iter().chain(&own.https))
            {
                writeln!(f, "  web {address}")?;
            }
        }
        for link in &self.links {
            let [first, second] = &link.ends;
            let (one, other) =
                (format!("{}/{}", first.namespace, first.device), format!("{}/{}", second.namespace, second.device));
            writeln!(f, "link {one} {other} ({})", link.stands_for)?;
        }
        for (id, why) in &self.left_out {
            writeln!(f, "left out {id}: {why:?}")?;
        }
        Ok(())
    }
}

impl Namespace {
    /// What `ip -batch` is told in it once its devices are there: addresses and routes.
    pub fn commands(&self) -> Vec<String> {
        let addresses = self.addresses.iter().map(|own| {
            let at_once = if own.address.addr().is_ipv6() { " nodad" } else { "" };
            format!("address add {} dev {}{at_once}", own.address, own.device)
        });
        addresses.chain(self.routes.iter().map(Route::command)).collect()
    }

    /// What `ip -4 -batch` and `ip -6 -batch` are told: rules, whose family no line tells.
    pub fn rule_commands(&self) -> [Vec<String>; 2] {
        let of = |is_ipv4: bool| self.rules.iter().filter_map(|rule| rule.command(is_ipv4)).collect();
        [of(true), of(false)]
    }
}

impl Rule {
    fn command(&self, is_ipv4: bool) -> Option<String> {
        let packets = match &self.packets {
            Selector::All => "from all".to_owned(),
            Selector::Device(device) => format!("iif {device}"),
            Selector::Mark(mark) => format!("fwmark {mark}"),
            Selector::From(range) if range.addr().is_ipv4() == is_ipv4 => format!("from {range}"),
            Selector::From(_) => return None,
        };
        Some(format!("rule add priority {} {packets} lookup {}", self.priority, self.table))
    }
}

impl Route {
    fn command(&self) -> String {
        let table = self.table.map(|table| format!(" table {table}")).unwrap_or_default();
        let destination = match self.destination.trunc() {
            IpNet::V4(range) => range.to_string(),
            IpNet::V6(range) => range.to_string(),
        };
        match &self.to {
            NextHop::Device(device) => format!("route add {destination} dev {device}{table}"),
            NextHop::Router { device, router } => format!("route add {destination} via {router} dev {device}{table}"),
            NextHop::Blackhole => format!("route add blackhole {destination}{table}"),
            NextHop::NextTable => format!("route add throw {destination}{table}"),
            NextHop::Here => format!("route add local {destination} dev lo{table}"),
        }
    }
}
