//! What Japanese says of labs.

use deguchi_lab::{LabError, LeftOut, Step};

use crate::{
    comparison::{Agreement, Tally},
    notice::Words,
};

/// The columns of `lab list`.
pub(crate) const LIST: [&str; 3] = ["ラボ", "マシン数", "スナップショット"];
/// What `lab list` says where there is nothing to list.
pub(crate) const NO_LAB: &str = "稼働中のラボはありません";
/// Above what a lab leaves out.
pub(crate) const LEFT_OUT: &str = "ラボに含まれないもの:";

/// The columns of `lab check`.
pub(crate) const CHECK: [&str; 5] = ["送信元", "送信先", "エンジン", "カーネル", "照合"];

/// What the kernel did with so many packets.
pub(crate) fn kernel(answered: usize, tried: usize) -> String {
    match (answered, tried) {
        (_, 0) => "-".to_owned(),
        (0, _) => format!("{tried} 個とも応答なし"),
        _ if answered == tried => format!("{tried} 個とも応答あり"),
        _ => format!("{answered} 個は応答あり、{} 個は応答なし", tried - answered),
    }
}

/// Whether engine and kernel agree.
pub(crate) const fn agreement(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Agree => "一致",
        Agreement::Disagree => "不一致",
        Agreement::NotCompared => "照合対象外",
    }
}

/// One packet that was tried.
pub(crate) fn trial(packet: &str, engine: bool, kernel: bool) -> String {
    let word = |answered: bool| if answered { "応答あり" } else { "応答なし" };
    if engine == kernel {
        format!("{packet}: {}", word(kernel))
    } else {
        format!("{packet}: エンジンは{}、カーネルは{}", word(engine), word(kernel))
    }
}

/// Questions by agreement.
pub(crate) fn tally(tally: Tally) -> String {
    let Tally { agree, differ, not_compared } = tally;
    format!(
        "質問 {} 件: 一致 {agree} 件、不一致 {differ} 件、照合対象外 {not_compared} 件",
        agree + differ + not_compared
    )
}

/// How far the making of a lab has come.
pub(crate) fn step(step: Step) -> String {
    match step {
        Step::Namespaces(count) => format!("名前空間を {count} 個作成しました"),
        Step::Links(count) => format!("リンクを {count} 本作成しました"),
        Step::Furnished(done, all) => {
            format!("名前空間 {all} 個のうち {done} 個にルート、フィルター、サービスを設定しました")
        }
    }
}

/// A lab is up.
pub(crate) fn up(name: &str, machines: usize) -> String {
    format!("ラボ `{name}` が起動しました (マシン {machines} 台)")
}

/// What can be done next.
pub(crate) fn next(name: &str, machine: Option<&str>) -> String {
    let machine = machine.unwrap_or("internet");
    format!(
        "次にできること:\n  deguchi lab exec {machine} --lab {name} -- ping -c 1 amazon.com\n  \
         deguchi lab shell {machine} --lab {name}\n  deguchi lab down {name}"
    )
}

/// A lab is down.
pub(crate) fn down(name: &str) -> String {
    format!("ラボ `{name}` を終了しました")
}

/// Why something is not in a lab.
pub(crate) const fn left_out(why: LeftOut) -> &'static str {
    match why {
        LeftOut::NotBuilt => "ラボではまだ再現できません",
        LeftOut::UnknownInside => "内部の動作がわかりません",
        LeftOut::NotInSnapshot => "必要な情報がスナップショットにありません",
        LeftOut::OutOfFocus => "`--focus` の対象外です",
    }
}

/// Why a lab does not do what it is asked.
pub(crate) fn error(error: &LabError) -> Words {
    let (message, hint) = match error {
        LabError::MissingTool { tool } => {
            let package = if tool == "ip" { "iproute2" } else { "nftables" };
            (format!("ラボの作成に必要な `{tool}` がインストールされていません"), Some(format!("`sudo apt-get install {package}` を実行するか、お使いのディストリビューションの同名のパッケージをインストールしてください")))
        }
        LabError::NoNamespaces { cause, switch: Some(switch) } => (
            format!("ユーザー名前空間の使用がシステムで禁止されています: {cause}"),
            Some(format!("`sudo sysctl -w {}` を実行するか、`sudo deguchi lab … --root` でラボを作成してください", switch.setting())),
        ),
        LabError::NoNamespaces { cause, switch: None } => (
            format!("名前空間を作成できません: {cause}"),
            Some("`sudo deguchi lab … --root` でラボを作成してください。コンテナ内では `unshare` を許可してください (`--privileged`)".to_owned()),
        ),
        LabError::Command { what, cause } => (
            format!("`{what}` が失敗しました: {cause}"),
            Some("スナップショットの構成を添えて報告してください。作成計画がこのシステムに適合していません".to_owned()),
        ),
        LabError::Service { cause } => (format!("ラボのサービスを起動できません: {cause}"), None),
        LabError::System { what, cause } => (format!("{what}: {cause}"), None),
        LabError::NoSuchLab { name, up } => (
            format!("`{name}` というラボは稼働していません"),
            Some(if up.is_empty() { bring_up() } else { format!("稼働中のラボ: `{}`", up.join("`、`")) }),
        ),
        LabError::NoLab => ("稼働中のラボがありません".to_owned(), Some(bring_up())),
        LabError::SeveralLabs { up } => (
            "稼働中のラボが複数あります".to_owned(),
            Some(format!("`{}` のいずれかを指定してください", up.join("`、`"))),
        ),
        LabError::NameTaken { name } => (
            format!("`{name}` というラボはすでに稼働しています"),
            Some(format!("別の `--name` を指定するか、`deguchi lab down {name}` で終了してください")),
        ),
        LabError::BadName { name } => (
            format!("`{name}` はラボの名前に使用できません"),
            Some("英数字と `-`、`_`、`.` を使い、40 文字以内で指定してください".to_owned()),
        ),
        LabError::ForeignFolder { folder } => (
            format!("ラボのフォルダー `{folder}` の所有者が別のユーザーであるか、ほかのユーザーに公開されています"),
            Some("このフォルダーを削除するか、`TMPDIR` に自分のフォルダーを設定してください".to_owned()),
        ),
        LabError::NoSuchCommand { command } => (
            format!("コマンド `{command}` を実行できません"),
            Some("ラボのマシンではこのホストのプログラムを使用します。ホストにインストールしてください".to_owned()),
        ),
    };
    Words { message, effect: None, hint }
}

fn bring_up() -> String {
    "`deguchi lab up --from パス` で起動してください。稼働中のラボは `deguchi lab list` で確認できます".to_owned()
}
