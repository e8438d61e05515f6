//! Japanese sentences for policies: what each says about a request, who refuses, what is not known.

use deguchi_engine::policy::{
    Authorization, AuthorizationOutcome, CallerView, Doubt, Layer, MissingPolicy, PolicyGap, PolicyOutcome,
    PolicyReference, Refusal, StatementName,
};

use crate::report::{Names, clean};

fn q(text: &str) -> String {
    format!("`{}`", clean(text))
}

/// Returns a policy for a sentence.
pub(crate) fn reference(policy: &PolicyReference, names: &Names) -> String {
    match policy {
        PolicyReference::Inline { role, name } => {
            format!("ロール {} のインラインポリシー {}", q(role.name()), q(name))
        }
        PolicyReference::Managed { role, arn } => format!("ロール {} の管理ポリシー {}", q(role.name()), q(arn)),
        PolicyReference::Boundary { role, arn } => {
            format!("ロール {} のアクセス許可の境界 {}", q(role.name()), q(arn))
        }
        PolicyReference::Bucket { bucket } => format!("バケット {} のバケットポリシー", q(bucket)),
        PolicyReference::Endpoint { endpoint } => {
            format!("VPC エンドポイント {} のエンドポイントポリシー", names.quoted(endpoint))
        }
        PolicyReference::ServiceControl { target, id } => {
            format!("{} のサービスコントロールポリシー {}", q(target), q(id))
        }
    }
}

/// Returns a statement for a sentence.
pub(crate) fn statement(name: &StatementName) -> String {
    match name {
        StatementName::Sid(sid) => format!("ステートメント {}", q(sid)),
        StatementName::Number(number) => format!("{number} 番目のステートメント"),
    }
}

/// Returns what the policies come to, as the first line of the stage.
pub(crate) fn headline(authorization: &Authorization) -> String {
    let outcome = match authorization.outcome {
        AuthorizationOutcome::Allowed => "許可",
        AuthorizationOutcome::Denied => "拒否 (S3 は 403 を返します)",
        AuthorizationOutcome::Undecided => "判定不能",
    };
    let (action, resource) = (q(&authorization.action), q(&authorization.resource));
    format!("{outcome}: {}による {resource} への {action}", caller(&authorization.caller))
}

fn caller(caller: &CallerView) -> String {
    match caller {
        CallerView::Anonymous => "匿名リクエスト (署名するロールなし) ".to_owned(),
        CallerView::Role(role) => format!("ロール {} ", q(role.as_str())),
        CallerView::Unknown => "不明な呼び出し元".to_owned(),
    }
}

/// Returns what one policy says.
pub(crate) fn outcome(outcome: &PolicyOutcome) -> String {
    match outcome {
        PolicyOutcome::Denies(name) => format!("{}が拒否しています", statement(name)),
        PolicyOutcome::Allows(name) => format!("{}が許可しています", statement(name)),
        PolicyOutcome::Silent => "該当するステートメントがありません".to_owned(),
        PolicyOutcome::Undecided(gap) => match gap {
            PolicyGap::Missing(_) => "スナップショットにありません".to_owned(),
            PolicyGap::NotUnderstood(_) => "JSON のポリシーではありません".to_owned(),
            PolicyGap::Statement { statement: name, doubts, .. } => {
                let doubts: Vec<String> = doubts.iter().map(doubt).collect();
                format!("{}: {}", statement(name), doubts.join("、"))
            }
        },
    }
}

/// Returns why a request is refused, without a full stop.
pub(crate) fn refusal(refusal: &Refusal, request: &str, names: &Names) -> String {
    if let Some((policy, name)) = &refusal.by {
        return format!("{}の{}が {request} を拒否しています", reference(policy, names), statement(name));
    }
    match &refusal.layer {
        Layer::Identity(role) => format!("ロール {} のどのポリシーも {request} を許可していません", q(role.as_str())),
        Layer::Boundary(role) => {
            format!("ロール {} のアクセス許可の境界が {request} を許可していません", q(role.as_str()))
        }
        Layer::Bucket(bucket) => format!("バケット {} のバケットポリシーが {request} を許可していません", q(bucket)),
        Layer::Endpoint(endpoint) => format!(
            "VPC エンドポイント {} のエンドポイントポリシーが {request} を許可していません",
            names.quoted(endpoint)
        ),
        Layer::ServiceControl(target) => {
            format!("組織の {} のどのサービスコントロールポリシーも {request} を許可していません", q(target))
        }
    }
}

/// Returns what is not known, without a full stop.
pub(crate) fn gap(gap: &PolicyGap, names: &Names) -> String {
    match gap {
        PolicyGap::Missing(missing) => self::missing(missing, names),
        PolicyGap::NotUnderstood(policy) => format!("{}が JSON のポリシーではありません", reference(policy, names)),
        PolicyGap::Statement { policy, statement: name, doubts } => {
            let doubts: Vec<String> = doubts.iter().map(doubt).collect();
            let (name, policy) = (statement(name), reference(policy, names));
            format!("{policy}の{name}がこのリクエストに該当するか分かりません ({})", doubts.join("、"))
        }
    }
}

fn missing(missing: &MissingPolicy, names: &Names) -> String {
    match missing {
        MissingPolicy::Instance => {
            "送信元がスナップショットのインスタンスではないため、どのロールがリクエストするか分かりません".to_owned()
        }
        MissingPolicy::InstanceProfile(profile) => {
            format!("インスタンスプロファイル {} のロールがスナップショットにありません", q(profile))
        }
        MissingPolicy::InlinePolicies(role) => {
            format!("ロール {} のインラインポリシーの一覧がスナップショットにありません", q(role.as_str()))
        }
        MissingPolicy::AttachedPolicies(role) => {
            format!("ロール {} にアタッチされたポリシーの一覧がスナップショットにありません", q(role.as_str()))
        }
        MissingPolicy::Document(policy) => format!("{}の内容がスナップショットにありません", reference(policy, names)),
        MissingPolicy::BucketPolicy(bucket) => {
            format!("バケット {} に許可するバケットポリシーがあるか、スナップショットからは分かりません", q(bucket))
        }
        MissingPolicy::BucketOwner(bucket) => {
            format!("バケット {} の所有アカウントがスナップショットにありません", q(bucket))
        }
        MissingPolicy::ServiceControlLevels(account) => {
            format!("アカウント {} の上位の組織単位がすべてはスナップショットにありません", q(account.as_str()))
        }
        MissingPolicy::ServiceControlPolicies(target) => {
            format!("{} にアタッチされたサービスコントロールポリシーがすべてはスナップショットにありません", q(target))
        }
    }
}

fn doubt(doubt: &Doubt) -> String {
    match doubt {
        Doubt::ConditionKey(key) => format!("{} の値が不明", q(key)),
        Doubt::Operator(operator) => format!("条件演算子 {} を解釈できない", q(operator)),
        Doubt::ConditionValue(value) => format!("条件の値 {} を解釈できない", q(value)),
        Doubt::Member(member) => format!("{} を解釈できない", q(member)),
        Doubt::Principal(principal) => format!("{} が呼び出し元を指すか不明", q(principal)),
        Doubt::ObjectKey => "どのオブジェクトかによる".to_owned(),
        Doubt::Caller => "誰がリクエストするかによる".to_owned(),
    }
}

/// Returns what to do about what is not known.
pub(crate) fn hint(gap: &PolicyGap) -> String {
    let add = |command: String| format!("`{command}` の出力を追加してください");
    match gap {
        PolicyGap::NotUnderstood(policy) => add(command(policy)),
        PolicyGap::Statement { policy, doubts, .. } => {
            if doubts.contains(&Doubt::ObjectKey) {
                "`s3://BUCKET/KEY` のようにオブジェクトを指定してください".to_owned()
            } else if doubts.contains(&Doubt::Caller) {
                "インスタンスのロールで判定するには `s3://BUCKET/KEY` で質問してください".to_owned()
            } else {
                format!("`{}` でステートメントを確認してください", command(policy))
            }
        }
        PolicyGap::Missing(missing) => match missing {
            MissingPolicy::Instance => "インスタンスを送信元にして質問してください".to_owned(),
            MissingPolicy::Document(policy) => add(command(policy)),
            MissingPolicy::InstanceProfile(_)
            | MissingPolicy::InlinePolicies(_)
            | MissingPolicy::AttachedPolicies(_)
            | MissingPolicy::BucketPolicy(_)
            | MissingPolicy::BucketOwner(_)
            | MissingPolicy::ServiceControlLevels(_)
            | MissingPolicy::ServiceControlPolicies(_) => add(command_of(missing)),
        },
    }
}

fn command(policy: &PolicyReference) -> String {
    crate::report::policy_call(policy)
}

fn command_of(missing: &MissingPolicy) -> String {
    crate::report::missing_policy_call(missing).unwrap_or_default()
}
