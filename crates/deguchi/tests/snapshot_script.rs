//! Holds `scripts/snapshot.sh` to what it promises: it only reads, and what it saves is a snapshot.
#![cfg(test)]

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf, process::Command};

use deguchi::ingest;

/// An `aws` that notes what it is asked. Asked for words it knows one; asked for a whole answer it has what a case has.
const AWS: &str = r#"#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
  *"--output text"*"PermissionsBoundary"*|*"PermissionsBoundary"*"--output text"*) echo arn:aws:iam::1:policy/limit ;;
  *"--output text"*) echo one-1 ;;
  "ec2 describe-vpc-attribute"*) echo '{"VpcId": "one-1", "EnableDnsSupport": {"Value": true}}' ;;
  "ec2 describe-"*) cat "$CASE/$2.json" 2>/dev/null || { echo "AccessDenied: not for you" >&2; exit 254; } ;;
  "s3api get-bucket-policy"*) echo "An error occurred (NoSuchBucketPolicy)" >&2; exit 254 ;;
  *) echo "AccessDenied: not for you" >&2; exit 254 ;;
esac
"#;

#[test]
fn the_script_only_reads_and_saves_a_snapshot() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::temp_dir().join(format!("deguchi-snapshot-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("bin")).unwrap();
    let aws = folder.join("bin/aws");
    fs::write(&aws, AWS).unwrap();
    fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
    let output = Command::new(root.join("scripts/snapshot.sh"))
        .arg(folder.join("saved/here"))
        .arg("data-1")
        .env("PATH", path)
        .env("CALLS", folder.join("calls"))
        .env("CASE", root.join("cases/healthy/snapshot"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("left out: aws elbv2 describe-load-balancers: AccessDenied: not for you"), "{said}");

    let calls = fs::read_to_string(folder.join("calls")).unwrap();
    for call in calls.lines() {
        let verb = call.split(' ').nth(1).unwrap_or_default();
        let reads = ["describe-", "list-", "get-", "search-"].iter().any(|prefix| verb.starts_with(prefix));
        assert!(reads, "only reads: {call}");
    }
    for wanted in [
        "iam get-policy-version --policy-arn arn:aws:iam::1:policy/limit",
        "route53 list-resource-record-sets",
        "ecs describe-tasks --cluster one-1 --tasks one-1 --query {tasks: tasks[].{taskArn: taskArn, group: group, attachments",
        "rds describe-db-clusters",
    ] {
        assert!(calls.contains(wanted), "{wanted}: {calls}");
    }

    let saved = ingest::from_path(&folder.join("saved/here")).unwrap().network;
    let case = ingest::from_path(&root.join("cases/healthy/snapshot")).unwrap().network;
    assert_eq!(saved.route_tables, case.route_tables);
    assert_eq!(saved.security_groups, case.security_groups);
    assert_eq!(saved.vpn_gateways, case.vpn_gateways);
    let policy = fs::read_to_string(folder.join("saved/here/s3api-get-bucket-policy.data-1.json")).unwrap();
    assert_eq!(policy.trim(), r#"{"Policy": ""}"#, "that a bucket has no policy is an answer");
    fs::remove_dir_all(&folder).unwrap();
}
