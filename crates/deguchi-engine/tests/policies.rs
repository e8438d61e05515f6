//! Properties of policies, on random documents: a denial never allows more, an allowance never denies, order means nothing.
#![cfg(test)]

use deguchi_engine::{
    AddressSet,
    policy::{Caller, Context, Owner, RequestWay, RoleCaller, bucket_allows, endpoint_admits, identity_allows},
};
use deguchi_model::{
    Condition, Effect, InstanceId, Patterns, PolicyDocument, Principal, Principals, RoleArn, Statement, VpcEndpointId,
    VpcId,
};
use proptest::prelude::*;

const ROLE: &str = "arn:aws:iam::111122223333:role/app";

fn patterns(choices: &'static [&'static str]) -> impl Strategy<Value = Patterns> {
    let list = proptest::sample::subsequence(choices, 1..=2);
    (list, any::<bool>()).prop_map(|(list, is_only)| {
        let list = list.into_iter().map(String::from).collect();
        if is_only { Patterns::Only(list) } else { Patterns::AllBut(list) }
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    let operator = proptest::sample::select(&[
        "StringEquals",
        "StringNotEquals",
        "StringLikeIfExists",
        "ArnLike",
        "Null",
        "Bool",
        "IpAddress",
        "NotIpAddress",
        "ForAllValues:StringEquals",
        "ForAnyValue:StringLike",
        "Surprising",
    ]);
    let key = proptest::sample::select(&[
        "aws:SourceVpce",
        "aws:PrincipalArn",
        "aws:PrincipalOrgID",
        "aws:SecureTransport",
        "aws:VpcSourceIp",
        "aws:SourceIp",
        "aws:CurrentTime",
    ]);
    let value = proptest::sample::select(&["vpce-1", ROLE, "arn:aws:iam::*:role/*", "true", "10.0.0.0/8", "o-1"]);
    (operator, key, value).prop_map(|(operator, key, value)| Condition {
        operator: operator.into(),
        key: key.into(),
        values: vec![value.into()],
    })
}

fn principals() -> impl Strategy<Value = Principals> {
    let principal = prop_oneof![
        Just(Principal::Everyone),
        Just(Principal::Aws(ROLE.into())),
        Just(Principal::Aws("111122223333".into())),
        Just(Principal::Aws("arn:aws:iam::999999999999:role/other".into())),
    ];
    (principal, any::<bool>()).prop_map(|(principal, is_only)| match is_only {
        true => Principals::Only(vec![principal]),
        false => Principals::AllBut(vec![principal]),
    })
}

fn statement() -> impl Strategy<Value = Statement> {
    let effect = prop_oneof![Just(Effect::Allow), Just(Effect::Deny)];
    let actions = patterns(&["s3:GetObject", "S3:get*", "s3:PutObject", "*"]);
    let resources = patterns(&["arn:aws:s3:::data/*", "arn:aws:s3:::data/a", "arn:aws:s3:::other/*", "*"]);
    let conditions = proptest::collection::vec(condition(), 0..2);
    (effect, principals(), actions, resources, conditions).prop_map(
        |(effect, principals, actions, resources, conditions)| Statement {
            sid: None,
            effect,
            principals,
            actions,
            resources,
            conditions,
            not_understood: Vec::new(),
        },
    )
}

fn document() -> impl Strategy<Value = PolicyDocument> {
    proptest::collection::vec(statement(), 0..4)
        .prop_map(|statements| PolicyDocument { has_variables: true, statements })
}

/// What a document comes to in each setting, for a request of one object: no below unknown below yes.
fn ranks(document: &PolicyDocument) -> Vec<u8> {
    let (role, instance) = (RoleArn::new(ROLE), InstanceId::new("i-1"));
    let (vpc, endpoint) = (VpcId::new("vpc-1"), VpcEndpointId::new("vpce-1"));
    let source = AddressSet::single("10.0.1.1".parse().unwrap());
    let mut ranks = Vec::new();
    for resource in ["arn:aws:s3:::data/a", "arn:aws:s3:::data/*"] {
        let role = RoleCaller { arn: &role, instance: &instance, vpc: Some(&vpc), organization: None, tags: None };
        for caller in [Caller::Anonymous, Caller::Role(role), Caller::Unknown] {
            let context = Context {
                caller,
                action: "s3:GetObject",
                resource,
                owner: Owner::Unknown,
                way: RequestWay::Endpoint { endpoint: &endpoint, vpc: &vpc, source: source.clone() },
                is_secure: Some(true),
                region: None,
                prefix: None,
            };
            for judge in [endpoint_admits, identity_allows, bucket_allows] {
                ranks.push(match judge(document, &context) {
                    Some(false) => 0,
                    None => 1,
                    Some(true) => 2,
                });
            }
        }
    }
    ranks
}

fn with(document: &PolicyDocument, statement: Statement) -> PolicyDocument {
    let mut document = document.clone();
    document.statements.push(statement);
    document
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_further_denial_never_allows_more(document in document(), statement in statement()) {
        let more = with(&document, Statement { effect: Effect::Deny, ..statement });
        for (before, after) in ranks(&document).into_iter().zip(ranks(&more)) {
            prop_assert!(after <= before);
        }
    }

    #[test]
    fn a_further_allowance_never_denies(document in document(), statement in statement()) {
        let more = with(&document, Statement { effect: Effect::Allow, ..statement });
        for (before, after) in ranks(&document).into_iter().zip(ranks(&more)) {
            prop_assert!(after >= before);
        }
    }

    #[test]
    fn the_order_of_statements_means_nothing(document in document()) {
        let mut turned = document.clone();
        turned.statements.reverse();
        prop_assert_eq!(ranks(&document), ranks(&turned));
    }
}
