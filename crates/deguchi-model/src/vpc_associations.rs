//! With which VPCs something of Route 53 is associated, as far as a snapshot says.

use alloc::collections::BTreeSet;

use crate::VpcId;

/// The VPCs that a hosted zone or a resolver rule is associated with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VpcAssociations {
    /// VPCs that it is associated with.
    pub with: BTreeSet<VpcId>,
    /// VPCs that it is known not to be associated with.
    pub without: BTreeSet<VpcId>,
    /// Whether there are no others than those named.
    pub is_complete: bool,
}

impl VpcAssociations {
    /// Whether it is associated with a VPC; `None` where the snapshot does not say.
    pub fn has(&self, vpc: &VpcId) -> Option<bool> {
        if self.with.contains(vpc) {
            Some(true)
        } else if self.is_complete || self.without.contains(vpc) {
            Some(false)
        } else {
            None
        }
    }
}
