//! What English says about a network that is to be written.

use crate::{
    blueprint::{Monthly, Nat, Problem},
    commands::Asked,
    fix::prices::Basis,
    notice::Words,
};

/// Heads of the table of ranges; and what is kept free.
pub(crate) const HEADS: [&str; 5] = ["ZONE", "PUBLIC", "PROTECTED", "PRIVATE", "kept free"];

/// Before files that are there besides.
pub(crate) const ALSO: &str = "in the folder besides, and read by Terraform as well:";

/// Before the next commands.
pub(crate) const NEXT: &str = "next:";

/// About regional NAT gateways.
pub(crate) const REGIONAL: &str =
    "a regional NAT gateway needs version 6.24 of the AWS provider or later; earlier ones do not know it";

/// What is said of a kind of NAT.
pub(crate) const fn nat(nat: Nat) -> &'static str {
    match nat {
        Nat::Gateway => "one NAT gateway",
        Nat::GatewayPerZone => "a NAT gateway in each zone",
        Nat::Regional => "a regional NAT gateway",
        Nat::Instance => "a NAT instance",
        Nat::InstanceTwoInterfaces => "a NAT instance with two interfaces",
        Nat::None => "no NAT",
    }
}

/// Before the files.
pub(crate) fn written(folder: &str, is_dry: bool) -> String {
    if is_dry { format!("would write to {folder}:") } else { format!("written to {folder}:") }
}

/// What something costs in a month, in short.
pub(crate) fn a_month(monthly: &Monthly, basis: &Basis) -> String {
    let Basis { currency, .. } = basis;
    match monthly.gigabyte {
        Some(gigabyte) => format!("about {:.2} {currency} a month, and {gigabyte} a GB", monthly.amount),
        None => format!("about {:.2} {currency} a month", monthly.amount),
    }
}

/// What a network costs, line by line.
pub(crate) fn costs(own: &Monthly, machines: Option<&Monthly>, basis: &Basis) -> Vec<String> {
    let Basis { region, is_stand_in, as_of, currency } = basis;
    let parts = |monthly: &Monthly| {
        let count = |count: u8, one: &str, several: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {several}")),
        };
        let parts = [
            count(monthly.nat_gateways, "NAT gateway", "NAT gateways"),
            count(monthly.instances, "t4g.nano with its disk", "t4g.nano with their disks"),
            count(monthly.public_addresses, "public IPv4 address", "public IPv4 addresses"),
        ];
        parts.into_iter().flatten().collect::<Vec<String>>().join(", ")
    };
    let mut lines = match (parts(own), own.amount) {
        (parts, _) if parts.is_empty() => vec!["cost: nothing for the network itself".to_owned()],
        (parts, amount) => vec![format!("cost: about {amount:.2} {currency} a month: {parts}")],
    };
    lines.extend(own.gigabyte.map(|gigabyte| {
        format!("  and {gigabyte} {currency} for each GB through NAT; through the S3 endpoint nothing")
    }));
    lines.extend(
        machines.map(|it| {
            format!("  and about {:.2} {currency} for the machines to try it with: {}", it.amount, parts(it))
        }),
    );
    let stand_in = if *is_stand_in { " in place of this Region's" } else { "" };
    lines.push(format!("  prices of {region}{stand_in}, {as_of}; traffic out of AWS and between zones is not in them"));
    lines
}

/// A question on the terminal.
pub(crate) const fn question(asked: Asked) -> &'static str {
    match asked {
        Asked::Name => "Name, with which every resource begins",
        Asked::Region => "Region",
        Asked::Range => "Address range of the VPC",
        Asked::Zones => "In how many Availability Zones",
        Asked::Nat => {
            "How protected subnets get out: gateway, gateway-per-zone, regional, instance, instance-two-interfaces or none"
        }
        Asked::Bucket => "S3 bucket that machines may read and write; - for none",
        Asked::VpnGateway => "Virtual private gateway for a VPN, y or n",
    }
}

/// What is wrong, and the one thing to do.
pub(crate) fn problem(problem: &Problem) -> Words {
    let (message, hint) = match problem {
        Problem::Unreadable { asked } => {
            (format!("`{asked}` is no IPv4 range"), "write it as a CIDR, e.g. `10.0.0.0/16`".to_owned())
        }
        Problem::HostBits { asked, range } => {
            (format!("`{asked}` is an address inside a range, not a range"), format!("did you mean `{range}`?"))
        }
        Problem::NoVpcSize { asked } => (
            format!("AWS allows no VPC of the size of `{asked}`"),
            "choose one between `/16` and `/28`, e.g. `10.0.0.0/16`".to_owned(),
        ),
        Problem::NotPrivate { asked } => (
            format!("`{asked}` is not private: the internet's hosts of these addresses could not be reached"),
            "choose from `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` or `100.64.0.0/10`".to_owned(),
        ),
        Problem::TooSmall { asked, zones, subnet, needed } => (
            format!(
                "`{asked}` is too small for {zones} zones: each subnet would be a `/{subnet}`, and AWS's smallest is `/28`"
            ),
            format!("take a range of `/{needed}` or larger, or fewer zones"),
        ),
        Problem::Zones { asked } => {
            (format!("a network cannot stand in {asked} zones"), "choose 1 to 6; most Regions have 3".to_owned())
        }
        Problem::Name { asked } => (
            format!("`{asked}` is no name that every resource can begin with"),
            "write 1 to 32 lower case letters, digits and hyphens, e.g. `shop-1`".to_owned(),
        ),
        Problem::Region { asked } => {
            (format!("`{asked}` is no name of a Region"), "write it as AWS does, e.g. `ap-northeast-1`".to_owned())
        }
        Problem::Bucket { asked } => (
            format!("no S3 bucket can be called `{asked}`"),
            "write the bucket's name alone, e.g. `example-data`".to_owned(),
        ),
        Problem::Nat { asked } => (
            format!("`{asked}` is no kind of NAT"),
            "one of: gateway, gateway-per-zone, regional, instance, instance-two-interfaces, none".to_owned(),
        ),
        Problem::YesOrNo { asked } => (format!("`{asked}` is neither yes nor no"), "write `y` or `n`".to_owned()),
        Problem::Unanswered => (
            "the terminal closed before every question was answered".to_owned(),
            "give options instead, e.g. `--nat gateway`".to_owned(),
        ),
        Problem::NotEmpty { folder } => {
            let hint = "name a folder that is empty or does not exist; `--force` writes over files of the same names";
            (format!("`{folder}` is not empty"), hint.to_owned())
        }
    };
    Words { message, effect: Some("nothing was written".to_owned()), hint: Some(hint) }
}
