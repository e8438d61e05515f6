//! `s3.tf`: S3 without the internet; and `role.tf`: what machines may do with a bucket.

use super::{
    Blueprint, Name,
    hcl::{Body, Value, expression, list, name_tag, text},
    network::client_tables,
};
use crate::{catalogue::Catalogue, words::lesson::Lesson};

/// Systems of the catalogue whose repositories the endpoint lets through.
const SYSTEMS: [&str; 2] = ["amazon-linux-2023", "amazon-linux-2"];

/// A statement of a policy that allows.
#[derive(Debug)]
pub(super) struct Allow {
    pub(super) sid: &'static str,
    /// A list as both languages write it.
    pub(super) actions: &'static str,
    pub(super) resources: Vec<String>,
}

impl Allow {
    fn body(&self, principal: Option<Value>) -> Body {
        let body = Body::default().set("Sid", text(self.sid)).set("Effect", text("Allow"));
        let body = match principal {
            Some(principal) => body.set("Principal", principal),
            None => body,
        };
        let resources = self.resources.iter().map(|resource| format!("\"{resource}\""));
        body.set("Action", expression(self.actions)).set("Resource", list(resources))
    }
}

fn policy(statements: impl IntoIterator<Item = Body>) -> Value {
    let body = statements.into_iter().fold(Body::default(), Body::object);
    let document = Body::default().set("Version", text("2012-10-17")).set("Statement", Value::Lines("[", body, "]"));
    Value::Lines("jsonencode({", document, "})")
}

/// What is done with a bucket of one's own: its objects read and written, its keys listed.
pub(super) fn own_data(blueprint: &Blueprint, bucket: &Name) -> [Allow; 2] {
    let arn = format!("arn:{}:s3:::{}", partition(blueprint), bucket.as_str());
    [
        Allow {
            sid: "OwnObjects",
            actions: "[\"s3:GetObject\", \"s3:PutObject\"]",
            resources: vec![format!("{arn}/*")],
        },
        Allow { sid: "OwnBucket", actions: "[\"s3:ListBucket\"]", resources: vec![arn] },
    ]
}

/// The part of AWS that a Region belongs to, as ARNs have it.
fn partition(blueprint: &Blueprint) -> &'static str {
    match blueprint.region.as_str() {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// What the endpoint lets through.
pub(super) fn statements(blueprint: &Blueprint, catalogue: &Catalogue) -> Vec<Allow> {
    let region = blueprint.region.as_str();
    let systems = catalogue.operating_systems.iter().filter(|system| SYSTEMS.contains(&system.id.as_str()));
    let buckets = systems.flat_map(|system| &system.repositories).flat_map(|repository| &repository.buckets);
    let object = |bucket: &String| format!("arn:{}:s3:::{}/*", partition(blueprint), bucket.replace("REGION", region));
    let resources = buckets.map(object).collect();
    let mut statements = vec![Allow { sid: "Repositories", actions: "[\"s3:GetObject\"]", resources }];
    statements.extend(blueprint.bucket.iter().flat_map(|bucket| own_data(blueprint, bucket)));
    statements
}

/// The name of S3's endpoint service.
pub(super) fn service_name(blueprint: &Blueprint) -> String {
    let region = blueprint.region.as_str();
    let domain = if region.starts_with("cn-") { "cn.com" } else { "com" };
    format!("{domain}.amazonaws.{region}.s3")
}

/// Who takes the role of a machine.
pub(super) fn service_of_machines(blueprint: &Blueprint) -> &'static str {
    if partition(blueprint) == "aws-cn" { "ec2.amazonaws.com.cn" } else { "ec2.amazonaws.com" }
}

/// `s3.tf`.
pub(super) fn endpoint(blueprint: &Blueprint, catalogue: &Catalogue) -> Body {
    let statements = statements(blueprint, catalogue);
    let own = Body::default()
        .set("vpc_id", expression("aws_vpc.main.id"))
        .set("service_name", text(service_name(blueprint)))
        .set("vpc_endpoint_type", text("Gateway"))
        .set("route_table_ids", client_tables(blueprint))
        .set("tags", name_tag("s3"))
        .say(Lesson::EndpointPolicy)
        .set("policy", policy(statements.iter().map(|statement| statement.body(Some(text("*"))))));
    Body::default().say(Lesson::Endpoint).resource("aws_vpc_endpoint", "s3", own)
}

/// `role.tf`.
pub(super) fn role(blueprint: &Blueprint, bucket: &Name) -> Body {
    let service = service_of_machines(blueprint);
    let trust = Body::default()
        .set("Effect", text("Allow"))
        .set("Principal", expression(format!("{{ Service = \"{service}\" }}")))
        .set("Action", text("sts:AssumeRole"));
    let own = Body::default()
        .set("name", expression("\"${local.name}-machine\""))
        .set("assume_role_policy", policy([trust]))
        .set("tags", name_tag("machine"));
    let rights = Body::default()
        .set("name", text("own-data-in-s3"))
        .set("role", expression("aws_iam_role.machine.id"))
        .set("policy", policy(own_data(blueprint, bucket).iter().map(|statement| statement.body(None))));
    let profile = Body::default()
        .set("name", expression("\"${local.name}-machine\""))
        .set("role", expression("aws_iam_role.machine.name"));
    Body::default()
        .say(Lesson::Role)
        .resource("aws_iam_role", "machine", own)
        .resource("aws_iam_role_policy", "machine", rights)
        .resource("aws_iam_instance_profile", "machine", profile)
}
