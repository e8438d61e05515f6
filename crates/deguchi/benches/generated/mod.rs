//! Makes the AWS CLI's JSON of a network of any size: VPCs with public and protected subnets, NAT gateways, a network
//! ACL per kind, and as many outbound security group rules as asked for.

use deguchi::ingest::File;
use serde_json::{Value, json};

/// How large a network shall be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// Instances, 200 to a protected subnet, 10 protected subnets to a VPC.
    pub(crate) instances: usize,
    /// Outbound rules of the security group that every instance carries: 443 to as many public /24 ranges.
    pub(crate) rules: usize,
}

const INSTANCES_IN_SUBNET: usize = 200;
const SUBNETS_IN_VPC: usize = 10;

/// Returns the snapshot's files.
pub(crate) fn snapshot(size: Size) -> Vec<File> {
    let subnets: Vec<usize> = (0..size.instances.div_ceil(INSTANCES_IN_SUBNET)).collect();
    let vpcs: Vec<usize> = (0..subnets.len().div_ceil(SUBNETS_IN_VPC)).collect();
    let instances: Vec<usize> = (0..size.instances).collect();
    let file = |name: &str, key: &str, items: Vec<Value>| File {
        name: format!("{name}.json"),
        text: json!({ key: items }).to_string(),
    };
    let each = |of: &[usize], make: fn(usize) -> Vec<Value>| of.iter().copied().flat_map(make).collect::<Vec<_>>();
    vec![
        file("describe-vpcs", "Vpcs", each(&vpcs, vpc)),
        file("describe-subnets", "Subnets", [each(&vpcs, public_subnet), each(&subnets, subnet)].concat()),
        file("describe-route-tables", "RouteTables", each(&vpcs, route_tables)),
        file("describe-network-acls", "NetworkAcls", each(&vpcs, network_acl)),
        file("describe-internet-gateways", "InternetGateways", each(&vpcs, internet_gateway)),
        file("describe-nat-gateways", "NatGateways", each(&vpcs, nat_gateway)),
        file(
            "describe-security-groups",
            "SecurityGroups",
            vpcs.iter().map(|vpc| security_group(*vpc, size.rules)).collect(),
        ),
        file("describe-network-interfaces", "NetworkInterfaces", each(&instances, interface)),
        file("describe-instances", "Reservations", each(&instances, reservation)),
    ]
}

fn vpc_of(instance: usize) -> usize {
    instance / INSTANCES_IN_SUBNET / SUBNETS_IN_VPC
}

fn vpc(n: usize) -> Vec<Value> {
    vec![json!({ "VpcId": format!("vpc-{n:017x}"), "CidrBlock": format!("10.{n}.0.0/16"), "State": "available",
        "OwnerId": "111122223333", "IsDefault": false, "InstanceTenancy": "default",
        "CidrBlockAssociationSet": [{ "AssociationId": format!("vpc-cidr-assoc-{n:017x}"),
            "CidrBlock": format!("10.{n}.0.0/16"), "CidrBlockState": { "State": "associated" } }],
        "Tags": [{ "Key": "Name", "Value": format!("vpc-{n}") }] })]
}

fn public_subnet(vpc: usize) -> Vec<Value> {
    vec![json!({ "SubnetId": format!("subnet-{:017x}", 1_000_000 + vpc), "VpcId": format!("vpc-{vpc:017x}"),
        "CidrBlock": format!("10.{vpc}.255.0/24"), "AvailabilityZone": "us-east-1a", "State": "available",
        "OwnerId": "111122223333", "MapPublicIpOnLaunch": true })]
}

fn subnet(n: usize) -> Vec<Value> {
    let (vpc, third) = (n / SUBNETS_IN_VPC, n % SUBNETS_IN_VPC);
    vec![json!({ "SubnetId": format!("subnet-{n:017x}"), "VpcId": format!("vpc-{vpc:017x}"),
        "CidrBlock": format!("10.{vpc}.{third}.0/24"), "AvailabilityZone": "us-east-1a", "State": "available",
        "OwnerId": "111122223333", "MapPublicIpOnLaunch": false })]
}

fn route_tables(vpc: usize) -> Vec<Value> {
    let local = json!({ "DestinationCidrBlock": format!("10.{vpc}.0.0/16"), "GatewayId": "local",
        "Origin": "CreateRouteTable", "State": "active" });
    let table = |kind: usize, association: Value, default: Value| {
        json!({ "RouteTableId": format!("rtb-{:017x}", vpc * 2 + kind), "VpcId": format!("vpc-{vpc:017x}"),
            "OwnerId": "111122223333", "Associations": [association], "Routes": [local, default],
            "PropagatingVgws": [], "Tags": [] })
    };
    let main = json!({ "Main": true, "AssociationState": { "State": "associated" } });
    let of_public = json!({ "Main": false, "SubnetId": format!("subnet-{:017x}", 1_000_000 + vpc),
        "AssociationState": { "State": "associated" } });
    let to_nat = json!({ "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": format!("nat-{vpc:017x}"),
        "Origin": "CreateRoute", "State": "active" });
    let to_igw = json!({ "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": format!("igw-{vpc:017x}"),
        "Origin": "CreateRoute", "State": "active" });
    vec![table(0, main, to_nat), table(1, of_public, to_igw)]
}

fn network_acl(vpc: usize) -> Vec<Value> {
    let entry = |number: usize, egress: bool, action: &str| {
        json!({ "RuleNumber": number, "Egress": egress, "Protocol": "-1", "RuleAction": action,
            "CidrBlock": "0.0.0.0/0" })
    };
    vec![json!({ "NetworkAclId": format!("acl-{vpc:017x}"), "VpcId": format!("vpc-{vpc:017x}"), "IsDefault": true,
        "OwnerId": "111122223333", "Associations": [],
        "Entries": [entry(100, false, "allow"), entry(32767, false, "deny"), entry(100, true, "allow"),
            entry(32767, true, "deny")] })]
}

fn internet_gateway(vpc: usize) -> Vec<Value> {
    vec![json!({ "InternetGatewayId": format!("igw-{vpc:017x}"), "OwnerId": "111122223333",
        "Attachments": [{ "State": "available", "VpcId": format!("vpc-{vpc:017x}") }] })]
}

fn nat_gateway(vpc: usize) -> Vec<Value> {
    vec![json!({ "NatGatewayId": format!("nat-{vpc:017x}"), "VpcId": format!("vpc-{vpc:017x}"), "State": "available",
        "SubnetId": format!("subnet-{:017x}", 1_000_000 + vpc), "ConnectivityType": "public",
        "NatGatewayAddresses": [{ "AllocationId": format!("eipalloc-{vpc:017x}"), "Status": "succeeded",
            "NetworkInterfaceId": format!("eni-{:017x}", 1_000_000 + vpc), "IsPrimary": true,
            "PrivateIp": format!("10.{vpc}.255.5"), "PublicIp": format!("203.0.113.{}", vpc % 250 + 1) }] })]
}

fn security_group(vpc: usize, rules: usize) -> Value {
    let range = |n: usize| json!({ "CidrIp": format!("{}.{}.{}.0/24", 11 + n / 65536, n / 256 % 256, n % 256) });
    // Every other /24, so that no two make one.
    let ranges: Vec<Value> = (0..rules).map(|n| range(n * 2)).collect();
    json!({ "GroupId": format!("sg-{vpc:017x}"), "GroupName": "app", "VpcId": format!("vpc-{vpc:017x}"),
        "OwnerId": "111122223333", "Description": "app", "IpPermissions": [],
        "IpPermissionsEgress": [{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges,
            "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [] }] })
}

fn address(instance: usize) -> String {
    let subnet = instance / INSTANCES_IN_SUBNET;
    format!("10.{}.{}.{}", vpc_of(instance), subnet % SUBNETS_IN_VPC, instance % INSTANCES_IN_SUBNET + 10)
}

fn interface(n: usize) -> Vec<Value> {
    let name = format!("ip-{}.ec2.internal", address(n).replace('.', "-"));
    vec![json!({ "NetworkInterfaceId": format!("eni-{n:017x}"), "InterfaceType": "interface", "Status": "in-use",
        "VpcId": format!("vpc-{:017x}", vpc_of(n)), "SubnetId": format!("subnet-{:017x}", n / INSTANCES_IN_SUBNET),
        "AvailabilityZone": "us-east-1a", "OwnerId": "111122223333", "Description": "Primary network interface",
        "MacAddress": "02:00:00:00:00:01", "PrivateDnsName": name, "PrivateIpAddress": address(n),
        "PrivateIpAddresses": [{ "Primary": true, "PrivateIpAddress": address(n), "PrivateDnsName": name }],
        "Ipv6Addresses": [], "RequesterManaged": false, "SourceDestCheck": true, "TagSet": [],
        "Groups": [{ "GroupId": format!("sg-{:017x}", vpc_of(n)), "GroupName": "app" }],
        "Attachment": { "AttachmentId": format!("eni-attach-{n:017x}"), "AttachTime": "2026-01-15T09:00:00+00:00",
            "DeleteOnTermination": true, "DeviceIndex": 0, "NetworkCardIndex": 0, "Status": "attached",
            "InstanceId": format!("i-{n:017x}"), "InstanceOwnerId": "111122223333" } })]
}

fn reservation(n: usize) -> Vec<Value> {
    vec![json!({ "ReservationId": format!("r-{n:017x}"), "OwnerId": "111122223333", "Groups": [],
        "Instances": [{ "InstanceId": format!("i-{n:017x}"), "ImageId": "ami-0123456789abcdef0",
            "InstanceType": "t3.micro", "LaunchTime": "2026-01-15T09:00:00+00:00", "Architecture": "x86_64",
            "State": { "Code": 16, "Name": "running" }, "PrivateIpAddress": address(n), "AmiLaunchIndex": 0,
            "VpcId": format!("vpc-{:017x}", vpc_of(n)), "SubnetId": format!("subnet-{:017x}", n / INSTANCES_IN_SUBNET),
            "Placement": { "AvailabilityZone": "us-east-1a", "GroupName": "", "Tenancy": "default" },
            "Monitoring": { "State": "disabled" }, "EbsOptimized": false, "EnaSupport": true, "Hypervisor": "xen",
            "PlatformDetails": "Linux/UNIX", "RootDeviceName": "/dev/xvda", "RootDeviceType": "ebs",
            "BlockDeviceMappings": [{ "DeviceName": "/dev/xvda", "Ebs": { "Status": "attached",
                "DeleteOnTermination": true, "VolumeId": format!("vol-{n:017x}"),
                "AttachTime": "2026-01-15T09:00:00+00:00" } }],
            "SecurityGroups": [{ "GroupId": format!("sg-{:017x}", vpc_of(n)), "GroupName": "app" }],
            "NetworkInterfaces": interface(n), "Tags": [{ "Key": "Name", "Value": format!("app-{n}") }] }] })]
}
