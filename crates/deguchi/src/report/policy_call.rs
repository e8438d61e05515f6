//! Which command of the AWS CLI prints a policy, or what of policies a snapshot lacks.

use deguchi_engine::policy::{MissingPolicy, PolicyReference};

use super::clean;

/// Returns the command that prints a policy.
pub(crate) fn policy_call(policy: &PolicyReference) -> String {
    match policy {
        PolicyReference::Inline { role, name } => {
            let (role, name) = (clean(role.name()), clean(name));
            format!("aws iam get-role-policy --role-name {role} --policy-name {name}")
        }
        PolicyReference::Managed { arn, .. } | PolicyReference::Boundary { arn, .. } => {
            let arn = clean(arn);
            format!("aws iam get-policy-version --policy-arn {arn} --version-id VERSION")
        }
        PolicyReference::Bucket { bucket } => format!("aws s3api get-bucket-policy --bucket {}", clean(bucket)),
        PolicyReference::Endpoint { endpoint } => {
            format!("aws ec2 describe-vpc-endpoints --vpc-endpoint-ids {}", clean(endpoint.as_str()))
        }
        PolicyReference::ServiceControl { id, .. } => {
            format!("aws organizations describe-policy --policy-id {}", clean(id))
        }
    }
}

/// Returns the command that supplies what is missing, where there is one.
pub(crate) fn missing_policy_call(missing: &MissingPolicy) -> Option<String> {
    Some(match missing {
        MissingPolicy::Instance => return None,
        MissingPolicy::InstanceProfile(profile) => {
            let name = clean(profile.rsplit('/').next().unwrap_or_default());
            format!("aws iam get-instance-profile --instance-profile-name {name}")
        }
        MissingPolicy::InlinePolicies(role) => {
            format!("aws iam list-role-policies --role-name {}", clean(role.name()))
        }
        MissingPolicy::AttachedPolicies(role) => {
            format!("aws iam list-attached-role-policies --role-name {}", clean(role.name()))
        }
        MissingPolicy::Document(policy) => policy_call(policy),
        MissingPolicy::BucketPolicy(bucket) => format!("aws s3api get-bucket-policy --bucket {}", clean(bucket)),
        MissingPolicy::BucketOwner(_) => "aws s3api list-buckets".to_owned(),
        MissingPolicy::ServiceControlLevels(account) => {
            format!("aws organizations list-parents --child-id {}", clean(account.as_str()))
        }
        MissingPolicy::ServiceControlPolicies(target) => {
            let target = clean(target);
            format!("aws organizations list-policies-for-target --target-id {target} --filter SERVICE_CONTROL_POLICY")
        }
    })
}
