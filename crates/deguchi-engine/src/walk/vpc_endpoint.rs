//! Gateway endpoints for S3 and DynamoDB (GE-1 to GE-11).

use alloc::{collections::BTreeSet, vec};
use core::net::IpAddr;

use deguchi_model::{
    EndpointPolicy, EndpointPolicyStatement, EndpointState, Route, VpcEndpoint, VpcEndpointId, VpcEndpointKind, VpcId,
};

use super::{Finding, Parcel, Walk};
use crate::{
    answer::{Decision, Place},
    header::HeaderPorts,
    query::ServiceRequest,
    reason::{Code, Evidence, Gap, Resource},
};

impl<'n> Walk<'_, 'n> {
    /// Brings a request to the endpoint that a route targets; the service behind it answers.
    pub(super) fn enter_endpoint(
        &mut self,
        mut parcel: Parcel<'n>,
        id: &'n VpcEndpointId,
        route: &'n Route,
        vpc: &'n VpcId,
    ) {
        let resource = Resource::VpcEndpoint(id.clone());
        let place = Place::VpcEndpoint(id.clone());
        let Some(endpoint) = self.index.network.vpc_endpoints.get(id) else {
            self.hop(&mut parcel, place, Decision::Unknown);
            return self.give_up(parcel, Code::Missing, resource, Gap::RouteTarget(route.clone()));
        };
        match &endpoint.kind {
            VpcEndpointKind::Gateway { .. } => {}
            VpcEndpointKind::Interface { .. } | VpcEndpointKind::Unmodelled(_) => {
                return self.not_modelled(parcel, route);
            }
        }
        if let EndpointState::NotAvailable(state) = &endpoint.state {
            let evidence = Evidence::State(state.clone());
            self.stop(&mut parcel, Finding::new(Code::BadState, resource.clone(), evidence));
        }
        if !matches!(parcel.header.source.fixed_address(), Some(IpAddr::V4(_))) {
            return self.give_up(parcel, Code::NotDecidedByConfiguration, resource, Gap::EndpointAddressFamily);
        }
        match parcel.header.ports {
            HeaderPorts::Tcp { .. } => self.judge_policy(&mut parcel, endpoint),
            HeaderPorts::Echo { .. } => {}
            HeaderPorts::Udp { .. } => {
                self.stop(&mut parcel, Finding::new(Code::GatewayEndpointProtocol, resource, Evidence::Nothing));
            }
        }
        self.hop(&mut parcel, place.clone(), Decision::Passed);
        // The service answers from the address it was asked at, and the endpoint hands the reply to the VPC.
        self.turn(&mut parcel);
        self.hop(&mut parcel, place, Decision::Passed);
        self.reenter_vpc(parcel, vpc);
    }

    /// Whether the endpoint's policy lets a request through, as far as that needs no evaluation (GE-7).
    pub(super) fn judge_policy(&mut self, parcel: &mut Parcel<'n>, endpoint: &VpcEndpoint) {
        let request = self.query.destination.request.as_ref();
        let is_allowed = match (&endpoint.policy, request) {
            (EndpointPolicy::FullAccess, _) => true,
            // Asked for an address, not for a request: packets pass whatever the policy says.
            (_, None) => {
                let assumption = crate::Assumption::EndpointPolicyAllows { endpoint: endpoint.id.clone() };
                parcel.assumptions.push(assumption);
                true
            }
            (EndpointPolicy::Partial { allows, denies }, Some(request)) => lets_through(allows, denies, request),
            (EndpointPolicy::Unmodelled | EndpointPolicy::Unknown, Some(_)) => false,
        };
        if !is_allowed {
            let resource = Resource::VpcEndpoint(endpoint.id.clone());
            self.lack(parcel, Code::EndpointPolicy, resource, Gap::EndpointPolicy);
        }
    }
}

/// Whether every resource of a request is surely let through: some statement allows it, and none that denies can be
/// about it.
fn lets_through(
    allows: &[EndpointPolicyStatement],
    denies: &[EndpointPolicyStatement],
    request: &ServiceRequest,
) -> bool {
    let action = request.action.to_ascii_lowercase();
    let names = |statement: &EndpointPolicyStatement, resource: &str, fits: fn(&[u8], &[u8]) -> bool| {
        let mut actions = statement.actions.iter().map(|pattern| pattern.to_ascii_lowercase());
        actions.any(|pattern| fits(pattern.as_bytes(), action.as_bytes()))
            && statement.resources.iter().any(|pattern| fits(pattern.as_bytes(), resource.as_bytes()))
    };
    request.resources.iter().all(|resource| {
        allows.iter().any(|statement| names(statement, resource, covers))
            && !denies.iter().any(|statement| names(statement, resource, meets))
    })
}

/// Whether a pattern with `*` (any text) and `?` (any one character) covers all that another stands for.
fn covers(pattern: &[u8], text: &[u8]) -> bool {
    // The lengths of the pattern's beginnings that the text so far fits, so that many `*` cost no more than one.
    let mut fitting = after_stars(pattern, [0].into());
    for here in text {
        let stays = |length: &usize| pattern.get(*length) == Some(&b'*');
        let moves = |length: &usize| match pattern.get(*length) {
            Some(b'?') => *here != b'*',
            Some(wanted) => wanted == here && *wanted != b'*',
            None => false,
        };
        let stayed = fitting.iter().copied().filter(stays);
        let moved = fitting.iter().copied().filter(moves).map(|length| length + 1);
        fitting = after_stars(pattern, stayed.chain(moved).collect());
    }
    fitting.contains(&pattern.len())
}

/// Adds the beginnings that end behind a `*`, which fits no text too.
fn after_stars(pattern: &[u8], mut fitting: BTreeSet<usize>) -> BTreeSet<usize> {
    for (place, here) in pattern.iter().enumerate() {
        if *here == b'*' && fitting.contains(&place) {
            fitting.insert(place + 1);
        }
    }
    fitting
}

/// Whether some text fits both of two patterns.
fn meets(a: &[u8], b: &[u8]) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![(0, 0)];
    while let Some((i, j)) = open.pop() {
        if !seen.insert((i, j)) {
            continue;
        }
        match (a.get(i), b.get(j)) {
            (None, None) => return true,
            (Some(b'*'), Some(_)) | (Some(_), Some(b'*')) => {
                // A `*` fits nothing, or whatever the other pattern has here.
                open.push(if a.get(i) == Some(&b'*') { (i + 1, j) } else { (i, j + 1) });
                open.push(if a.get(i) == Some(&b'*') { (i, j + 1) } else { (i + 1, j) });
            }
            (Some(b'*'), None) => open.push((i + 1, j)),
            (None, Some(b'*')) => open.push((i, j + 1)),
            (Some(x), Some(y)) if x == y || *x == b'?' || *y == b'?' => open.push((i + 1, j + 1)),
            (Some(_), Some(_)) | (None, Some(_)) | (Some(_), None) => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{covers, meets};

    #[test]
    fn a_pattern_covers_what_its_wildcards_stand_for() {
        for (pattern, text, expected) in [
            ("s3:*", "s3:getobject", true),
            ("s3:get?bject", "s3:getobject", true),
            ("*", "", true),
            ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/*", true),
            ("arn:aws:s3:::bucket/a", "arn:aws:s3:::bucket/*", false),
            ("arn:aws:s3:::bucket/?", "arn:aws:s3:::bucket/*", false),
            ("arn:aws:s3:::bucket", "arn:aws:s3:::bucket/key", false),
            ("arn:aws:s3:::*-repos-*/*", "arn:aws:s3:::amazonlinux-2-repos-us-east-1/2/core", true),
        ] {
            assert_eq!(covers(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn patterns_meet_where_one_text_fits_both() {
        for (a, b, expected) in [
            ("s3:*", "s3:getobject", true),
            ("arn:aws:s3:::app/*", "arn:aws:s3:::repos/*", false),
            ("arn:aws:s3:::app/*", "arn:aws:s3:::app/a", true),
            ("arn:aws:s3:::*/secret", "arn:aws:s3:::app/*", true),
            ("a*c", "ab", false),
            ("a?", "*b", true),
            ("", "*", true),
            ("", "?", false),
        ] {
            assert_eq!(meets(a.as_bytes(), b.as_bytes()), expected, "{a} {b}");
            assert_eq!(meets(b.as_bytes(), a.as_bytes()), expected, "{b} {a}");
        }
    }
}
