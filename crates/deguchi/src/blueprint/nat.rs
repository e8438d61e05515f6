//! `nat.tf`: the way out of protected subnets, by gateway or by instance.

use super::{
    Blueprint, Nat,
    groups::{Peer, Rule, group, rules},
    hcl::{Body, expression, name_tag, text},
    machines::{finished, machine, placed},
    nat_host,
    network::{after_internet_gateway, default_route},
};
use crate::words::lesson::Lesson;

/// `nat.tf`.
pub(super) fn nat(blueprint: &Blueprint) -> Body {
    match blueprint.nat {
        Nat::Gateway => gateway(false),
        Nat::GatewayPerZone => gateway(true),
        Nat::Regional => regional(),
        Nat::Instance => one_interface(),
        Nat::InstanceTwoInterfaces => two_interfaces(),
        Nat::None => Body::default(),
    }
}

fn address(is_per_zone: bool) -> Body {
    let body = Body::default().when(is_per_zone, |body| body.set("for_each", expression("local.zones")));
    let tag = if is_per_zone { "nat-${each.key}" } else { "nat" };
    after_internet_gateway(body.set("domain", text("vpc")).set("tags", name_tag(tag)))
}

fn gateway(is_per_zone: bool) -> Body {
    let (lesson, index, zone, tag) = match is_per_zone {
        true => (Lesson::GatewayPerZone, "[each.key]", "each.key", "nat-${each.key}"),
        false => (Lesson::Gateway, "", "\"1\"", "nat"),
    };
    let own = Body::default()
        .when(is_per_zone, |own| own.set("for_each", expression("local.zones")))
        .set("allocation_id", expression(format!("aws_eip.nat{index}.id")))
        .set("subnet_id", expression(format!("aws_subnet.public[{zone}].id")))
        .set("tags", name_tag(tag));
    let target = format!("aws_nat_gateway.main{index}.id");
    Body::default()
        .say(lesson)
        .resource("aws_eip", "nat", address(is_per_zone))
        .resource("aws_nat_gateway", "main", after_internet_gateway(own))
        .resource(
            "aws_route",
            "protected_default",
            default_route("protected", ("nat_gateway_id", &target), is_per_zone),
        )
}

fn regional() -> Body {
    let own = Body::default()
        .set("vpc_id", expression("aws_vpc.main.id"))
        .set("availability_mode", text("regional"))
        .set("connectivity_type", text("public"))
        .set("tags", name_tag("nat"));
    let target = ("nat_gateway_id", "aws_nat_gateway.main.id");
    Body::default()
        .say(Lesson::RegionalGateway)
        .resource("aws_nat_gateway", "main", after_internet_gateway(own))
        .resource("aws_route", "protected_default", default_route("protected", target, false))
}

/// What protected machines may send through a NAT instance.
pub(super) const FORWARDED: [Rule; 3] = [Rule::tcp("https", 443), Rule::tcp("http", 80), Rule::ECHO];

/// The group of a NAT instance with one interface: in from the clients, out to the internet.
fn one_interface() -> Body {
    let host = placed(machine(Body::default()), "public[\"1\"]", "nat")
        .say(Lesson::SourceDestinationCheck)
        .set("source_dest_check", expression("false"))
        .say(Lesson::UserData)
        .set("user_data", expression(format!("file(\"${{path.module}}/{}\")", nat_host::FILE)))
        .set("user_data_replace_on_change", expression("true"));
    let host = after_internet_gateway(finished(host.blank(), "nat"));
    let body = group(Body::default().say(Lesson::Instance), "nat");
    let body = rules(body.say(Lesson::InstanceClients), "nat", Peer::From("protected"), &FORWARDED);
    let body = rules(body, "nat", Peer::ToInternet, &FORWARDED);
    let address = Body::default()
        .set("domain", text("vpc"))
        .set("instance", expression("aws_instance.nat.id"))
        .set("tags", name_tag("nat"));
    let target = ("network_interface_id", "aws_instance.nat.primary_network_interface_id");
    body.resource("aws_instance", "nat", host)
        .say(Lesson::InstanceAddress)
        .resource("aws_eip", "nat", after_internet_gateway(address))
        .say(Lesson::RouteToInterface)
        .resource("aws_route", "protected_default", default_route("protected", target, false))
}

fn interface(subnet: &str, group: &str, tag: &str) -> Body {
    Body::default()
        .set("subnet_id", expression(format!("aws_subnet.{subnet}[\"1\"].id")))
        .set("security_groups", expression(format!("[aws_security_group.{group}.id]")))
        .set("tags", name_tag(tag))
}

/// One interface leads out and has the public address, the other takes in what the clients send.
fn two_interfaces() -> Body {
    let body = group(Body::default().say(Lesson::TwoInterfaces), "nat_inside");
    let body = rules(body.say(Lesson::InstanceClients), "nat_inside", Peer::From("protected"), &FORWARDED);
    let body = group(body, "nat_outside");
    let body = rules(body, "nat_outside", Peer::ToInternet, &FORWARDED);
    let inside = interface("private", "nat_inside", "nat-inside")
        .say(Lesson::SourceDestinationCheck)
        .set("source_dest_check", expression("false"));
    let attach = |name: &str, place: &str| {
        Body::default()
            .set("network_interface_id", expression(format!("aws_network_interface.{name}.id")))
            .set("device_index", expression(place))
    };
    let host = machine(Body::default())
        .say(Lesson::UserData)
        .set("user_data", expression(format!("file(\"${{path.module}}/{}\")", nat_host::FILE)))
        .set("user_data_replace_on_change", expression("true"))
        .blank()
        .block("network_interface", attach("nat_outside", "0"))
        .blank()
        .block("network_interface", attach("nat_inside", "1"));
    let address = Body::default()
        .set("domain", text("vpc"))
        .set("network_interface", expression("aws_network_interface.nat_outside.id"))
        .set("tags", name_tag("nat"));
    let target = ("network_interface_id", "aws_network_interface.nat_inside.id");
    body.resource("aws_network_interface", "nat_outside", interface("public", "nat_outside", "nat-outside"))
        .resource("aws_network_interface", "nat_inside", inside)
        .resource("aws_instance", "nat", after_internet_gateway(finished(host.blank(), "nat")))
        .say(Lesson::InstanceAddress)
        .resource("aws_eip", "nat", after_internet_gateway(address))
        .say(Lesson::RouteToInterface)
        .resource("aws_route", "protected_default", default_route("protected", target, false))
}
