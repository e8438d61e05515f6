//! The checklist: what a person checks by hand when a machine cannot get out, item by item, with the evidence.
//!
//! An item that a snapshot or a probe does not settle is unknown, never passed. Leaves out the words (`words/checklist_*`).

mod bench;
mod cure;
mod filters;
mod finding;
mod host;
mod iam;
pub mod json;
mod names;
mod nat;
mod placing;
mod services;
pub mod text;

use deguchi_engine::change::Change;
use deguchi_model::Network;

use crate::{
    error::{Error, ErrorKind},
    fix::{FixFormat, Prices},
    question::{self, Question, Remark},
    report::Names,
};
use bench::Bench;

pub use cure::Cure;

pub(crate) use finding::{Checked, Finding};

/// What the checklist is asked about.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The machine.
    pub source: String,
    /// The HTTPS API to check; any where it is `None`.
    pub api: Option<String>,
    /// The bucket, or the object, that the machine's role has to be able to read: `BUCKET[/KEY]`.
    pub bucket: Option<String>,
    /// Its operating system, where the snapshot does not tell it.
    pub os: Option<String>,
}

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
    /// What puts in order what is not, where it was looked for.
    pub(crate) cure: Option<Cure>,
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

/// Walks the checklist for a machine.
///
/// # Errors
///
/// If no machine is meant, or more than one; if API or bucket is nothing that can be asked for.
pub fn of(network: &Network, asked: &Asked) -> Result<Checklist, Error> {
    let source = asked.source.trim();
    if source.eq_ignore_ascii_case("internet") {
        return Err(Error::new(ErrorKind::NotASource { id: source.to_owned() }));
    }
    let mut remarks = Vec::new();
    let machine = question::machine(network, source, &mut remarks)?;
    let bench = Bench::new(network, asked)?;
    // How the operating system is known belongs to the items about repositories.
    for remark in bench.repositories.iter().flat_map(|probe| &probe.question.remarks) {
        if !remarks.contains(remark) {
            remarks.push(remark.clone());
        }
    }
    Ok(Checklist {
        source: source.to_owned(),
        instance: machine.instance.map(|instance| instance.id.to_string()),
        interface: machine.interface.id.to_string(),
        subnet: machine.interface.subnet.to_string(),
        remarks,
        items: judge(&bench),
        cure: None,
        names: Names::new(network),
    })
}

/// Judges every item.
fn judge(bench: &Bench<'_>) -> Vec<Item> {
    let judged: [(ItemId, Vec<Checked>); 14] = [
        (ItemId::NatIsPlacedPublic, nat::is_placed_public(bench)),
        (ItemId::SubnetRoutesToNat, nat::subnet_routes_to_nat(bench)),
        (ItemId::NatIsHealthy, nat::is_healthy(bench)),
        (ItemId::NetworkAclsPass, filters::network_acls_pass(bench)),
        (ItemId::EgressHttpHttps, filters::egress_http_https(bench)),
        (ItemId::EgressIcmp, filters::egress_icmp(bench)),
        (ItemId::EgressSshNarrow, filters::egress_ssh_narrow(bench)),
        (ItemId::S3Endpoint, services::s3_endpoint(bench)),
        (ItemId::IamForS3, iam::iam_for_s3(bench)),
        (ItemId::Dns, names::dns(bench)),
        (ItemId::HttpsApi, services::https_api(bench)),
        (ItemId::ElasticIpInVain, placing::elastic_ip_in_vain(bench)),
        (ItemId::Placement, placing::placement(bench)),
        (ItemId::LeftoverProcess, vec![Checked::new(Status::Unknown, Finding::HostNotSeen)]),
    ];
    let item = |(id, findings): (ItemId, Vec<Checked>)| {
        let status = findings.iter().map(|found| found.status).max().unwrap_or(Status::NotApplicable);
        Item { id, status, findings }
    };
    judged.into_iter().map(item).collect()
}

impl Checklist {
    /// Looks for changes that put in order what is not.
    ///
    /// # Errors
    ///
    /// Those of [`of`].
    pub fn add_cure(
        &mut self,
        network: &Network,
        asked: &Asked,
        prices: &Prices,
        format: FixFormat,
    ) -> Result<(), Error> {
        self.cure = Some(Cure::find(network, asked, &self.items, prices, format)?);
        Ok(())
    }

    /// Whether something is not in order.
    pub fn has_faults(&self) -> bool {
        self.items.iter().any(|item| item.status == Status::Fail)
    }

    /// Returns the changes of the fix, and the questions that pass after it; `None` where there is none.
    pub fn fix(&self) -> Option<(&[Change], &Question)> {
        let cure = self.cure.as_ref().filter(|cure| !cure.changes.is_empty())?;
        Some((&cure.changes, &cure.question))
    }

    /// Returns the exit code: 0 all in order, 1 something is not, 3 something is not known.
    pub fn exit_code(&self) -> u8 {
        match self.items.iter().map(|item| item.status).max() {
            Some(Status::Fail) => 1,
            Some(Status::Unknown) => 3,
            Some(Status::Pass | Status::NotApplicable) | None => 0,
        }
    }
}
