//! `machines.tf`: machines of each kind to try the network with; and what every machine has, the NAT instance too.

use super::{
    Blueprint,
    hcl::{Body, expression, name_tag, text},
};
use crate::words::lesson::Lesson;

/// The newest image of Amazon Linux 2023.
pub(super) fn image(body: Body) -> Body {
    let filter = Body::default().set("name", text("name")).set("values", expression("[\"al2023-ami-2023.*-arm64\"]"));
    let image = Body::default().set("most_recent", expression("true")).set("owners", expression("[\"amazon\"]"));
    body.say(Lesson::Image).part("data \"aws_ami\" \"amazon_linux\"", image.blank().block("filter", filter))
}

/// What it starts from.
pub(super) fn machine(body: Body) -> Body {
    body.set("ami", expression("data.aws_ami.amazon_linux.id")).set("instance_type", text("t4g.nano"))
}

/// Where it stands, and the group it carries.
pub(super) fn placed(body: Body, subnet: &str, group: &str) -> Body {
    body.set("subnet_id", expression(format!("aws_subnet.{subnet}.id")))
        .set("vpc_security_group_ids", expression(format!("[aws_security_group.{group}.id]")))
}

/// Its name, and credentials only for who asks for them with a token.
pub(super) fn finished(body: Body, tag: &str) -> Body {
    let metadata = Body::default().set("http_tokens", text("required"));
    let lifecycle = Body::default().set("ignore_changes", expression("[ami]"));
    let body = body.set("tags", name_tag(tag)).blank().block("metadata_options", metadata);
    body.blank().block("lifecycle", lifecycle)
}

/// `machines.tf`.
pub(super) fn machines(blueprint: &Blueprint) -> Body {
    let has_app = blueprint.nat.has_protected();
    let with_role = |body: Body| {
        body.when(blueprint.bucket.is_some(), |body| {
            body.set("iam_instance_profile", expression("aws_iam_instance_profile.machine.name"))
        })
    };
    let web = placed(machine(Body::default()), "public[\"1\"]", "web");
    let web = web.set("associate_public_ip_address", expression("true"));
    let mut body = Body::default().say(Lesson::Machines).resource("aws_instance", "web", finished(web, "web-1"));
    let data = placed(machine(Body::default()), "private[\"1\"]", "data");
    if has_app {
        let app = machine(Body::default().set("for_each", expression("local.zones")));
        let app = with_role(placed(app, "protected[each.key]", "app"));
        body = body.resource("aws_instance", "app", finished(app, "app-${each.key}"));
        return body.resource("aws_instance", "data", finished(data, "data-1"));
    }
    body.resource("aws_instance", "data", finished(with_role(data), "data-1"))
}
