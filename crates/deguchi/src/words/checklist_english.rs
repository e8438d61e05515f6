//! What English says in the checklist.

use deguchi_engine::{
    SubnetKind,
    policy::{Authorization, Doubt, PolicyGap},
};
use deguchi_model::SourceDestinationCheck;

use super::{
    english::{assumption, change, gap, policy, reason, resolution},
    subnets_english,
};
use crate::{
    checklist::{Cure, Finding, ItemId},
    report::Names,
};

pub(crate) const LEGEND: &str =
    "✓ in order  ✗ not in order  ? not known  – does not apply; the way: instance ⇒ NAT ⇒ internet gateway ⇒ internet";
pub(crate) const HOW_READ: &str = "how the question was read";
pub(crate) const FIX: &str = "fix for what is not in order";
pub(crate) const SEE_FIX: &str = "the fix below puts this in order";

/// What a cure does to the items.
pub(crate) fn cured(cure: &Cure) -> Vec<String> {
    let list = |items: &[ItemId]| items.iter().map(|item| format!("`{}`", item.code())).collect::<Vec<_>>().join(", ");
    let mut lines = Vec::new();
    if cure.changes.is_empty() {
        lines.push("none found: no changes to the network that deguchi knows put it in order".to_owned());
    } else {
        lines.push(change::verified(cure.asked_again));
        lines.push(format!("the list judged again with these changes, better: {}", list(&cure.cures)));
    }
    if !cure.leaves.is_empty() {
        lines.push(format!("not put in order by it, see what is said there: {}", list(&cure.leaves)));
    }
    lines
}

/// What is not known of a request, and what to do about it.
fn open(authorization: &Authorization, is_any: bool, names: &Names) -> String {
    let needs_bucket = |gap: &PolicyGap| {
        is_any && matches!(gap, PolicyGap::Statement { doubts, .. } if doubts.contains(&Doubt::ObjectKey))
    };
    let hint = |gap: &PolicyGap| match needs_bucket(gap) {
        true => "name the bucket: `--bucket BUCKET[/KEY]`".to_owned(),
        false => policy::hint(gap),
    };
    let gaps = authorization.gaps.iter().map(|gap| format!("{}; {}", policy::gap(gap, names), hint(gap)));
    format!("{}: {}", policy::headline(authorization), gaps.collect::<Vec<_>>().join("; "))
}

fn refused(authorization: &Authorization, names: &Names) -> String {
    let said = authorization.refusals.iter().map(|refusal| policy::refusal(refusal, "it", names));
    format!("{}: {}", policy::headline(authorization), said.collect::<Vec<_>>().join("; "))
}

/// The first line.
pub(crate) fn head(machine: &str, subnet: &str) -> String {
    format!("checklist for {machine} in subnet {subnet}")
}

/// What an item checks.
pub(crate) fn title(item: ItemId) -> &'static str {
    match item {
        ItemId::NatIsPlacedPublic => "the NAT stands in a public subnet",
        ItemId::SubnetRoutesToNat => "the subnet's default route leads to the NAT",
        ItemId::NatIsHealthy => "the NAT works",
        ItemId::NetworkAclsPass => "network ACLs let requests out and replies back",
        ItemId::EgressHttpHttps => "security groups let out HTTPS, and HTTP where repositories need it",
        ItemId::EgressIcmp => "security groups let pings out",
        ItemId::EgressSshNarrow => "outbound SSH is not open to the internet (a finding, not a blocker)",
        ItemId::S3Endpoint => "S3 is reached by its gateway endpoint",
        ItemId::IamForS3 => "the instance's role allows S3 (repositories need none)",
        ItemId::Dns => "names resolve",
        ItemId::HttpsApi => "an HTTPS API on the internet is reached",
        ItemId::ElasticIpInVain => "no public address where it does nothing",
        ItemId::Placement => "machines, databases and load balancers stand in the kind of subnet that suits them",
        ItemId::LeftoverProcess => "no yum or dnf is left over on the host, holding its lock",
    }
}

/// What was found, as a sentence.
#[expect(clippy::too_many_lines, reason = "one exhaustive match: a finding without words does not compile")]
pub(crate) fn finding(finding: &Finding, names: &Names) -> String {
    let q = |id: &String| names.quoted(id);
    match finding {
        Finding::GoesOutDirectly { table, target } => {
            format!("no NAT on this way: {} sends its packets to {}", q(table), q(target))
        }
        Finding::NoNat { vpc } => format!("no route leads to a NAT, and {} has no NAT gateway", q(vpc)),
        Finding::NatInPublicSubnet { nat, subnet, table, target } => {
            format!("{} stands in {}, whose table {} leads to {}", q(nat), q(subnet), q(table), q(target))
        }
        Finding::NatNotInPublicSubnet { nat, subnet, table, kind } => {
            format!("{} stands in {}, which is {} by its table {}", q(nat), q(subnet), kind_of(*kind), q(table))
        }
        Finding::NatPlaceUnknown { nat } => format!(
            "where {} stands, or what its table says, is not in the snapshot; add the output of \
             `aws ec2 describe-subnets` and `aws ec2 describe-route-tables`",
            q(nat)
        ),
        Finding::RegionalNatLeadsOut { nat, table, target } => {
            format!("regional NAT gateway {} has table {}, which leads to {}", q(nat), q(table), q(target))
        }
        Finding::RegionalNatLeadsNowhere { nat, table } => {
            format!("regional NAT gateway {} has table {}, which leads to no internet gateway", q(nat), q(table))
        }
        Finding::DefaultRouteToNat { table, target } => {
            format!("{} sends its default route to {}", q(table), q(target))
        }
        Finding::DefaultRouteElsewhere { table, target, kind } => {
            format!("{} sends its default route to {}, which is no NAT ({})", q(table), q(target), kind_of(*kind))
        }
        Finding::DefaultRouteLeadsOn { table, target, kind } => format!(
            "{} sends its default route to {} ({}), and HTTPS gets out behind it",
            q(table),
            q(target),
            kind_of(*kind)
        ),
        Finding::NoDefaultRoute { table } => format!("{} has no default route", q(table)),
        Finding::BlackholeRoute { table, target } => {
            format!("the default route of {} leads to {}, which is gone: a blackhole", q(table), q(target))
        }
        Finding::MoreSpecificRoute { table, destination, target } => {
            format!(
                "{} sends `{destination}` to {}: the longer prefix wins over the default route",
                q(table),
                q(target)
            )
        }
        Finding::TableMissing { subnet } => format!(
            "the route table of {} is not in the snapshot; add the output of `aws ec2 describe-route-tables`",
            q(subnet)
        ),
        Finding::NatGatewayAvailable { nat, addresses } if addresses.is_empty() => format!("{} is available", q(nat)),
        Finding::NatGatewayAvailable { nat, addresses } => {
            format!("{} is available, with `{}`", q(nat), addresses.join("`, `"))
        }
        Finding::NatGatewayNotAvailable { nat, state, why } => match why {
            Some(why) => format!("{} is `{state}`: `{why}`", q(nat)),
            None => format!("{} is `{state}`", q(nat)),
        },
        Finding::NatGatewayStateUnknown { nat } => format!("the state of {} is not in the snapshot", q(nat)),
        Finding::NatGatewayPrivate { nat } => {
            format!("{} has connectivity type `private`: an internet gateway drops its packets", q(nat))
        }
        Finding::NatGatewayWithoutAddress { nat } => format!("{} has no usable public address", q(nat)),
        Finding::NatGatewaySharesTable { nat, table } => {
            format!(
                "{} stands in a subnet with the machine's own table {}: its packets come back to it",
                q(nat),
                q(table)
            )
        }
        Finding::NatMissing { nat } => format!(
            "{} is not in the snapshot; add the output of `aws ec2 describe-nat-gateways` and `aws ec2 describe-instances`",
            q(nat)
        ),
        Finding::NatInstanceState { instance, state } => match state {
            Some(state) => format!("NAT instance {} is `{state}`", q(instance)),
            None => format!("whether NAT instance {} runs is not in the snapshot", q(instance)),
        },
        Finding::NatInstanceCheck { interface, check } => match check {
            SourceDestinationCheck::Off => format!("the source/destination check of {} is off", q(interface)),
            SourceDestinationCheck::On => {
                format!("the source/destination check of {} is on: it drops what it should forward", q(interface))
            }
            SourceDestinationCheck::Unknown => {
                format!("whether the source/destination check of {} is on is not in the snapshot", q(interface))
            }
        },
        Finding::NatInstanceAddress { instance, address } => match address {
            Some(address) => format!("NAT instance {} has public address `{address}`", q(instance)),
            None => format!("NAT instance {} has no public address", q(instance)),
        },
        Finding::NatInstanceGuestAssumed { instance } => format!(
            "assumed, since no AWS call shows it: {} forwards (`net.ipv4.ip_forward=1`) and masquerades in its guest",
            q(instance)
        ),
        Finding::Blocked { asked, blocker } => {
            format!("{asked}: {} {}", blocker.reason.code, reason::sentence(blocker, names))
        }
        Finding::Undecided { asked, missing } => {
            format!("{asked}: {} {}; {}", missing.code, gap::sentence(missing, names), gap::hint(missing))
        }
        Finding::Reached { asked } => format!("{asked}: reachable, out and back"),
        Finding::AclsPass { asked, acls, crossings } => {
            let acls: Vec<String> = acls.iter().map(q).collect();
            format!("{asked}: passes at {crossings} crossings: {}", acls.join(", "))
        }
        Finding::AclOpenByDefault { acl } => format!("{} is the VPC's default ACL, all open", q(acl)),
        Finding::AclCrossingsNotMet { asked } => {
            format!("{asked}: the way ends at something else before every ACL is met; those that are met let it pass")
        }
        Finding::GroupsAllow { asked, groups } => {
            let groups: Vec<String> = groups.iter().map(q).collect();
            format!("{asked}: allowed out by {}", groups.join(", "))
        }
        Finding::InboundIcmpOnly { group } => {
            format!("{} allows ICMP in; a ping out needs an outbound rule", q(group))
        }
        Finding::SshOpen { group, traffic, peer } => {
            format!("{} allows {traffic} out to `{peer}`; the VPC's or the NAT subnet's range would do", q(group))
        }
        Finding::SshNarrow => "no group lets SSH out to public addresses".to_owned(),
        Finding::GroupMissing { group } => {
            format!("{} is not in the snapshot; add the output of `aws ec2 describe-security-groups`", q(group))
        }
        Finding::NoS3Endpoint { vpc } => {
            format!("{} has no gateway endpoint for S3; S3 is reached by the way of the internet, if at all", q(vpc))
        }
        Finding::S3EndpointNotAssociated { endpoint, table } => format!(
            "{} is not associated with {}; S3 is reached by the way of the internet, if at all",
            q(endpoint),
            q(table)
        ),
        Finding::S3EndpointAssociated { endpoint, table } => format!("{} serves {}", q(endpoint), q(table)),
        Finding::S3EndpointState { endpoint, state } => format!("{} is `{state}`", q(endpoint)),
        Finding::S3PolicyFull { endpoint } => format!("the policy of {} lets everything through", q(endpoint)),
        Finding::S3PolicyAllows { endpoint, resources } => format!(
            "the policy of {} lets through `{}` alone; no repository of the machine is known to be in S3",
            q(endpoint),
            resources.join("`, `")
        ),
        Finding::S3PolicyNotRead { endpoint } => format!(
            "the policy of {} is not in the snapshot, or is no policy in JSON; add the output of \
             `aws ec2 describe-vpc-endpoints`",
            q(endpoint)
        ),
        Finding::S3Allowed { authorization } => policy::headline(authorization),
        Finding::S3AllowedByRole { authorization } => format!(
            "the role's side allows it: {} on any bucket; what a bucket's own policy says is judged with `--bucket BUCKET[/KEY]`",
            q(&authorization.action)
        ),
        Finding::S3Refused { authorization } => refused(authorization, names),
        Finding::S3NotForRole { authorization } => format!(
            "the role's policies allow {} on no bucket; repositories need none, and a bucket of one's own is judged with \
             `--bucket BUCKET[/KEY]`",
            q(&authorization.action)
        ),
        Finding::S3Undecided { authorization, is_any } => open(authorization, *is_any, names),
        Finding::NoRole { instance } => match instance {
            Some(instance) => format!("{} has no role: its requests to S3 are anonymous; repositories need no more", q(instance)),
            None => "no role of an instance signs requests here: they are anonymous; repositories need no more".to_owned(),
        },
        Finding::Name { resolution: found } => resolution::headline(found, names),
        Finding::NameServer { server } => resolution::server(server, names),
        Finding::NameNote { note } => resolution::note(note, names),
        Finding::Assumed { assumption: own } => format!("taken for granted: {}", assumption::sentence(own, names)),
        Finding::NoNameAsked => "no name that the machine needs is known; give one with `--to`".to_owned(),
        Finding::AddressInVain { address, subnet, kind } => {
            format!(
                "`{address}` does nothing: {} is {}, with no route to an internet gateway; release it, or move the machine to \
                 a public subnet",
                q(subnet),
                kind_of(*kind)
            )
        }
        Finding::AddressOfUse { address, subnet } => format!("`{address}` is of use: {} is public", q(subnet)),
        Finding::NoPublicAddress => "the machine has no public address".to_owned(),
        Finding::PublicSubnetWithoutAddress { interface, subnet } => format!(
            "{} stands in public subnet {} without a public address: the internet gateway drops its packets",
            q(interface),
            q(subnet)
        ),
        Finding::DatabaseInPublicSubnet { interface, subnet } => {
            format!(
                "database interface {} stands in public subnet {}; give its subnet group private subnets",
                q(interface),
                q(subnet)
            )
        }
        Finding::LoadBalancerNotPublic { interface, subnet, kind } => format!(
            "load balancer interface {} has a public address, but {} is {}; give it public subnets, or make it internal",
            q(interface),
            q(subnet),
            kind_of(*kind)
        ),
        Finding::PlacementFine { interfaces } => {
            format!("nothing is misplaced among the {interfaces} interfaces of the VPC")
        }
        Finding::InterfacesNotListed { vpc } => format!(
            "not every interface of {} is in the snapshot; add the output of `aws ec2 describe-network-interfaces`",
            q(vpc)
        ),
        Finding::NatInstanceGuestSeen { instance } => format!(
            "{} forwards, masquerades on the interface that leads out, and drops nothing (seen by the probe)",
            q(instance)
        ),
        Finding::SeenOnHost { found } => super::probe_english::finding(found),
        Finding::NothingLeftOver { taken_at } => {
            format!("no package manager runs on the host, and no lock stops one (probe of {taken_at})")
        }
        Finding::HostResolves { hosts } => format!("the host resolves `{}` (seen by the probe)", hosts.join("`, `")),
        Finding::ProbeOfAnotherHost { file, host } => {
            format!("`{file}` was taken on `{host}`, which is no machine of the snapshot: it is not used")
        }
        Finding::HostNotSeen => {
            "nothing of the host is in a snapshot; run `sudo deguchi probe --format json > probe.json` there, and give it with `--probe probe.json`".to_owned()
        }
    }
}

fn kind_of(kind: SubnetKind) -> &'static str {
    subnets_english::kind(kind)
}
