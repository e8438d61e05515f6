//! What an item can find. Leaves out the words.

use deguchi_engine::{
    Assumption, Missing, SubnetKind,
    policy::Authorization,
    resolution::{AskedServer, Resolution, ResolutionNote},
};
use deguchi_model::SourceDestinationCheck;

use super::Status;
use crate::{probe, report::Blocker};

/// One thing found, and whether it is in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Checked {
    /// Whether it is in order.
    pub(crate) status: Status,
    /// What was found.
    pub(crate) finding: Finding,
}

impl Checked {
    /// Notes a finding.
    pub(crate) fn new(status: Status, finding: Finding) -> Self {
        Self { status, finding }
    }
}

macro_rules! findings {
    ($($(#[$doc:meta])+ $variant:ident $({ $($field:ident: $type:ty),* })? = $code:literal,)+) => {
        /// What an item can find; ids are as AWS prints them.
        #[derive(Clone, Debug, PartialEq)]
        pub(crate) enum Finding {
            $($(#[$doc])+ $variant $({ $($field: $type),* })?,)+
        }

        impl Finding {
            /// Returns its code as printed.
            pub(crate) const fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant $({ $($field: _),* })? => $code,)+
                }
            }
        }
    };
}

findings! {
    /// The machine's subnet leads straight to an internet gateway: no NAT is needed.
    GoesOutDirectly { table: String, target: String } = "GOES_OUT_DIRECTLY",
    /// The VPC has no NAT gateway, and no route to a NAT instance.
    NoNat { vpc: String } = "NO_NAT",
    /// The NAT stands in a public subnet.
    NatInPublicSubnet { nat: String, subnet: String, table: String, target: String } = "NAT_IN_PUBLIC_SUBNET",
    /// The NAT stands in a subnet of another kind.
    NatNotInPublicSubnet { nat: String, subnet: String, table: String, kind: SubnetKind } = "NAT_NOT_IN_PUBLIC_SUBNET",
    /// Where the NAT stands, or what its table says, is not in the snapshot.
    NatPlaceUnknown { nat: String } = "NAT_PLACE_UNKNOWN",
    /// A regional NAT gateway's own table leads to an internet gateway.
    RegionalNatLeadsOut { nat: String, table: String, target: String } = "REGIONAL_NAT_LEADS_OUT",
    /// A regional NAT gateway's own table has no default route to an internet gateway.
    RegionalNatLeadsNowhere { nat: String, table: String } = "REGIONAL_NAT_LEADS_NOWHERE",
    /// The default route leads to the NAT.
    DefaultRouteToNat { table: String, target: String } = "DEFAULT_ROUTE_TO_NAT",
    /// The default route leads to something else.
    DefaultRouteElsewhere { table: String, target: String, kind: SubnetKind } = "DEFAULT_ROUTE_ELSEWHERE",
    /// The default route leads to something else, and packets get out behind it.
    DefaultRouteLeadsOn { table: String, target: String, kind: SubnetKind } = "DEFAULT_ROUTE_LEADS_ON",
    /// There is no default route.
    NoDefaultRoute { table: String } = "NO_DEFAULT_ROUTE",
    /// The default route's target is gone.
    BlackholeRoute { table: String, target: String } = "BLACKHOLE_ROUTE",
    /// A longer prefix takes part of the internet's traffic elsewhere.
    MoreSpecificRoute { table: String, destination: String, target: String } = "MORE_SPECIFIC_ROUTE",
    /// The subnet's route table is not in the snapshot.
    TableMissing { subnet: String } = "TABLE_MISSING",
    /// The NAT gateway works.
    NatGatewayAvailable { nat: String, addresses: Vec<String> } = "NAT_GATEWAY_AVAILABLE",
    /// The NAT gateway does not work.
    NatGatewayNotAvailable { nat: String, state: String, why: Option<String> } = "NAT_GATEWAY_NOT_AVAILABLE",
    /// The NAT gateway's state is not in the snapshot.
    NatGatewayStateUnknown { nat: String } = "NAT_GATEWAY_STATE_UNKNOWN",
    /// The NAT gateway is not for the internet.
    NatGatewayPrivate { nat: String } = "NAT_GATEWAY_PRIVATE",
    /// The NAT gateway has no usable public address.
    NatGatewayWithoutAddress { nat: String } = "NAT_GATEWAY_WITHOUT_ADDRESS",
    /// The NAT gateway's subnet has the client's own table: its packets come back to it (PW-22).
    NatGatewaySharesTable { nat: String, table: String } = "NAT_GATEWAY_SHARES_TABLE",
    /// The NAT is not in the snapshot.
    NatMissing { nat: String } = "NAT_MISSING",
    /// The state of the NAT instance.
    NatInstanceState { instance: String, state: Option<String> } = "NAT_INSTANCE_STATE",
    /// The source/destination check of the interface that the route names.
    NatInstanceCheck { interface: String, check: SourceDestinationCheck } = "NAT_INSTANCE_CHECK",
    /// The NAT instance's public address.
    NatInstanceAddress { instance: String, address: Option<String> } = "NAT_INSTANCE_ADDRESS",
    /// What no AWS call shows of a NAT instance.
    NatInstanceGuestAssumed { instance: String } = "NAT_INSTANCE_GUEST_ASSUMED",
    /// A filter or route stops packets.
    Blocked { asked: String, blocker: Box<Blocker> } = "BLOCKED",
    /// Something that decides is not known.
    Undecided { asked: String, missing: Box<Missing> } = "UNDECIDED",
    /// The question is answered with yes.
    Reached { asked: String } = "REACHED",
    /// These ACLs let the packets pass, out and back.
    AclsPass { asked: String, acls: Vec<String>, crossings: usize } = "ACLS_PASS",
    /// This ACL is as AWS makes it: open.
    AclOpenByDefault { acl: String } = "ACL_OPEN_BY_DEFAULT",
    /// The way ends before every crossing is met.
    AclCrossingsNotMet { asked: String } = "ACL_CROSSINGS_NOT_MET",
    /// The machine's groups let it out.
    GroupsAllow { asked: String, groups: Vec<String> } = "GROUPS_ALLOW",
    /// A group allows ICMP in, which does not let pings out.
    InboundIcmpOnly { group: String } = "INBOUND_ICMP_ONLY",
    /// A group allows SSH to public addresses.
    SshOpen { group: String, traffic: String, peer: String } = "SSH_OPEN",
    /// No group allows SSH to public addresses.
    SshNarrow = "SSH_NARROW",
    /// A security group is not in the snapshot.
    GroupMissing { group: String } = "GROUP_MISSING",
    /// The VPC has no gateway endpoint for S3.
    NoS3Endpoint { vpc: String } = "NO_S3_ENDPOINT",
    /// The endpoint does not serve the machine's route table.
    S3EndpointNotAssociated { endpoint: String, table: String } = "S3_ENDPOINT_NOT_ASSOCIATED",
    /// The endpoint serves the machine's route table.
    S3EndpointAssociated { endpoint: String, table: String } = "S3_ENDPOINT_ASSOCIATED",
    /// The endpoint does not work.
    S3EndpointState { endpoint: String, state: String } = "S3_ENDPOINT_STATE",
    /// The endpoint's policy lets everything through.
    S3PolicyFull { endpoint: String } = "S3_POLICY_FULL",
    /// The endpoint's policy lets these resources through.
    S3PolicyAllows { endpoint: String, resources: Vec<String> } = "S3_POLICY_ALLOWS",
    /// The endpoint's policy is not in the snapshot, or is no policy in JSON.
    S3PolicyNotRead { endpoint: String } = "S3_POLICY_NOT_READ",
    /// The policies allow a request.
    S3Allowed { authorization: Box<Authorization> } = "S3_ALLOWED",
    /// The role's side allows any bucket; each bucket's own policy may still refuse.
    S3AllowedByRole { authorization: Box<Authorization> } = "S3_ALLOWED_BY_ROLE",
    /// The policies refuse a request.
    S3Refused { authorization: Box<Authorization> } = "S3_REFUSED",
    /// The policies of the role allow no bucket, and none is asked for.
    S3NotForRole { authorization: Box<Authorization> } = "S3_NOT_FOR_ROLE",
    /// What the policies come to is not known.
    S3Undecided { authorization: Box<Authorization>, is_any: bool } = "S3_UNDECIDED",
    /// The machine has no role.
    NoRole { instance: Option<String> } = "NO_ROLE",
    /// Whether a name resolves.
    Name { resolution: Box<Resolution> } = "NAME",
    /// A name server that is asked, and whether it is reached.
    NameServer { server: Box<AskedServer> } = "NAME_SERVER",
    /// What is worth knowing about names beside.
    NameNote { note: ResolutionNote } = "NAME_NOTE",
    /// Taken for granted.
    Assumed { assumption: Box<Assumption> } = "ASSUMED",
    /// No name is asked for.
    NoNameAsked = "NO_NAME_ASKED",
    /// A public address on a machine whose subnet does not lead to an internet gateway.
    AddressInVain { address: String, subnet: String, kind: SubnetKind } = "ADDRESS_IN_VAIN",
    /// A public address on a machine in a public subnet.
    AddressOfUse { address: String, subnet: String } = "ADDRESS_OF_USE",
    /// The machine has no public address.
    NoPublicAddress = "NO_PUBLIC_ADDRESS",
    /// A machine in a public subnet without a public address: it cannot get out.
    PublicSubnetWithoutAddress { interface: String, subnet: String } = "PUBLIC_SUBNET_WITHOUT_ADDRESS",
    /// A database stands in a public subnet.
    DatabaseInPublicSubnet { interface: String, subnet: String } = "DATABASE_IN_PUBLIC_SUBNET",
    /// A load balancer with a public address stands in a subnet that is not public.
    LoadBalancerNotPublic { interface: String, subnet: String, kind: SubnetKind } = "LOAD_BALANCER_NOT_PUBLIC",
    /// Nothing stands where it should not.
    PlacementFine { interfaces: usize } = "PLACEMENT_FINE",
    /// Not every interface of the VPC is in the snapshot.
    InterfacesNotListed { vpc: String } = "INTERFACES_NOT_LISTED",
    /// A probe shows that the NAT instance forwards and masquerades (NI-4).
    NatInstanceGuestSeen { instance: String } = "NAT_INSTANCE_GUEST_SEEN",
    /// A probe of the host shows this.
    SeenOnHost { found: Box<probe::Finding> } = "SEEN_ON_HOST",
    /// A probe of the host shows no package manager and no lock that stops one.
    NothingLeftOver { taken_at: String } = "NOTHING_LEFT_OVER",
    /// A probe of the host shows that these names resolve there.
    HostResolves { hosts: Vec<String> } = "HOST_RESOLVES",
    /// A probe was taken on no machine of the snapshot.
    ProbeOfAnotherHost { file: String, host: String } = "PROBE_OF_ANOTHER_HOST",
    /// Nothing of the host is in a snapshot.
    HostNotSeen = "HOST_NOT_SEEN",
}
