//! What notices about plans and state of Terraform say in Japanese.

use crate::notice::{Lacks, TerraformNotice};

/// What it is.
pub(super) fn message(notice: &TerraformNotice) -> String {
    match notice {
        TerraformNotice::Open { attribute, candidates } if candidates.is_empty() => {
            format!("`{attribute}` の値は適用後に決まり、何になるかは設定から分かりません")
        }
        TerraformNotice::Open { attribute, candidates } => {
            let candidates = candidates.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join("、");
            format!("`{attribute}` の値は適用後に決まり、候補が複数あるか未設定になりえます: {candidates}")
        }
        TerraformNotice::Assumed { attribute, taken } => {
            format!("`{attribute}` の値は適用後に決まります。設定から、`{taken}` である見込みが最も高いものです")
        }
        TerraformNotice::PolicyOpen { attribute } => format!("`{attribute}` のポリシーは適用後に決まります"),
        TerraformNotice::Implied { vpc } => format!(
            "VPC `{vpc}` とともに AWS が作成し、ここで設定していないもの (メインルートテーブル、デフォルトネットワーク ACL、\
             デフォルトセキュリティグループ) は、AWS が作成したままとみなします"
        ),
        TerraformNotice::ImpliedTable { gateway } => format!(
            "リージョナル NAT ゲートウェイとともに AWS が作成するルートテーブルは、AWS が作成したまま (デフォルトルートは\
             インターネットゲートウェイ `{gateway}`) とみなします"
        ),
        TerraformNotice::AddressLater { resource, stand_in, inside: Some(range) } => {
            format!("`{resource}` のプライベートアドレスは適用後に決まります。`{range}` の `{stand_in}` で代用します")
        }
        TerraformNotice::AddressLater { resource, stand_in, inside: None } => {
            format!("`{resource}` のパブリックアドレスは適用後に決まります。`{stand_in}` で代用します")
        }
        TerraformNotice::LearnedRoutes { gateway } => {
            format!("仮想プライベートゲートウェイ `{gateway}` が BGP で学習して伝播するルートは、プランに含まれません")
        }
        TerraformNotice::Incomplete { lacks: Lacks::RestAfterError } => {
            "プランの作成がエラーで終わっており、構成のすべてを含んでいません".to_owned()
        }
        TerraformNotice::Incomplete { lacks: Lacks::UnplannedRest } => {
            "プランは構成の一部だけを対象にしています (`-target` または延期)".to_owned()
        }
        TerraformNotice::Incomplete { lacks: Lacks::Configuration } => {
            "プランに `configuration` がないため、適用後に決まる ID が何を指すか分かりません".to_owned()
        }
        TerraformNotice::NewerFormat { version } => {
            format!("Terraform の形式 {version} は、deguchi が対応する形式より新しいものです")
        }
    }
}

/// What the answer lacks because of it.
pub(super) fn effect(notice: &TerraformNotice) -> &'static str {
    match notice {
        TerraformNotice::Open { .. } => "これに依存する経路は判定できません",
        TerraformNotice::Assumed { .. } => "これに依存する答えは、そのとおりである場合にのみ成り立ちます",
        TerraformNotice::PolicyOpen { .. } => "これに依存するリクエストは判定できません",
        TerraformNotice::Implied { .. } | TerraformNotice::ImpliedTable { .. } => {
            "Terraform の外で加えた変更は反映されません"
        }
        TerraformNotice::AddressLater { .. } => "別のアドレスなら答えが変わる場合は、判定できません",
        TerraformNotice::LearnedRoutes { .. } => "ほかのルートがないプライベートアドレスへの経路は判定できません",
        TerraformNotice::Incomplete { lacks: Lacks::Configuration } => "これに依存する経路は判定できません",
        TerraformNotice::Incomplete { .. } => "残りの部分がないネットワークについての答えになります",
        TerraformNotice::NewerFormat { .. } => "新しく加わった内容は見ていません",
    }
}

/// The one thing to do.
pub(super) fn hint(notice: &TerraformNotice) -> Option<String> {
    match notice {
        TerraformNotice::Open { .. } | TerraformNotice::Assumed { .. } | TerraformNotice::PolicyOpen { .. } => {
            Some("できるだけローカル値や条件式を介さず、リソースを直接 (`aws_subnet.a.id`) 参照してください".to_owned())
        }
        TerraformNotice::Incomplete { lacks: Lacks::RestAfterError } => {
            Some("`terraform plan` のエラーを直してから、プランを保存し直してください".to_owned())
        }
        TerraformNotice::Incomplete { lacks: Lacks::UnplannedRest } => {
            Some("`-target` を付けずに、全体のプランを作成してください".to_owned())
        }
        TerraformNotice::Incomplete { lacks: Lacks::Configuration } => {
            Some("`terraform show -json` の出力全体を保存してください".to_owned())
        }
        TerraformNotice::NewerFormat { .. } => Some("deguchi の新しいバージョンを確認してください".to_owned()),
        TerraformNotice::Implied { .. } | TerraformNotice::ImpliedTable { .. } => {
            Some("アカウントの出力を保存し、そのフォルダーを `--over` で指定してください".to_owned())
        }
        TerraformNotice::AddressLater { .. } | TerraformNotice::LearnedRoutes { .. } => None,
    }
}
