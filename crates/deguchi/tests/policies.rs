//! Requests to S3 against policies, from files to verdict: a table after AWS's documented evaluation rules, each row with
//! its page. The network is that of `testdata/fixtures/snapshots/ok-nat-gateway`, where everything passes.
#![cfg(test)]

use std::path::{Path, PathBuf};

use deguchi::{
    ingest::{File, from_files},
    question::{Options, resolve},
};
use deguchi_engine::{Answer, Engine, Verdict};
use serde_json::{Value, json};

use Verdict::{Reachable, Undecided, Unreachable};

const LOGIC: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html";
const CROSS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html";
const BOUNDARY: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html";
const SCP: &str =
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html";
const PRINCIPAL: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html";
const NOT_PRINCIPAL: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html";
const NOT_ACTION: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html";
const NOT_RESOURCE: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html";
const ACTION: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html";
const RESOURCE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html";
const OPERATORS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html";
const SETS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html";
const KEYS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html";
const VARIABLES: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html";
const ENDPOINT: &str = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html";
const GATEWAY: &str = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html";
const SERVICE_OWNED: &str =
    "https://github.com/aws-samples/data-perimeter-policy-examples/blob/main/service_owned_resources.md";

const BUCKET: &str = "app-data-123456789012";
const ENDPOINT_ID: &str = "vpce-0ff2c25424cca0660";
const OBJECTS: &str = "arn:aws:s3:::app-data-123456789012/*";
const ROLE: &str = "arn:aws:iam::123456789012:role/app";

fn fixture() -> Vec<File> {
    let folder: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/fixtures/snapshots/ok-nat-gateway");
    let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<File> = entries
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| File {
            name: path.file_name().unwrap().to_string_lossy().into_owned(),
            text: std::fs::read_to_string(&path).unwrap(),
        })
        .collect();
    files.sort();
    files
}

/// A snapshot under construction.
struct Account(Vec<File>);

impl Account {
    /// The fixture with a role that has no policy, a bucket without one, and an open endpoint.
    fn new() -> Self {
        let mut files = fixture();
        files.retain(|file| !file.name.starts_with("iam-get-role-policy") && !file.name.starts_with("iam-get-policy"));
        Self(files)
            .file("iam-list-role-policies.app.json", &json!({"PolicyNames": []}))
            .file("iam-list-attached-role-policies.app.json", &json!({"AttachedPolicies": []}))
            .file("iam-get-role.app.json", &json!({"Role": {"RoleName": "app", "Arn": ROLE}}))
            .file(&format!("s3api-get-bucket-policy.{BUCKET}.json"), &json!({"Policy": ""}))
            .endpoint(&json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}))
    }

    fn file(mut self, name: &str, value: &Value) -> Self {
        self.0.retain(|file| file.name != name);
        self.0.push(File { name: name.to_owned(), text: value.to_string() });
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.0.retain(|file| file.name != name);
        self
    }

    /// The role's inline policy.
    fn role(self, statements: &Value) -> Self {
        let document = json!({"Version": "2012-10-17", "Statement": statements});
        self.file("iam-list-role-policies.app.json", &json!({"PolicyNames": ["data"]})).file(
            "iam-get-role-policy.app.data.json",
            &json!({"RoleName": "app", "PolicyName": "data", "PolicyDocument": document}),
        )
    }

    fn bucket(self, statements: &Value) -> Self {
        let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        self.file(&format!("s3api-get-bucket-policy.{BUCKET}.json"), &json!({"Policy": text}))
    }

    fn endpoint(mut self, statements: &Value) -> Self {
        let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let file = self.0.iter_mut().find(|file| file.name == "describe-vpc-endpoints.json").unwrap();
        let mut endpoints: Value = serde_json::from_str(&file.text).unwrap();
        endpoints["VpcEndpoints"][0]["PolicyDocument"] = json!(text);
        file.text = endpoints.to_string();
        self
    }

    fn boundary(self, statements: &Value) -> Self {
        let arn = "arn:aws:iam::123456789012:policy/limit";
        let boundary = json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn});
        let role = json!({"RoleName": "app", "Arn": ROLE, "PermissionsBoundary": boundary});
        let document = json!({"Version": "2012-10-17", "Statement": statements});
        self.file("iam-get-role.app.json", &json!({"Role": role}))
            .file("iam-get-policy.limit.json", &json!({"Policy": {"Arn": arn, "DefaultVersionId": "v3"}}))
            .file(
                "iam-get-policy-version.limit.v3.json",
                &json!({"PolicyVersion": {"Document": document, "VersionId": "v3", "IsDefaultVersion": true}}),
            )
    }

    /// What is attached to the root and to the account.
    fn organization(self, root: &[&str], account: &[&str], guard: &Value) -> Self {
        let list = |ids: &[&str]| {
            let one = |id: &&str| json!({"Id": id, "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": false});
            json!({"Policies": ids.iter().map(one).collect::<Vec<_>>()})
        };
        let content = json!({"Version": "2012-10-17", "Statement": guard}).to_string();
        let summary = json!({"Id": "p-guard", "Type": "SERVICE_CONTROL_POLICY"});
        self.file("organizations-list-policies-for-target.r-abcd.json", &list(root))
            .file("organizations-list-policies-for-target.123456789012.json", &list(account))
            .file(
                "organizations-list-parents.123456789012.json",
                &json!({"Parents": [{"Id": "r-abcd", "Type": "ROOT"}]}),
            )
            .file(
                "organizations-describe-policy.p-guard.json",
                &json!({"Policy": {"PolicySummary": summary, "Content": content}}),
            )
    }

    fn ask(self, destination: &str, action: Option<&str>) -> Answer {
        let snapshot = from_files(self.0).unwrap();
        let options =
            Options { action: action.map(str::to_owned), os: Some("al2023".to_owned()), ..Options::default() };
        let question = resolve(&snapshot.network, "app", destination, &options).unwrap();
        let [only] = question.alternatives.as_slice() else { panic!("one query") };
        Engine::new(&snapshot.network).answer(&only.query)
    }
}

/// A statement that allows reading the bucket's objects, but for these members.
fn allow(members: Value) -> Value {
    let mut statement = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": OBJECTS});
    statement.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    statement.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    statement
}

fn deny(members: Value) -> Value {
    let mut statement = allow(members);
    statement["Effect"] = json!("Deny");
    statement
}

fn told(answer: &Answer) -> String {
    let reasons = answer.reasons.iter().map(|reason| format!("{} {}", reason.code, reason.resource));
    let missing = answer.missing.iter().map(|missing| format!("? {} {:?}", missing.code, missing.gap));
    reasons.chain(missing).collect::<Vec<_>>().join("\n")
}

/// Asks for one object, over TLS and by the endpoint.
fn check(rule: &str, source: &str, account: Account, expected: Verdict) -> Answer {
    check_at(rule, source, account, (&format!("s3://{BUCKET}/a/b"), None), expected)
}

fn check_at(rule: &str, source: &str, account: Account, asked: (&str, Option<&str>), expected: Verdict) -> Answer {
    let answer = account.ask(asked.0, asked.1);
    assert_eq!(answer.verdict, expected, "{rule} ({source})\n{}", told(&answer));
    answer
}

/// IM-2 to IM-4.
#[test]
fn policies_are_put_together_as_aws_documents() {
    let role = || Account::new().role(&json!([allow(json!({}))]));
    check("nothing is allowed by default", LOGIC, Account::new(), Unreachable);
    check("an allowance of the role suffices", LOGIC, role(), Reachable);
    let both = json!([allow(json!({})), deny(json!({}))]);
    check("a denial overrides an allowance", LOGIC, Account::new().role(&both), Unreachable);
    let to = |who: &str| json!([allow(json!({"Principal": {"AWS": who}}))]);
    check("in one account the bucket's policy suffices", LOGIC, Account::new().bucket(&to(ROLE)), Reachable);
    let session = "arn:aws:sts::123456789012:assumed-role/app/i-0fc67a0d0306f1676";
    check("a principal may be the session", PRINCIPAL, Account::new().bucket(&to(session)), Reachable);
    let account = "arn:aws:iam::123456789012:root";
    check("an account is allowed to delegate", PRINCIPAL, Account::new().bucket(&to(account)), Unreachable);
    check("another role is another", PRINCIPAL, Account::new().bucket(&to(&format!("{ROLE}2"))), Unreachable);
    let denial = json!([deny(json!({"Principal": "*"}))]);
    check("the bucket denies", LOGIC, role().bucket(&denial), Unreachable);
    let by_account = json!([deny(json!({"Principal": {"AWS": "123456789012"}}))]);
    check("a denial of the account is of its roles", PRINCIPAL, role().bucket(&by_account), Unreachable);
    let all_but = json!([deny(json!({"NotPrincipal": {"AWS": format!("{ROLE}2")}}))]);
    check("NotPrincipal is everyone else", NOT_PRINCIPAL, role().bucket(&all_but), Unreachable);
    let open = json!([deny(json!({"NotPrincipal": {"AWS": ROLE}}))]);
    check("NotPrincipal of a role leaves its session open", NOT_PRINCIPAL, role().bucket(&open), Undecided);
    check("a boundary allows too", BOUNDARY, role().boundary(&json!([allow(json!({}))])), Reachable);
    let other = json!([allow(json!({"Action": "ec2:*", "Resource": "*"}))]);
    check("a boundary that does not allow refuses", BOUNDARY, role().boundary(&other), Unreachable);
    let full = ["p-FullAWSAccess"];
    check("every level allows", SCP, role().organization(&full, &full, &json!([])), Reachable);
    let guard = json!([deny(json!({}))]);
    check("a level denies", SCP, role().organization(&["p-FullAWSAccess", "p-guard"], &full, &guard), Unreachable);
    check("a level does not allow", SCP, role().organization(&["p-guard"], &full, &other), Unreachable);
    let managing = json!({"Organization": {"Id": "o-1", "MasterAccountId": "123456789012"}});
    let managing = role().organization(&["p-guard"], &full, &other).file("describe-organization.json", &managing);
    check("the management account is not limited", SCP, managing, Reachable);
}

/// IM-4.
#[test]
fn across_accounts_both_must_allow() {
    let theirs = |statements: Value, with_role: bool| {
        let account = Account::new().without(&format!("s3api-get-bucket-policy.{BUCKET}.json"));
        let account = if with_role { account.role(&json!([allow(json!({}))])) } else { account };
        let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        account.file(&format!("444455556666/s3api-get-bucket-policy.{BUCKET}.json"), &json!({"Policy": text}))
    };
    let role = json!([allow(json!({"Principal": {"AWS": ROLE}}))]);
    let account = json!([allow(json!({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}))]);
    let nobody = json!([allow(json!({"Principal": {"AWS": "777788889999"}}))]);
    check("both allow", CROSS, theirs(role.clone(), true), Reachable);
    check("the bucket allows the account, the account its role", CROSS, theirs(account, true), Reachable);
    check("the bucket does not allow", CROSS, theirs(nobody, true), Unreachable);
    check("the role is not allowed", CROSS, theirs(role, false), Unreachable);
}

/// What statements name.
#[test]
fn statements_name_what_their_patterns_cover() {
    let role = |members: Value| Account::new().role(&json!(allow(members)));
    check("actions have no case, and `*` stands for any text", ACTION, role(json!({"Action": "S3:get*"})), Reachable);
    check("`?` stands for one character", ACTION, role(json!({"Action": ["s3:PutObject", "s3:Get?bject"]})), Reachable);
    check("another action", ACTION, role(json!({"Action": "s3:GetObjectAcl"})), Unreachable);
    let resource = |resource: &str| role(json!({"Resource": resource}));
    check("resources have wildcards", RESOURCE, resource("arn:aws:s3:::app-*/a/?"), Reachable);
    check("resources have case", RESOURCE, resource("arn:aws:s3:::app-data-123456789012/A/*"), Unreachable);
    check("a bucket is none of its objects", RESOURCE, resource("arn:aws:s3:::app-data-123456789012"), Unreachable);
    check("NotAction is every other", NOT_ACTION, role(json!({"Action": null, "NotAction": "iam:*"})), Reachable);
    check("NotAction leaves out", NOT_ACTION, role(json!({"Action": null, "NotAction": "s3:Get*"})), Unreachable);
    let not_resource = |pattern: &str| role(json!({"Resource": null, "NotResource": pattern}));
    check("NotResource is every other", NOT_RESOURCE, not_resource("arn:aws:s3:::other/*"), Reachable);
    check("NotResource leaves out", NOT_RESOURCE, not_resource(OBJECTS), Unreachable);
    let any_object = format!("s3://{BUCKET}");
    let some = Account::new().role(&json!([allow(json!({"Resource": "arn:aws:s3:::app-data-123456789012/a/*"}))]));
    check_at("which object is asked for decides", RESOURCE, some, (&any_object, None), Undecided);
    let list = json!({"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::app-data-123456789012"});
    check_at("listing is of the bucket", ACTION, role(list), (&any_object, Some("s3:ListBucket")), Reachable);
    let put = Some("s3:PutObject");
    check_at("writing is not reading", ACTION, role(json!({})), (&format!("s3://{BUCKET}/a"), put), Unreachable);
}

/// Conditions whose keys are known, absent, or not known.
#[test]
fn conditions_hold_as_aws_documents() {
    let role = |condition: Value| Account::new().role(&json!([allow(json!({"Condition": condition}))]));
    let rows: Vec<(&str, &str, Value, Verdict)> = vec![
        ("the endpoint", KEYS, json!({"StringEquals": {"aws:SourceVpce": ENDPOINT_ID}}), Reachable),
        ("keys have no case", KEYS, json!({"StringEquals": {"AWS:sourcevpce": ENDPOINT_ID}}), Reachable),
        ("another endpoint", KEYS, json!({"StringEquals": {"aws:SourceVpce": "vpce-2"}}), Unreachable),
        (
            "one of several values",
            OPERATORS,
            json!({"StringEquals": {"aws:SourceVpce": ["a", ENDPOINT_ID]}}),
            Reachable,
        ),
        ("none of several", OPERATORS, json!({"StringNotEquals": {"aws:SourceVpce": ["a", ENDPOINT_ID]}}), Unreachable),
        ("no address behind an endpoint", GATEWAY, json!({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}), Unreachable),
        (
            "not this address, as there is none",
            OPERATORS,
            json!({"NotIpAddress": {"aws:SourceIp": "1.2.3.4"}}),
            Reachable,
        ),
        ("the private address", KEYS, json!({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}}), Reachable),
        ("another private range", KEYS, json!({"IpAddress": {"aws:VpcSourceIp": ["10.9.0.0/16"]}}), Unreachable),
        ("a range that is none", OPERATORS, json!({"IpAddress": {"aws:VpcSourceIp": "10.0.0"}}), Undecided),
        ("over TLS", KEYS, json!({"Bool": {"aws:SecureTransport": true}}), Reachable),
        ("without TLS", KEYS, json!({"Bool": {"aws:SecureTransport": "false"}}), Unreachable),
        ("the role's ARN", KEYS, json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/a*"}}), Reachable),
        ("parts of an ARN apart", OPERATORS, json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:*/app"}}), Unreachable),
        ("another ARN", KEYS, json!({"ArnNotEquals": {"aws:PrincipalArn": ROLE}}), Unreachable),
        ("the account", KEYS, json!({"StringEquals": {"aws:PrincipalAccount": "123456789012"}}), Reachable),
        ("the bucket's account", KEYS, json!({"StringEquals": {"aws:ResourceAccount": "123456789012"}}), Reachable),
        ("the organization is not known", KEYS, json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), Undecided),
        (
            "the time is not known",
            KEYS,
            json!({"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}),
            Undecided,
        ),
        ("an operator that is not known", OPERATORS, json!({"BinaryEquals": {"aws:PrincipalArn": "QQ=="}}), Undecided),
        ("absent", OPERATORS, json!({"Null": {"aws:SourceIp": "true"}}), Reachable),
        ("present", OPERATORS, json!({"Null": {"aws:SourceVpce": "true"}}), Unreachable),
        ("absent, and no matter", OPERATORS, json!({"IpAddressIfExists": {"aws:SourceIp": "1.2.3.4"}}), Reachable),
        ("all of none", SETS, json!({"ForAllValues:StringEquals": {"aws:CalledVia": "x"}}), Reachable),
        ("any of none", SETS, json!({"ForAnyValue:StringEquals": {"aws:CalledVia": "x"}}), Unreachable),
        (
            "every operator must hold",
            OPERATORS,
            json!({"Bool": {"aws:SecureTransport": true}, "Null": {"aws:SourceVpce": "true"}}),
            Unreachable,
        ),
        (
            "a variable",
            VARIABLES,
            json!({"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}),
            Reachable,
        ),
        ("a key of the request's own", KEYS, json!({"StringEquals": {"s3:ExistingObjectTag/a": "b"}}), Undecided),
    ];
    for (rule, source, condition, expected) in rows {
        // The caller's account is told by who saved the files: so the bucket is of the same.
        let answer = check(rule, source, role(condition.clone()), expected);
        if expected == Undecided {
            assert!(told(&answer).contains("DEGUCHI_ACCESS_DENIED Policy(Statement"), "{condition}: {}", told(&answer));
        }
    }
}

#[test]
fn tags_prefixes_and_organizations_are_known_where_the_snapshot_has_them() {
    let with_tags = |tags: Value| {
        let role = json!({"Role": {"RoleName": "app", "Arn": ROLE, "Tags": tags}});
        let resource = "arn:aws:s3:::app-data-123456789012/${aws:PrincipalTag/team}/*";
        let account = Account::new().role(&json!([allow(json!({"Resource": resource}))]));
        account.file("iam-get-role.app.json", &role)
    };
    check("a tag in a resource", VARIABLES, with_tags(json!([{"Key": "team", "Value": "a"}])), Reachable);
    check("another tag", VARIABLES, with_tags(json!([{"Key": "team", "Value": "z"}])), Unreachable);
    check("no such tag", VARIABLES, with_tags(json!([])), Unreachable);
    let listing = |condition: Value| {
        let bucket = "arn:aws:s3:::app-data-123456789012";
        let members = json!({"Action": "s3:ListBucket", "Resource": bucket, "Condition": condition});
        Account::new().role(&json!([allow(members)]))
    };
    let prefix = || listing(json!({"StringLike": {"s3:prefix": "home/*"}}));
    let list = Some("s3:ListBucket");
    check_at("the prefix", KEYS, prefix(), (&format!("s3://{BUCKET}/home/a"), list), Reachable);
    check_at("another prefix", KEYS, prefix(), (&format!("s3://{BUCKET}/etc"), list), Unreachable);
    check_at("which prefix is not said", KEYS, prefix(), (&format!("s3://{BUCKET}"), list), Undecided);
    let condition = json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}});
    let account = Account::new().role(&json!([allow(json!({"Condition": condition}))]));
    let account = account.file("describe-organization.json", &json!({"Organization": {"Id": "o-1"}}));
    check("the organization", KEYS, account, Reachable);
}

/// GE-7, GE-8, IM-6, IM-9.
#[test]
fn an_endpoint_must_allow_and_conditions_see_it() {
    let role = || Account::new().role(&json!([allow(json!({}))]));
    let answer = check("it grants nothing", ENDPOINT, Account::new(), Unreachable);
    assert!(told(&answer).contains("DEGUCHI_ACCESS_DENIED arn:aws:iam::123456789012:role/app"), "{}", told(&answer));
    let other = json!([allow(json!({"Principal": "*", "Resource": "arn:aws:s3:::other/*"}))]);
    let answer = check("it must allow", ENDPOINT, role().endpoint(&other), Unreachable);
    assert!(told(&answer).contains(&format!("DEGUCHI_ENDPOINT_POLICY {ENDPOINT_ID}")), "{}", told(&answer));
    let arn =
        |who: &str| json!([allow(json!({"Principal": "*", "Condition": {"ArnEquals": {"aws:PrincipalArn": who}}}))]);
    check("narrowed to the role", ENDPOINT, role().endpoint(&arn(ROLE)), Reachable);
    check("narrowed to another", ENDPOINT, role().endpoint(&arn("arn:aws:iam::123456789012:role/b")), Unreachable);
    let account = json!([allow(json!({"Principal": {"AWS": "123456789012"}}))]);
    check("an account is its root user", ENDPOINT, role().endpoint(&account), Unreachable);
    let named = json!([allow(json!({"Principal": {"AWS": ROLE}}))]);
    check("a principal that AWS does not document here", ENDPOINT, role().endpoint(&named), Undecided);
    let only_here = |endpoint: &str| {
        let condition = json!({"StringNotEquals": {"aws:SourceVpce": endpoint}});
        json!([deny(json!({"Principal": "*", "Action": "s3:*", "Condition": condition}))])
    };
    check("a bucket for this endpoint", GATEWAY, role().bucket(&only_here(ENDPOINT_ID)), Reachable);
    check("a bucket for another endpoint", GATEWAY, role().bucket(&only_here("vpce-2")), Unreachable);
    let by_address =
        json!([deny(json!({"Principal": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}))]);
    check("a bucket for public addresses, behind an endpoint", GATEWAY, role().bucket(&by_address), Unreachable);
}

/// RP-4.
#[test]
fn repositories_are_asked_without_a_signature() {
    let own = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}});
    let foreign = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:ResourceOrgID": "o-1"}}});
    let repositories = json!({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*"});
    let account = json!({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:ResourceAccount": "123456789012"}}});
    let yum = |statements: Value| Account::new().endpoint(&statements).ask("yum", None);
    for (statements, expected) in [
        (json!([own]), Unreachable),
        (json!([foreign]), Unreachable),
        (json!([own, foreign, repositories]), Reachable),
        (json!([repositories, account]), Unreachable),
    ] {
        let answer = yum(statements.clone());
        assert_eq!(answer.verdict, expected, "{SERVICE_OWNED} {statements}\n{}", told(&answer));
        assert!(answer.missing.is_empty());
    }
}

/// Unknown is never none.
#[test]
fn what_the_snapshot_lacks_is_named() {
    let role = || Account::new().role(&json!([allow(json!({}))]));
    for (lacking, gap) in [
        ("iam-get-instance-profile.app.json", "InstanceProfile"),
        ("iam-list-role-policies.app.json", "InlinePolicies"),
        ("iam-list-attached-role-policies.app.json", "AttachedPolicies"),
        ("iam-get-role-policy.app.data.json", "Document"),
    ] {
        let answer = check(lacking, LOGIC, role().without(lacking), Undecided);
        assert!(told(&answer).contains(gap), "{lacking}: {}", told(&answer));
    }
    let bucket = format!("s3api-get-bucket-policy.{BUCKET}.json");
    let answer = check("a bucket's policy may deny", LOGIC, role().without(&bucket), Reachable);
    let codes: Vec<&str> = answer.assumptions.iter().map(deguchi_engine::Assumption::code).collect();
    assert!(codes.contains(&"DEGUCHI_ASSUMES_BUCKET_POLICY_ALLOWS"), "{codes:?}");
    let answer = check("a bucket's policy may allow", LOGIC, Account::new().without(&bucket), Undecided);
    assert!(told(&answer).contains("BucketPolicy"), "{}", told(&answer));
    let answer = check("a policy that is none", LOGIC, role().bucket(&json!("x")), Undecided);
    assert!(told(&answer).contains("NotUnderstood"), "{}", told(&answer));
    let odd = json!([allow(json!({})), deny(json!({"Surprise": 1}))]);
    let answer = check("a member that is not known", LOGIC, Account::new().role(&odd), Undecided);
    assert!(told(&answer).contains("Member(\"Surprise\")"), "{}", told(&answer));
}
