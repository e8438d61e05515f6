//! The network itself: VPC, internet gateway, subnets and route tables; what is said of it as a whole; the VPN's end.

use super::{
    Blueprint, Nat,
    hcl::{Body, Value, expression, list, name_tag, text},
    machines::image,
};
use crate::words::lesson::Lesson;

/// `main.tf`: versions, Region, and the ranges of each zone.
pub(super) fn main(blueprint: &Blueprint) -> Body {
    // `availability_mode` came with 6.24 (December 2025), `domain` of an Elastic IP with 5.0.
    let version = if blueprint.nat == Nat::Regional { ">= 6.24" } else { ">= 5.0" };
    let provider = Body::default().set("source", text("hashicorp/aws")).set("version", text(version));
    let providers = Body::default().set("aws", Value::Lines("{", provider, "}"));
    let terraform = Body::default().set("required_version", text(">= 1.5")).blank();
    let filter =
        Body::default().set("name", text("opt-in-status")).set("values", expression("[\"opt-in-not-required\"]"));
    Body::default()
        .say(Lesson::Overview)
        .part("terraform", terraform.block("required_providers", providers))
        .part("provider \"aws\"", Body::default().set("region", text(blueprint.region.as_str())))
        .say(Lesson::Zones)
        .part(
            "data \"aws_availability_zones\" \"usable\"",
            Body::default().set("state", text("available")).blank().block("filter", filter),
        )
        .part("locals", locals(blueprint))
        .when(blueprint.has_machines || blueprint.nat.is_instance(), image)
}

fn locals(blueprint: &Blueprint) -> Body {
    let mut zones = Body::default();
    for (index, zone) in blueprint.ranges.zones.iter().enumerate() {
        let mut own = Body::default()
            .set("availability_zone", expression(format!("data.aws_availability_zones.usable.names[{index}]")))
            .set("public", text(zone.public));
        if blueprint.nat.has_protected() {
            own = own.set("protected", text(zone.protected));
        }
        let own = own.set("private", text(zone.private));
        zones = zones.set(format!("\"{}\"", zone.number), Value::Lines("{", own, "}"));
    }
    Body::default()
        .set("name", text(blueprint.name.as_str()))
        .set("vpc_range", text(blueprint.ranges.vpc))
        .say(Lesson::Ranges)
        .set("zones", Value::Lines("{", zones, "}"))
}

/// `network.tf`.
pub(super) fn network(blueprint: &Blueprint) -> Body {
    let vpc = Body::default()
        .set("cidr_block", expression("local.vpc_range"))
        .say(Lesson::Dns)
        .set("enable_dns_support", expression("true"))
        .set("enable_dns_hostnames", expression("true"))
        .blank()
        .set("tags", name_tag(""));
    let attached = Body::default().set("vpc_id", expression("aws_vpc.main.id")).set("tags", name_tag(""));
    let mut body = Body::default().resource("aws_vpc", "main", vpc).say(Lesson::InternetGateway).resource(
        "aws_internet_gateway",
        "main",
        attached,
    );
    body = subnets(body.say(Lesson::Public), "public");
    body = table(body, "public", false).resource(
        "aws_route",
        "public_default",
        default_route("public", ("gateway_id", "aws_internet_gateway.main.id"), false),
    );
    if blueprint.nat.has_protected() {
        body = subnets(body.say(Lesson::Protected), "protected");
        body = table(body, "protected", blueprint.nat.is_per_zone());
    }
    body = subnets(body.say(Lesson::Private), "private");
    body = table(body, "private", false);
    body.say(Lesson::DefaultGroup).resource(
        "aws_default_security_group",
        "closed",
        Body::default().set("vpc_id", expression("aws_vpc.main.id")),
    )
}

fn subnets(body: Body, kind: &str) -> Body {
    let subnet = Body::default()
        .set("for_each", expression("local.zones"))
        .set("vpc_id", expression("aws_vpc.main.id"))
        .set("cidr_block", expression(format!("each.value.{kind}")))
        .set("availability_zone", expression("each.value.availability_zone"))
        .set("tags", name_tag(&format!("{kind}-${{each.key}}")));
    body.resource("aws_subnet", kind, subnet)
}

/// A route table for a kind of subnets, or one for each zone, and its associations.
fn table(body: Body, kind: &str, is_per_zone: bool) -> Body {
    let own = Body::default().when(is_per_zone, |own| own.set("for_each", expression("local.zones")));
    let tag = if is_per_zone { format!("{kind}-${{each.key}}") } else { kind.to_owned() };
    let own = own.set("vpc_id", expression("aws_vpc.main.id")).set("tags", name_tag(&tag));
    let association = Body::default()
        .set("for_each", expression("local.zones"))
        .set("subnet_id", expression(format!("aws_subnet.{kind}[each.key].id")))
        .set("route_table_id", expression(table_id(kind, is_per_zone)));
    body.resource("aws_route_table", kind, own).resource("aws_route_table_association", kind, association)
}

fn table_id(kind: &str, is_per_zone: bool) -> String {
    format!("aws_route_table.{kind}{}.id", if is_per_zone { "[each.key]" } else { "" })
}

/// A default route of a kind's table, to a target.
pub(super) fn default_route(kind: &str, (target, id): (&str, &str), is_per_zone: bool) -> Body {
    Body::default()
        .when(is_per_zone, |own| own.set("for_each", expression("local.zones")))
        .set("route_table_id", expression(table_id(kind, is_per_zone)))
        .set("destination_cidr_block", text("0.0.0.0/0"))
        .set(target, expression(id))
}

/// `vpn.tf`: the VPC's end of a VPN; its routes come to the tables of protected and private subnets.
pub(super) fn vpn(blueprint: &Blueprint) -> Body {
    let gateway = Body::default().set("vpc_id", expression("aws_vpc.main.id")).set("tags", name_tag(""));
    let propagation = |kind: &str, is_per_zone: bool| {
        Body::default()
            .when(is_per_zone, |own| own.set("for_each", expression("local.zones")))
            .set("vpn_gateway_id", expression("aws_vpn_gateway.main.id"))
            .set("route_table_id", expression(table_id(kind, is_per_zone)))
    };
    let kind = "aws_vpn_gateway_route_propagation";
    Body::default()
        .say(Lesson::VpnGateway)
        .resource("aws_vpn_gateway", "main", gateway)
        .when(blueprint.nat.has_protected(), |body| {
            body.resource(kind, "protected", propagation("protected", blueprint.nat.is_per_zone()))
        })
        .resource(kind, "private", propagation("private", false))
}

/// `outputs.tf`.
pub(super) fn outputs(blueprint: &Blueprint) -> Body {
    let output = |body: Body, name: &str, value: &str| {
        body.part(format!("output \"{name}\""), Body::default().set("value", expression(value)))
    };
    let mut body = output(Body::default(), "vpc_id", "aws_vpc.main.id");
    for kind in ["public", "protected", "private"] {
        if kind != "protected" || blueprint.nat.has_protected() {
            let ids = format!("{{ for zone, subnet in aws_subnet.{kind} : zone => subnet.id }}");
            body = output(body, &format!("{kind}_subnet_ids"), &ids);
        }
    }
    let addresses = match blueprint.nat {
        Nat::Gateway | Nat::Instance | Nat::InstanceTwoInterfaces => "[aws_eip.nat.public_ip]",
        Nat::GatewayPerZone => "[for address in aws_eip.nat : address.public_ip]",
        // AWS chooses and changes them with the zones that it works in.
        Nat::Regional | Nat::None => return body,
    };
    output(body.say(Lesson::NatAddresses), "nat_addresses", addresses)
}

/// `depends_on` the internet gateway: without it a public address leads nowhere.
pub(super) fn after_internet_gateway(body: Body) -> Body {
    body.blank().set("depends_on", expression("[aws_internet_gateway.main]"))
}

/// The tables that serve the machines which leave the VPC: the protected ones, else the private one.
pub(super) fn client_tables(blueprint: &Blueprint) -> Value {
    match blueprint.nat {
        Nat::GatewayPerZone => expression("[for table in aws_route_table.protected : table.id]"),
        Nat::None => list(["aws_route_table.private.id".to_owned()]),
        Nat::Gateway | Nat::Regional | Nat::Instance | Nat::InstanceTwoInterfaces => {
            list(["aws_route_table.protected.id".to_owned()])
        }
    }
}
