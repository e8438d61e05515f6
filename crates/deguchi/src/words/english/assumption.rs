//! English sentences for what an answer takes for granted; each fits behind "provided that".

use deguchi_engine::Assumption;

use crate::report::{Names, clean};

/// Returns the sentence, without a full stop.
pub(crate) fn sentence(assumption: &Assumption, names: &Names) -> String {
    match assumption {
        Assumption::NatInstanceForwards { instance, out } => format!(
            "NAT instance {} forwards packets and masquerades them on {}: `net.ipv4.ip_forward` is 1, and its firewall \
             lets them through",
            names.quoted(instance),
            names.quoted(out)
        ),
        Assumption::GroupReferenceAtNatInstance { group } => at_nat_instance(&names.quoted(group)),
        Assumption::GroupReferenceCoversAddress { group } => covers_address(&names.quoted(group)),
        Assumption::EphemeralPorts { first, last } => {
            format!("the client's host chooses its source ports from {first}-{last}")
        }
        Assumption::OnPremises { vpn_gateway } => on_premises("virtual private gateway", &names.quoted(vpn_gateway)),
        Assumption::OnPremisesBehindTransitGateway { attachment } => {
            on_premises("transit gateway attachment", &names.quoted(attachment))
        }
        Assumption::OnPremisesSends { entrance } => on_premises_sends(&names.quoted(entrance)),
        Assumption::NoLongerLearnedRoute { route_table } => format!(
            "no attachment propagates to transit gateway route table {} a longer prefix within the VPC's own range",
            names.quoted(route_table)
        ),
        Assumption::OutsidePrefixList { prefix_list } => format!(
            "no address asked about is in prefix list {}, whose ranges are not in the snapshot",
            names.quoted(prefix_list)
        ),
        Assumption::ServiceIsOn { service } => {
            format!("the `{service}` service is switched on for the VPC and the instance")
        }
        Assumption::DnsSupportIsOn { .. }
        | Assumption::DnsHostnamesAreOn { .. }
        | Assumption::AmazonProvidedDns { .. }
        | Assumption::NameServerAnswers { .. }
        | Assumption::ResolverForwards { .. } => super::resolution::assumption(assumption, names),
        Assumption::MailIsAllowed => {
            "AWS has lifted its block of outbound connections to port 25 for this account".to_owned()
        }
        Assumption::GatewayIsAttached { gateway } => {
            format!("gateway `{}`, which is not in the snapshot, is attached to the VPC", clean(gateway))
        }
        Assumption::InstanceRuns { instance } => {
            format!("instance {} runs: the snapshot does not say", names.quoted(instance))
        }
        Assumption::TargetsTakePart { load_balancer } => format!(
            "the instances registered with load balancer {} are in service: their health is not in the snapshot",
            names.quoted(load_balancer)
        ),
        Assumption::UnhealthyTargetsTakePart { load_balancer } => format!(
            "load balancer {} sends to its targets although none was healthy when the snapshot was made, and they answer",
            names.quoted(load_balancer)
        ),
        Assumption::NoPermissionsBoundary { role } => {
            format!("no permissions boundary limits role {}: the snapshot does not say", names.quoted(role.name()))
        }
        Assumption::OrganizationAllows { account } => {
            format!(
                "no policy of the organization denies it to account {}: none is in the snapshot",
                names.quoted(account)
            )
        }
        Assumption::BucketPolicyAllows { bucket, is_owner_known } => bucket_policy(bucket, *is_owner_known, names),
        Assumption::AnswersPing => "the host that is asked answers pings".to_owned(),
        Assumption::EndpointPolicyAllows { endpoint } => {
            format!("the policy of VPC endpoint {} allows what is asked of the service", names.quoted(endpoint))
        }
        Assumption::RegionalNatGatewayWithoutNetworkAcl { nat_gateway } => {
            format!("no network ACL filters what enters and leaves regional NAT gateway {}", names.quoted(nat_gateway))
        }
    }
}

fn at_nat_instance(group: &str) -> String {
    format!(
        "a rule that names security group {group} also matches its members' packets on their way through a NAT instance"
    )
}

fn covers_address(group: &str) -> String {
    format!(
        "a rule of security group {group} that names a group also matches the secondary and IPv6 addresses of its members"
    )
}

fn on_premises_sends(entrance: &str) -> String {
    format!(
        "the network on premises sends the packets to {entrance}, and its own filters let them and the replies pass"
    )
}

fn on_premises(kind: &str, id: &str) -> String {
    format!("the network on premises behind {kind} {id} knows the way back and lets the packets pass")
}

fn bucket_policy(bucket: &str, is_owner_known: bool, names: &Names) -> String {
    let bucket = names.quoted(bucket);
    if is_owner_known {
        format!("the policy of bucket {bucket}, which is not in the snapshot, does not deny")
    } else {
        format!(
            "bucket {bucket} belongs to the role's account, and its policy, which is not in the snapshot, does not deny"
        )
    }
}
