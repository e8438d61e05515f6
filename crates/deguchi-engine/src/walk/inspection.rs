//! Gateway Load Balancer endpoints, and what inspects packets behind them: Network Firewall by its rules, other
//! appliances by nobody's knowledge (FW-1 to FW-6, RT-18 to RT-21).

use alloc::{format, string::String, vec, vec::Vec};

use deguchi_model::{
    EndpointState, FirewallAction, FirewallPolicy, FirewallRule, FirewallRuleGroup, FirewallRuleGroupId,
    FirewallRuleOrder, FirewallRules, NetworkFirewall, Route, RouteTable, Subnet, VpcEndpoint, VpcEndpointKind,
};

use super::{End, Finding, Parcel, References, Session, SessionPlace, Walk, boundary::From};
use crate::{
    address_set::bounds,
    answer::{Decision, Place},
    header::{Header, HeaderPorts, Term},
    packet_set::PacketSet,
    reason::{Code, Evidence, Gap, Heading, InspectionGap, Resource},
};

/// What a firewall's rules make of packets.
struct Inspected {
    pass: PacketSet,
    /// What is dropped, by which group and rule; `None` for the policy's default.
    drop: Vec<(Option<FirewallRuleGroupId>, String, PacketSet)>,
    /// What is not known, for want of which group's rules.
    unknown: Vec<(FirewallRuleGroupId, InspectionGap, PacketSet)>,
}

impl Inspected {
    const fn nothing() -> Self {
        Self { pass: PacketSet::NONE, drop: Vec::new(), unknown: Vec::new() }
    }
}

impl<'n> Walk<'_, 'n> {
    /// Brings a request to the endpoint of an appliance or firewall, by which it goes on as if nothing had been there.
    pub(super) fn enter_inspection(
        &mut self,
        mut parcel: Parcel<'n>,
        endpoint: &'n VpcEndpoint,
        (table, route): (&'n RouteTable, &'n Route),
        from: From<'n>,
    ) {
        let resource = Resource::VpcEndpoint(endpoint.id.clone());
        if parcel.passed.contains(&resource) {
            self.stop(&mut parcel, Finding::of_route(Code::RoutingLoop, table, from.subnet_id(), Some(route)));
            return self.finish(parcel, End::Stopped);
        }
        parcel.passed.push(resource.clone());
        let Some(subnet) = self.subnet_of_inspection(endpoint) else {
            self.hop(&mut parcel, Place::VpcEndpoint(endpoint.id.clone()), Decision::Unknown);
            return self.give_up(parcel, Code::Missing, resource, Gap::Inspection(InspectionGap::Subnet));
        };
        for mut parcel in self.enter_subnet(parcel, subnet, from.subnet_id()) {
            if let EndpointState::NotAvailable(state) = &endpoint.state {
                let evidence = Evidence::State(state.clone());
                self.stop(&mut parcel, Finding::new(Code::BadState, resource.clone(), evidence));
            }
            let place = SessionPlace::Inspection { endpoint, subnet };
            parcel.sessions.push(Session { place, before: parcel.header, mapping: parcel.mapping });
            // SG-13: rules behind it that name the sender's groups do not match.
            parcel.references = References::of_nobody(Code::SecurityGroupReferencesNotPreserved);
            for parcel in self.inspect(parcel, endpoint) {
                self.leave_subnet(parcel, &subnet.id);
            }
        }
    }

    /// Brings a reply to an endpoint: the one that the request came through, or another.
    pub(super) fn return_to_inspection(
        &mut self,
        mut parcel: Parcel<'n>,
        endpoint: &'n VpcEndpoint,
        (table, route): (&'n RouteTable, &'n Route),
        from: From<'n>,
    ) {
        let subnet = match parcel.sessions.last().map(|session| session.place) {
            Some(SessionPlace::Inspection { endpoint: expected, subnet }) if expected.id == endpoint.id => subnet,
            _ if self.index.firewall_of(&endpoint.id).is_some() => {
                let subnet = from.subnet_id();
                self.stop(&mut parcel, Finding::of_route(Code::ReturnByAnotherWay, table, subnet, Some(route)));
                return self.finish(parcel, End::Stopped);
            }
            _ => return self.not_modelled(parcel, route),
        };
        parcel.sessions.pop();
        for parcel in self.enter_subnet(parcel, subnet, from.subnet_id()) {
            for parcel in self.inspect(parcel, endpoint) {
                self.leave_subnet(parcel, &subnet.id);
            }
        }
    }

    /// Passes over endpoints and appliances that a reply should have come back by, and does not: a firewall that has seen the request
    /// alone drops what follows (PW-6); what another appliance does is not known.
    pub(super) fn miss_inspection(&mut self, parcel: &mut Parcel<'n>) {
        while let Some(place) = parcel.sessions.last().map(|session| session.place) {
            match place {
                SessionPlace::Inspection { endpoint, .. } => {
                    let resource = Resource::VpcEndpoint(endpoint.id.clone());
                    if self.index.firewall_of(&endpoint.id).is_some() {
                        self.stop(parcel, Finding::new(Code::ReturnByAnotherWay, resource, Evidence::Nothing));
                    } else {
                        self.lack(parcel, Code::NotModelled, resource, Gap::Inspection(InspectionGap::OneWayOnly));
                    }
                }
                SessionPlace::Appliance { inside, minds } => self.miss_appliance(parcel, inside, minds),
                _ => return,
            }
            parcel.sessions.pop();
        }
    }

    /// The subnet that an endpoint stands in.
    fn subnet_of_inspection(&self, endpoint: &'n VpcEndpoint) -> Option<&'n Subnet> {
        let VpcEndpointKind::GatewayLoadBalancer { interfaces, subnets } = &endpoint.kind else { return None };
        let interfaces = interfaces.iter().filter_map(|id| self.index.network.network_interfaces.get(id));
        let of_interface = interfaces.map(|interface| &interface.subnet).next();
        self.subnet(of_interface.or_else(|| subnets.first())?)
    }

    /// Lets packets be inspected. All come out: what is dropped is marked, what is not known is named.
    fn inspect(&mut self, mut parcel: Parcel<'n>, endpoint: &'n VpcEndpoint) -> Vec<Parcel<'n>> {
        let place = Place::VpcEndpoint(endpoint.id.clone());
        let Some(firewall) = self.index.firewall_of(&endpoint.id) else {
            self.hop(&mut parcel, place, Decision::Unknown);
            let resource = Resource::VpcEndpoint(endpoint.id.clone());
            self.lack(&mut parcel, Code::NotModelled, resource, Gap::Inspection(InspectionGap::Appliance));
            return vec![parcel];
        };
        let policy = firewall.policy.as_ref().and_then(|id| self.index.network.firewall_policies.get(id));
        let Some(policy) = policy else {
            self.hop(&mut parcel, place, Decision::Unknown);
            let resource = Resource::NetworkFirewall(firewall.id.clone());
            self.lack(&mut parcel, Code::Missing, resource, Gap::Inspection(InspectionGap::Policy));
            return vec![parcel];
        };
        let inspected = self.apply_policy(&parcel, policy);
        self.split_inspected(&parcel, firewall, &place, inspected)
    }

    fn split_inspected(
        &mut self,
        parcel: &Parcel<'n>,
        firewall: &NetworkFirewall,
        place: &Place,
        inspected: Inspected,
    ) -> Vec<Parcel<'n>> {
        let mut parcels = Vec::new();
        if let Some(mut passed) = self.part(parcel, inspected.pass) {
            self.hop(&mut passed, place.clone(), Decision::Passed);
            parcels.push(passed);
        }
        for (group, rule, packets) in inspected.drop {
            let Some(mut dropped) = self.part(parcel, packets) else { continue };
            self.hop(&mut dropped, place.clone(), Decision::Dropped);
            let resource = match group {
                Some(group) => Resource::FirewallRuleGroup(group),
                None => Resource::NetworkFirewall(firewall.id.clone()),
            };
            self.stop(&mut dropped, Finding::new(Code::FirewallRules, resource, Evidence::Listed(vec![rule])));
            parcels.push(dropped);
        }
        for (group, gap, packets) in inspected.unknown {
            let Some(mut unknown) = self.part(parcel, packets) else { continue };
            self.hop(&mut unknown, place.clone(), Decision::Unknown);
            let code = if gap == InspectionGap::RuleGroup { Code::Missing } else { Code::NotModelled };
            self.lack(&mut unknown, code, Resource::FirewallRuleGroup(group), Gap::Inspection(gap));
            parcels.push(unknown);
        }
        parcels
    }

    /// FW-1: rules for single packets first, in either direction; then those for connections, for the request alone.
    fn apply_policy(&mut self, parcel: &Parcel<'n>, policy: &'n FirewallPolicy) -> Inspected {
        let mut found = Inspected::nothing();
        let mut left = parcel.packets;
        let mut forwarded = PacketSet::NONE;
        for id in &policy.stateless_groups {
            let rules = match self.rules_of(id) {
                Ok(rules) => rules,
                Err(gap) => {
                    found.unknown.push((id.clone(), gap, left));
                    left = PacketSet::NONE;
                    break;
                }
            };
            for rule in rules {
                let matched = self.matched(rule, &parcel.header);
                let hit = self.space.and(matched, left);
                left = self.space.minus(left, hit);
                match rule.action {
                    _ if rule.has_more => found.unknown.push((id.clone(), InspectionGap::Rule, hit)),
                    FirewallAction::Pass => found.pass = self.space.or(found.pass, hit),
                    FirewallAction::Drop => found.drop.push((Some(id.clone()), in_words(rule), hit)),
                    FirewallAction::Forward | FirewallAction::Alert => forwarded = self.space.or(forwarded, hit),
                }
            }
        }
        match policy.stateless_default {
            FirewallAction::Pass => found.pass = self.space.or(found.pass, left),
            FirewallAction::Drop => found.drop.push((None, String::from("aws:drop"), left)),
            FirewallAction::Forward | FirewallAction::Alert => forwarded = self.space.or(forwarded, left),
        }
        if parcel.heading == Heading::Return {
            found.pass = self.space.or(found.pass, forwarded);
        } else {
            match policy.order {
                FirewallRuleOrder::Strict => self.apply_in_order(parcel, policy, forwarded, &mut found),
                FirewallRuleOrder::ByAction => self.apply_by_action(parcel, policy, forwarded, &mut found),
            }
        }
        found
    }

    /// FW-3: the first rule that passes or drops decides.
    fn apply_in_order(
        &mut self,
        parcel: &Parcel<'n>,
        policy: &'n FirewallPolicy,
        mut left: PacketSet,
        found: &mut Inspected,
    ) {
        for id in &policy.stateful_groups {
            let rules = match self.rules_of(id) {
                Ok(rules) => rules,
                Err(gap) => {
                    found.unknown.push((id.clone(), gap, left));
                    return;
                }
            };
            for rule in rules.iter().filter(|rule| rule.action != FirewallAction::Alert) {
                let matched = self.matched(rule, &parcel.header);
                let hit = self.space.and(matched, left);
                left = self.space.minus(left, hit);
                match rule.action {
                    _ if rule.has_more => found.unknown.push((id.clone(), InspectionGap::Rule, hit)),
                    FirewallAction::Drop => found.drop.push((Some(id.clone()), in_words(rule), hit)),
                    FirewallAction::Pass | FirewallAction::Forward | FirewallAction::Alert => {
                        found.pass = self.space.or(found.pass, hit);
                    }
                }
            }
        }
        if policy.drops_by_default {
            found.drop.push((None, String::from("aws:drop_strict, aws:drop_established"), left));
        } else {
            found.pass = self.space.or(found.pass, left);
        }
    }

    /// FW-2: what some rule passes, passes; then what some rule drops is dropped; the rest passes.
    fn apply_by_action(
        &mut self,
        parcel: &Parcel<'n>,
        policy: &'n FirewallPolicy,
        mut left: PacketSet,
        found: &mut Inspected,
    ) {
        let mut unread: Vec<(FirewallRuleGroupId, InspectionGap, PacketSet)> = Vec::new();
        let mut drops: Vec<(FirewallRuleGroupId, &'n FirewallRule)> = Vec::new();
        for id in &policy.stateful_groups {
            let rules = match self.rules_of(id) {
                Ok(rules) => rules,
                Err(gap) => {
                    unread.push((id.clone(), gap, PacketSet::ALL));
                    continue;
                }
            };
            for rule in rules {
                match rule.action {
                    FirewallAction::Alert => {}
                    _ if rule.has_more => {
                        let matched = self.matched(rule, &parcel.header);
                        unread.push((id.clone(), InspectionGap::Rule, matched));
                    }
                    FirewallAction::Drop => drops.push((id.clone(), rule)),
                    FirewallAction::Pass | FirewallAction::Forward => {
                        let matched = self.matched(rule, &parcel.header);
                        let hit = self.space.and(matched, left);
                        left = self.space.minus(left, hit);
                        found.pass = self.space.or(found.pass, hit);
                    }
                }
            }
        }
        // What is not read may pass or drop: it unsettles what no rule passes.
        for (id, gap, packets) in unread {
            let hit = self.space.and(packets, left);
            left = self.space.minus(left, hit);
            found.unknown.push((id, gap, hit));
        }
        for (id, rule) in drops {
            let matched = self.matched(rule, &parcel.header);
            let hit = self.space.and(matched, left);
            left = self.space.minus(left, hit);
            found.drop.push((Some(id), in_words(rule), hit));
        }
        found.pass = self.space.or(found.pass, left);
    }

    fn rules_of(&self, id: &FirewallRuleGroupId) -> Result<&'n [FirewallRule], InspectionGap> {
        match self.index.network.firewall_rule_groups.get(id) {
            Some(FirewallRuleGroup { rules: FirewallRules::ByHeader(rules), .. }) => Ok(rules),
            Some(FirewallRuleGroup { rules: FirewallRules::Unmodelled(_), .. }) => Err(InspectionGap::Rules),
            None => Err(InspectionGap::RuleGroup),
        }
    }

    /// The packets that a rule is about.
    fn matched(&mut self, rule: &FirewallRule, header: &Header) -> PacketSet {
        let there = self.matched_one_way(rule, header);
        if !rule.is_for_both_directions {
            return there;
        }
        let back = self.matched_one_way(rule, &header.swapped());
        self.space.or(there, back)
    }

    fn matched_one_way(&mut self, rule: &FirewallRule, header: &Header) -> PacketSet {
        if !rule.protocols.is_empty() && !rule.protocols.contains(&header.ports.protocol()) {
            return PacketSet::NONE;
        }
        let mut set = PacketSet::ALL;
        for (term, cidrs) in [(header.source, &rule.sources), (header.destination, &rule.destinations)] {
            if !cidrs.is_empty() {
                let ranges = crate::AddressSet::from_ranges(cidrs.iter().map(bounds).collect());
                let within = term.within(self.space, ranges.ranges());
                set = self.space.and(set, within);
            }
        }
        let ports = match header.ports {
            HeaderPorts::Tcp { source, destination } | HeaderPorts::Udp { source, destination } => {
                [(source, &rule.source_ports), (destination, &rule.destination_ports)]
            }
            HeaderPorts::Echo { .. } => return set,
        };
        for (term, ranges) in ports {
            set = self.within_ports(set, term, ranges);
        }
        set
    }

    fn within_ports(&mut self, set: PacketSet, term: Term, ports: &[deguchi_model::PortRange]) -> PacketSet {
        if ports.is_empty() {
            return set;
        }
        let ranges = ports.iter().map(|range| (u128::from(range.first()), u128::from(range.last())));
        let ranges = crate::AddressSet::from_ranges(ranges.collect());
        let within = term.within(self.space, ranges.ranges());
        self.space.and(set, within)
    }
}

/// A rule as an answer names it.
fn in_words(rule: &FirewallRule) -> String {
    let action = match rule.action {
        FirewallAction::Pass => "pass",
        FirewallAction::Drop => "drop",
        FirewallAction::Forward => "forward",
        FirewallAction::Alert => "alert",
    };
    let list = |texts: Vec<String>| if texts.is_empty() { String::from("any") } else { texts.join(",") };
    let addresses = |cidrs: &[deguchi_model::IpNet]| list(cidrs.iter().map(|cidr| format!("{cidr}")).collect());
    let ports = |ranges: &[deguchi_model::PortRange]| list(ranges.iter().map(|range| format!("{range}")).collect());
    format!(
        "{action} protocol {} {} {} -> {} {}",
        list(rule.protocols.iter().map(|number| format!("{number}")).collect()),
        addresses(&rule.sources),
        ports(&rule.source_ports),
        addresses(&rule.destinations),
        ports(&rule.destination_ports)
    )
}
