//! What English says about how a question was read.

use super::Remark;

/// Returns a remark as a sentence, without a full stop.
pub(super) fn words(remark: &Remark) -> String {
    match remark {
        Remark::PrimaryInterface { instance, interface, others } => format!(
            "`{instance}` has {} interfaces; the primary one, `{interface}`, is taken (name another to ask about it)",
            others + 1
        ),
        Remark::SubnetStandIn { subnet, interface, instance, others } => {
            let machine = instance.as_ref().map_or_else(String::new, |id| format!(" of instance `{id}`"));
            format!(
                "for subnet `{subnet}` its interface `{interface}`{machine} is asked about; {others} more stand in it"
            )
        }
        Remark::PublicAddressOfInterface { public, private, interface } => {
            format!("`{public}` is the public address of `{private}` on interface `{interface}`")
        }
        Remark::OperatingSystemFromImage { image, text, operating_system } => {
            format!("{operating_system} is taken as the operating system, from image `{image}` ({text})")
        }
        Remark::OperatingSystemFromPlatform { platform, operating_system } => {
            format!(
                "{operating_system} is taken as the operating system, from the platform that AWS prints ({platform})"
            )
        }
        Remark::OperatingSystemAsked { operating_system } => {
            format!("{operating_system} is taken as the operating system, as `--os` says")
        }
        Remark::OperatingSystemUnknown { image } => unknown_system(image.as_ref().map(ToString::to_string)),
        Remark::RepositoryDependsOnUpdates { operating_system } => format!(
            "{operating_system} has changed its repositories over time; which one is used depends on the image's age and \
             on updates since, so each is judged"
        ),
        Remark::PortAssumed { port } => format!("no port is given; {port} is assumed"),
        Remark::NameNotLookedUp { host } => format!(
            "`{host}` is not looked up: it stands for any public address outside the snapshot and outside S3 and DynamoDB"
        ),
        Remark::AnyPublicAddress => {
            "`internet` stands for any public address outside the snapshot and outside S3 and DynamoDB".to_owned()
        }
        Remark::ServiceRangesUnknown { service } => format!(
            "the address ranges of `{service}` are not in the snapshot; add the output of `aws ec2 describe-prefix-lists`"
        ),
        Remark::ServiceRangesLackFamily { service } => {
            format!(
                "the prefix list of `{service}` has no range of this address family; any public address stands for it"
            )
        }
        Remark::BucketRegionAssumed { region } => {
            format!("the bucket is taken to be in `{region}`, the region of the VPC")
        }
        Remark::RegionUnknown => "the snapshot does not say which region the VPC is in".to_owned(),
        Remark::IamNotJudged => {
            "only the network and the endpoint policy are judged; for the policies of role and bucket, ask for `s3://BUCKET/KEY`"
                .to_owned()
        }
        Remark::DestinationAddress { id, address } => format!("`{address}` is taken as the address of `{id}`"),
        Remark::DestinationWithoutPublicAddress { id, address } => {
            format!("`{id}` has no public address; its private address `{address}` is asked for")
        }
        Remark::ClientPortsOfAnyHost { ports } => {
            format!("the client is not in the snapshot; its ports are taken from {ports}")
        }
        Remark::ClientPortsOfWindows { ports } => format!("the client's ports are taken from {ports}, as Windows does"),
        Remark::TakenForOnPremises { asked } => {
            format!("`{asked}` lies in no VPC of the snapshot; it is taken to be on premises")
        }
        Remark::EitherByDns64 => {
            "the name may have an IPv6 address, or none, and then DNS64 makes one in `64:ff9b::/96`; both are judged".to_owned()
        }
        Remark::IpV6Only => "the source has no IPv4 address; the question is read for IPv6".to_owned(),
    }
}

fn unknown_system(image: Option<String>) -> String {
    let why = match image {
        Some(image) => format!("image `{image}` does not tell the operating system"),
        None => "the snapshot does not tell the operating system".to_owned(),
    };
    format!("{why}; every repository that may apply is judged (`--os` picks one)")
}
