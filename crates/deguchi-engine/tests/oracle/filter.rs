//! Security groups and network ACLs, one packet at a time.

use std::net::IpAddr;

use deguchi_model::{
    Direction, IcmpMatch, InterfaceListing, NetworkAcl, NetworkInterface, PortRange, PrefixListEntries, PrefixListId,
    RuleAction, RulePeer, SecurityGroupId, Subnet, TrafficMatch, Vpc, VpcId,
};

use super::{Fate, Header, Message, Step, Walk};

impl Walk<'_> {
    /// SG-1: one matching rule of any group lets pass; a reply is never matched (SG-18).
    pub(super) fn groups_pass(
        &mut self,
        interface: &NetworkInterface,
        direction: Direction,
        header: &Header,
    ) -> Step<()> {
        let remote = if direction == Direction::Outbound { header.destination } else { header.source };
        let mut is_unsure = false;
        for id in &interface.security_groups {
            let Some(group) = self.network.security_groups.get(id) else {
                is_unsure = true;
                continue;
            };
            let rules = if direction == Direction::Outbound { &group.outbound } else { &group.inbound };
            for rule in rules {
                if !carries(rule.traffic, header.message) {
                    continue;
                }
                match self.is_peer(interface, &rule.peer, remote, direction) {
                    Some(true) => return Ok(()),
                    Some(false) => {}
                    None => is_unsure = true,
                }
            }
        }
        if !is_unsure {
            return Err(Fate::Dropped);
        }
        self.is_unknown = true;
        Ok(())
    }

    fn is_peer(
        &self,
        interface: &NetworkInterface,
        peer: &RulePeer,
        remote: IpAddr,
        direction: Direction,
    ) -> Option<bool> {
        match peer {
            RulePeer::Cidr(cidr) => Some(cidr.contains(&remote)),
            RulePeer::PrefixList(list) => self.is_in_list(list, remote),
            RulePeer::SecurityGroup(group) => self.is_member(interface, group, remote, direction),
            RulePeer::StaleSecurityGroup(_) => Some(false), // SG-15
        }
    }

    pub(super) fn is_in_list(&self, list: &PrefixListId, address: IpAddr) -> Option<bool> {
        match self.network.prefix_lists.get(list).map(|list| &list.entries) {
            Some(PrefixListEntries::Known(cidrs)) => Some(cidrs.iter().any(|cidr| cidr.contains(&address))),
            Some(PrefixListEntries::Unknown) | None => None,
        }
    }

    /// SG-9: the private addresses of the interfaces that carry the group, in a VPC that rules here may name (SG-12).
    fn is_member(
        &self,
        interface: &NetworkInterface,
        group: &SecurityGroupId,
        address: IpAddr,
        direction: Direction,
    ) -> Option<bool> {
        if self.loses_groups && direction == Direction::Inbound {
            return Some(false);
        }
        let in_reach = |vpc: &VpcId| self.may_name_groups_of(vpc, &interface.vpc, direction);
        let holders = self.network.network_interfaces.values().filter(|other| other.has_address(address));
        if holders.clone().any(|holder| holder.security_groups.contains(group) && in_reach(&holder.vpc)) {
            return Some(true);
        }
        let may_exist_in = |vpc: &Vpc| {
            let is_listed = holders.clone().any(|holder| holder.vpc == vpc.id)
                || self.gateway_with_private(&vpc.id, address).is_some();
            vpc.interface_listing == InterfaceListing::Partial && self.is_inside(&vpc.id, address) && !is_listed
        };
        let may_exist = self.network.vpcs.values().filter(|vpc| in_reach(&vpc.id)).any(may_exist_in);
        let elsewhere = self.peers_in_region(&interface.vpc).any(|side| {
            let is_known = side.vpc.as_ref().is_some_and(|id| self.network.vpcs.contains_key(id));
            !is_known && side.cidr_blocks.iter().any(|cidr| cidr.contains(&address))
        });
        (!may_exist && !elsewhere).then_some(false)
    }

    /// NA-2: the first matching rule decides; none denies (NA-3).
    pub(super) fn acl_passes(&mut self, subnet: &Subnet, direction: Direction, header: &Header) -> Step<()> {
        let Some(acl) = self.acl_of(subnet) else {
            self.is_unknown = true;
            return Ok(());
        };
        let (rules, remote) = match direction {
            Direction::Inbound => (acl.inbound(), header.source),
            Direction::Outbound => (acl.outbound(), header.destination),
        };
        let first = rules.iter().find(|rule| rule.cidr.contains(&remote) && carries(rule.traffic, header.message));
        match first.map(|rule| rule.action) {
            Some(RuleAction::Allow) => Ok(()),
            Some(RuleAction::Deny) | None => Err(Fate::Dropped),
        }
    }

    /// NA-1: the associated ACL, else the VPC's default one.
    fn acl_of(&self, subnet: &Subnet) -> Option<&NetworkAcl> {
        let mut acls = self.network.network_acls.values();
        let own = acls.clone().find(|acl| acl.subnets.contains(&subnet.id));
        own.or_else(|| acls.find(|acl| acl.is_default && acl.vpc == subnet.vpc))
    }
}

/// Whether a rule is about a packet's protocol and destination port (SG-5, SG-6, NA-5, NA-7).
fn carries(traffic: TrafficMatch, message: Message) -> bool {
    match (traffic, message) {
        (TrafficMatch::All, _) => true,
        (TrafficMatch::Tcp(ports), Message::Tcp(_, port)) | (TrafficMatch::Udp(ports), Message::Udp(_, port)) => {
            holds(ports, port)
        }
        (TrafficMatch::Icmp(which), Message::Icmp(kind)) | (TrafficMatch::Icmpv6(which), Message::Icmpv6(kind)) => {
            match which {
                IcmpMatch::Any => true,
                IcmpMatch::Type(wanted) => wanted == kind,
                IcmpMatch::TypeAndCode(wanted, code) => wanted == kind && code == 0,
            }
        }
        _ => false,
    }
}

fn holds(ports: PortRange, port: u16) -> bool {
    ports.first() <= port && port <= ports.last()
}
