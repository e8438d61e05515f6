//! What was taken for granted in reading a question: said with every answer, so that nobody is answered another one.
//!
//! Leaves out the words: each language has them in a file of its own.

use std::net::IpAddr;

use deguchi_model::{ImageId, InstanceId, NetworkInterfaceId, PortRange, SubnetId};

use super::{remark_english, remark_japanese};
use crate::language::Language;

/// One thing that was taken for granted in reading a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// Of an instance's several interfaces the primary one was taken.
    PrimaryInterface {
        /// The instance.
        instance: InstanceId,
        /// The interface with device index 0.
        interface: NetworkInterfaceId,
        /// How many others it has.
        others: usize,
    },
    /// A subnet was asked about: this machine in it was taken for all.
    SubnetStandIn {
        /// The subnet.
        subnet: SubnetId,
        /// The interface taken.
        interface: NetworkInterfaceId,
        /// Its instance, where it has one.
        instance: Option<InstanceId>,
        /// How many other machines' interfaces the subnet holds.
        others: usize,
    },
    /// A public address was given for a source: the private address behind it starts the walk.
    PublicAddressOfInterface {
        /// The public address.
        public: IpAddr,
        /// The private one behind it.
        private: IpAddr,
        /// Whose they are.
        interface: NetworkInterfaceId,
    },
    /// The operating system follows from the image.
    OperatingSystemFromImage {
        /// The image.
        image: ImageId,
        /// Its name or description, as printed.
        text: String,
        /// The operating system.
        operating_system: String,
    },
    /// The operating system follows from `PlatformDetails`.
    OperatingSystemFromPlatform {
        /// What AWS prints.
        platform: String,
        /// The operating system.
        operating_system: String,
    },
    /// The operating system was given by `--os`.
    OperatingSystemAsked {
        /// The operating system.
        operating_system: String,
    },
    /// The operating system is not known: every repository that may apply is judged.
    OperatingSystemUnknown {
        /// The image that the snapshot does not describe, or that no pattern fits.
        image: Option<ImageId>,
    },
    /// Which of a system's repositories an instance uses depends on its updates.
    RepositoryDependsOnUpdates {
        /// The operating system.
        operating_system: String,
    },
    /// No port was given.
    PortAssumed {
        /// The port taken.
        port: u16,
    },
    /// A host name is not looked up: it stands for any public address.
    NameNotLookedUp {
        /// The host.
        host: String,
    },
    /// What `internet` stands for.
    AnyPublicAddress,
    /// The ranges of a service of AWS are not in the snapshot.
    ServiceRangesUnknown {
        /// `s3` or `dynamodb`.
        service: String,
    },
    /// The service's prefix list has no range of this family (GE-9).
    ServiceRangesLackFamily {
        /// `s3` or `dynamodb`.
        service: String,
    },
    /// Where a bucket is, is not known: it is taken to be in the machine's region.
    BucketRegionAssumed {
        /// The region.
        region: String,
    },
    /// The region of the VPC is not known.
    RegionUnknown,
    /// IAM (identity, bucket) is not judged.
    IamNotJudged,
    /// A machine was asked about as a destination: this address of it was taken.
    DestinationAddress {
        /// What was asked about.
        id: String,
        /// The address taken.
        address: IpAddr,
    },
    /// The internet asks for a machine that has no public address.
    DestinationWithoutPublicAddress {
        /// What was asked about.
        id: String,
        /// The private address taken.
        address: IpAddr,
    },
    /// The client's ports: those of a client that is not known.
    ClientPortsOfAnyHost {
        /// The range taken.
        ports: PortRange,
    },
    /// The client's ports: those of Windows (NA-10).
    ClientPortsOfWindows {
        /// The range taken.
        ports: PortRange,
    },
    /// A private address or range that lies in no VPC was given for a source: it is taken to be on premises.
    TakenForOnPremises {
        /// What was written.
        asked: String,
    },
    /// The name may have an IPv6 address or none, in which case DNS64 makes one: both are judged.
    EitherByDns64,
    /// The question was read for IPv6, since the source has no IPv4 address.
    IpV6Only,
}

impl Remark {
    /// Returns the code as printed.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PrimaryInterface { .. } => "DEGUCHI_QUESTION_PRIMARY_INTERFACE",
            Self::SubnetStandIn { .. } => "DEGUCHI_QUESTION_SUBNET_STAND_IN",
            Self::PublicAddressOfInterface { .. } => "DEGUCHI_QUESTION_PUBLIC_ADDRESS_OF_INTERFACE",
            Self::OperatingSystemFromImage { .. } => "DEGUCHI_QUESTION_OS_FROM_IMAGE",
            Self::OperatingSystemFromPlatform { .. } => "DEGUCHI_QUESTION_OS_FROM_PLATFORM",
            Self::OperatingSystemAsked { .. } => "DEGUCHI_QUESTION_OS_ASKED",
            Self::OperatingSystemUnknown { .. } => "DEGUCHI_QUESTION_OS_UNKNOWN",
            Self::RepositoryDependsOnUpdates { .. } => "DEGUCHI_QUESTION_REPOSITORY_DEPENDS_ON_UPDATES",
            Self::PortAssumed { .. } => "DEGUCHI_QUESTION_PORT_ASSUMED",
            Self::NameNotLookedUp { .. } => "DEGUCHI_QUESTION_NAME_NOT_LOOKED_UP",
            Self::AnyPublicAddress => "DEGUCHI_QUESTION_ANY_PUBLIC_ADDRESS",
            Self::ServiceRangesUnknown { .. } => "DEGUCHI_QUESTION_SERVICE_RANGES_UNKNOWN",
            Self::ServiceRangesLackFamily { .. } => "DEGUCHI_QUESTION_SERVICE_RANGES_LACK_FAMILY",
            Self::BucketRegionAssumed { .. } => "DEGUCHI_QUESTION_BUCKET_REGION_ASSUMED",
            Self::RegionUnknown => "DEGUCHI_QUESTION_REGION_UNKNOWN",
            Self::IamNotJudged => "DEGUCHI_QUESTION_IAM_NOT_JUDGED",
            Self::DestinationAddress { .. } => "DEGUCHI_QUESTION_DESTINATION_ADDRESS",
            Self::DestinationWithoutPublicAddress { .. } => "DEGUCHI_QUESTION_DESTINATION_WITHOUT_PUBLIC_ADDRESS",
            Self::ClientPortsOfAnyHost { .. } => "DEGUCHI_QUESTION_CLIENT_PORTS_OF_ANY_HOST",
            Self::ClientPortsOfWindows { .. } => "DEGUCHI_QUESTION_CLIENT_PORTS_OF_WINDOWS",
            Self::TakenForOnPremises { .. } => "DEGUCHI_QUESTION_TAKEN_FOR_ON_PREMISES",
            Self::EitherByDns64 => "DEGUCHI_QUESTION_EITHER_BY_DNS64",
            Self::IpV6Only => "DEGUCHI_QUESTION_IPV6_ONLY",
        }
    }

    /// Returns the remark as a sentence, without a full stop.
    pub fn words(&self, language: Language) -> String {
        match language {
            Language::English => remark_english::words(self),
            Language::Japanese => remark_japanese::words(self),
        }
    }
}
