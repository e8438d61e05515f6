//! The smallest network that still shows something: what can be left out of a snapshot is left out, piece by piece.
//!
//! VPCs and subnets go first, then whole resources, then what lists inside of them hold. What AWS itself always has stays: local routes, closing
//! rules of network ACLs, an instance's addresses.

use serde_json::Value;

use super::documents::Documents;

/// Lists inside of resources from which elements may be taken.
const INNER: [&str; 14] = [
    "Associations",
    "Attachments",
    "Entries",
    "Groups",
    "IpPermissions",
    "IpPermissionsEgress",
    "IpRanges",
    "Ipv6Ranges",
    "NatGatewayAddresses",
    "PrefixListIds",
    "Routes",
    "SubnetIds",
    "TransitGatewayRouteTablePropagations",
    "UserIdGroupPairs",
];

/// Where a list is: the top-level key, and within it the path to a list inside.
type Place = (String, String);

/// Leaves out whatever can be, as long as `holds`; asks at most so often.
pub fn shrink(documents: &Documents, budget: usize, holds: &mut dyn FnMut(&Documents) -> bool) -> Documents {
    let mut smallest = documents.clone();
    let mut left = budget;
    loop {
        let before = smallest.clone();
        for fault in before.guest_faults.keys() {
            let mut smaller = smallest.clone();
            smaller.guest_faults.remove(fault);
            try_one(&mut smallest, smaller, &mut left, holds);
        }
        for id in ids_of(&before, "Vpcs", "VpcId").into_iter().chain(ids_of(&before, "Subnets", "SubnetId")) {
            let smaller = without_place(&smallest, &id);
            try_one(&mut smallest, smaller, &mut left, holds);
        }
        for key in before.lists.keys() {
            shrink_list(&mut smallest, &(key.clone(), String::new()), &mut left, holds);
        }
        let places: Vec<Place> = smallest.lists.iter().flat_map(|(key, list)| inner(key, list)).collect();
        for place in places {
            shrink_list(&mut smallest, &place, &mut left, holds);
        }
        if smallest == before || left == 0 {
            return smallest;
        }
    }
}

/// The ids of a list's resources.
fn ids_of(documents: &Documents, key: &str, field: &str) -> Vec<String> {
    let list = documents.lists.get(key).into_iter().flatten();
    list.filter_map(|own| own[field].as_str().map(str::to_owned)).collect()
}

/// Leaves out a VPC or subnet, with all that is in it.
fn without_place(documents: &Documents, id: &str) -> Documents {
    let mut smaller = documents.clone();
    for list in smaller.lists.values_mut() {
        list.retain(|own| own["VpcId"] != id && own["SubnetId"] != id);
    }
    smaller
}

fn try_one(
    smallest: &mut Documents,
    smaller: Documents,
    left: &mut usize,
    holds: &mut dyn FnMut(&Documents) -> bool,
) -> bool {
    if *left == 0 {
        return false;
    }
    *left -= 1;
    let does = holds(&smaller);
    if does {
        *smallest = smaller;
    }
    does
}

/// Takes elements out of one list: halves first, then smaller parts, then one by one.
fn shrink_list(smallest: &mut Documents, place: &Place, left: &mut usize, holds: &mut dyn FnMut(&Documents) -> bool) {
    let mut size = list(smallest, place).map_or(0, |list| list.len());
    while size > 0 {
        let mut start = 0;
        loop {
            let text = smallest.text();
            let mut smaller = smallest.clone();
            let Some(own) = list(&mut smaller, place).filter(|own| start < own.len()) else { break };
            let end = (start + size).min(own.len());
            let kept: Vec<bool> = own
                .iter()
                .enumerate()
                .map(|(index, own)| !(start..end).contains(&index) || must_stay(own, &text))
                .collect();
            let mut kept = kept.into_iter();
            let count = own.len();
            own.retain(|_| kept.next().unwrap_or(true));
            if own.len() == count || !try_one(smallest, smaller, left, holds) {
                start = end;
            }
        }
        size /= 2;
    }
}

fn list<'a>(documents: &'a mut Documents, (key, path): &Place) -> Option<&'a mut Vec<Value>> {
    let list = documents.lists.get_mut(key)?;
    let Some((index, rest)) = path.strip_prefix('/').and_then(|path| path.split_once('/')) else { return Some(list) };
    let index: usize = index.parse().ok()?;
    list.get_mut(index)?.pointer_mut(&format!("/{rest}"))?.as_array_mut()
}

/// What AWS always has: also a VPC and a subnet for what says that it is in them.
fn must_stay(element: &Value, text: &str) -> bool {
    let id = element.get("SubnetId").or_else(|| element.get("VpcId")).and_then(Value::as_str);
    let is_place =
        element.get("CidrBlockAssociationSet").is_some() || element.get("Ipv6CidrBlockAssociationSet").is_some();
    let is_referred_to = is_place && id.is_some_and(|id| text.matches(&format!("\"{id}\"")).count() > 1);
    let is_local = element["GatewayId"] == "local";
    let is_closing = element["RuleNumber"].as_u64().is_some_and(|number| number >= 32767);
    let is_primary = element["IsPrimary"] == true;
    is_referred_to || is_local || is_closing || is_primary
}

fn inner(key: &str, list: &[Value]) -> Vec<Place> {
    let mut places = Vec::new();
    for (index, element) in list.iter().enumerate() {
        find(element, &format!("/{index}"), &mut |path| places.push((key.to_owned(), path)));
    }
    places
}

fn find(value: &Value, path: &str, found: &mut dyn FnMut(String)) {
    for (key, own) in value.as_object().into_iter().flatten() {
        let Some(list) = own.as_array().filter(|_| INNER.contains(&key.as_str())) else { continue };
        let path = format!("{path}/{key}");
        found(path.clone());
        for (index, element) in list.iter().enumerate() {
            find(element, &format!("{path}/{index}"), found);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_matters_stays_and_what_aws_always_has() {
        let mut documents = Documents::default();
        for number in 0..9 {
            documents.add("Subnets", json!({ "SubnetId": number, "VpcId": "vpc-1" }));
        }
        for vpc in ["vpc-1", "vpc-2"] {
            documents.add("Vpcs", json!({ "VpcId": vpc, "CidrBlockAssociationSet": [] }));
        }
        let routes = json!([{ "GatewayId": "local" }, { "GatewayId": "igw-1" }, { "GatewayId": "igw-2" }]);
        documents.add("RouteTables", json!({ "Routes": routes }));
        let has = |documents: &Documents, text: &str| documents.text().contains(text);
        let mut asked = 0;
        let smallest = shrink(&documents, 1000, &mut |smaller| {
            asked += 1;
            has(smaller, "\"SubnetId\": 7") && has(smaller, "igw-2")
        });
        assert_eq!(smallest.lists["Subnets"], [json!({ "SubnetId": 7, "VpcId": "vpc-1" })]);
        assert_eq!(smallest.lists["Vpcs"].len(), 1, "the subnet's stays");
        assert_eq!(
            smallest.lists["RouteTables"][0]["Routes"],
            json!([{ "GatewayId": "local" }, { "GatewayId": "igw-2" }])
        );
        assert!(asked < 60, "{asked}");
    }
}
