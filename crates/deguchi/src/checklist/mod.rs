//! The checklist: what a person checks by hand when a machine cannot get out, item by item, with the evidence.
//!
//! An item whose data is not read yet is unknown, never passed. Leaves out fixes, and the words (`words/checklist_*`).

mod bench;
mod filters;
mod finding;
mod host;
pub mod json;
mod nat;
mod placing;
mod services;
pub mod text;

use deguchi_model::Network;

use crate::{
    error::{Error, ErrorKind},
    question::{self, Options, Remark},
    report::Names,
};
use bench::Bench;

pub(crate) use finding::{Checked, Finding};

/// The checklist for one machine.
#[derive(Debug)]
pub struct Checklist {
    /// The source, as asked.
    pub(crate) source: String,
    /// The instance, where there is one.
    pub(crate) instance: Option<String>,
    /// The interface.
    pub(crate) interface: String,
    /// The subnet.
    pub(crate) subnet: String,
    /// What was taken for granted in reading the question.
    pub(crate) remarks: Vec<Remark>,
    /// Every item, in order.
    pub(crate) items: Vec<Item>,
    /// The `Name` tags of the snapshot.
    pub(crate) names: Names,
}

/// One item, and what was found.
#[derive(Debug)]
pub(crate) struct Item {
    /// Which item.
    pub(crate) id: ItemId,
    /// Whether it is in order: the worst of what was found.
    pub(crate) status: Status,
    /// What was found.
    pub(crate) findings: Vec<Checked>,
}

/// Whether something is in order. The worse is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// It does not apply, or is only said.
    NotApplicable,
    /// It is in order.
    Pass,
    /// It is not known.
    Unknown,
    /// It is not in order.
    Fail,
}

/// The items, in the order in which packets meet them and people check them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemId {
    /// The NAT stands where it can get out itself.
    NatIsPlacedPublic,
    /// The machine's subnet leads to the NAT.
    SubnetRoutesToNat,
    /// The NAT works.
    NatIsHealthy,
    /// Network ACLs let everything pass, out and back.
    NetworkAclsPass,
    /// Security groups let out what the repositories need.
    EgressHttpHttps,
    /// Security groups let pings out.
    EgressIcmp,
    /// Outbound SSH is not open to the world.
    EgressSshNarrow,
    /// S3 by its gateway endpoint.
    S3Endpoint,
    /// The instance's role allows S3.
    IamForS3,
    /// Names resolve.
    Dns,
    /// An HTTPS API is reached.
    HttpsApi,
    /// No Elastic IP where it does nothing.
    ElasticIpInVain,
    /// Things stand in the kind of subnet that suits them.
    Placement,
    /// No process is left over on the host.
    LeftoverProcess,
}

impl ItemId {
    /// Returns its name as printed.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::NatIsPlacedPublic => "nat-is-placed-public",
            Self::SubnetRoutesToNat => "subnet-routes-to-nat",
            Self::NatIsHealthy => "nat-is-healthy",
            Self::NetworkAclsPass => "network-acls-pass",
            Self::EgressHttpHttps => "egress-http-https",
            Self::EgressIcmp => "egress-icmp",
            Self::EgressSshNarrow => "egress-ssh-narrow",
            Self::S3Endpoint => "s3-endpoint",
            Self::IamForS3 => "iam-for-s3",
            Self::Dns => "dns",
            Self::HttpsApi => "https-api",
            Self::ElasticIpInVain => "elastic-ip-in-vain",
            Self::Placement => "placement",
            Self::LeftoverProcess => "leftover-process",
        }
    }
}

/// Walks the checklist for a machine; `api` is the HTTPS API to check, any where it is `None`.
pub fn of(network: &Network, source: &str, api: Option<&str>, os: Option<&str>) -> Result<Checklist, Error> {
    if source.trim().eq_ignore_ascii_case("internet") {
        return Err(Error::new(ErrorKind::NotASource { id: source.trim().to_owned() }));
    }
    let mut remarks = Vec::new();
    let machine = question::machine(network, source, &mut remarks)?;
    let options = Options { os: os.map(ToOwned::to_owned), ..Options::default() };
    let bench = Bench::new(network, machine, api, &options)?;
    let judged: [(ItemId, Vec<Checked>); 14] = [
        (ItemId::NatIsPlacedPublic, nat::is_placed_public(&bench)),
        (ItemId::SubnetRoutesToNat, nat::subnet_routes_to_nat(&bench)),
        (ItemId::NatIsHealthy, nat::is_healthy(&bench)),
        (ItemId::NetworkAclsPass, filters::network_acls_pass(&bench)),
        (ItemId::EgressHttpHttps, filters::egress_http_https(&bench)),
        (ItemId::EgressIcmp, filters::egress_icmp(&bench)),
        (ItemId::EgressSshNarrow, filters::egress_ssh_narrow(&bench)),
        (ItemId::S3Endpoint, services::s3_endpoint(&bench)),
        (ItemId::IamForS3, services::iam_for_s3(&bench)),
        (ItemId::Dns, services::dns(&bench)),
        (ItemId::HttpsApi, services::https_api(&bench)),
        (ItemId::ElasticIpInVain, placing::elastic_ip_in_vain(&bench)),
        (ItemId::Placement, placing::placement(&bench)),
        (ItemId::LeftoverProcess, vec![Checked::new(Status::Unknown, Finding::HostNotSeen)]),
    ];
    // How the operating system is known belongs to the items about repositories.
    for remark in bench.repositories.iter().flat_map(|probe| &probe.question.remarks) {
        if !remarks.contains(remark) {
            remarks.push(remark.clone());
        }
    }
    let item = |(id, findings): (ItemId, Vec<Checked>)| {
        let status = findings.iter().map(|found| found.status).max().unwrap_or(Status::NotApplicable);
        Item { id, status, findings }
    };
    Ok(Checklist {
        source: source.trim().to_owned(),
        instance: machine.instance.map(|instance| instance.id.to_string()),
        interface: machine.interface.id.to_string(),
        subnet: machine.interface.subnet.to_string(),
        remarks,
        items: judged.into_iter().map(item).collect(),
        names: Names::new(network),
    })
}

impl Checklist {
    /// Returns the exit code: 0 all in order, 1 something is not, 3 something is not known.
    pub fn exit_code(&self) -> u8 {
        match self.items.iter().map(|item| item.status).max() {
            Some(Status::Fail) => 1,
            Some(Status::Unknown) => 3,
            Some(Status::Pass | Status::NotApplicable) | None => 0,
        }
    }
}
