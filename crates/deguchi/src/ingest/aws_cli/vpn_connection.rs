//! VPN connections, as `describe-vpn-connections` prints them.
//!
//! Leaves out everything with a secret in it: `CustomerGatewayConfiguration` and the tunnels' pre-shared keys are
//! skipped without being looked at.

use deguchi_model::{VpnConnection, VpnConnectionId, VpnGatewayId};

use super::{
    sighting::sighted,
    tag::{self, Tag},
};
use crate::ingest::{
    json::{List, Text, record},
    place::{Flaw, Place, list, range, required},
};

record! {
    /// An element of `VpnConnections`.
    VpnConnectionRecord {
        id: Text<'a> = "VpnConnectionId",
        vpn_gateway: Text<'a> = "VpnGatewayId",
        state: Text<'a> = "State",
        routes: List<StaticRoute<'a>> = "Routes",
        tags: List<Tag<'a>> = "Tags",
    }
}

record! {
    /// A static route to the network on premises (VP-3).
    StaticRoute {
        destination: Text<'a> = "DestinationCidrBlock",
        state: Text<'a> = "State",
    }
}

sighted!(VpnConnection, VpnConnectionId, VpnConnection, connection => connection.static_routes.sort());

/// Reads a VPN connection.
pub(super) fn read(record: &VpnConnectionRecord<'_>, at: &Place) -> Result<VpnConnection, Flaw> {
    let mut static_routes = Vec::new();
    for (index, route) in list(&record.routes, at, "Routes")? {
        if !matches!(route.state.get(), Some("deleting" | "deleted")) {
            static_routes.extend(range(&route.destination, &at.item("Routes", index), "DestinationCidrBlock")?);
        }
    }
    Ok(VpnConnection {
        id: VpnConnectionId::new(required(&record.id, at, "VpnConnectionId")?),
        name: tag::name(&record.tags),
        vpn_gateway: record.vpn_gateway.get().map(VpnGatewayId::new),
        state: record.state.owned().unwrap_or_default(),
        static_routes,
    })
}
