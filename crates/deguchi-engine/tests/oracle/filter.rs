//! Security groups and network ACLs, one packet at a time.

use std::net::IpAddr;

use deguchi_model::{
    Direction, IcmpMatch, InterfaceListing, NetworkAcl, NetworkInterface, PortRange, PrefixListEntries, PrefixListId,
    RuleAction, RulePeer, SecurityGroupId, Subnet, TrafficMatch,
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
                match self.is_peer(interface, &rule.peer, remote) {
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

    fn is_peer(&self, interface: &NetworkInterface, peer: &RulePeer, remote: IpAddr) -> Option<bool> {
        match peer {
            RulePeer::Cidr(cidr) => Some(cidr.contains(&remote)),
            RulePeer::PrefixList(list) => self.is_in_list(list, remote),
            RulePeer::SecurityGroup(group) => self.is_member(interface, group, remote),
            RulePeer::StaleSecurityGroup(_) => Some(false), // SG-15
        }
    }

    pub(super) fn is_in_list(&self, list: &PrefixListId, address: IpAddr) -> Option<bool> {
        match self.network.prefix_lists.get(list).map(|list| &list.entries) {
            Some(PrefixListEntries::Known(cidrs)) => Some(cidrs.iter().any(|cidr| cidr.contains(&address))),
            Some(PrefixListEntries::Unknown) | None => None,
        }
    }

    /// SG-9: the private addresses of the interfaces that carry the group, in whichever VPC (SG-12).
    fn is_member(&self, interface: &NetworkInterface, group: &SecurityGroupId, address: IpAddr) -> Option<bool> {
        let holders = self.network.network_interfaces.values().filter(|other| other.has_address(address));
        if holders.clone().any(|holder| holder.security_groups.contains(group)) {
            return Some(true);
        }
        let is_listed = holders.clone().any(|holder| holder.vpc == interface.vpc)
            || self.gateway_with_private(&interface.vpc, address).is_some();
        let vpc = self.network.vpcs.get(&interface.vpc)?;
        let is_inside = self.is_inside(&interface.vpc, address);
        let may_exist = vpc.interface_listing == InterfaceListing::Partial && is_inside && !is_listed;
        (!may_exist).then_some(false)
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
