//! The same network as a template of CloudFormation, in YAML: one file, comments that teach in it.
//!
//! Leaves the VPC's default security group as AWS makes it: no template can empty it.

use std::fmt::Write as _;

use super::{
    Blueprint, Nat, Zone,
    groups::{APPLICATION, DATABASE, HTTP, HTTPS, Rule},
    nat::FORWARDED,
    nat_host,
    s3::{self, Allow},
};
use crate::{
    catalogue::Catalogue,
    language::Language,
    words::lesson::{Lesson, lines},
};

/// The template's file.
pub(super) const FILE: &str = "template.yaml";

/// The parameter that AWS keeps pointed at the newest image.
const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";

/// Returns the template, comments in a language.
pub(super) fn template(blueprint: &Blueprint, catalogue: &Catalogue, language: Language) -> String {
    let mut template = Template { blueprint, language, text: String::new() };
    template.head();
    template.network();
    template.way_out();
    template.groups();
    template.s3(catalogue);
    if blueprint.has_vpn_gateway {
        template.vpn();
    }
    if blueprint.has_machines {
        template.machines();
    }
    template.outputs();
    template.text
}

struct Template<'b> {
    blueprint: &'b Blueprint,
    language: Language,
    text: String,
}

/// A reference to a resource.
fn the(id: &str) -> String {
    format!("!Ref {id}")
}

/// A member with its value.
fn set(name: &str, value: impl std::fmt::Display) -> String {
    format!("{name}: {value}")
}

/// A rule of a group with its peer, as an element of a list.
fn rule(rule: Rule, peer: &str) -> String {
    format!("  - {{ {}, {peer} }}", rule.members().join(", "))
}

const ANYWHERE: &str = "CidrIp: 0.0.0.0/0";

impl<'b> Template<'b> {
    fn line(&mut self, level: usize, line: &str) {
        let indent = if line.is_empty() { 0 } else { 2 * level };
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{:indent$}{line}", "");
    }

    fn say(&mut self, level: usize, lesson: Lesson) {
        for line in lines(lesson, self.language) {
            self.line(level, &format!("# {line}"));
        }
    }

    /// A resource of EC2, apart from what stands before it.
    fn resource(
        &mut self,
        lesson: Option<Lesson>,
        (id, kind): (&str, &str),
        after: Option<&str>,
        properties: &[String],
    ) {
        self.any_resource(lesson, (id, &format!("AWS::EC2::{kind}")), after, properties);
    }

    fn any_resource(
        &mut self,
        lesson: Option<Lesson>,
        (id, kind): (&str, &str),
        after: Option<&str>,
        properties: &[String],
    ) {
        if !self.text.ends_with("Resources:\n") {
            self.line(0, "");
        }
        if let Some(lesson) = lesson {
            self.say(1, lesson);
        }
        self.line(1, &format!("{id}:"));
        self.line(2, &set("Type", kind));
        if let Some(after) = after {
            self.line(2, &set("DependsOn", after));
        }
        if !properties.is_empty() {
            self.line(2, "Properties:");
        }
        for property in properties {
            self.line(3, property);
        }
    }

    /// The tag by which people know a resource.
    fn tag(&self, rest: &str) -> String {
        let dash = if rest.is_empty() { "" } else { "-" };
        format!("Tags: [{{ Key: Name, Value: {}{dash}{rest} }}]", self.blueprint.name.as_str())
    }

    fn zones(&self) -> &'b [Zone] {
        &self.blueprint.ranges.zones
    }

    /// The tables of protected subnets, in a list.
    fn protected_tables(&self) -> Vec<String> {
        match self.blueprint.nat {
            Nat::GatewayPerZone => {
                self.zones().iter().map(|zone| the(&format!("ProtectedRouteTable{}", zone.number))).collect()
            }
            Nat::None => Vec::new(),
            Nat::Gateway | Nat::Regional | Nat::Instance | Nat::InstanceTwoInterfaces => {
                vec![the("ProtectedRouteTable")]
            }
        }
    }

    fn needs_image(&self) -> bool {
        self.blueprint.has_machines || self.blueprint.nat.is_instance()
    }

    fn head(&mut self) {
        self.say(0, Lesson::TemplateOverview);
        self.line(0, "AWSTemplateFormatVersion: \"2010-09-09\"");
        let kinds =
            if self.blueprint.nat.has_protected() { "public, protected and private" } else { "public and private" };
        self.line(0, &format!("Description: A network with {kinds} subnets"));
        let needs_list = !self.blueprint.nat.has_protected();
        if self.needs_image() || needs_list {
            self.line(0, "");
            self.line(0, "Parameters:");
        }
        if self.needs_image() {
            self.say(1, Lesson::TemplateImage);
            self.line(1, "Image:");
            self.line(2, "Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>");
            self.line(2, &set("Default", IMAGE));
        }
        if needs_list {
            self.say(1, Lesson::TemplatePrefixList);
            self.line(1, "S3PrefixList:");
            self.line(2, "Type: String");
            self.line(2, "AllowedPattern: pl-[0-9a-f]+");
        }
        self.line(0, "");
        self.line(0, "Resources:");
    }

    fn network(&mut self) {
        let vpc = [
            set("CidrBlock", self.blueprint.ranges.vpc),
            set("EnableDnsSupport", true),
            set("EnableDnsHostnames", true),
            self.tag(""),
        ];
        self.resource(Some(Lesson::Dns), ("Vpc", "VPC"), None, &vpc);
        let gateway = [self.tag("")];
        self.resource(Some(Lesson::InternetGateway), ("InternetGateway", "InternetGateway"), None, &gateway);
        let attachment = [set("VpcId", the("Vpc")), set("InternetGatewayId", the("InternetGateway"))];
        self.resource(None, ("InternetGatewayAttachment", "VPCGatewayAttachment"), None, &attachment);
        self.subnets("Public", Lesson::Public, false);
        let to_internet = [
            set("RouteTableId", the("PublicRouteTable")),
            set("DestinationCidrBlock", "0.0.0.0/0"),
            set("GatewayId", the("InternetGateway")),
        ];
        self.resource(None, ("PublicDefaultRoute", "Route"), Some("InternetGatewayAttachment"), &to_internet);
        if self.blueprint.nat.has_protected() {
            self.subnets("Protected", Lesson::TemplateProtected, self.blueprint.nat.is_per_zone());
        }
        self.subnets("Private", Lesson::Private, false);
    }

    /// The subnets of a kind, with their route table or one each.
    fn subnets(&mut self, kind: &str, lesson: Lesson, is_per_zone: bool) {
        let name = kind.to_ascii_lowercase();
        for (index, zone) in self.zones().iter().enumerate() {
            let number = zone.number;
            let range = match kind {
                "Public" => zone.public,
                "Protected" => zone.protected,
                _ => zone.private,
            };
            let subnet = [
                set("VpcId", the("Vpc")),
                set("CidrBlock", range),
                set("AvailabilityZone", format!("!Select [{index}, !GetAZs \"\"]")),
                self.tag(&format!("{name}-{number}")),
            ];
            let first = (index == 0).then_some(lesson);
            self.resource(first, (&format!("{kind}Subnet{number}"), "Subnet"), None, &subnet);
        }
        for (index, zone) in self.zones().iter().enumerate() {
            let number = zone.number;
            let (table, tag) = match is_per_zone {
                true => (format!("{kind}RouteTable{number}"), format!("{name}-{number}")),
                false => (format!("{kind}RouteTable"), name.clone()),
            };
            if is_per_zone || index == 0 {
                let own = [set("VpcId", the("Vpc")), self.tag(&tag)];
                self.resource(None, (&table, "RouteTable"), None, &own);
            }
            let association =
                [set("SubnetId", the(&format!("{kind}Subnet{number}"))), set("RouteTableId", the(&table))];
            let id = format!("{kind}Subnet{number}Association");
            self.resource(None, (&id, "SubnetRouteTableAssociation"), None, &association);
        }
    }

    fn way_out(&mut self) {
        match self.blueprint.nat {
            Nat::Gateway => self.gateway(None),
            Nat::GatewayPerZone => {
                self.zones().iter().for_each(|zone| self.gateway(Some(zone.number)));
            }
            Nat::Regional => self.regional(),
            Nat::Instance => self.instance(),
            Nat::InstanceTwoInterfaces => self.two_interfaces(),
            Nat::None => {}
        }
    }

    /// The default route of protected subnets.
    fn route(&mut self, lesson: Option<Lesson>, suffix: &str, after: Option<&str>, target: String) {
        let route = [
            set("RouteTableId", the(&format!("ProtectedRouteTable{suffix}"))),
            set("DestinationCidrBlock", "0.0.0.0/0"),
            target,
        ];
        self.resource(lesson, (&format!("ProtectedDefaultRoute{suffix}"), "Route"), after, &route);
    }

    fn gateway(&mut self, zone: Option<u8>) {
        let suffix = zone.map_or_else(String::new, |zone| zone.to_string());
        let tag = zone.map_or_else(|| "nat".to_owned(), |zone| format!("nat-{zone}"));
        let lesson = match zone {
            None => Some(Lesson::Gateway),
            Some(1) => Some(Lesson::GatewayPerZone),
            Some(_) => None,
        };
        let (address, gateway) = (format!("NatAddress{suffix}"), format!("NatGateway{suffix}"));
        let after = Some("InternetGatewayAttachment");
        let own = [set("Domain", "vpc"), self.tag(&tag)];
        self.resource(lesson, (&address, "EIP"), after, &own);
        let own = [
            set("AllocationId", format!("!GetAtt {address}.AllocationId")),
            set("SubnetId", the(&format!("PublicSubnet{}", zone.unwrap_or(1)))),
            self.tag(&tag),
        ];
        self.resource(None, (&gateway, "NatGateway"), after, &own);
        self.route(None, &suffix, None, set("NatGatewayId", the(&gateway)));
    }

    fn regional(&mut self) {
        let own = [
            set("VpcId", the("Vpc")),
            set("AvailabilityMode", "regional"),
            set("ConnectivityType", "public"),
            self.tag("nat"),
        ];
        let after = Some("InternetGatewayAttachment");
        self.resource(Some(Lesson::RegionalGateway), ("NatGateway", "NatGateway"), after, &own);
        self.route(None, "", None, set("NatGatewayId", the("NatGateway")));
    }

    /// The script of a NAT instance, as its user data.
    fn user_data(&self) -> Vec<String> {
        let script = nat_host::script(self.blueprint, self.language);
        let head = ["UserData:".to_owned(), "  Fn::Base64: |".to_owned()];
        let indented = |line: &str| if line.is_empty() { String::new() } else { format!("    {line}") };
        head.into_iter().chain(script.lines().map(indented)).collect()
    }

    /// What protected machines send through a NAT instance, inbound.
    fn rules_of_clients(&self) -> Vec<String> {
        let zones = self.zones();
        let from = |own: &Rule| -> Vec<String> {
            zones.iter().map(|zone| rule(*own, &format!("CidrIp: {}", zone.protected))).collect()
        };
        FORWARDED.iter().flat_map(from).collect()
    }

    fn comment(&self, lesson: Lesson) -> Vec<String> {
        lines(lesson, self.language).map(|line| format!("# {line}")).collect()
    }

    fn instance(&mut self) {
        let out: Vec<String> = FORWARDED.iter().map(|own| rule(*own, ANYWHERE)).collect();
        let clients = self.rules_of_clients();
        self.group(Some(Lesson::InstanceClients), "Nat", &clients, &out);
        let mut host = vec![
            set("ImageId", the("Image")),
            set("InstanceType", "t4g.nano"),
            set("SubnetId", the("PublicSubnet1")),
            set("SecurityGroupIds", "[!GetAtt NatGroup.GroupId]"),
            self.tag("nat"),
        ];
        host.extend(self.comment(Lesson::SourceDestinationCheck));
        host.push(set("SourceDestCheck", false));
        host.extend(self.comment(Lesson::UserData));
        host.extend(self.user_data());
        let after = Some("InternetGatewayAttachment");
        self.resource(Some(Lesson::Instance), ("NatInstance", "Instance"), after, &host);
        let address = [set("Domain", "vpc"), set("InstanceId", the("NatInstance")), self.tag("nat")];
        self.resource(Some(Lesson::InstanceAddress), ("NatAddress", "EIP"), after, &address);
        self.route(None, "", None, set("InstanceId", the("NatInstance")));
    }

    fn two_interfaces(&mut self) {
        let out: Vec<String> = FORWARDED.iter().map(|own| rule(*own, ANYWHERE)).collect();
        let clients = self.rules_of_clients();
        self.group(Some(Lesson::InstanceClients), "NatInside", &clients, &[]);
        self.group(None, "NatOutside", &[], &out);
        let interface = |subnet: &str, group: &str| {
            vec![set("SubnetId", the(subnet)), set("GroupSet", format!("[!GetAtt {group}Group.GroupId]"))]
        };
        let mut outside = interface("PublicSubnet1", "NatOutside");
        outside.push(self.tag("nat-outside"));
        self.resource(Some(Lesson::TwoInterfaces), ("NatOutside", "NetworkInterface"), None, &outside);
        let mut inside = interface("PrivateSubnet1", "NatInside");
        inside.push(self.tag("nat-inside"));
        inside.extend(self.comment(Lesson::SourceDestinationCheck));
        inside.push(set("SourceDestCheck", false));
        self.resource(None, ("NatInside", "NetworkInterface"), None, &inside);
        let mut host = vec![
            set("ImageId", the("Image")),
            set("InstanceType", "t4g.nano"),
            "NetworkInterfaces:".to_owned(),
            "  - { DeviceIndex: \"0\", NetworkInterfaceId: !Ref NatOutside }".to_owned(),
            "  - { DeviceIndex: \"1\", NetworkInterfaceId: !Ref NatInside }".to_owned(),
            self.tag("nat"),
        ];
        host.extend(self.comment(Lesson::UserData));
        host.extend(self.user_data());
        let after = Some("InternetGatewayAttachment");
        self.resource(None, ("NatInstance", "Instance"), after, &host);
        let address = [set("Domain", "vpc"), self.tag("nat")];
        self.resource(Some(Lesson::InstanceAddress), ("NatAddress", "EIP"), after, &address);
        let association =
            [set("AllocationId", "!GetAtt NatAddress.AllocationId"), set("NetworkInterfaceId", the("NatOutside"))];
        self.resource(None, ("NatAddressAssociation", "EIPAssociation"), None, &association);
        let target = set("NetworkInterfaceId", the("NatInside"));
        self.route(Some(Lesson::RouteToInterface), "", Some("NatInstance"), target);
    }

    /// A group with its own rules. One without outbound rules keeps AWS's, which lets everything out, unless it has some.
    fn group(&mut self, lesson: Option<Lesson>, name: &str, inbound: &[String], outbound: &[String]) {
        let tag = match name {
            "NatInside" => "nat-inside".to_owned(),
            "NatOutside" => "nat-outside".to_owned(),
            _ => name.to_ascii_lowercase(),
        };
        let mut own = vec![
            set("GroupName", format!("{}-{tag}", self.blueprint.name.as_str())),
            set("GroupDescription", format!("{tag} of the network")),
            set("VpcId", the("Vpc")),
            self.tag(&tag),
        ];
        if !inbound.is_empty() {
            own.push("SecurityGroupIngress:".to_owned());
            own.extend(inbound.iter().cloned());
        }
        if outbound.is_empty() {
            own.extend(self.comment(Lesson::TemplateNothingOut));
        }
        own.push("SecurityGroupEgress:".to_owned());
        match outbound {
            [] => own.push("  - { IpProtocol: \"-1\", CidrIp: 127.0.0.1/32 }".to_owned()),
            rules => own.extend(rules.iter().cloned()),
        }
        self.resource(lesson, (&format!("{name}Group"), "SecurityGroup"), None, &own);
    }

    /// A rule of its own that lets a group in: groups that name each other could not be made one after the other.
    fn lets_in(&mut self, group: &str, from: &str, own: Rule) {
        let mut properties = vec![
            set("GroupId", format!("!GetAtt {group}Group.GroupId")),
            set("SourceSecurityGroupId", format!("!GetAtt {from}Group.GroupId")),
        ];
        properties.extend(own.members());
        self.resource(None, (&format!("{group}From{from}"), "SecurityGroupIngress"), None, &properties);
    }

    fn groups(&mut self) {
        let has_app = self.blueprint.nat.has_protected();
        let to = |group: &str| format!("DestinationSecurityGroupId: !GetAtt {group}Group.GroupId");
        let (next, service) = if has_app { ("App", APPLICATION) } else { ("Data", DATABASE) };
        let out = [rule(HTTPS, ANYWHERE), rule(HTTP, ANYWHERE), rule(Rule::ECHO, ANYWHERE)];
        self.line(0, "");
        self.say(1, Lesson::TemplateGroups);
        let web_out: Vec<String> = out.iter().cloned().chain([rule(service, &to(next))]).collect();
        self.group(Some(Lesson::WebGroup), "Web", &[rule(HTTPS, ANYWHERE), rule(HTTP, ANYWHERE)], &web_out);
        if has_app {
            let app_out: Vec<String> = out.iter().cloned().chain([rule(DATABASE, &to("Data"))]).collect();
            self.group(Some(Lesson::AppGroup), "App", &[], &app_out);
            self.lets_in("App", "Web", APPLICATION);
        }
        let to_s3 = "DestinationPrefixListId: !Ref S3PrefixList";
        let data_out = if has_app { Vec::new() } else { vec![rule(HTTPS, to_s3), rule(HTTP, to_s3)] };
        self.group(Some(Lesson::DataGroup), "Data", &[], &data_out);
        self.lets_in("Data", if has_app { "App" } else { "Web" }, DATABASE);
    }

    fn statement(own: &Allow, principal: Option<&str>) -> Vec<String> {
        let mut lines = vec![format!("  - Sid: {}", own.sid), "    Effect: Allow".to_owned()];
        lines.extend(principal.map(|principal| format!("    Principal: {principal}")));
        lines.push(format!("    Action: {}", own.actions));
        lines.push("    Resource:".to_owned());
        lines.extend(own.resources.iter().map(|resource| format!("      - {resource}")));
        lines
    }

    fn policy(member: &str, statements: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
        let head = [format!("{member}:"), "  Version: \"2012-10-17\"".to_owned(), "  Statement:".to_owned()];
        let indented = statements.into_iter().flatten().map(|line| format!("  {line}"));
        head.into_iter().chain(indented).collect()
    }

    fn s3(&mut self, catalogue: &Catalogue) {
        let mut tables = self.protected_tables();
        if tables.is_empty() {
            tables.push(the("PrivateRouteTable"));
        }
        let mut endpoint = vec![
            set("VpcId", the("Vpc")),
            set("ServiceName", s3::service_name(self.blueprint)),
            set("VpcEndpointType", "Gateway"),
            set("RouteTableIds", format!("[{}]", tables.join(", "))),
        ];
        endpoint.extend(self.comment(Lesson::EndpointPolicy));
        let statements = s3::statements(self.blueprint, catalogue);
        let statements = statements.iter().map(|own| Self::statement(own, Some("\"*\"")));
        endpoint.extend(Self::policy("PolicyDocument", statements));
        self.resource(Some(Lesson::Endpoint), ("S3Endpoint", "VPCEndpoint"), None, &endpoint);
        let Some(bucket) = &self.blueprint.bucket else { return };
        let service = s3::service_of_machines(self.blueprint);
        let trust = vec![
            "  - Effect: Allow".to_owned(),
            format!("    Principal: {{ Service: {service} }}"),
            "    Action: sts:AssumeRole".to_owned(),
        ];
        let mut role = vec![set("RoleName", format!("{}-machine", self.blueprint.name.as_str()))];
        role.extend(Self::policy("AssumeRolePolicyDocument", [trust]));
        role.push("Policies:".to_owned());
        role.push("  - PolicyName: own-data-in-s3".to_owned());
        let own = s3::own_data(self.blueprint, bucket);
        let rights = Self::policy("PolicyDocument", own.iter().map(|own| Self::statement(own, None)));
        role.extend(rights.into_iter().map(|line| format!("    {line}")));
        self.any_resource(Some(Lesson::Role), ("MachineRole", "AWS::IAM::Role"), None, &role);
        let profile = [
            set("InstanceProfileName", format!("{}-machine", self.blueprint.name.as_str())),
            set("Roles", "[!Ref MachineRole]"),
        ];
        self.any_resource(None, ("MachineProfile", "AWS::IAM::InstanceProfile"), None, &profile);
    }

    fn vpn(&mut self) {
        let gateway = [set("Type", "ipsec.1"), self.tag("")];
        self.resource(Some(Lesson::VpnGateway), ("VpnGateway", "VPNGateway"), None, &gateway);
        let attachment = [set("VpcId", the("Vpc")), set("VpnGatewayId", the("VpnGateway"))];
        self.resource(None, ("VpnGatewayAttachment", "VPCGatewayAttachment"), None, &attachment);
        let mut tables = self.protected_tables();
        tables.push(the("PrivateRouteTable"));
        let propagation =
            [set("RouteTableIds", format!("[{}]", tables.join(", "))), set("VpnGatewayId", the("VpnGateway"))];
        let id = ("VpnGatewayRoutePropagation", "VPNGatewayRoutePropagation");
        self.resource(None, id, Some("VpnGatewayAttachment"), &propagation);
    }

    fn machine(&mut self, lesson: Option<Lesson>, id: &str, tag: &str, more: &[String]) {
        let mut own = vec![set("ImageId", the("Image")), set("InstanceType", "t4g.nano")];
        own.extend(more.iter().cloned());
        own.push(self.tag(tag));
        self.resource(lesson, (id, "Instance"), None, &own);
    }

    fn machines(&mut self) {
        let has_app = self.blueprint.nat.has_protected();
        let placed = |subnet: &str, group: &str| {
            vec![set("SubnetId", the(subnet)), set("SecurityGroupIds", format!("[!GetAtt {group}Group.GroupId]"))]
        };
        let role = self.blueprint.bucket.as_ref().map(|_| set("IamInstanceProfile", the("MachineProfile")));
        let web = [
            "NetworkInterfaces:".to_owned(),
            "  - DeviceIndex: \"0\"".to_owned(),
            "    AssociatePublicIpAddress: true".to_owned(),
            "    SubnetId: !Ref PublicSubnet1".to_owned(),
            "    GroupSet: [!GetAtt WebGroup.GroupId]".to_owned(),
        ];
        self.machine(Some(Lesson::TemplateMachines), "Web1", "web-1", &web);
        if has_app {
            for zone in self.zones() {
                let mut app = placed(&format!("ProtectedSubnet{}", zone.number), "App");
                app.extend(role.clone());
                self.machine(None, &format!("App{}", zone.number), &format!("app-{}", zone.number), &app);
            }
        }
        let mut data = placed("PrivateSubnet1", "Data");
        data.extend(role.filter(|_| !has_app));
        self.machine(None, "Data1", "data-1", &data);
    }

    fn outputs(&mut self) {
        self.line(0, "");
        self.line(0, "Outputs:");
        self.line(1, "VpcId:");
        self.line(2, "Value: !Ref Vpc");
        for kind in ["Public", "Protected", "Private"] {
            if kind != "Protected" || self.blueprint.nat.has_protected() {
                let subnets: Vec<String> =
                    self.zones().iter().map(|zone| the(&format!("{kind}Subnet{}", zone.number))).collect();
                self.line(1, &format!("{kind}SubnetIds:"));
                self.line(2, &format!("Value: !Join [\",\", [{}]]", subnets.join(", ")));
            }
        }
        let addresses: Vec<String> = match self.blueprint.nat {
            Nat::Gateway | Nat::Instance | Nat::InstanceTwoInterfaces => vec![the("NatAddress")],
            Nat::GatewayPerZone => self.zones().iter().map(|zone| the(&format!("NatAddress{}", zone.number))).collect(),
            // AWS chooses and changes them with the zones that it works in.
            Nat::Regional | Nat::None => return,
        };
        self.say(1, Lesson::NatAddresses);
        self.line(1, "NatAddresses:");
        self.line(2, &format!("Value: !Join [\",\", [{}]]", addresses.join(", ")));
    }
}
