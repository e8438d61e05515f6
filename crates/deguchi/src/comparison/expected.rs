//! What the engine says of one packet.

use deguchi_engine::{Answer, Engine, Limit, Outcome, PacketPart, Place, Way, address_set::NAT64};
use deguchi_lab::LabPlan;

use super::Packet;

/// What should become of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expected {
    /// It arrives, and the reply comes back.
    Answered,
    /// It, or its reply, is dropped.
    Silent,
    /// The engine does not say, or it depends on what the lab cannot choose, or on what the lab does not show.
    Unknown,
}

/// Asks the engine about one packet.
pub fn expected(engine: &Engine<'_>, plan: &LabPlan, packet: &Packet) -> Expected {
    expected_by(&engine.answer(&packet.query()), plan, packet)
}

/// What an answer about one packet alone says of it.
pub fn expected_by(answer: &Answer, plan: &LabPlan, packet: &Packet) -> Expected {
    if is_left_out(answer, plan, packet) {
        return Expected::Unknown;
    }
    let ways: Vec<&Way> = ways_of(answer, packet).collect();
    let all = |outcome: Outcome| !ways.is_empty() && ways.iter().all(|way| way.outcome == outcome);
    if all(Outcome::Delivered) {
        Expected::Answered
    } else if all(Outcome::Dropped) {
        Expected::Silent
    } else {
        Expected::Unknown
    }
}

/// Whether a packet meets what the lab leaves out, on any way that an answer about it alone finds.
pub fn is_left_out(answer: &Answer, plan: &LabPlan, packet: &Packet) -> bool {
    ways_of(answer, packet).any(|way| meets_what_is_left_out(way, plan))
}

/// The ways of an answer about one packet that the packet takes, as NAT gateways choose for it.
pub fn ways_of<'a>(answer: &'a Answer, packet: &Packet) -> impl Iterator<Item = &'a Way> {
    answer.ways.iter().filter(|way| has(&way.packets, packet))
}

/// Whether a part of a single packet's choices has the one that the packet carries.
fn has(part: &PacketPart, packet: &Packet) -> bool {
    let Some(choice) = packet.choice else { return true };
    let holds =
        |ranges: &[(u16, u16)], value: u16| ranges.iter().any(|(first, last)| (*first..=*last).contains(&value));
    part.limits.iter().all(|limit| match limit {
        Limit::TranslationPort(1, ranges) => holds(ranges, choice.port),
        Limit::TranslationAddress(1, ranges) => u16::try_from(choice.address).is_ok_and(|own| holds(ranges, own)),
        _ => true,
    })
}

fn meets_what_is_left_out(way: &Way, plan: &LabPlan) -> bool {
    way.hops.iter().any(|hop| {
        // A lab's NAT gateways translate no IPv6 (NG-11).
        let (first, last) = NAT64;
        if hop.header.destination.overlaps(first, last) {
            return true;
        }
        let id = match &hop.place {
            Place::Interface { interface, .. } => interface.to_string(),
            Place::NatGateway(id) => id.to_string(),
            Place::VpcEndpoint(id) => id.to_string(),
            Place::VpnGateway(id) => id.to_string(),
            Place::InternetGateway { vpc, .. } => vpc.to_string(),
            Place::TransitGatewayAttachment { attachment, .. } => attachment.to_string(),
            Place::LoadBalancer(_) => return true,
            Place::Other(id) => id.clone(),
            _ => return false,
        };
        plan.left_out.contains_key(&id)
    })
}
