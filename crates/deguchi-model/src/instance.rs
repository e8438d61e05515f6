//! An instance: a virtual machine with one or more network interfaces.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use crate::{ImageId, InstanceId, NetworkInterfaceId, SubnetId, VpcId};

/// An instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// Its id.
    pub id: InstanceId,
    /// Its `Name` tag, where it has one.
    pub name: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it runs.
    pub state: InstanceState,
    /// The image it was started from.
    pub image: Option<ImageId>,
    /// The VPC it is in; none once it is terminated.
    pub vpc: Option<VpcId>,
    /// The subnet of its primary interface; none once it is terminated.
    pub subnet: Option<SubnetId>,
    // INVARIANT (primary first): ascending by device index. Ingest sorts.
    /// Its interfaces, the primary one (device index 0) first.
    pub interfaces: Vec<InstanceInterface>,
    /// The ARN of its instance profile, where it has one (IM-1).
    pub instance_profile: Option<String>,
    /// What AWS prints as `PlatformDetails` or, for Windows, `Platform`.
    pub platform: Option<String>,
}

/// One interface of an instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InstanceInterface {
    /// Its place on the instance; 0 is the primary interface.
    pub device_index: u32,
    /// The interface.
    pub interface: NetworkInterfaceId,
}

/// Whether an instance runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstanceState {
    /// `running`.
    Running,
    /// `pending`, `stopping`, `stopped`, `shutting-down`, `terminated`, as printed.
    NotRunning(String),
    /// The snapshot does not say.
    Unknown,
}
