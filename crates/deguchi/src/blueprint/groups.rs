//! `security-groups.tf`: who may talk to whom; each rule is as narrow as what it is for.

use super::{
    Blueprint,
    hcl::{Body, expression, name_tag, text},
};
use crate::words::lesson::Lesson;

/// What a rule lets pass.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    name: &'static str,
    protocol: &'static str,
    /// First and last port; of ICMP type and code, -1 for any.
    ports: (i32, i32),
}

impl Rule {
    /// Ping: echo requests. Replies need no rule, a group remembers.
    pub(super) const ECHO: Self = Self { name: "ping", protocol: "icmp", ports: (8, -1) };

    /// Its members in a template of CloudFormation.
    pub(super) fn members(&self) -> [String; 3] {
        let (first, last) = self.ports;
        [format!("IpProtocol: {}", self.protocol), format!("FromPort: {first}"), format!("ToPort: {last}")]
    }

    /// One port of TCP.
    pub(super) const fn tcp(name: &'static str, port: i32) -> Self {
        Self { name, protocol: "tcp", ports: (port, port) }
    }
}

/// Whose packets a rule is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Peer {
    /// Inbound, from anywhere.
    FromInternet,
    /// Outbound, to anywhere.
    ToInternet,
    /// Inbound, from every subnet of a kind.
    From(&'static str),
    /// Inbound, from machines of a group.
    FromGroup(&'static str),
    /// Outbound, to machines of a group.
    ToGroup(&'static str),
    /// Outbound, to S3, by the prefix list of its gateway endpoint.
    ToS3,
}

/// Adds an empty group.
pub(super) fn group(body: Body, name: &str) -> Body {
    let tag = name.replace('_', "-");
    let own = Body::default()
        .set("name", expression(format!("\"${{local.name}}-{tag}\"")))
        .set("description", text(format!("{tag} of the network")))
        .set("vpc_id", expression("aws_vpc.main.id"))
        .set("tags", name_tag(&tag));
    body.resource("aws_security_group", name, own)
}

/// Adds rules to a group.
pub(super) fn rules(body: Body, group: &str, peer: Peer, rules: &[Rule]) -> Body {
    rules.iter().fold(body, |body, rule| {
        let (direction, kind) = match peer {
            Peer::FromInternet | Peer::From(_) | Peer::FromGroup(_) => ("in", "aws_vpc_security_group_ingress_rule"),
            Peer::ToInternet | Peer::ToGroup(_) | Peer::ToS3 => ("out", "aws_vpc_security_group_egress_rule"),
        };
        let each = matches!(peer, Peer::From(_));
        let own = Body::default()
            .when(each, |own| own.set("for_each", expression("local.zones")))
            .set("security_group_id", expression(format!("aws_security_group.{group}.id")))
            .set("ip_protocol", text(rule.protocol))
            .set("from_port", expression(rule.ports.0.to_string()))
            .set("to_port", expression(rule.ports.1.to_string()));
        let own = match peer {
            Peer::FromInternet | Peer::ToInternet => own.set("cidr_ipv4", text("0.0.0.0/0")),
            Peer::From(kind) => own.set("cidr_ipv4", expression(format!("each.value.{kind}"))),
            Peer::FromGroup(other) | Peer::ToGroup(other) => {
                own.set("referenced_security_group_id", expression(format!("aws_security_group.{other}.id")))
            }
            Peer::ToS3 => own.set("prefix_list_id", expression("aws_vpc_endpoint.s3.prefix_list_id")),
        };
        let of = match peer {
            Peer::ToS3 => "_s3",
            Peer::FromGroup(_) | Peer::ToGroup(_) | Peer::From(_) | Peer::FromInternet | Peer::ToInternet => "",
        };
        body.resource(kind, &format!("{group}_{direction}{of}_{}", rule.name), own)
    })
}

pub(super) const HTTPS: Rule = Rule::tcp("https", 443);
pub(super) const HTTP: Rule = Rule::tcp("http", 80);
pub(super) const APPLICATION: Rule = Rule::tcp("application", 8080);
pub(super) const DATABASE: Rule = Rule::tcp("database", 5432);

/// `security-groups.tf`.
pub(super) fn groups(blueprint: &Blueprint) -> Body {
    let has_app = blueprint.nat.has_protected();
    let body = group(Body::default().say(Lesson::Groups).say(Lesson::WebGroup), "web");
    let body = rules(body, "web", Peer::FromInternet, &[HTTPS, HTTP]);
    let body = rules(body, "web", Peer::ToInternet, &[HTTPS, HTTP, Rule::ECHO]);
    let next = if has_app { (Peer::ToGroup("app"), APPLICATION) } else { (Peer::ToGroup("data"), DATABASE) };
    let mut body = rules(body, "web", next.0, &[next.1]);
    if has_app {
        body = group(body.say(Lesson::AppGroup), "app");
        body = rules(body, "app", Peer::FromGroup("web"), &[APPLICATION]);
        body = rules(body.say(Lesson::Outbound), "app", Peer::ToInternet, &[HTTPS, HTTP]);
        body = rules(body.say(Lesson::OutboundPing), "app", Peer::ToInternet, &[Rule::ECHO]);
        body = rules(body, "app", Peer::ToGroup("data"), &[DATABASE]);
        body = body.say(Lesson::NoSsh);
    }
    let body = group(body.say(Lesson::DataGroup), "data");
    let body = rules(body, "data", Peer::FromGroup(if has_app { "app" } else { "web" }), &[DATABASE]);
    if has_app { body } else { rules(body.say(Lesson::OutboundToS3), "data", Peer::ToS3, &[HTTPS, HTTP]) }
}
