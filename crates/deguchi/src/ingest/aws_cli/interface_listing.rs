//! Whether the snapshot lists every interface of a VPC: only then does an interface's absence mean that there is none.

use std::collections::{BTreeMap, BTreeSet};

use deguchi_model::{InterfaceListing, Network, VpcId};

use super::{document::Document, region::region_of_path, sighting::Gap};

/// What is known about the lists of interfaces.
pub(super) struct Listings<'l> {
    pub(super) documents: &'l [Document<'l>],
    /// The documents that list a VPC.
    pub(super) vpcs: &'l BTreeMap<VpcId, Vec<usize>>,
    /// The documents that list interfaces of a VPC.
    pub(super) interfaces: &'l BTreeMap<VpcId, BTreeSet<usize>>,
    /// Interfaces that are missing.
    pub(super) gaps: &'l [Gap],
}

impl Listings<'_> {
    /// Says for each VPC whether all its interfaces are listed.
    pub(super) fn judge(&self, network: &mut Network) {
        let lists: Vec<(usize, &Document<'_>)> =
            self.documents.iter().enumerate().filter(|(_, document)| !document.network_interfaces.is_empty()).collect();
        for vpc in network.vpcs.values_mut() {
            let owner = vpc.owner.as_ref().map(|owner| owner.as_str());
            let region = vpc.region.as_ref().map(|region| region.as_str());
            // What only a plan shows may have interfaces that no plan has.
            let seen = self.vpcs.get(&vpc.id).into_iter().flatten().filter_map(|index| self.documents.get(*index));
            if seen.clone().all(|document| document.may_lack_interfaces) && seen.count() > 0 {
                continue;
            }
            let own: Vec<usize> = lists
                .iter()
                .filter(|(_, list)| !list.may_lack_interfaces)
                // An account that the VPC is shared with sees its own interfaces only.
                .filter(|(_, list)| list.account.is_none() || owner.is_none() || list.account.as_deref() == owner)
                .filter(|(index, list)| self.shows(*index, &vpc.id) || self.is_beside(list, &vpc.id, region))
                .map(|(index, _)| *index)
                .collect();
            let has_gap = self.gaps.iter().any(|gap| match &gap.inside {
                Some(missing) => missing == vpc.id.as_str(),
                None => own.contains(&gap.document),
            });
            vpc.interface_listing =
                if own.is_empty() || has_gap { InterfaceListing::Partial } else { InterfaceListing::Complete };
        }
    }

    fn shows(&self, list: usize, vpc: &VpcId) -> bool {
        self.interfaces.get(vpc).is_some_and(|documents| documents.contains(&list))
    }

    /// Whether a list stands in the folder of a document with the VPC, or below it in one that is not another region's.
    fn is_beside(&self, list: &Document<'_>, vpc: &VpcId, region: Option<&str>) -> bool {
        let list_region = region_of_path(&list.file);
        if region.is_some() && list_region.is_some() && region != list_region {
            return false;
        }
        let folders = self.vpcs.get(vpc).into_iter().flatten().filter_map(|index| self.documents.get(*index));
        folders.map(|document| document.folder()).any(|folder| {
            folder.is_empty()
                || list.folder().strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}
