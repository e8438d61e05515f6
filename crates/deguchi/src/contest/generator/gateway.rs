//! Gateways of a VPC: internet, egress-only, virtual private, endpoints, NAT.

use serde_json::{Value, json};

use super::{Documents, Draft, Presence, Random};

impl Draft {
    pub(super) fn write_gateways(&self, random: &mut Random, documents: &mut Documents) {
        let attachments = |presence: Presence, state: &str| match presence {
            Presence::Attached => json!([{ "VpcId": self.id(), "State": state }]),
            Presence::Detached | Presence::Absent => json!([]),
        };
        if self.internet_gateway != Presence::Absent {
            documents.add(
                "InternetGateways",
                json!({ "InternetGatewayId": self.named("igw"), "OwnerId": "111122223333",
                        "Attachments": attachments(self.internet_gateway, "available") }),
            );
        }
        if self.egress_only {
            documents.add(
                "EgressOnlyInternetGateways",
                json!({ "EgressOnlyInternetGatewayId": self.named("eigw"),
                        "Attachments": [{ "VpcId": self.id(), "State": "attached" }] }),
            );
        }
        if self.vpn_gateway != Presence::Absent {
            documents.add(
                "VpnGateways",
                json!({ "VpnGatewayId": self.named("vgw"), "State": "available",
                        "VpcAttachments": attachments(self.vpn_gateway, "attached") }),
            );
            let known = random.pick("192.168.0.0/16", ["192.168.0.0/16", "192.168.50.0/24", "0.0.0.0/0"]);
            documents.add(
                "VpnConnections",
                json!({ "VpnConnectionId": self.named("vpn"), "VpnGatewayId": self.named("vgw"), "State": "available",
                        "Routes": [{ "DestinationCidrBlock": known, "State": "available" }] }),
            );
        }
        if self.endpoint {
            let state = if random.fault(8) { "deleted" } else { "available" };
            let policy = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;
            documents.add(
                "VpcEndpoints",
                json!({ "VpcEndpointId": self.named("vpce"), "VpcEndpointType": "Gateway", "VpcId": self.id(),
                        "ServiceName": "com.amazonaws.eu-west-1.s3", "State": state, "PolicyDocument": policy,
                        "OwnerId": "111122223333" }),
            );
        }
    }

    pub(super) fn write_nat_gateways(&mut self, random: &mut Random, documents: &mut Documents) {
        for number in 0..random.pick(1, [0, 1, 1, 2, 1]) {
            let id = format!("nat-{}-{number}", self.vpc);
            let subnet = self.public_subnet(random);
            let is_private = random.fault(12);
            let state =
                if random.fault(12) { random.pick("failed", ["deleted", "pending", "deleting"]) } else { "available" };
            let addresses: Vec<Value> = (0..random.pick(1, [1, 1, 2, 3]))
                .map(|place| {
                    let status = if place > 0 && random.fault(15) { "failed" } else { "succeeded" };
                    let mut address = json!({
                        "NetworkInterfaceId": format!("eni-{id}"), "IsPrimary": place == 0, "Status": status,
                        "PrivateIp": self.address(subnet, 200 + number * 8 + place),
                    });
                    if let (false, Some(own)) = (is_private, address.as_object_mut()) {
                        own.insert("PublicIp".to_owned(), json!(self.nat_address(number, place)));
                        own.insert("AllocationId".to_owned(), json!(format!("eipalloc-{id}-{place}")));
                    }
                    address
                })
                .collect();
            if !matches!(state, "failed" | "deleted") {
                self.write_nat_interface(&id, subnet, &addresses, documents);
            }
            documents.add(
                "NatGateways",
                json!({
                    "NatGatewayId": id, "VpcId": self.id(), "SubnetId": self.subnet_id(subnet), "State": state,
                    "AvailabilityMode": "zonal", "ConnectivityType": if is_private { "private" } else { "public" },
                    "NatGatewayAddresses": addresses,
                }),
            );
            self.nat_gateways.push((id, matches!(state, "failed" | "deleted")));
        }
    }

    fn nat_address(&self, number: usize, place: usize) -> String {
        format!("203.0.113.{}", 200 + self.vpc * 16 + number * 4 + place)
    }

    fn write_nat_interface(&self, nat: &str, subnet: usize, addresses: &[Value], documents: &mut Documents) {
        let own: Vec<Value> = addresses
            .iter()
            .map(|address| {
                let mut own = json!({ "PrivateIpAddress": address["PrivateIp"], "Primary": address["IsPrimary"] });
                if let (Some(public), Some(own)) = (address.get("PublicIp"), own.as_object_mut()) {
                    own.insert("Association".to_owned(), json!({ "PublicIp": public }));
                }
                own
            })
            .collect();
        documents.add(
            "NetworkInterfaces",
            json!({
                "NetworkInterfaceId": format!("eni-{nat}"), "InterfaceType": "nat_gateway", "VpcId": self.id(),
                "SubnetId": self.subnet_id(subnet), "Description": format!("Interface for NAT Gateway {nat}"),
                "Groups": [], "SourceDestCheck": false, "PrivateIpAddresses": own, "Ipv6Addresses": [],
                "Attachment": { "DeviceIndex": 1, "Status": "attached", "InstanceOwnerId": "amazon-aws" },
                "Status": "in-use",
            }),
        );
    }
}
