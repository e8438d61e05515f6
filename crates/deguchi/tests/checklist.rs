//! The checklist: each item in order, out of order and not known, and the one fix for what is out of order.
#![cfg(test)]

use std::{fs, path::PathBuf, process::Command};

use serde_json::{Value, json};

const BUCKET: &str = "app-data-111122223333";

/// A snapshot of its own, gone when the test is.
struct Folder(PathBuf);

impl Folder {
    /// A case's snapshot, changed.
    fn of(test: &str, case: &str, change: &dyn Fn(&mut Files)) -> Self {
        let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases")).join(case).join("snapshot");
        let mut files = Files(Vec::new());
        for entry in fs::read_dir(root).unwrap() {
            let entry = entry.unwrap();
            let text = fs::read_to_string(entry.path()).unwrap();
            files.0.push((entry.file_name().into_string().unwrap(), serde_json::from_str(&text).unwrap()));
        }
        change(&mut files);
        let folder = std::env::temp_dir().join(format!("deguchi-checklist-{test}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (name, value) in &files.0 {
            fs::write(folder.join(name), value.to_string()).unwrap();
        }
        Self(folder)
    }

    fn path(&self) -> String {
        self.0.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The files of a snapshot.
struct Files(Vec<(String, Value)>);

impl Files {
    fn drop(&mut self, name: &str) {
        let before = self.0.len();
        self.0.retain(|(own, _)| !own.contains(name));
        assert!(self.0.len() < before, "{name}");
    }

    fn get(&mut self, name: &str) -> &mut Value {
        &mut self.0.iter_mut().find(|(own, _)| own.contains(name)).unwrap().1
    }

    fn put(&mut self, name: &str, value: Value) {
        self.0.retain(|(own, _)| own != name);
        self.0.push((name.to_owned(), value));
    }

    /// The one resource of a list whose `Name` tag is this.
    fn named(&mut self, file: &str, list: &str, name: &str) -> &mut Value {
        let all = self.get(file)[list].as_array_mut().unwrap();
        all.iter_mut().find(|it| it["Tags"].to_string().contains(&format!("\"{name}\""))).unwrap()
    }
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_deguchi")).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn checklist(source: &str, from: &str, more: &[&str]) -> (i32, Value) {
    let arguments = [&["checklist", source, "--from", from, "--format", "json"], more].concat();
    let (code, out, told) = run(&arguments);
    let document: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{told}"));
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/checklist.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    (code, document)
}

fn item<'d>(document: &'d Value, name: &str) -> &'d Value {
    document["items"].as_array().unwrap().iter().find(|item| item["item"] == name).unwrap()
}

/// A host with one device, on which nothing is wrong.
fn probe() -> Value {
    json!({
        "schema": "deguchi.probe/1",
        "taken_at": "2026-01-31T12:00:00Z",
        "host": { "name": "host", "operating_system": null, "system": null, "is_root": true },
        "metadata": { "state": "silent", "instance": null, "region": null, "role": null },
        "processes": [],
        "locks": [],
        "repositories": [],
        "resolver": { "name_servers": ["10.0.0.2"], "search": [], "options": [], "behind_stub": [] },
        "interfaces": [{ "name": "ens5", "addresses": ["10.0.10.11"], "reverse_path_filter": 2 }],
        "routes": [{ "destination": "0.0.0.0/0", "gateway": "10.0.10.1", "interface": "ens5", "metric": 512 }],
        "ephemeral_ports": [32768, 60999],
        "targets": [],
        "proxies": [],
        "clock_ahead_seconds": 0,
        "forwarding": {
            "ipv4": false, "ipv6": false, "conntrack": [5, 262_144], "firewall": { "masquerades": [], "forward": "accept" }
        },
        "not_seen": []
    })
}

/// The role of `web-1` may read `BUCKET`.
fn with_policy(files: &mut Files) {
    let policy = json!({"RoleName": "web", "PolicyName": "logs", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": ["s3:Get*"], "Resource": format!("arn:aws:s3:::{BUCKET}/*")},
    ]}});
    files.put("iam-get-role-policy.web.logs.json", policy);
}

/// One network, and what an item has to say about a machine of it.
type Row<'r> = (&'r str, &'r str, &'r str, &'r str, &'r dyn Fn(&mut Files));

#[test]
fn every_item_is_in_order_out_of_order_or_not_known() {
    let as_it_is: &dyn Fn(&mut Files) = &|_| {};
    let no_tables: &dyn Fn(&mut Files) = &|files| files.drop("describe-route-tables");
    let no_groups: &dyn Fn(&mut Files) = &|files| files.drop("describe-security-groups");
    let rows: [Row<'_>; 39] = [
        ("nat-is-placed-public", "pass", "web-1", "healthy", as_it_is),
        ("nat-is-placed-public", "fail", "web-1", "nat-in-private-subnet", as_it_is),
        ("nat-is-placed-public", "unknown", "web-1", "healthy", no_tables),
        ("subnet-routes-to-nat", "pass", "web-1", "healthy", as_it_is),
        ("subnet-routes-to-nat", "fail", "web-1", "more-specific-route", as_it_is),
        ("subnet-routes-to-nat", "unknown", "web-1", "healthy", no_tables),
        ("nat-is-healthy", "pass", "web-1", "healthy", as_it_is),
        ("nat-is-healthy", "fail", "web-1", "nat-gateway-private", as_it_is),
        ("nat-is-healthy", "unknown", "web-1", "healthy", &|files| files.drop("describe-nat-gateways")),
        ("network-acls-pass", "pass", "web-1", "healthy", as_it_is),
        ("network-acls-pass", "fail", "web-1", "network-acl-drops-replies", as_it_is),
        ("network-acls-pass", "unknown", "web-1", "healthy", &|files| files.drop("describe-network-acls")),
        ("egress-http-https", "pass", "web-1", "healthy", as_it_is),
        ("egress-http-https", "fail", "web-1", "security-group-egress-closed", as_it_is),
        ("egress-http-https", "unknown", "web-1", "healthy", no_groups),
        ("egress-icmp", "pass", "web-1", "healthy", as_it_is),
        ("egress-icmp", "fail", "web-1", "security-group-inbound-icmp-only", as_it_is),
        ("egress-icmp", "unknown", "web-1", "healthy", no_groups),
        ("egress-ssh-narrow", "pass", "web-1", "healthy", as_it_is),
        ("egress-ssh-narrow", "fail", "batch-1", "public-without-address", as_it_is),
        ("egress-ssh-narrow", "unknown", "web-1", "healthy", no_groups),
        ("s3-endpoint", "pass", "web-2", "healthy", as_it_is),
        ("s3-endpoint", "fail", "web-2", "endpoint-policy-denies", as_it_is),
        ("s3-endpoint", "unknown", "web-1", "healthy", no_tables),
        ("iam-for-s3", "pass", "web-1", "role-without-policy", &with_policy),
        ("iam-for-s3", "not-applicable", "web-1", "role-without-policy", as_it_is),
        ("iam-for-s3", "unknown", "web-1", "healthy", as_it_is),
        ("dns", "pass", "web-1", "healthy", as_it_is),
        ("dns", "fail", "web-1", "dns-support-off", as_it_is),
        ("dns", "unknown", "web-1", "healthy", &|files| {
            files.get("describe-vpcs.json")["Vpcs"][0]["DhcpOptionsId"] = json!("default");
        }),
        ("https-api", "pass", "web-1", "healthy", as_it_is),
        ("https-api", "fail", "web-1", "route-missing", as_it_is),
        ("https-api", "unknown", "web-1", "healthy", no_groups),
        ("elastic-ip-in-vain", "pass", "bastion", "healthy", as_it_is),
        ("elastic-ip-in-vain", "fail", "web-1", "elastic-ip-in-vain", as_it_is),
        ("elastic-ip-in-vain", "unknown", "bastion", "healthy", no_tables),
        ("placement", "pass", "web-1", "healthy", as_it_is),
        ("placement", "fail", "batch-1", "public-without-address", as_it_is),
        ("placement", "unknown", "web-1", "healthy", &|files| files.drop("describe-network-interfaces")),
    ];
    for (index, (name, status, source, case, change)) in rows.into_iter().enumerate() {
        let folder = Folder::of(&format!("row-{index}"), case, change);
        let (_, document) = checklist(source, &folder.path(), &[]);
        let found = item(&document, name);
        assert_eq!(found["status"], status, "{name} of {source} in {case}: {found:#}");
        // The worst finding decides, and whatever is not known says what to do about it.
        assert!(found["findings"].as_array().unwrap().iter().any(|it| it["status"] == status), "{found:#}");
    }
}

#[test]
fn a_bucket_that_is_asked_for_is_judged_by_every_policy() {
    let key = format!("{BUCKET}/logs/2026.gz");
    let folder = Folder::of("bucket-denied", "role-without-policy", &|_| {});
    for bucket in [BUCKET, &key, &format!("s3://{key}")] {
        let (code, document) = checklist("web-1", &folder.path(), &["--bucket", bucket]);
        let found = item(&document, "iam-for-s3");
        assert_eq!((code, &found["status"], &found["findings"][0]["code"]), (1, &json!("fail"), &json!("S3_REFUSED")));
        // The fix lets the role read it, and is judged.
        assert_eq!(document["fix"]["cures"], json!(["iam-for-s3"]), "{document:#}");
        assert_eq!(document["fix"]["leaves"], json!([]));
        assert_eq!(document["fix"]["changes"][0]["action"], "PutRolePolicy");
    }
    let folder = Folder::of("bucket-allowed", "role-without-policy", &with_policy);
    let (_, document) = checklist("web-1", &folder.path(), &["--bucket", &key]);
    assert_eq!(item(&document, "iam-for-s3")["status"], "pass");
    // A boundary that does not allow it takes it away again.
    let folder = Folder::of("bucket-boundary", "role-without-policy", &|files| {
        with_policy(files);
        let boundary = "arn:aws:iam::111122223333:policy/narrow";
        files.get("iam-get-role.web")["Role"]["PermissionsBoundary"] =
            json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary});
        files.put("iam-get-policy-version.narrow.json", json!({"PolicyArn": boundary, "PolicyVersion": {
            "VersionId": "v1", "IsDefaultVersion": true,
            "Document": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}},
        }}));
    });
    let (_, document) = checklist("web-1", &folder.path(), &[]);
    let found = item(&document, "iam-for-s3");
    assert!(matches!(found["status"].as_str(), Some("fail" | "unknown")), "{found:#}");
    let (code, _, told) = run(&["checklist", "web-1", "--from", "example:healthy", "--bucket", "No Bucket"]);
    assert!(code == 2 && told.contains("`s3://No Bucket` cannot be read"), "{code} {told}");
}

/// A role that allows any bucket is in order as far as it goes.
#[test]
fn a_role_that_names_no_bucket_is_judged_for_any() {
    let policy = |resource: &str| {
        json!({"RoleName": "web", "PolicyName": "logs", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource},
        ]}})
    };
    for (resource, status, code) in
        [("*", "pass", "S3_ALLOWED_BY_ROLE"), ("arn:aws:s3:::app-*/*", "unknown", "S3_UNDECIDED")]
    {
        let folder = Folder::of(&format!("any-{status}"), "role-without-policy", &|files| {
            files.put("iam-get-role-policy.web.logs.json", policy(resource));
        });
        let (_, document) = checklist("web-1", &folder.path(), &[]);
        let found = item(&document, "iam-for-s3");
        assert_eq!((&found["status"], &found["findings"][0]["code"]), (&json!(status), &json!(code)), "{found:#}");
        assert!(found["findings"][0]["message"].as_str().unwrap().contains("--bucket"), "{found:#}");
    }
}

#[test]
fn a_snapshot_and_a_probe_together_leave_nothing_open() {
    let folder = Folder::of("settled", "role-without-policy", &with_policy);
    let path = folder.0.parent().unwrap().join(format!("deguchi-checklist-probe-{}.json", std::process::id()));
    fs::write(&path, probe().to_string()).unwrap();
    let (code, document) = checklist("web-1", &folder.path(), &["--probe", path.to_str().unwrap()]);
    fs::remove_file(&path).unwrap();
    let items = document["items"].as_array().unwrap();
    let open: Vec<&Value> =
        items.iter().filter(|item| item["status"] == "unknown" || item["status"] == "fail").collect();
    assert!(open.is_empty(), "{open:#?}");
    assert_eq!((code, &document["fix"]), (0, &Value::Null));
}

/// Whatever of the built-in examples the network can mend is mended by the one fix, judged from the snapshot that follows.
#[test]
fn the_one_fix_puts_every_example_in_order() {
    let mut mended = 0;
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases")).unwrap() {
        let case = entry.unwrap().path();
        let snapshot = case.join("snapshot");
        if !snapshot.is_dir() {
            continue;
        }
        let from = snapshot.to_str().unwrap();
        for source in ["web-1", "web-2", "batch-1"] {
            let (code, out, _) = run(&["checklist", source, "--from", from, "--format", "json"]);
            if code != 1 {
                continue;
            }
            let before: Value = serde_json::from_str(&out).unwrap();
            let fix = &before["fix"];
            if fix["changes"].as_array().unwrap().is_empty() {
                // No change to the network moves an address, or narrows SSH; behind a NAT the name server is out of reach.
                let only = [json!(["elastic-ip-in-vain"]), json!(["egress-ssh-narrow"])];
                assert!(only.contains(&fix["leaves"]), "{from} {source}: {fix:#}");
                continue;
            }
            let name = case.file_name().unwrap().to_str().unwrap();
            let after = std::env::temp_dir().join(format!("deguchi-mended-{name}-{source}-{}", std::process::id()));
            let folder = Folder(after);
            let (_, _, told) = run(&["checklist", source, "--from", from, "--apply-to", &folder.path()]);
            assert!(told.contains(&folder.path()), "{name} {source}: {told}");
            let (_, document) = checklist(source, &folder.path(), &[]);
            for cured in fix["cures"].as_array().unwrap() {
                if !fix["leaves"].as_array().unwrap().contains(cured) {
                    let found = item(&document, cured.as_str().unwrap());
                    assert_ne!(found["status"], "fail", "{name} {source}: {found:#}");
                }
            }
            let leaves = fix["leaves"].as_array().unwrap();
            assert!(leaves.iter().all(|it| it == "egress-ssh-narrow" || it == "elastic-ip-in-vain"), "{name}: {fix:#}");
            mended += 1;
        }
    }
    assert!(mended > 25, "{mended}");
}

/// Behind a transit gateway the NAT of another VPC may carry the packets (TG-5); a peering connection carries none (PX-2).
#[test]
fn a_default_route_that_leads_on_is_judged_by_where_it_ends() {
    let with_target = |key: &'static str, id: &'static str| {
        move |files: &mut Files| {
            let table = files.named("describe-route-tables", "RouteTables", "protected-a");
            let routes = table["Routes"].as_array_mut().unwrap();
            let default = routes.iter_mut().find(|route| route["DestinationCidrBlock"] == "0.0.0.0/0").unwrap();
            let mut route = json!({"DestinationCidrBlock": "0.0.0.0/0", "State": "active", "Origin": "CreateRoute"});
            route[key] = json!(id);
            *default = route;
        }
    };
    let transit = Folder::of("transit", "healthy", &with_target("TransitGatewayId", "tgw-0a1b2c3d4e5f60718"));
    let (_, document) = checklist("web-1", &transit.path(), &[]);
    let found = item(&document, "subnet-routes-to-nat");
    assert_eq!(
        (&found["status"], found["findings"].as_array().unwrap().len() > 1),
        (&json!("unknown"), true),
        "{found:#}"
    );
    assert!(found.to_string().contains("describe-transit-gateway"), "what is missing is named: {found:#}");
    let peering = Folder::of("peering", "healthy", &with_target("VpcPeeringConnectionId", "pcx-0a1b2c3d4e5f60718"));
    let (_, document) = checklist("web-1", &peering.path(), &[]);
    let found = item(&document, "subnet-routes-to-nat");
    assert!(matches!(found["status"].as_str(), Some("fail" | "unknown")), "{found:#}");
}
