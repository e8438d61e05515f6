//! The arguments of `deguchi new`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::blueprint::{Form, Nat};

/// Arguments of `deguchi new`. What is not given is asked for on a terminal where nothing is given, else as the defaults say.
#[derive(Debug, Args)]
pub(crate) struct New {
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) nat: Option<NatKind>,
    #[arg(long, value_name = "NUMBER")]
    pub(crate) zones: Option<u8>,
    #[arg(long, value_name = "RANGE")]
    pub(crate) cidr: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    #[arg(long, value_name = "BUCKET")]
    pub(crate) s3_bucket: Option<String>,
    #[arg(long, visible_alias = "vgw")]
    pub(crate) vpn_gateway: bool,
    #[arg(long)]
    pub(crate) no_machines: bool,
    #[arg(long, value_enum, value_name = "FORM", default_value_t = NewFormat::Terraform, hide_default_value = true)]
    pub(crate) format: NewFormat,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(long)]
    pub(crate) force: bool,
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) prices: Option<PathBuf>,
}

impl New {
    /// Whether nothing is said of the network.
    pub(crate) fn is_bare(&self) -> bool {
        let Self { nat, zones, cidr, name, region, s3_bucket, vpn_gateway, no_machines, .. } = self;
        let texts = [cidr, name, region, s3_bucket];
        nat.is_none() && zones.is_none() && texts.iter().all(|text| text.is_none()) && !(*vpn_gateway || *no_machines)
    }
}

/// What the network is written in, as `--format` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NewFormat {
    Terraform,
    Cloudformation,
}

impl From<NewFormat> for Form {
    fn from(format: NewFormat) -> Self {
        match format {
            NewFormat::Terraform => Self::Terraform,
            NewFormat::Cloudformation => Self::CloudFormation,
        }
    }
}

/// A kind of NAT, as `--nat` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NatKind {
    Gateway,
    GatewayPerZone,
    Regional,
    Instance,
    InstanceTwoInterfaces,
    None,
}

impl From<NatKind> for Nat {
    fn from(kind: NatKind) -> Self {
        match kind {
            NatKind::Gateway => Self::Gateway,
            NatKind::GatewayPerZone => Self::GatewayPerZone,
            NatKind::Regional => Self::Regional,
            NatKind::Instance => Self::Instance,
            NatKind::InstanceTwoInterfaces => Self::InstanceTwoInterfaces,
            NatKind::None => Self::None,
        }
    }
}
