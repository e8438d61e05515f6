//! What notices say in English.

use crate::{
    ingest::LoadError,
    notice::{
        Expected, Format, IdentityProblem, JsonProblem, JsonProblemKind, NoticeKind, Problem, ResourceKind, Severity,
        Words,
    },
};

/// What a notice says.
pub fn words(kind: &NoticeKind) -> Words {
    Words { message: message(kind), effect: effect(kind), hint: hint(kind) }
}

/// The name of a severity, as it leads a message.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// What to add to a notice into which more of its kind were folded.
pub fn similar(count: usize) -> String {
    format!("and {count} more like it")
}

/// What an error says for which nothing could be loaded.
pub fn load_error(error: &LoadError) -> Words {
    let (message, hint) = match error {
        LoadError::NotFound { path } => (format!("`{path}` does not exist"), None),
        LoadError::Unreadable { path, reason } => (format!("`{path}` cannot be read: {reason}"), None),
        LoadError::NoJsonFile { path } => {
            (format!("folder `{path}` has no JSON file in it"), Some(format!("save answers of AWS there, {EXAMPLE}")))
        }
        LoadError::NotJson { file, problem } => (format!("`{file}` {}", json_problem(*problem)), json_hint(*problem)),
        LoadError::EveryFileBroken { files, .. } => (format!("none of {} can be read", counted(*files, "file")), None),
        LoadError::NoTerraform { path } => (
            format!("`{path}` is neither a plan nor a state of Terraform"),
            Some("save `terraform show -json plan.tfplan > plan.json` and give that with `--from`".to_owned()),
        ),
        LoadError::FormatNotRead { file, format: found } => {
            (format!("`{file}` is {}, which is not read as a network", format(*found)), None)
        }
        LoadError::NoNetwork { files, .. } => (
            format!("nothing in {} describes a network", counted(*files, "file")),
            Some(format!("save answers of AWS, {EXAMPLE}")),
        ),
    };
    Words { message, effect: Some("nothing was analysed".to_owned()), hint }
}

const EXAMPLE: &str = "such as that of `aws ec2 describe-vpcs`";

fn message(kind: &NoticeKind) -> String {
    match kind {
        NoticeKind::FileNotJson(problem) => format!("file {}", json_problem(*problem)),
        NoticeKind::FileUnreadable { reason } => format!("file cannot be read: {reason}"),
        NoticeKind::FormatNotRead(found) => format!("file is {}, which is not read", format(*found)),
        NoticeKind::UnknownKeys { keys, more } => unknown_keys(keys, *more),
        NoticeKind::NothingRecognised => "nothing here is recognised as an answer of AWS".to_owned(),
        NoticeKind::NotAList { key, .. } => format!("`{key}` is not a list"),
        NoticeKind::IncompleteList { keys } => {
            format!("not all of {} is here: `NextToken` says that another page follows", list(keys))
        }
        NoticeKind::TargetsWithoutTargetGroup => {
            "the health of targets does not say which target group they are of".to_owned()
        }
        NoticeKind::RecordsWithoutHostedZone => {
            "records of a hosted zone do not say which private hosted zone they are of".to_owned()
        }
        NoticeKind::EntriesWithoutPrefixList => "entries of a prefix list do not say which list they are of".to_owned(),
        NoticeKind::WithoutTransitGatewayRouteTable { key } => {
            format!("`{key}` does not say which transit gateway route table it is about")
        }
        NoticeKind::LeftOut { resource: kind, id, problem: found } => {
            format!("{} is left out: {}", named(*kind, id.as_deref()), problem(found))
        }
        NoticeKind::RouteNotUnderstood { route_table, problem: found } => {
            format!("a route of route table `{route_table}` is not understood: {}", problem(found))
        }
        NoticeKind::PrefixListNotUnderstood { prefix_list, problem: found } => {
            format!("the ranges of prefix list `{prefix_list}` are not understood: {}", problem(found))
        }
        NoticeKind::PolicyNotUnderstood { vpc_endpoint } => {
            format!("the policy of VPC endpoint `{vpc_endpoint}` is not a policy in JSON")
        }
        NoticeKind::Identity(found) => identity_problem(found),
        NoticeKind::Terraform(found) => super::terraform_english::message(found),
        NoticeKind::SightingsDiffer { resource: kind, id } => {
            format!("{} `{id}` is in the snapshot more than once, and not the same each time", resource(*kind))
        }
        NoticeKind::PublicAddressDiffers { network_interface, private, shown, other } => format!(
            "network interface `{network_interface}` shows public address `{shown}` for `{private}`, another answer `{other}`"
        ),
        NoticeKind::InterfaceMadeUp { instance } => {
            format!("instance `{instance}` has no network interface in the snapshot; one was made from its own address")
        }
        NoticeKind::SecurityGroupFromRules { security_group } => {
            format!("security group `{security_group}` is known by its rules only")
        }
        NoticeKind::RouteTargetMissing { route_table, destination, resource: kind, target } => format!(
            "route `{destination}` of route table `{route_table}` targets {} `{target}`, which is not in the snapshot",
            resource(*kind)
        ),
        NoticeKind::SecurityGroupMissing { network_interface: own, security_group } => {
            format!("network interface `{own}` carries security group `{security_group}`, which is not in the snapshot")
        }
        NoticeKind::NetworkAclMissing { vpc, subnets } => {
            format!("VPC `{vpc}` has {} whose network ACL is not in the snapshot", counted(*subnets, "subnet"))
        }
        NoticeKind::RouteTableMissing { vpc, subnets } => {
            format!("VPC `{vpc}` has {} whose route table is not in the snapshot", counted(*subnets, "subnet"))
        }
        NoticeKind::PrefixListUnknown { prefix_list, user, user_id } => format!(
            "{} `{user_id}` uses prefix list `{prefix_list}`, whose ranges are not in the snapshot",
            resource(*user)
        ),
        NoticeKind::VpcMissing { vpc, resource: kind, id } => {
            format!("{} `{id}` is in VPC `{vpc}`, which is not in the snapshot", resource(*kind))
        }
        NoticeKind::SubnetMissing { subnet, network_interface } => {
            format!("network interface `{network_interface}` is in subnet `{subnet}`, which is not in the snapshot")
        }
    }
}

fn effect(kind: &NoticeKind) -> Option<String> {
    let effect = match kind {
        NoticeKind::FileNotJson(_) | NoticeKind::FileUnreadable { .. } => "nothing of this file is in the network",
        NoticeKind::FormatNotRead(_) | NoticeKind::NothingRecognised => "nothing of it is in the network",
        NoticeKind::UnknownKeys { .. } => "what they hold is not looked at",
        NoticeKind::NotAList { .. } | NoticeKind::LeftOut { .. } => "what depends on it is undecided",
        NoticeKind::IncompleteList { .. } => "what is not on this page is unknown, and what depends on it undecided",
        NoticeKind::EntriesWithoutPrefixList => "a rule or route that uses the list is undecided",
        NoticeKind::WithoutTransitGatewayRouteTable { .. } => "a path over the transit gateway may be undecided",
        NoticeKind::RecordsWithoutHostedZone => "whether a name of that zone resolves is undecided",
        NoticeKind::TargetsWithoutTargetGroup => "a path through this target group is undecided",
        NoticeKind::RouteNotUnderstood { .. } => "a path that may take this route is undecided",
        NoticeKind::PrefixListNotUnderstood { .. } | NoticeKind::PrefixListUnknown { .. } => {
            "a rule or route that uses the list is undecided"
        }
        NoticeKind::PolicyNotUnderstood { .. } => "a path over this endpoint is undecided",
        NoticeKind::Identity(_) => "what it allows or denies is not known; a request that depends on it is undecided",
        NoticeKind::Terraform(found) => super::terraform_english::effect(found),
        NoticeKind::SightingsDiffer { .. } => "the owner's answer counts, or else one of them, always the same",
        NoticeKind::PublicAddressDiffers { .. } => "what the interface itself shows counts",
        NoticeKind::InterfaceMadeUp { .. } => "its further interfaces and addresses are unknown",
        NoticeKind::SecurityGroupFromRules { .. } => "its name and VPC are unknown",
        NoticeKind::RouteTargetMissing { .. } => "a path over this route is undecided",
        NoticeKind::SecurityGroupMissing { .. } => "a path through this interface is undecided",
        NoticeKind::NetworkAclMissing { .. } | NoticeKind::RouteTableMissing { .. } => {
            "a path through these subnets is undecided"
        }
        NoticeKind::VpcMissing { .. } => "a path through this VPC is undecided",
        NoticeKind::SubnetMissing { .. } => "a path through this subnet is undecided",
    };
    Some(effect.to_owned())
}

fn hint(kind: &NoticeKind) -> Option<String> {
    let add = |kind: ResourceKind| Some(format!("add the output of `{}`", kind.command()));
    match kind {
        NoticeKind::FileNotJson(problem) => json_hint(*problem),
        NoticeKind::IncompleteList { .. } => {
            Some("save all pages: call the AWS CLI without `--max-items` and `--no-paginate`".to_owned())
        }
        NoticeKind::EntriesWithoutPrefixList => {
            Some("put the list's id into the file's name: `get-managed-prefix-list-entries.pl-….json`".to_owned())
        }
        NoticeKind::WithoutTransitGatewayRouteTable { .. } => {
            Some("put the table's id into the file's name: `search-transit-gateway-routes.tgw-rtb-….json`".to_owned())
        }
        NoticeKind::RecordsWithoutHostedZone => Some(
            "save the whole output of `aws route53 list-resource-record-sets`, with the SOA record, beside that of \
             `aws route53 list-hosted-zones`"
                .to_owned(),
        ),
        NoticeKind::TargetsWithoutTargetGroup => {
            Some("put the target group's name into the file's name: `describe-target-health.NAME.json`".to_owned())
        }
        NoticeKind::NotAList { resource, .. } | NoticeKind::LeftOut { resource, .. } => {
            Some(format!("save the output of `{}` again", resource.command()))
        }
        NoticeKind::InterfaceMadeUp { .. } => add(ResourceKind::NetworkInterface),
        NoticeKind::SecurityGroupFromRules { .. } | NoticeKind::SecurityGroupMissing { .. } => {
            add(ResourceKind::SecurityGroup)
        }
        NoticeKind::RouteTargetMissing { resource, .. } => add(*resource),
        NoticeKind::NetworkAclMissing { .. } => add(ResourceKind::NetworkAcl),
        NoticeKind::RouteTableMissing { .. } => add(ResourceKind::RouteTable),
        NoticeKind::PrefixListUnknown { prefix_list, .. } => Some(format!(
            "add the output of `{}`, or for a list of your own that of `aws ec2 get-managed-prefix-list-entries \
             --prefix-list-id {prefix_list}`",
            ResourceKind::PrefixList.command()
        )),
        NoticeKind::Identity(IdentityProblem::OfUnknown { .. }) => Some(WHOSE.to_owned()),
        NoticeKind::Terraform(found) => super::terraform_english::hint(found),
        NoticeKind::VpcMissing { .. } => add(ResourceKind::Vpc),
        NoticeKind::SubnetMissing { .. } => add(ResourceKind::Subnet),
        NoticeKind::FileUnreadable { .. }
        | NoticeKind::FormatNotRead(_)
        | NoticeKind::UnknownKeys { .. }
        | NoticeKind::NothingRecognised
        | NoticeKind::RouteNotUnderstood { .. }
        | NoticeKind::PrefixListNotUnderstood { .. }
        | NoticeKind::PolicyNotUnderstood { .. }
        | NoticeKind::Identity(
            IdentityProblem::PolicyNotUnderstood { .. } | IdentityProblem::AnswerNotUnderstood { .. },
        )
        | NoticeKind::SightingsDiffer { .. }
        | NoticeKind::PublicAddressDiffers { .. } => None,
    }
}

/// How a file says what its answer does not.
const WHOSE: &str = "name the file after it, e.g. `iam-list-role-policies.ROLE.json`";

/// What is wrong with an answer about roles, buckets or policies.
fn identity_problem(problem: &IdentityProblem) -> String {
    match problem {
        IdentityProblem::PolicyNotUnderstood { policy } => format!("policy `{policy}` is not a policy in JSON"),
        IdentityProblem::OfUnknown { key } => format!("an answer with `{key}` does not say whose it is"),
        IdentityProblem::AnswerNotUnderstood { key } => format!("an answer with `{key}` is not as AWS prints it"),
    }
}

fn json_problem(JsonProblem { kind, line, column }: JsonProblem) -> String {
    match kind {
        JsonProblemKind::Empty => "is empty".to_owned(),
        JsonProblemKind::NotText => "is no text: it is neither UTF-8 nor UTF-16".to_owned(),
        JsonProblemKind::CutOff => format!("breaks off in the middle of its JSON, at line {line}, column {column}"),
        JsonProblemKind::Syntax => format!("is not JSON: see line {line}, column {column}"),
        JsonProblemKind::TooDeep => format!("is nested too deep, at line {line}, column {column}"),
    }
}

fn json_hint(problem: JsonProblem) -> Option<String> {
    match problem.kind {
        JsonProblemKind::Empty | JsonProblemKind::CutOff => {
            Some("save the answer again, and see whether the command that wrote it failed".to_owned())
        }
        JsonProblemKind::Syntax => Some("call the AWS CLI with `--output json`".to_owned()),
        JsonProblemKind::NotText | JsonProblemKind::TooDeep => None,
    }
}

fn format(format: Format) -> &'static str {
    match format {
        Format::TerraformPlan => "a Terraform plan",
        Format::TerraformState => "Terraform state",
        Format::FlowLogs => "a VPC flow log",
    }
}

fn unknown_keys(keys: &[String], more: usize) -> String {
    let noun = if keys.len() + more == 1 { "key" } else { "keys" };
    match more {
        0 => format!("{noun} not known: {}", list(keys)),
        more => format!("{noun} not known: {} and {more} more", list(keys)),
    }
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn problem(Problem { field, value, expected: wanted }: &Problem) -> String {
    match (field.as_str(), value) {
        ("", _) => format!("it is not {}", expected(*wanted)),
        (field, None) => format!("`{field}` is missing"),
        (field, Some(value)) if value == "…" => format!("`{field}` is not {}", expected(*wanted)),
        (field, Some(value)) => format!("`{field}` reads `{value}`, which is not {}", expected(*wanted)),
    }
}

fn expected(expected: Expected) -> &'static str {
    match expected {
        Expected::Text => "a string",
        Expected::Boolean => "true or false",
        Expected::Number => "a number that fits",
        Expected::Ipv4Address => "an IPv4 address",
        Expected::Ipv6Address => "an IPv6 address",
        Expected::Ipv4Range => "a range of IPv4 addresses",
        Expected::Ipv6Range => "a range of IPv6 addresses",
        Expected::Range => "a range of addresses",
        Expected::Protocol => "a protocol",
        Expected::Port => "a port that fits its range",
        Expected::IcmpNumber => "an ICMP type or code that fits",
        Expected::RuleAction => "allow or deny",
        Expected::Object => "an object",
        Expected::List => "a list",
    }
}

fn named(kind: ResourceKind, id: Option<&str>) -> String {
    match id {
        Some(id) => format!("{} `{id}`", resource(kind)),
        None => format!("{} without a readable id", resource(kind)),
    }
}

/// The name of a kind of resource, inside a sentence.
pub fn resource(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Vpc => "VPC",
        ResourceKind::Subnet => "subnet",
        ResourceKind::RouteTable => "route table",
        ResourceKind::SecurityGroup => "security group",
        ResourceKind::NetworkAcl => "network ACL",
        ResourceKind::PrefixList => "prefix list",
        ResourceKind::NetworkInterface => "network interface",
        ResourceKind::Instance => "instance",
        ResourceKind::Image => "image",
        ResourceKind::NatGateway => "NAT gateway",
        ResourceKind::InternetGateway => "internet gateway",
        ResourceKind::EgressOnlyInternetGateway => "egress-only internet gateway",
        ResourceKind::ElasticIp => "Elastic IP",
        ResourceKind::VpcEndpoint => "VPC endpoint",
        ResourceKind::VpnGateway => "virtual private gateway",
        ResourceKind::VpnConnection => "VPN connection",
        ResourceKind::PeeringConnection => "VPC peering connection",
        ResourceKind::TransitGateway => "transit gateway",
        ResourceKind::TransitGatewayAttachment => "transit gateway attachment",
        ResourceKind::TransitGatewayRouteTable => "transit gateway route table",
        ResourceKind::BlockPublicAccessExclusion => "exclusion of VPC Block Public Access",
        ResourceKind::DhcpOptions => "DHCP option set",
        ResourceKind::VpcAttribute => "attribute of a VPC",
        ResourceKind::HostedZone => "private hosted zone",
        ResourceKind::ResolverRule => "resolver rule",
        ResourceKind::LoadBalancer => "load balancer",
        ResourceKind::Listener => "listener",
        ResourceKind::TargetGroup => "target group",
        ResourceKind::NetworkFirewall => "network firewall",
        ResourceKind::FirewallRuleGroup => "firewall rule group",
    }
}
