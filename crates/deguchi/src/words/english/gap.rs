//! English sentences for what is not known, and what to do about it.

use deguchi_engine::{Gap, Missing, Resource};
use deguchi_model::{AccountId, Region, Route};

use super::{inspection, load_balancer, resolution, resource::phrase, transit_gateway};
use crate::report::{Names, clean, describe_call};

/// Returns the sentence for what is not known, without a full stop.
#[expect(clippy::too_many_lines, reason = "one arm for each gap")]
pub(crate) fn sentence(missing: &Missing, names: &Names) -> String {
    let resource = phrase(&missing.resource, names);
    match &missing.gap {
        Gap::DestinationAddress => destination_address(&missing.resource, &resource),
        Gap::Subnet => format!("{resource} is not in the snapshot"),
        Gap::NetworkAclOfSubnet => format!(
            "the network ACL of {resource} is not in the snapshot; what follows holds if it is AWS's default, all open"
        ),
        Gap::RouteTableOfSubnet => {
            format!("the route table of {resource} is not in the snapshot; inside the VPC the local route is taken")
        }
        Gap::RouteTableOfNatGateway => format!("the route table of regional {resource} is not in the snapshot"),
        Gap::SecurityGroup => format!("{resource} is not in the snapshot; what follows holds if it allows the packets"),
        Gap::RouteTarget(route) => {
            format!("{} targets {resource}, which is not in the snapshot", route_phrase(route))
        }
        Gap::InterfaceOfAddress => {
            format!("the network interface that {resource} is associated with is not in the snapshot")
        }
        Gap::AddressLater(range) => format!(
            "which address of `{range}` {resource} will have is known only after apply, and rules or routes tell them apart"
        ),
        Gap::InterfacesOfVpc => {
            format!(
                "the snapshot does not list every network interface of {resource}, so who has the address is unknown"
            )
        }
        Gap::VpcElsewhere { .. } => format!("{resource}, to which the packets go, is not in the snapshot"),
        Gap::PrefixListEntries => {
            format!(
                "the ranges of {resource} are not in the snapshot; what follows holds if a rule that names it matches"
            )
        }
        Gap::SourceDestinationCheck => format!(
            "whether the source/destination check of {resource} is on is not in the snapshot; what follows holds if it is off"
        ),
        Gap::NatGatewayState(state) => {
            format!("whether {resource}, whose state is `{}`, still carries packets is not known", clean(state))
        }
        Gap::NatGatewayPlacement => format!("where {resource} stands is not in the snapshot"),
        Gap::UnreadableRoute(route) => format!("{} of {resource} is not understood", route_phrase(route)),
        Gap::TiedRoutes(routes) => tied_routes(routes, &resource, names),
        Gap::RouteTargetNotModelled(route) => {
            format!("{} leads over {resource}, which deguchi does not walk yet", route_phrase(route))
        }
        Gap::InterfaceNotModelled => {
            format!("what happens behind {resource} is not walked by deguchi yet; what follows holds if it answers")
        }
        Gap::ReplyByEgressOnlyGateway => format!(
            "whether {resource} lets out replies to requests that came in from another network is not in AWS's documents; what follows holds if it does"
        ),
        Gap::TransitGateway(gap) => transit_gateway::gap(gap, &resource, names),
        Gap::LoadBalancer(gap) => load_balancer::gap(*gap, &resource),
        Gap::Inspection(gap) => inspection::gap(*gap, &resource),
        Gap::EndpointOfInterface => format!("the VPC endpoint that {resource} is of is not in the snapshot"),
        Gap::Appliance => {
            format!(
                "what {resource} does as an appliance with packets not for the internet is not known; what follows holds if it lets them pass unchanged"
            )
        }
        Gap::ApplianceOneWay => format!(
            "what {resource} does as an appliance with connections whose replies it does not see is not known; what follows holds if it lets them pass"
        ),
        Gap::EdgeRouteTable(route) => edge_route_table(route, &resource),
        Gap::Policy(gap) => super::policy::gap(gap, names),
        Gap::Name(gap) => resolution::gap(gap, &resource),
        Gap::EndpointAddressFamily => {
            format!(
                "whether the service's IPv6 addresses are reached over {resource}, which is for IPv4, is not settled"
            )
        }
        Gap::VpnRoutes => format!("which destinations {resource} knows is not in the snapshot: BGP is printed nowhere"),
        Gap::InternetThroughOnPremises => {
            format!("whether the network on premises behind {resource} lets packets on to the internet is not known")
        }
        Gap::OnPremisesEntrance(entrances) => on_premises_entrance(entrances, &missing.resource, &resource, names),
        Gap::OnPremisesReturn(asked) => format!(
            "the reply goes on premises by {resource}, the request came by {}: whether firewalls over there mind is not known",
            names.quoted(asked)
        ),
        Gap::BlockPublicAccess(mode) => format!(
            "VPC Block Public Access is `{}` for {resource}, and which exclusions apply is not known",
            clean(mode)
        ),
        Gap::EncryptionControls => {
            format!("{resource} enforces VPC Encryption Controls, and the gateway is not among their exclusions")
        }
        Gap::TooManyTranslations => {
            format!("at {resource} the addresses are translated once more than deguchi follows")
        }
        Gap::NatGatewayAppliance(appliance) => format!(
            "{resource} has `{}` attached, and what that filters is not known; what follows holds if it lets the packets pass",
            clean(appliance)
        ),
        Gap::SubnetRouter => format!("whether the router of {resource} answers at its own address is said by nobody"),
    }
}

/// Returns the one thing to do about it.
pub(crate) fn hint(missing: &Missing) -> String {
    let id = clean(&missing.resource.to_string());
    match &missing.gap {
        Gap::DestinationAddress => match &missing.resource {
            Resource::PrefixList(_) => add("aws ec2 describe-prefix-lists"),
            _ => "look the name up on the host, and ask for its address".to_owned(),
        },
        Gap::Subnet => add("aws ec2 describe-subnets"),
        Gap::NetworkAclOfSubnet => add("aws ec2 describe-network-acls"),
        Gap::RouteTableOfSubnet | Gap::RouteTableOfNatGateway => add("aws ec2 describe-route-tables"),
        Gap::SecurityGroup => add("aws ec2 describe-security-groups"),
        Gap::RouteTarget(_) => match describe_call(&missing.resource) {
            Some(call) => add(call),
            None => format!("look up what `{id}` is"),
        },
        Gap::InterfacesOfVpc | Gap::InterfaceOfAddress | Gap::SourceDestinationCheck => {
            add("aws ec2 describe-network-interfaces")
        }
        Gap::VpcElsewhere { owner, region } => elsewhere(owner.as_ref(), region.as_ref()),
        Gap::PrefixListEntries => format!(
            "add the output of `aws ec2 describe-prefix-lists`, or of \
             `aws ec2 get-managed-prefix-list-entries --prefix-list-id {id}`"
        ),
        Gap::NatGatewayPlacement | Gap::NatGatewayState(_) => add("aws ec2 describe-nat-gateways"),
        Gap::UnreadableRoute(_) | Gap::EdgeRouteTable(_) => {
            format!("read it yourself: `aws ec2 describe-route-tables --route-table-ids {id}`")
        }
        Gap::TiedRoutes(_) => format!("remove all but one of them from `{id}`"),
        Gap::RouteTargetNotModelled(_) | Gap::InterfaceNotModelled => follow(&missing.resource, &id),
        Gap::ReplyByEgressOnlyGateway => {
            "add a route that leads the replies back the way that the requests came".to_owned()
        }
        Gap::TransitGateway(gap) => transit_gateway::hint(gap, &id),
        Gap::LoadBalancer(gap) => load_balancer::hint(*gap, &id),
        Gap::Inspection(gap) => inspection::hint(*gap, &id),
        Gap::EndpointOfInterface => add("aws ec2 describe-vpc-endpoints"),
        Gap::Appliance | Gap::ApplianceOneWay => format!("look on `{id}` itself: its forwarding and its firewall"),
        Gap::Policy(gap) => super::policy::hint(gap),
        Gap::Name(gap) => resolution::hint(gap, &id),
        Gap::EndpointAddressFamily => "ask the same question for IPv4".to_owned(),
        Gap::AddressLater(_) => {
            "give the address in the configuration (`private_ip`), or ask again of the state after apply".to_owned()
        }
        Gap::VpnRoutes => {
            "ask for an address whose route is static, or look at what BGP advertises from on premises".to_owned()
        }
        Gap::InternetThroughOnPremises => "ask those who run the network on premises".to_owned(),
        Gap::OnPremisesEntrance(entrances) => on_premises_hint(entrances, &missing.resource),
        Gap::OnPremisesReturn(_) => "ask those who run the network on premises".to_owned(),
        Gap::BlockPublicAccess(_) => {
            "add the output of `aws ec2 describe-vpc-block-public-access-exclusions`".to_owned()
        }
        Gap::EncryptionControls => "look at the VPC's `EncryptionControl` in `aws ec2 describe-vpcs`".to_owned(),
        Gap::TooManyTranslations => "ask from the last machine that translates".to_owned(),
        Gap::NatGatewayAppliance(_) => format!("look at what is attached to `{id}`: `aws ec2 describe-nat-gateways`"),
        Gap::SubnetRouter => "ask for the address of a machine".to_owned(),
    }
}

fn on_premises_entrance(entrances: &[String], place: &Resource, resource: &str, names: &Names) -> String {
    match (entrances, place) {
        ([], Resource::Vpc(_)) => format!(
            "no virtual private gateway and no transit gateway attachment by which packets from on premises come into {resource} is in the snapshot"
        ),
        ([], _) => {
            "the destination is in no VPC of the snapshot, so how packets from on premises come there is unknown"
                .to_owned()
        }
        (several, _) => {
            let several: Vec<String> = several.iter().map(|id| names.quoted(id)).collect();
            format!(
                "packets from on premises may come in by {}: which of them is decided over there and by BGP, and the answer differs",
                several.join(" or ")
            )
        }
    }
}

fn on_premises_hint(entrances: &[String], place: &Resource) -> String {
    let text = match (entrances, place) {
        ([], Resource::Vpc(_)) => {
            "add the output of `aws ec2 describe-vpn-gateways`, or of `aws ec2 describe-transit-gateway-attachments`"
        }
        ([], _) => "ask for an address inside a VPC",
        (_, _) => "ask those who run the network on premises by which of them it sends",
    };
    text.to_owned()
}

fn tied_routes(routes: &[Route], resource: &str, names: &Names) -> String {
    format!("{} routes of {resource} are equally specific, and AWS picks one: {}", routes.len(), targets(routes, names))
}

fn edge_route_table(route: &Route, resource: &str) -> String {
    format!(
        "{resource} is an edge route table, and what becomes of traffic that enters the VPC by its {} is not settled: AWS's pages disagree, or admit no such target",
        route_phrase(route)
    )
}

fn destination_address(list: &Resource, phrase: &str) -> String {
    match list {
        Resource::PrefixList(_) => format!(
            "which addresses {phrase} holds is not in the snapshot, and the answer differs among those it may hold"
        ),
        _ => "which address the name has is not known, and the answer differs among those it may have".to_owned(),
    }
}

pub(super) fn elsewhere(owner: Option<&AccountId>, region: Option<&Region>) -> String {
    let whose = match (owner, region) {
        (Some(owner), Some(region)) => {
            format!("of account `{}` in `{}`", clean(owner.as_str()), clean(region.as_str()))
        }
        (Some(owner), None) => format!("of account `{}`", clean(owner.as_str())),
        (None, Some(region)) => format!("of the account that owns it, in `{}`", clean(region.as_str())),
        (None, None) => "of the account and region that it is in".to_owned(),
    };
    format!("add a snapshot {whose}, beside this one in the same folder")
}

pub(super) fn add(call: &str) -> String {
    format!("add the output of `{call}`")
}

fn follow(resource: &Resource, id: &str) -> String {
    match describe_call(resource) {
        Some(call) => format!("follow the way on from there yourself: `{call}` describes `{id}`"),
        None => format!("follow the way on from `{id}` yourself"),
    }
}

fn route_phrase(route: &Route) -> String {
    format!("route `{}`", clean(&route.destination.to_string()))
}

fn targets(routes: &[Route], names: &Names) -> String {
    let route =
        |route: &Route| format!("`{}` → {}", clean(&route.destination.to_string()), names.quoted(&route.target));
    routes.iter().map(route).collect::<Vec<_>>().join(", ")
}
