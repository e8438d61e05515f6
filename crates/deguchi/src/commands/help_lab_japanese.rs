//! The help of `deguchi lab` in Japanese.

use clap::Command;

use super::help_japanese::{TEMPLATE, form, from, headed};

const EXAMPLES: &str = "例:
  deguchi lab up --from example:three-faults
  deguchi lab exec web-1 -- curl -m 5 https://api.sendgrid.com
  deguchi lab why web-1 yum
  deguchi lab apply web-1 yum
  deguchi lab down

`ip` と `nft` が必要です。権限は不要です。ラボはユーザー名前空間の中に作られ、このホストのネットワークには一切触れません。";

/// Puts Japanese into the commands of labs.
pub(super) fn worded(command: Command) -> Command {
    let command = command
        .about("同じネットワークをこのマシン上に実際のパケットで再現し、試し、壊し、直します")
        .after_help(EXAMPLES)
        .arg_required_else_help(true)
        .subcommand_help_heading("コマンド");
    commands(command).mut_subcommands(|sub| headed(sub).help_template(TEMPLATE).disable_help_flag(true))
}

fn commands(command: Command) -> Command {
    command
        .mut_subcommand("up", |sub| {
            form(made(from(sub.about("ネットワークのラボを起動し、稼働させたままにします"))))
                .mut_arg("name", |arg| arg.help("ラボの名前 [既定: スナップショットの名前。使用中なら番号を付けます]"))
                .after_help("例:\n  deguchi lab up --from example:three-faults --focus web-1")
        })
        .mut_subcommand("exec", |sub| {
            which(source(sub.about("ラボのマシンでコマンドを実行し、その終了コードで終了します")))
                .mut_arg("command", |arg| arg.help("このホストのプログラムと引数"))
                .after_help("例:\n  deguchi lab exec web-1 -- dnf makecache")
        })
        .mut_subcommand("shell", |sub| which(source(sub.about("ラボのマシンでシェルを開きます"))))
        .mut_subcommand("why", |sub| {
            form(which(source(sub.about("質問のパケットをラボで送信し、どこで最後に確認されたかを示します"))))
                .mut_arg("destination", |arg| {
                    arg.help("`deguchi why` と同じ書き方: yum、https://ホスト、icmp:ホスト、アドレス:ポート など")
                })
                .after_help(
                    "ラボのすべてのリンクでパケットを捕捉し、破棄したルールを数えます。エンジンの判定とカーネルの結果を並べて示します。\n\n\
                     例:\n  deguchi lab why web-1 yum\n\n\
                     終了コード: 0 一致、1 不一致、2 実行できない、3 照合できるものがない",
                )
        })
        .mut_subcommand("apply", |sub| {
            which(source(sub.about("質問を解決する修正案を適用した構成でラボを作り直します")))
                .mut_arg("destination", |arg| arg.help("`deguchi why` と同じ書き方"))
                .mut_arg("plan", |arg| arg.help("`deguchi why` が示す修正案の番号"))
                .after_help("ラボ内の接続は切れます。\n\n例:\n  deguchi lab apply web-1 yum --plan 1")
        })
        .mut_subcommand("demo", |sub| {
            sub.about("障害のあるネットワークで本物の dnf が失敗する様子、その原因、修正案で直ることを実演します")
                .mut_arg("name", |arg| arg.help("ラボの名前"))
                .after_help("dnf、curl、ping も必要です。作成したものはすべて終了します。")
        })
        .mut_subcommand("check", |sub| {
            form(made(from(sub.about("`why` の判定と実際のパケットの結果を質問ごとに照合します")))).after_help(
                "送信元の種類ごとに、カタログのすべての送信先と、ケースの質問 (questions.toml) を調べます。\n\n\
                 例:\n  deguchi lab check --from example:three-faults\n\n\
                 終了コード: 0 すべて一致、1 不一致あり、2 実行できない、3 照合できるものがない",
            )
        })
        .mut_subcommand("list", |sub| form(sub.about("稼働中のラボを一覧表示します")))
        .mut_subcommand("down", |sub| {
            sub.about("ラボと、その中のすべてを終了します")
                .mut_arg("name", |arg| arg.help("ラボの名前 [既定: 稼働中のただ 1 つのラボ]"))
                .mut_arg("all", |arg| arg.help("自分のラボをすべて終了"))
        })
}

fn source(command: Command) -> Command {
    command.mut_arg("source", |arg| {
        arg.help("マシン: インスタンスかインターフェイスの ID、Name タグ、アドレス、または internet")
    })
}

fn which(command: Command) -> Command {
    command.mut_arg("lab", |arg| arg.help("対象のラボ [既定: 稼働中のただ 1 つのラボ]"))
}

fn made(command: Command) -> Command {
    command
        .mut_arg("focus", |arg| arg.help("このマシンのパケットが通り得る部分だけを作成"))
        .mut_arg("guest_fault", |arg| {
            arg.help("NAT インスタンス内の障害: forwarding-off、no-masquerade、wrong-interface")
        })
        .mut_arg("root", |arg| arg.help("ユーザー名前空間を使わず、root として作成"))
}
