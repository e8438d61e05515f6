//! What Japanese says when a command could not run.

use crate::{error::ErrorKind, notice::Words};

/// Returns what is wrong, what it means, and the one thing to do.
#[expect(clippy::too_many_lines, reason = "one exhaustive match: an error without words does not compile")]
pub(crate) fn words(kind: &ErrorKind) -> Words {
    let (message, hint) = match kind {
        ErrorKind::Load(error) => return super::notice_japanese::load_error(error),
        ErrorKind::LiveNotYet => (
            "`--from live` にはまだ対応していません".to_owned(),
            "AWS CLI でスナップショットを保存し (README にスクリプトがあります)、そのフォルダーを指定してください".to_owned(),
        ),
        ErrorKind::UnknownExample { asked, close } => (
            format!("`{asked}` という組み込みの例はありません"),
            did_you_mean(close, "一覧は `deguchi examples` で表示できます"),
        ),
        ErrorKind::UnknownResource { asked, close } => (
            format!("スナップショットに `{asked}` というリソースがありません"),
            did_you_mean(
                close,
                "リソースは ID、`Name` タグ、プライベートアドレスのいずれかで指定してください。`deguchi subnets` で一覧を確認できます",
            ),
        ),
        ErrorKind::AmbiguousName { asked, candidates } => {
            (format!("`{asked}` に該当するリソースが {} 個あります", candidates.len()), "ID で指定してください".to_owned())
        }
        ErrorKind::NoInterface { instance, state } => no_interface(instance, state.as_deref()),
        ErrorKind::NoInterfaceOfWorkload { workload } => (
            format!("`{workload}` のネットワークインターフェイスがスナップショットにありません"),
            "`aws ec2 describe-network-interfaces` の出力を加えるか、アドレスを指定してください".to_owned(),
        ),
        ErrorKind::EmptySubnet { subnet } => (
            format!("サブネット `{subnet}` にはマシンがありません"),
            "インスタンスかネットワークインターフェイスを指定してください。新しく置くマシンについての判定にはまだ対応していません".to_owned(),
        ),
        ErrorKind::NatGatewayAsSource { nat_gateway } => (
            format!("NAT ゲートウェイ `{nat_gateway}` は自分から接続を開始しません"),
            "その先にあるインスタンスを指定してください。NAT ゲートウェイを通る経路も回答に含まれます".to_owned(),
        ),
        ErrorKind::NotASource { id } => (
            format!("`{id}` は通信の送信元になりません"),
            "インスタンス、ネットワークインターフェイス、プライベートアドレス、サブネット、`internet` のいずれかを指定してください".to_owned(),
        ),
        ErrorKind::NotADestination { id } => (
            format!("`{id}` は通信の送信先になりません"),
            "インスタンス、ネットワークインターフェイス、サブネット、NAT ゲートウェイ、アドレス、ホスト名、サービスのいずれかを指定してください".to_owned(),
        ),
        ErrorKind::NoAddress { id } => (
            format!("`{id}` のアドレスがスナップショットにありません"),
            "`aws ec2 describe-network-interfaces` の出力を追加してください".to_owned(),
        ),
        ErrorKind::SourceNotPublic { asked } => (
            format!("`{asked}` はパブリックアドレスではありません"),
            "スナップショットにあるマシンは、`internet:` を付けずにアドレスだけで指定してください".to_owned(),
        ),
        ErrorKind::UnreadableOnPremises { asked } => (
            format!("`{asked}` はアドレスでもアドレス範囲でもありません"),
            "`onprem:192.168.10.5` や `onprem:10.200.0.0/16` のように指定してください".to_owned(),
        ),
        ErrorKind::BothEndsOutside => (
            "送信元も送信先もスナップショットにありません".to_owned(),
            "どちらかにスナップショットにあるマシンを指定してください".to_owned(),
        ),
        ErrorKind::MixedFamilies => (
            "送信元と送信先のアドレスファミリーが異なります".to_owned(),
            "両方を IPv4 か IPv6 に揃えてください".to_owned(),
        ),
        ErrorKind::UnreadableDestination { asked } => (
            format!("送信先 `{asked}` を解釈できません"),
            "たとえば `yum`、`s3`、`internet`、`https://api.example.com`、`db-1:5432`、`198.51.100.80:443`、\
             `[2001:db8::1]:443`、`udp:198.51.100.80:123`、`icmp:amazon.com`、`10.0.0.0/8:5432` のように書いてください"
                .to_owned(),
        ),
        ErrorKind::UnknownScheme { asked } => (
            format!("スキーム `{asked}` には対応していません"),
            "`https://`、`http://`、`s3://` のいずれかか、`ホスト:ポート` の形で書いてください".to_owned(),
        ),
        ErrorKind::ActionWithoutBucket { action } => (
            format!("`--action {action}` はバケットに対するアクションですが、送信先がバケットではありません"),
            "`s3://BUCKET/KEY` で質問してください".to_owned(),
        ),
        ErrorKind::UnreadableAction { asked } => (
            format!("`{asked}` は S3 のアクションではありません"),
            "`s3:PutObject` のように、IAM の表記で指定してください".to_owned(),
        ),
        ErrorKind::PortForPing { asked } => {
            (format!("`{asked}` は ping についての質問で、ping にポートはありません"), "ポートを外してください".to_owned())
        }
        ErrorKind::UnknownOperatingSystem { asked, known } => (
            format!("カタログに `{asked}` という OS はありません"),
            format!("次のいずれかを指定してください: {}", known.join(", ")),
        ),
        ErrorKind::NoRepositories { instance, platform } => (
            format!("`{instance}` の OS は {platform} で、そのパッケージリポジトリはカタログにありません"),
            "更新に使うホストを `https://HOST` のように指定してください".to_owned(),
        ),
        ErrorKind::ProbeTarget { asked } => (format!("`{asked}` は `ホスト:ポート` でも http、https の URL でもありません"), "`db.example:5432` や `https://api.example.com` のように指定してください".to_owned()),
        ErrorKind::ProbeFile { file, cause } => (format!("`{file}` は deguchi の調査結果として読めません: {cause}"), "ホスト上で `deguchi probe --format json > probe.json` を実行して作成してください".to_owned()),
        ErrorKind::MessageFile { file, cause } => (
            format!("`{file}` のメッセージを読み取れません: {cause}"),
            "メッセージそのもの、`--error @ファイル`、または標準入力を表す `--error -` を指定してください".to_owned(),
        ),
        ErrorKind::MessageEmpty { given } => (
            format!("`--error` にメッセージがありません: `{given}`"),
            "yum、dnf、curl などが表示した内容を指定するか、`--error` を省いてください".to_owned(),
        ),
        ErrorKind::NoPlan { asked } => (
            format!("`{asked}` は Terraform のプランではなく、ネットワークを 1 つしか含みません"),
            "`deguchi diff BEFORE AFTER` のように 2 つ指定するか、`terraform show -json` によるプランを指定してください".to_owned(),
        ),
        ErrorKind::File { file, cause } => (
            format!("`{file}`: {cause}"),
            "読み取れるファイル (`--init` では書き込めるファイル) を指定してください".to_owned(),
        ),
        ErrorKind::Expectations { file, line, problem } => {
            let (message, hint) = super::expectation_japanese::problem(problem);
            (format!("{message}\n  --> {file}: {line} 行目"), hint)
        }
        ErrorKind::Blueprint(problem) => return super::blueprint_japanese::problem(problem),
        ErrorKind::Lab(error) => return super::lab_japanese::error(error),
        ErrorKind::NoSuchMachine { .. }
        | ErrorKind::SeveralMachines { .. }
        | ErrorKind::NoSuchInstance { .. }
        | ErrorKind::NothingToSend { .. } => {
            return of_lab(kind);
        }
        ErrorKind::PriceFile { .. }
        | ErrorKind::NothingToApply { .. }
        | ErrorKind::NoSuchPlan { .. }
        | ErrorKind::ApplyToTerraform
        | ErrorKind::FolderNotEmpty { .. }
        | ErrorKind::NotApplied { .. } => return of_fixes(kind),
        ErrorKind::Catalogue(why) => (
            format!("組み込みのカタログを読み込めません: {why}"),
            "deguchi の不具合です。報告してください".to_owned(),
        ),
        ErrorKind::Output(why) => (format!("回答を書き出せません: {why}"), "別の場所に書き出してください".to_owned()),
    };
    Words { message, effect: Some("解析は行われていません".to_owned()), hint: Some(hint) }
}

/// What has to do with fixes.
fn of_fixes(kind: &ErrorKind) -> Words {
    let (message, effect, hint) = match kind {
        ErrorKind::PriceFile { file, cause } => (
            format!("`{file}` は料金表として読めません: {cause}"),
            "解析は行われていません",
            "docs/prices.md の形式の JSON を指定してください",
        ),
        ErrorKind::NoSuchPlan { asked, count: 0 } => (
            format!("修正案 {asked} はありません。修正案は見つかりませんでした"),
            "何も書き出していません",
            "`--apply-to` を付けずに実行し、すべての出口とその妨げを確かめてください",
        ),
        ErrorKind::NoSuchPlan { asked, count } => (
            format!("修正案 {asked} はありません。修正案は {count} 件です"),
            "何も書き出していません",
            "`--plan` でその中から選んでください",
        ),
        ErrorKind::ApplyToTerraform => (
            "Terraform のプランとステートは書き換えられません".to_owned(),
            "何も書き出していません",
            "`--fix-format terraform` を手がかりにコードを変更し、プランを作り直してください",
        ),
        ErrorKind::FolderNotEmpty { folder } => (
            format!("`{folder}` は空のフォルダではありません"),
            "何も書き出していません",
            "空のフォルダか、まだないフォルダを指定してください",
        ),
        ErrorKind::NotApplied { folder } => (
            format!("`{folder}` に書き出したスナップショットの判定が、修正案と一致しません"),
            "書き出されたものは、修正後のネットワークではありません",
            "deguchi の不具合です。スナップショットを添えて報告してください",
        ),
        ErrorKind::NothingToApply { folder } => (
            format!("到達を妨げているものはなく、`{folder}` に書き出す修正案はありません"),
            "何も書き出していません",
            "`--apply-to` を付けずに実行してください",
        ),
        _ => return Words { message: String::new(), effect: None, hint: None },
    };
    Words { message, effect: Some(effect.to_owned()), hint: Some(hint.to_owned()) }
}

/// What was asked of a lab and is not there.
fn of_lab(kind: &ErrorKind) -> Words {
    let (message, hint) = match kind {
        ErrorKind::NoSuchMachine { asked, close } => (
            format!("ラボに `{asked}` というマシンはありません"),
            did_you_mean(close, "マシンは ID、`Name` タグ、アドレスのいずれか、または `internet` で指定してください"),
        ),
        ErrorKind::SeveralMachines { asked, ids } => (
            format!("ラボには `{asked}` に該当するマシンが複数あります"),
            format!("ID で指定してください: `{}`", ids.join("`、`")),
        ),
        ErrorKind::NothingToSend { asked } => (
            format!("このラボでは `{asked}` からパケットを送信できません"),
            "ラボにあるのは再現したマシンだけです。`--focus` を付けずに `deguchi lab up` で作成してください".to_owned(),
        ),
        ErrorKind::NoSuchInstance { asked } => (
            format!("スナップショットに `{asked}` というインスタンスはありません"),
            "NAT インスタンスを ID か `Name` タグで指定してください".to_owned(),
        ),
        other => return words(other),
    };
    Words { message, effect: None, hint: Some(hint) }
}

fn no_interface(instance: &str, state: Option<&str>) -> (String, String) {
    let state_words = state.map_or_else(String::new, |state| format!(" ({state})"));
    let hint = match state {
        Some("terminated" | "shutting-down") => {
            "このインスタンスはすでに終了しています。後継のインスタンスを指定してください"
        }
        _ => "`aws ec2 describe-network-interfaces` の出力を追加してください",
    };
    (
        format!("インスタンス `{instance}`{state_words} のネットワークインターフェイスがスナップショットにありません"),
        hint.to_owned(),
    )
}

fn did_you_mean(close: &[String], otherwise: &str) -> String {
    if close.is_empty() {
        return otherwise.to_owned();
    }
    let names: Vec<String> = close.iter().map(|name| format!("`{name}`")).collect();
    format!("{} ではありませんか", names.join(" または "))
}
