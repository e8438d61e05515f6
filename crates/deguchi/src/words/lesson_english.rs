//! The comments of what `deguchi new` writes, in English.

use super::lesson::Lesson;

/// Returns a comment.
#[expect(clippy::too_many_lines, reason = "one exhaustive match: a lesson without words does not compile")]
pub(super) const fn lesson(lesson: Lesson) -> &'static str {
    match lesson {
        Lesson::Overview => {
            "Public, protected and private subnets: the kind of a subnet follows from its route table, never from its name.\n\
             public: default route to the internet gateway. protected: default route to a NAT. private: no default route.\n\
             `deguchi check expectations.toml --from plan.json` says whether all of it still holds."
        }
        Lesson::Zones => {
            "The Availability Zones of this account, without Local Zones: which letters there are differs by account."
        }
        Lesson::Ranges => {
            "A quarter of the VPC's range for each kind of subnet, and one kept free. AWS takes five addresses of each subnet."
        }
        Lesson::Image => {
            "The newest Amazon Linux 2023 when a machine is made. Newer ones replace no machine: `ignore_changes`."
        }
        Lesson::Dns => "Names resolve, and machines with public addresses have public names.",
        Lesson::InternetGateway => {
            "The only way between the VPC and the internet. It translates nothing but public addresses: without one, nothing gets out."
        }
        Lesson::Public => {
            "Public: whoever has a public address can be reached from the internet. NAT gateways and load balancers stand here."
        }
        Lesson::Protected => {
            "Protected: out through the NAT, and never in from the internet. An Elastic IP on a machine here changes nothing.\n\
             The default route is in nat.tf."
        }
        Lesson::Private => "Private: the VPC only. Databases stand here.",
        Lesson::DefaultGroup => {
            "Who names no security group gets the default one. AWS lets its members talk to each other and out: here it is empty."
        }
        Lesson::Gateway => {
            "One NAT gateway for all zones. It stands in a public subnet, like a machine: in a private one it would reach nothing.\n\
             If its zone fails, the other zones lose their way out; traffic between zones is charged."
        }
        Lesson::GatewayPerZone => {
            "A NAT gateway in the public subnet of each zone, and a route table for each: no zone depends on another."
        }
        Lesson::RegionalGateway => {
            "A regional NAT gateway stands in no subnet; AWS makes it work in each zone where there are machines, with a route\n\
             table of its own that leads to the internet gateway. It is charged for each zone."
        }
        Lesson::Instance => {
            "A NAT instance: cheaper than a gateway for little traffic, and yours to keep up to date. If it fails, nobody gets out."
        }
        Lesson::InstanceClients => {
            "The NAT lets in what the clients send through it, and lets it out again: both are needed, and nothing more."
        }
        Lesson::InstanceAddress => {
            "A public address that stays when the instance is replaced. Without one nothing leaves the VPC."
        }
        Lesson::TwoInterfaces => {
            "A NAT instance with two interfaces: protected subnets send to the inside one, the outside one has the public address.\n\
             The inside one stands in a private subnet, so that the instance's own packets cannot take it for a way out."
        }
        Lesson::SourceDestinationCheck => {
            "AWS drops packets that are neither from nor to the interface itself. A NAT forwards such packets: the check is off."
        }
        Lesson::UserData => "Forwarding and masquerading are the guest's part: no AWS call shows whether they work.",
        Lesson::RouteToInterface => {
            "The route names the interface, not the instance. If the instance stops, the route becomes a blackhole."
        }
        Lesson::NatAddresses => "What the internet sees: the addresses for a partner's allow list.",
        Lesson::Groups => {
            "Security groups remember connections: replies need no rule. What no rule allows is dropped, and Terraform removes the\n\
             rule by which AWS would let everything out. Network ACLs stay AWS's default, which lets everything pass."
        }
        Lesson::WebGroup => "web, in public subnets: HTTP and HTTPS from the internet.",
        Lesson::AppGroup => "app, in protected subnets: only from web.",
        Lesson::Outbound => {
            "Out to repositories and APIs: HTTPS, and HTTP, which older repositories still use. S3 needs no rule of its own then."
        }
        Lesson::OutboundPing => "Ping out needs an outbound rule. An inbound rule for ICMP would not do.",
        Lesson::NoSsh => {
            "No SSH: Session Manager needs a role and HTTPS out. Who needs SSH out allows it to local.vpc_range, not to 0.0.0.0/0."
        }
        Lesson::DataGroup => "data, in private subnets: the database's port only.",
        Lesson::OutboundToS3 => {
            "Out to S3 only, by its prefix list: HTTPS, and HTTP, which older repositories still use."
        }
        Lesson::Endpoint => {
            "S3 without NAT and internet, at no charge: the endpoint adds a route for S3's prefix list to these tables. Amazon Linux\n\
             gets its packages from S3, so that yum and dnf go this way."
        }
        Lesson::EndpointPolicy => {
            "The buckets that can be reached this way: those of Amazon Linux's repositories, and your own if any. Any other is refused\n\
             with 403, even through the NAT: the route takes all of S3. Add a statement for each further bucket."
        }
        Lesson::Role => {
            "What machines may do with the bucket. The endpoint's policy, and the bucket's own, must allow it as well.\n\
             Package repositories are read without credentials and need no role."
        }
        Lesson::VpnGateway => {
            "The VPC's end of a VPN or Direct Connect. Routes that it learns come to these tables; they stand beside the default route."
        }
        Lesson::Machines => {
            "Machines to try the network with, and for expectations.toml to be about. Delete this file when there are others."
        }
        Lesson::Script => "Runs once, at the first boot, as root. All that it makes comes back at every boot.",
        Lesson::ScriptForwarding => "Linux forwards packets that are not its own only when told to.",
        Lesson::ScriptInstall => "The Elastic IP may come a little after the first boot: tried until it is there.",
        Lesson::ScriptMasquerade => {
            "What leaves the VPC gets the address of the interface by which it leaves. No interface is named: names differ by type."
        }
        Lesson::ScriptInsideRoute => {
            "Replies to the VPC leave by the inside interface, at every boot: on the outside one the source/destination check drops them."
        }
        Lesson::Expectations => {
            "What holds in this network:\n\
             terraform plan -out=tfplan && terraform show -json tfplan > plan.json && deguchi check expectations.toml --from plan.json"
        }
        Lesson::ExpectPublic => "public: in and out",
        Lesson::ExpectProtected => "protected: out, never in",
        Lesson::ExpectPrivate => "private: neither",
        Lesson::TemplateOverview => {
            "Public, protected and private subnets: the kind of a subnet follows from its route table, never from its name.\n\
             public: default route to the internet gateway. protected: default route to a NAT. private: no default route.\n\
             The VPC's default security group stays as AWS makes it: give every machine a group of its own."
        }
        Lesson::TemplateImage => {
            "The newest Amazon Linux 2023 when the stack is made or updated: an update to a newer one replaces the machines. These images\n\
             give credentials only to who asks for them with a token (IMDSv2)."
        }
        Lesson::TemplatePrefixList => {
            "The id of S3's prefix list in this Region: aws ec2 describe-managed-prefix-lists, com.amazonaws.REGION.s3."
        }
        Lesson::TemplateProtected => {
            "Protected: out through the NAT, and never in from the internet. An Elastic IP on a machine here changes nothing."
        }
        Lesson::TemplateGroups => {
            "Security groups remember connections: replies need no rule. What no rule allows is dropped; the outbound rules here take the\n\
             place of the one by which AWS would let everything out. Network ACLs stay AWS's default, which lets everything pass."
        }
        Lesson::TemplateNothingOut => {
            "Nothing goes out: without any outbound rule here, AWS would add one that lets everything out."
        }
        Lesson::TemplateMachines => {
            "Machines to try the network with, and for expectations.toml to be about. Take them out when there are others."
        }
        Lesson::TemplateExpectations => {
            "What holds in this network once it is deployed: save what the account is (scripts/snapshot.sh), then\n\
             deguchi check expectations.toml --from snapshot"
        }
    }
}
