//! What ingest makes of answers about transit gateways: attachments told in several answers, routes told in none by name.
#![cfg(test)]

use deguchi::{
    ingest::{File, Snapshot, from_files},
    words::notice_english,
};
use deguchi_model::{
    RouteState, TransitGatewayAssociation, TransitGatewayAttachment, TransitGatewayAttachmentEnd, TransitGatewayRoute,
    TransitGatewayRouteOrigin, TransitGatewayRouteTable, TransitGatewayRoutesGap,
};
use serde_json::{Value, json};

fn load(files: &[(&str, Value)]) -> Snapshot {
    let file = |(name, value): &(&str, Value)| File { name: (*name).to_owned(), text: value.to_string() };
    from_files(files.iter().map(file).collect()).expect("loads")
}

fn said(snapshot: &Snapshot) -> Vec<String> {
    snapshot.notices.iter().map(|notice| notice_english::words(&notice.kind).message).collect()
}

fn attachment<'s>(snapshot: &'s Snapshot, gateway: &str, id: &str) -> &'s TransitGatewayAttachment {
    &snapshot.network.transit_gateway_attachments[&(gateway.into(), id.into())]
}

/// Two VPCs attached to a gateway with one table, as three answers say it.
fn files() -> Vec<(&'static str, Value)> {
    let attachment = |id: &str, vpc: &str| {
        json!({"TransitGatewayAttachmentId": id, "TransitGatewayId": "tgw-1", "ResourceType": "vpc", "ResourceId": vpc,
            "ResourceOwnerId": "111122223333", "State": "available",
            "Association": {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"}})
    };
    let of_vpc = |id: &str, vpc: &str, subnets: Value, options: Value| {
        json!({"TransitGatewayAttachmentId": id, "TransitGatewayId": "tgw-1", "VpcId": vpc, "State": "available",
            "SubnetIds": subnets, "Options": options})
    };
    let options = json!({"ApplianceModeSupport": "enable", "Ipv6Support": "enable",
        "SecurityGroupReferencingSupport": "disable"});
    vec![
        (
            "describe-vpcs.json",
            json!({"Vpcs": [
                {"VpcId": "vpc-1", "CidrBlock": "10.1.0.0/16",
                    "CidrBlockAssociationSet": [{"CidrBlock": "10.1.0.0/16"}, {"CidrBlock": "10.9.0.0/16"}],
                    "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2001:db8::/56"}]},
                {"VpcId": "vpc-2", "CidrBlock": "10.2.0.0/16"},
            ]}),
        ),
        (
            "describe-transit-gateways.json",
            json!({"TransitGateways": [{"TransitGatewayId": "tgw-1", "State": "available",
            "Options": {"SecurityGroupReferencingSupport": "enable"}}]}),
        ),
        (
            "describe-transit-gateway-attachments.json",
            json!({"TransitGatewayAttachments": [attachment("at-1", "vpc-1"), attachment("at-2", "vpc-2")]}),
        ),
        (
            "describe-transit-gateway-vpc-attachments.json",
            json!({"TransitGatewayVpcAttachments": [
                of_vpc("at-1", "vpc-1", json!(["subnet-1", "subnet-2"]), options),
                of_vpc("at-2", "vpc-2", json!([]), json!({"DnsSupport": "enable"})),
            ]}),
        ),
        (
            "describe-transit-gateway-route-tables.json",
            json!({"TransitGatewayRouteTables": [{"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1",
                "State": "available", "Tags": [{"Key": "Name", "Value": "main"}]}]}),
        ),
    ]
}

fn with(more: &[(&'static str, Value)]) -> Snapshot {
    let mut all = files();
    all.extend(more.iter().cloned());
    load(&all)
}

fn table(snapshot: &Snapshot) -> &TransitGatewayRouteTable {
    &snapshot.network.transit_gateway_route_tables["tgw-rtb-1"]
}

/// `10.1.0.0/16 at-1`, with `propagated`, `blackhole` or a prefix list behind it.
fn routes(snapshot: &Snapshot) -> Vec<String> {
    let text = |route: &TransitGatewayRoute| {
        let mut words = vec![route.destination.to_string()];
        words.extend(route.attachments.iter().map(ToString::to_string));
        words.extend(route.prefix_list.iter().map(ToString::to_string));
        words.extend((route.state == RouteState::Blackhole).then(|| "blackhole".to_owned()));
        let is_propagated = route.origin == TransitGatewayRouteOrigin::Propagated;
        words.extend(is_propagated.then(|| "propagated".to_owned()));
        words.join(" ")
    };
    table(snapshot).routes.iter().map(text).collect()
}

fn route(cidr: &str, attachment: &str, kind: &str) -> Value {
    json!({"DestinationCidrBlock": cidr, "Type": kind, "State": "active",
        "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": attachment, "ResourceType": "vpc"}]})
}

#[test]
fn an_attachment_is_what_all_answers_say_of_it() {
    let snapshot = with(&[]);
    assert!(snapshot.network.transit_gateways["tgw-1"].references_groups);
    let first = attachment(&snapshot, "tgw-1", "at-1");
    assert_eq!(first.association, TransitGatewayAssociation::Table("tgw-rtb-1".into()));
    let TransitGatewayAttachmentEnd::Vpc(end) = &first.end else { panic!("{first:?}") };
    assert_eq!(end.owner, Some("111122223333".into()));
    assert_eq!(end.subnets, Some(vec!["subnet-1".into(), "subnet-2".into()]));
    assert_eq!((end.is_appliance_mode, end.carries_ipv6, end.references_groups), (true, true, false));
    let TransitGatewayAttachmentEnd::Vpc(end) = &attachment(&snapshot, "tgw-1", "at-2").end else { panic!() };
    assert_eq!((end.is_appliance_mode, end.carries_ipv6, end.references_groups), (false, false, true));
    // One answer alone leaves the rest open.
    let alone = |index: usize| load(&[files()[index].clone()]);
    let general = alone(2);
    let TransitGatewayAttachmentEnd::Vpc(end) = &attachment(&general, "tgw-1", "at-1").end else { panic!() };
    assert_eq!(end.subnets, None);
    assert_eq!(attachment(&alone(3), "tgw-1", "at-1").association, TransitGatewayAssociation::Unknown);
}

#[test]
fn an_attachment_of_another_kind_is_told_by_its_type() {
    let end = |kind: &str, state: &str| {
        let snapshot = load(&[(
            "a.json",
            json!({"TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "at", "TransitGatewayId": "tgw-1",
                "ResourceType": kind, "ResourceId": "it", "State": "available",
                "Association": {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": state}}]}),
        )]);
        attachment(&snapshot, "tgw-1", "at").clone()
    };
    assert_eq!(end("vpn", "associated").end, TransitGatewayAttachmentEnd::VpnConnection("it".into()));
    let direct = end("direct-connect-gateway", "disassociating");
    assert_eq!(direct.end, TransitGatewayAttachmentEnd::DirectConnect("it".to_owned()));
    assert_eq!(direct.association, TransitGatewayAssociation::None);
    let connect = TransitGatewayAttachmentEnd::Unmodelled { kind: "connect".to_owned(), id: "it".to_owned() };
    assert_eq!(end("connect", "associated").end, connect);
}

#[test]
fn what_joins_two_gateways_is_an_attachment_of_each() {
    let snapshot = load(&[(
        "a.json",
        json!({"TransitGatewayPeeringAttachments": [{"TransitGatewayAttachmentId": "at", "State": "available",
            "RequesterTgwInfo": {"TransitGatewayId": "tgw-1", "OwnerId": "1", "Region": "us-east-1"},
            "AccepterTgwInfo": {"TransitGatewayId": "tgw-2", "OwnerId": "2", "Region": "eu-west-1"}}]}),
    )]);
    let far = |gateway: &str, owner: &str, region: &str| TransitGatewayAttachmentEnd::Peering {
        transit_gateway: gateway.into(),
        owner: Some(owner.into()),
        region: Some(region.into()),
    };
    assert_eq!(attachment(&snapshot, "tgw-1", "at").end, far("tgw-2", "2", "eu-west-1"));
    assert_eq!(attachment(&snapshot, "tgw-2", "at").end, far("tgw-1", "1", "us-east-1"));
}

#[test]
fn associations_of_a_table_are_its_by_the_files_name() {
    let mut files = files();
    files.remove(2);
    let body =
        json!({"Associations": [{"TransitGatewayAttachmentId": "at-1", "ResourceType": "vpc", "State": "associated"}]});
    files.push(("get-transit-gateway-route-table-associations.tgw-rtb-1.json", body.clone()));
    let snapshot = load(&files);
    let association = &attachment(&snapshot, "tgw-1", "at-1").association;
    assert_eq!(*association, TransitGatewayAssociation::Table("tgw-rtb-1".into()));
    assert_eq!(attachment(&snapshot, "tgw-1", "at-2").association, TransitGatewayAssociation::Unknown);
    files.pop();
    files.push(("associations.json", body));
    assert_eq!(said(&load(&files)), ["`Associations` does not say which transit gateway route table it is about"]);
}

#[test]
fn the_routes_of_a_table_are_its_by_the_files_name_or_by_what_surrounds_them() {
    let list = json!({"Routes": [route("10.1.0.0/16", "at-1", "propagated"), route("10.8.0.0/16", "at-2", "static"),
        {"DestinationCidrBlock": "10.7.0.0/16", "Type": "static", "State": "blackhole"}], "AdditionalRoutesAvailable": false});
    let expected = ["10.1.0.0/16 at-1 propagated", "10.7.0.0/16 blackhole", "10.8.0.0/16 at-2"];
    let named = with(&[("search-transit-gateway-routes.tgw-rtb-1.json", list.clone())]);
    assert_eq!((routes(&named), table(&named).gaps.as_slice()), (expected.map(str::to_owned).to_vec(), [].as_slice()));
    assert_eq!(table(&named).name.as_deref(), Some("main"));
    let mut surrounded = list.clone();
    surrounded["TransitGatewayRouteTableId"] = json!("tgw-rtb-1");
    assert_eq!(routes(&with(&[("routes.json", surrounded)])), expected);
    let lost = with(&[("routes.json", list.clone())]);
    assert_eq!(said(&lost), ["`Routes` does not say which transit gateway route table it is about"]);
    assert_eq!(table(&lost).gaps, [TransitGatewayRoutesGap::List]);
    let mut more = list;
    more["AdditionalRoutesAvailable"] = json!(true);
    let cut_off = with(&[("search-transit-gateway-routes.tgw-rtb-1.json", more)]);
    assert_eq!(table(&cut_off).gaps, [TransitGatewayRoutesGap::List]);
}

#[test]
fn to_static_routes_come_the_ranges_of_vpcs_that_propagate() {
    let fixed = json!({"TransitGatewayStaticRoutes": [{"TransitGatewayRouteTableId": "tgw-rtb-1",
        "Routes": [route("0.0.0.0/0", "at-2", "static")], "AdditionalRoutesAvailable": false}]});
    let propagations = |attachments: &[&str]| {
        let each = |id: &&str| json!({"TransitGatewayAttachmentId": id, "ResourceType": "vpc", "State": "enabled"});
        let all: Vec<Value> = attachments.iter().map(each).collect();
        json!({"TransitGatewayPropagations": [{"TransitGatewayRouteTableId": "tgw-rtb-1",
            "TransitGatewayRouteTablePropagations": all}]})
    };
    let whole = with(&[("static.json", fixed.clone()), ("propagations.json", propagations(&["at-1"]))]);
    let expected = [
        "0.0.0.0/0 at-2",
        "10.1.0.0/16 at-1 propagated",
        "10.9.0.0/16 at-1 propagated",
        "2001:db8::/56 at-1 propagated",
    ];
    assert_eq!((routes(&whole), table(&whole).gaps.as_slice()), (expected.map(str::to_owned).to_vec(), [].as_slice()));
    // Whose ranges are not known, and without the propagations nothing is known of what they bring.
    let learned = with(&[("static.json", fixed.clone()), ("propagations.json", propagations(&["at-vpn"]))]);
    assert_eq!(table(&learned).gaps, [TransitGatewayRoutesGap::Propagated("at-vpn".into())]);
    assert_eq!(table(&with(&[("static.json", fixed)])).gaps, [TransitGatewayRoutesGap::List]);
    let named =
        json!({"TransitGatewayRouteTablePropagations": [{"TransitGatewayAttachmentId": "at-2", "State": "enabled"}]});
    let alone = with(&[("get-transit-gateway-route-table-propagations.tgw-rtb-1.json", named)]);
    assert_eq!(routes(&alone), ["10.2.0.0/16 at-2 propagated"]);
    assert_eq!(table(&alone).gaps, [TransitGatewayRoutesGap::List]);
}

#[test]
fn a_reference_to_a_prefix_list_is_a_route_for_each_of_its_ranges() {
    let reference = json!({"TransitGatewayPrefixListReferences": [{"TransitGatewayRouteTableId": "tgw-rtb-1",
        "PrefixListId": "pl-1", "State": "available", "Blackhole": false,
        "TransitGatewayAttachment": {"TransitGatewayAttachmentId": "at-1"}}]});
    let list = json!({"Entries": [{"Cidr": "10.5.0.0/16"}, {"Cidr": "10.6.0.0/16"}]});
    let none = ("search-transit-gateway-routes.tgw-rtb-1.json", json!({"Routes": []}));
    let known = with(&[none.clone(), ("references.json", reference.clone()), ("entries.pl-1.json", list)]);
    assert_eq!(routes(&known), ["10.5.0.0/16 at-1 pl-1", "10.6.0.0/16 at-1 pl-1"]);
    assert_eq!(table(&known).gaps, []);
    let unknown = with(&[none, ("references.json", reference)]);
    assert_eq!(table(&unknown).gaps, [TransitGatewayRoutesGap::PrefixList("pl-1".into())]);
}

#[test]
fn a_route_that_cannot_be_read_is_told_and_leaves_the_table_open() {
    let odd = json!({"Routes": [{"DestinationCidrBlock": "nowhere", "Type": "static", "State": "active"}]});
    let snapshot = with(&[("search-transit-gateway-routes.tgw-rtb-1.json", odd)]);
    assert_eq!(table(&snapshot).gaps, [TransitGatewayRoutesGap::List]);
    assert!(
        said(&snapshot)[0].starts_with("a route of route table `tgw-rtb-1` is not understood"),
        "{:?}",
        said(&snapshot)
    );
}
