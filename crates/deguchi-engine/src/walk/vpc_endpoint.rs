//! Gateway endpoints for S3 and DynamoDB (GE-1 to GE-11).

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
    fn judge_policy(&mut self, parcel: &mut Parcel<'n>, endpoint: &VpcEndpoint) {
        let request = self.query.destination.request.as_ref();
        let is_allowed = match (&endpoint.policy, request) {
            (EndpointPolicy::FullAccess, _) => true,
            // Asked for an address, not for a request: packets pass whatever the policy says.
            (_, None) => {
                let assumption = crate::Assumption::EndpointPolicyAllows { endpoint: endpoint.id.clone() };
                parcel.assumptions.push(assumption);
                true
            }
            (EndpointPolicy::Allows(statements), Some(request)) => allows(statements, request),
            (EndpointPolicy::Unmodelled | EndpointPolicy::Unknown, Some(_)) => false,
        };
        if !is_allowed {
            let resource = Resource::VpcEndpoint(endpoint.id.clone());
            self.lack(parcel, Code::EndpointPolicy, resource, Gap::EndpointPolicy);
        }
    }
}

/// Whether every resource of a request is let through by some statement.
fn allows(statements: &[EndpointPolicyStatement], request: &ServiceRequest) -> bool {
    request.resources.iter().all(|resource| {
        statements.iter().any(|statement| {
            let action = |pattern: &alloc::string::String| {
                matches(pattern.to_ascii_lowercase().as_bytes(), request.action.to_ascii_lowercase().as_bytes())
            };
            let covers = |pattern: &alloc::string::String| matches(pattern.as_bytes(), resource.as_bytes());
            statement.actions.iter().any(action) && statement.resources.iter().any(covers)
        })
    })
}

/// Whether a pattern with `*` (any text) and `?` (any one character) covers a text. A `*` in the text stands for any
/// text too, so only a `*` of the pattern covers it.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) if matches(rest, text) => true,
        (Some((b'*', _)), Some((_, text))) => matches(pattern, text),
        (Some((b'?', rest)), Some((here, text))) => *here != b'*' && matches(rest, text),
        (Some((wanted, rest)), Some((here, text))) => wanted == here && matches(rest, text),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

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
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }
}
