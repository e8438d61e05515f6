//! The shapes of `NetworkInsightsAnalyses`, as AWS's API model has them; what is not known is left out.
//!
//! Leaves out members that nothing here fills: `FilterInArns`, policy tables, dates, ARNs of analyses that AWS never ran.

use serde::Serialize;

/// The whole document.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Document {
    pub(super) network_insights_analyses: Vec<Analysis>,
}

/// `NetworkInsightsAnalysis`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Analysis {
    pub(super) network_insights_analysis_id: String,
    pub(super) network_insights_path_id: String,
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) warning_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) network_path_found: Option<bool>,
    pub(super) forward_path_components: Vec<PathComponent>,
    pub(super) return_path_components: Vec<PathComponent>,
    pub(super) explanations: Vec<Explanation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) alternate_path_hints: Vec<AlternatePathHint>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) suggested_accounts: Vec<String>,
    pub(super) tags: Vec<Tag>,
}

/// `PathComponent`.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PathComponent {
    pub(super) sequence_number: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acl_rule: Option<AclRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attached_to: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) component: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) destination_vpc: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outbound_header: Option<PacketHeader>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inbound_header: Option<PacketHeader>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) route_table_route: Option<RouteTableRoute>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) security_group_rule: Option<SecurityGroupRuleOf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source_vpc: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subnet: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vpc: Option<Component>,
    pub(super) additional_details: Vec<AdditionalDetail>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) transit_gateway: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) transit_gateway_route_table_route: Option<TransitGatewayRouteOf>,
    pub(super) explanations: Vec<Explanation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) service_name: Option<String>,
}

/// `Explanation`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Explanation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acl: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acl_rule: Option<AclRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) addresses: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attached_to: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) component: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) destination: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) destination_vpc: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) direction: Option<&'static str>,
    pub(super) explanation_code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) internet_gateway: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) load_balancer_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) load_balancer_target_group: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) missing_component: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nat_gateway: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) network_interface: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) packet_field: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vpc_peering_connection: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) port: Option<u16>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) port_ranges: Vec<PortRangeOf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prefix_list: Option<Component>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) protocols: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) route_table_route: Option<RouteTableRoute>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) route_table: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) security_group: Option<Component>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) security_groups: Vec<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source_vpc: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subnet: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vpc: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vpc_endpoint: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vpn_gateway: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) transit_gateway: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) transit_gateway_route_table: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) transit_gateway_route_table_route: Option<TransitGatewayRouteOf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) transit_gateway_attachment: Option<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) component_account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) component_region: Option<String>,
}

/// `AnalysisComponent`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Component {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
}

/// `AnalysisAclRule`.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AclRule {
    pub(super) cidr: String,
    pub(super) egress: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) port_range: Option<PortRangeOf>,
    pub(super) protocol: String,
    pub(super) rule_action: &'static str,
    pub(super) rule_number: u32,
}

/// `AnalysisSecurityGroupRule`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SecurityGroupRuleOf {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cidr: Option<String>,
    pub(super) direction: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) security_group_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) port_range: Option<PortRangeOf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prefix_list_id: Option<String>,
    pub(super) protocol: String,
}

/// `AnalysisRouteTableRoute`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RouteTableRoute {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) destination_cidr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) destination_prefix_list_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) egress_only_internet_gateway_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) gateway_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) instance_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nat_gateway_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) network_interface_id: Option<String>,
    pub(super) origin: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) transit_gateway_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vpc_peering_connection_id: Option<String>,
    pub(super) state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) carrier_gateway_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) core_network_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) local_gateway_id: Option<String>,
}

/// `TransitGatewayRouteTableRoute`.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TransitGatewayRouteOf {
    pub(super) destination_cidr: String,
    pub(super) state: String,
    pub(super) route_origin: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prefix_list_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attachment_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource_type: Option<String>,
}

/// `AnalysisPacketHeader`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PacketHeader {
    pub(super) destination_addresses: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) destination_port_ranges: Vec<PortRangeOf>,
    pub(super) protocol: &'static str,
    pub(super) source_addresses: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) source_port_ranges: Vec<PortRangeOf>,
}

/// `PortRange`.
#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PortRangeOf {
    pub(super) from: u16,
    pub(super) to: u16,
}

/// `AdditionalDetail`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AdditionalDetail {
    pub(super) additional_detail_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) component: Option<Component>,
}

/// `AlternatePathHint`.
#[derive(PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AlternatePathHint {
    pub(super) component_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) component_arn: Option<String>,
}

/// `Tag`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    pub(super) key: &'static str,
    pub(super) value: String,
}
