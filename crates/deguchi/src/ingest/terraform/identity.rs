//! Roles, instance profiles and policies of IAM, and policies of buckets.

use serde_json::{Value, json};

use super::{
    document::{Resource, text},
    reader::{Reader, compact},
    reference::Named,
};

const ROLE: [&str; 1] = ["aws_iam_role"];
const POLICY: [&str; 1] = ["aws_iam_policy"];
const PROFILE: [&str; 1] = ["aws_iam_instance_profile"];
const BUCKET: [&str; 1] = ["aws_s3_bucket"];

impl Reader<'_> {
    /// Reads who may do what.
    pub(super) fn identities(&mut self) {
        for resource in self.managed(&POLICY) {
            let policy = self.policy(resource, "policy");
            self.managed_policy(resource, &self.arn(resource), policy);
        }
        for resource in self.data(&POLICY) {
            if let (Some(arn), Some(policy)) = (resource.text("arn"), resource.text("policy")) {
                self.managed_policy(resource, &arn, json!(policy));
            }
        }
        for resource in self.managed(&ROLE) {
            self.role(resource);
        }
        for resource in self.managed(&["aws_s3_bucket_policy"]) {
            let bucket = self.id(resource, "bucket", &BUCKET);
            let name = bucket.map(|bucket| {
                let own = self.managed(&BUCKET).into_iter().find(|own| own.id() == bucket);
                own.and_then(|own| own.text("bucket")).unwrap_or(bucket)
            });
            let policy = self.policy(resource, "policy");
            if let Some(name) = name.filter(|_| !policy.is_null()) {
                self.answers.bucket_policies.push((name, json!({"Policy": policy})));
            }
        }
    }

    /// An ARN, or what stands for it as long as it is not known.
    fn arn(&self, resource: &Resource) -> String {
        let of_name = || {
            let kind = match resource.kind.as_str() {
                "aws_iam_role" => "role",
                "aws_iam_policy" => "policy",
                _ => "instance-profile",
            };
            let path = resource.text("path").unwrap_or_else(|| "/".to_owned());
            Some(format!("arn:aws:iam::{}:{kind}{path}{}", self.account.as_deref()?, resource.text("name")?))
        };
        resource.text("arn").or_else(of_name).unwrap_or_else(|| resource.address.clone())
    }

    /// The instance with this id, name or address among those of one type.
    fn called<'s>(&'s self, kinds: &[&str], name: &str) -> Option<&'s Resource> {
        let is_it = |resource: &&Resource| {
            resource.id() == name || resource.text("name").as_deref() == Some(name) || resource.address == name
        };
        self.all(kinds).into_iter().find(is_it)
    }

    fn managed_policy(&mut self, resource: &Resource, arn: &str, policy: Value) {
        let version = json!([{"VersionId": "v1", "IsDefaultVersion": true, "Document": policy}]);
        let element = json!({"Arn": arn, "DefaultVersionId": "v1", "PolicyVersionList": version});
        self.answers.add("Policies", &resource.address, element);
    }

    /// The policies that attachments give a role.
    fn attached_policies(&mut self, role: &Resource) -> Vec<String> {
        let mut arns = role.texts("managed_policy_arns");
        for kind in
            ["aws_iam_role_policy_attachment", "aws_iam_policy_attachment", "aws_iam_role_policy_attachments_exclusive"]
        {
            for attachment in self.managed(&[kind]) {
                let own = if kind == "aws_iam_role_policy_attachment" {
                    self.id(attachment, "role", &ROLE).into_iter().collect()
                } else {
                    self.ids(attachment, "roles", &ROLE).ids
                };
                if !own.iter().any(|own| self.called(&ROLE, own).is_some_and(|own| own.address == role.address)) {
                    continue;
                }
                if let Some(policy) = self.id(attachment, "policy_arn", &POLICY) {
                    arns.push(self.called(&POLICY, &policy).map_or(policy.clone(), |policy| self.arn(policy)));
                }
            }
        }
        arns
    }

    fn role(&mut self, role: &Resource) {
        let arn = self.arn(role);
        let mut inline = Vec::new();
        for block in role.blocks("inline_policy") {
            if let (Some(name), Some(policy)) = (text(block, "name"), text(block, "policy")) {
                inline.push(json!({"PolicyName": name, "PolicyDocument": policy}));
            }
        }
        for own in self.managed(&["aws_iam_role_policy"]) {
            let of = self.id(own, "role", &ROLE);
            if of.is_some_and(|of| self.called(&ROLE, &of).is_some_and(|of| of.address == role.address)) {
                let name = own.text("name").unwrap_or_else(|| own.address.clone());
                let policy = self.policy(own, "policy");
                inline.push(json!({"PolicyName": name, "PolicyDocument": policy}));
            }
        }
        let is_open = ["aws_iam_role_policy", "aws_iam_role_policy_attachment"].iter().any(|kind| {
            let own = self.managed(&[kind]);
            own.into_iter().any(|own| matches!(self.named(own, "role", &ROLE), Named::Open(_)))
        });
        let attached: Vec<Value> =
            self.attached_policies(role).into_iter().map(|arn| json!({"PolicyArn": arn})).collect();
        let mut profiles = Vec::new();
        for profile in self.managed(&PROFILE) {
            let of = self.id(profile, "role", &ROLE);
            if of.is_some_and(|of| self.called(&ROLE, &of).is_some_and(|of| of.address == role.address)) {
                profiles.push(json!({"Arn": self.arn(profile), "Roles": [{"Arn": arn}]}));
            }
        }
        let boundary = self.id(role, "permissions_boundary", &POLICY);
        let element = json!({
            "Arn": arn,
            "RoleName": role.text("name"),
            // A list that may lack something is no list.
            "RolePolicyList": (!is_open).then_some(inline),
            "AttachedManagedPolicies": (!is_open).then_some(attached),
            "InstanceProfileList": profiles,
            "PermissionsBoundary": boundary.map(|arn| json!({"PermissionsBoundaryArn": arn})),
            "Tags": role.tags(),
        });
        self.answers.add("RoleDetailList", &role.address, compact(element));
    }

    /// The ARN of an instance's profile, which Terraform names by its name.
    pub(super) fn instance_profile_of(&mut self, instance: &Resource) -> Option<String> {
        let name = self.id(instance, "iam_instance_profile", &PROFILE)?;
        if let Some(profile) = self.called(&PROFILE, &name) {
            return Some(self.arn(profile));
        }
        let account = self.account.as_deref();
        Some(account.map_or(name.clone(), |account| format!("arn:aws:iam::{account}:instance-profile/{name}")))
    }
}
