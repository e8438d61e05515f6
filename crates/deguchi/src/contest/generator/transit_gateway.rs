//! A transit gateway between the VPCs: attachments, tables with what VPCs propagate to them, static routes, a VPN behind it.

use serde_json::{Value, json};

use super::{Documents, Draft, Random};

const GATEWAY: &str = "tgw-0";

/// How the VPCs are joined.
#[derive(Debug, Default)]
pub(super) struct Joins {
    /// Peering connections, by the numbers of their VPCs, and whether they are active.
    pub(super) peers: Vec<(String, usize, usize, bool)>,
    /// Whether a transit gateway joins all of them.
    pub(super) has_transit_gateway: bool,
    /// Pairs of VPCs whose groups each other's rules may name.
    pub(super) lends: Vec<(usize, usize)>,
}

impl Joins {
    /// The target of a route to the transit gateway.
    pub(super) fn transit_gateway(&self) -> Option<(&'static str, String, bool)> {
        self.has_transit_gateway.then(|| ("TransitGatewayId", GATEWAY.to_owned(), false))
    }
}

/// Draws a transit gateway or none.
pub(super) fn join(
    random: &mut Random,
    drafts: &[Draft],
    peers: Vec<(String, usize, usize, bool)>,
    documents: &mut Documents,
) -> Joins {
    let active = peers.iter().filter(|(.., is_active)| *is_active);
    let lends = active.map(|(_, first, second, _)| (*first, *second)).collect();
    let mut joins = Joins { peers, has_transit_gateway: drafts.len() > 1 && random.chance(60), lends };
    if !joins.has_transit_gateway {
        return joins;
    }
    // Nobody sees which way a packet came: where there are two, no rule names a group over there.
    let is_alone = joins.lends.is_empty();
    joins.lends.clear();
    let references = is_alone && random.chance(60);
    let switch = |is_on: bool| if is_on { "enable" } else { "disable" };
    documents.add(
        "TransitGateways",
        json!({ "TransitGatewayId": GATEWAY, "OwnerId": "111122223333", "State": "available",
                "Options": { "SecurityGroupReferencingSupport": switch(references) } }),
    );
    let tables = 1 + random.below(2);
    let mut lenders = Vec::new();
    for draft in drafts {
        let id = attachment(draft.vpc);
        let state =
            if random.fault(6) { random.pick("deleted", ["rejected", "pendingAcceptance"]) } else { "available" };
        let subnets: Vec<String> =
            (0..1 + usize::from(random.chance(75))).map(|subnet| draft.subnet_id(subnet)).collect();
        let lends = references && random.chance(85);
        if lends && state == "available" {
            lenders.push(draft.vpc);
        }
        documents.add(
            "TransitGatewayVpcAttachments",
            json!({ "TransitGatewayAttachmentId": id, "TransitGatewayId": GATEWAY, "VpcId": draft.id(),
                    "VpcOwnerId": "111122223333", "State": state, "SubnetIds": subnets,
                    "Options": { "Ipv6Support": switch(random.chance(70)),
                                 "ApplianceModeSupport": switch(random.chance(15)),
                                 "SecurityGroupReferencingSupport": switch(lends) } }),
        );
        let association = (!random.fault(5)).then(|| random.below(tables));
        documents.add("TransitGatewayAttachments", associated(&id, ("vpc", &draft.id()), state, association));
    }
    if references {
        let pairs = lenders.iter().flat_map(|first| lenders.iter().map(move |second| (*first, *second)));
        joins.lends = pairs.filter(|(first, second)| first < second).collect();
    }
    let has_vpn = random.chance(30);
    if has_vpn {
        documents.add(
            "VpnConnections",
            json!({ "VpnConnectionId": "vpn-tgw", "TransitGatewayId": GATEWAY, "State": "available", "Routes": [] }),
        );
        let association = Some(random.below(tables));
        documents.add(
            "TransitGatewayAttachments",
            associated("tgw-attach-vpn", ("vpn", "vpn-tgw"), "available", association),
        );
    }
    for table in 0..tables {
        write_table(random, table, drafts, has_vpn, documents);
    }
    joins
}

fn attachment(vpc: usize) -> String {
    format!("tgw-attach-{vpc}")
}

fn associated(id: &str, (kind, resource): (&str, &str), state: &str, table: Option<usize>) -> Value {
    let association =
        table.map(|table| json!({ "TransitGatewayRouteTableId": format!("tgw-rtb-{table}"), "State": "associated" }));
    json!({ "TransitGatewayAttachmentId": id, "TransitGatewayId": GATEWAY, "ResourceType": kind, "ResourceId": resource,
            "ResourceOwnerId": "111122223333", "State": state, "Association": association })
}

fn write_table(random: &mut Random, table: usize, drafts: &[Draft], has_vpn: bool, documents: &mut Documents) {
    let id = format!("tgw-rtb-{table}");
    documents.add(
        "TransitGatewayRouteTables",
        json!({ "TransitGatewayRouteTableId": id, "TransitGatewayId": GATEWAY, "State": "available" }),
    );
    let propagations: Vec<Value> = drafts
        .iter()
        .filter(|_| !random.fault(12))
        .map(|draft| {
            json!({ "TransitGatewayAttachmentId": attachment(draft.vpc), "ResourceType": "vpc",
                    "ResourceId": draft.id(), "State": "enabled" })
        })
        .collect();
    documents.add(
        "TransitGatewayPropagations",
        json!({ "TransitGatewayRouteTableId": id, "TransitGatewayRouteTablePropagations": propagations }),
    );
    let mut routes: Vec<Value> = Vec::new();
    let mut add = |random: &mut Random, range: &str, to: String| {
        let is_known = routes.iter().any(|route| route["DestinationCidrBlock"] == range);
        if is_known {
            return;
        }
        routes.push(if random.fault(6) {
            json!({ "DestinationCidrBlock": range, "Type": "static", "State": "blackhole" })
        } else {
            json!({ "DestinationCidrBlock": range, "Type": "static", "State": "active",
                    "TransitGatewayAttachments": [{ "TransitGatewayAttachmentId": to }] })
        });
    };
    let any = |random: &mut Random| attachment(random.below(drafts.len()));
    if random.chance(60) {
        let to = any(random);
        add(random, "0.0.0.0/0", to);
    }
    if has_vpn && random.chance(85) {
        add(random, "192.168.0.0/16", "tgw-attach-vpn".to_owned());
    }
    for _ in 0..random.below(3) {
        let range = random
            .pick("10.0.0.0/8", ["10.1.1.0/24", "10.0.1.0/24", "198.51.100.0/24", "10.1.0.0/16", "100.70.0.0/15"]);
        let to = any(random);
        add(random, range, to);
    }
    if random.chance(25) {
        let to = any(random);
        add(random, random_ipv6(table), to);
    }
    documents.add("TransitGatewayStaticRoutes", json!({ "TransitGatewayRouteTableId": id, "Routes": routes }));
}

const fn random_ipv6(table: usize) -> &'static str {
    if table == 0 { "::/0" } else { "2600:1f00::/40" }
}
