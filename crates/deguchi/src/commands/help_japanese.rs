//! The help in Japanese. clap's own messages about bad usage stay English.

use clap::{Arg, ArgAction, Command};

pub(super) const TEMPLATE: &str = "{about-with-newline}\n使い方: {usage}\n\n{all-args}{after-help}";

const DESTINATIONS: &str = "送信先の書き方:
  yum, dnf, apt            インスタンスの OS のパッケージリポジトリ
  s3, dynamodb             サービス (別のポートは s3:80 のように)
  s3://バケット[/キー]     オブジェクト。ネットワークとエンドポイントポリシーを判定します
  internet                 任意のパブリックアドレスの tcp/443 (別のポートは internet:25)
  https://ホスト[:ポート]  ホスト。名前を解決できるかは構成から判定します (問い合わせは行いません)
  ホスト:ポート            TCP。アドレス:ポート、[IPv6]:ポート、10.0.0.0/8:5432 なども可
  udp:アドレス:ポート      UDP
  icmp:ホスト              ping。icmp:アドレス、icmp:web-1 も可
  db-1:5432                ほかのリソース (ID か Name タグ)
  dns, metadata, ntp       AWS がリンクローカルアドレスで提供するもの";

const EXIT: &str = "終了コード: 0 はい、1 いいえ、2 実行できない、3 判定不能";

const EXPECTATIONS: &str = "期待の書き方:
  expect = [
    \"web-* reaches yum\",
    \"private subnets never reaches internet\",
    { that = \"internet never reaches tag:tier=data\", because = \"顧客データのため\" },
  ]

例:
  deguchi check --init --from ./snapshot > expectations.toml
  deguchi check expectations.toml --from ./snapshot --format junit";

const DIFF: &str = "マシンの種別ごとに、カタログの送信先、インターネット (外向きと内向き)、マシン同士の到達性を、TCP と UDP の全ポートと ping について
比較します。変わらないものは表示しません。

例:
  deguchi diff example:healthy example:three-faults
  terraform show -json tfplan > plan.json && deguchi diff plan.json
  deguchi diff ./snapshot-of-main ./snapshot-of-branch --format markdown

終了コード: 0 変化なし、1 変化あり、2 実行できない、3 判定不能";

const CHECK_EXIT: &str = "終了コード: 0 すべて期待どおり、1 期待に反するか対象がない、2 実行できない、3 判定不能";

const EXAMPLES: &str = "例:
  deguchi why web-1 yum --from example:nat-in-private-subnet
  deguchi why i-0123456789abcdef0 https://api.example.com --from ./snapshot
  deguchi why internet web-1:443 --from ./snapshot --format json
  deguchi subnets --from ./snapshot
  deguchi checklist web-1 --from ./snapshot";

/// Puts Japanese into the command line.
pub(super) fn worded(command: Command) -> Command {
    let command = command
        .about("AWS のネットワークにあるマシンが外に出られるか、出られないならなぜかを答えます")
        .after_help(format!("{EXAMPLES}\n\n{EXIT}"))
        .subcommand_help_heading("コマンド")
        .help_template(TEMPLATE)
        .mut_arg("lang", |arg| option(arg.help("言語: en または ja [既定: ロケールに従う]")).hide_possible_values(true))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(option(Arg::new("help").short('h').long("help").action(ArgAction::Help).help("使い方を表示").global(true)))
        .arg(option(
            Arg::new("version").short('V').long("version").action(ArgAction::Version).help("バージョンを表示"),
        ));
    let command = commands_of_changes(commands(command));
    command.mut_subcommands(|sub| headed(sub).help_template(TEMPLATE).disable_help_flag(true))
}

fn why(sub: Command) -> Command {
    let sub = sub.about("送信元から送信先に届くか、届かないならなぜかを答えます");
    let sub = sub.mut_arg("verbose", |arg| arg.help("経路上の各フィルターの全ルールと、一致した項目を表示"));
    aws(fixes(asked(form(from(source(sub))))))
        .mut_arg("destination", |arg| arg.help("送信先 (下記参照)"))
        .mut_arg("probe", |arg| arg.help("クライアントや NAT インスタンスでの `deguchi probe --format json` の結果"))
        .mut_arg("error", |arg| {
            arg.help(
                "表示されたメッセージ (yum、dnf、curl、apt、pip、ping など)。@ファイル、または標準入力を表す - も可",
            )
        })
        .after_help(format!(
            "{DESTINATIONS}\n\n例:\n  deguchi why web-1 yum --from example:nat-in-private-subnet\n  \
                 deguchi why internet:198.51.100.7 web-1:443 --from ./snapshot\n\n{EXIT}"
        ))
}

fn commands(command: Command) -> Command {
    command
        .mut_subcommand("why", why)
        .mut_subcommand("subnets", |sub| {
            let sub = sub.about(
                "各サブネットの種類 (パブリック、プロテクテッド、プライベートなど) と、それを決めるルートを示します",
            );
            form(from(sub)).after_help("例:\n  deguchi subnets --from example:healthy")
        })
        .mut_subcommand("routes", |sub| {
            let sub = sub.about("サブネットのルートテーブルが各送信先をどう扱うかを示します");
            form(from(sub))
                .mut_arg("subnet", |arg| arg.help("サブネット、その中のマシン、またはルートテーブル"))
                .after_help("例:\n  deguchi routes protected-a --from example:healthy")
        })
        .mut_subcommand("rules", |sub| {
            let sub = sub.about(
                "インターフェイスのパケットに適用されるルール (セキュリティグループとネットワーク ACL) を示します",
            );
            form(from(sub))
                .mut_arg("interface", |arg| {
                    arg.help("ネットワークインターフェイス、またはインスタンス (プライマリインターフェイス)")
                })
                .after_help("例:\n  deguchi rules web-1 --from example:healthy")
        })
        .mut_subcommand("checklist", checklist)
        .mut_subcommand("probe", |sub| {
            let sub = sub.about("ホスト上で実行: 残った yum や dnf、DNS、接続、TLS、プロキシ、転送の設定を調べます");
            form(sub)
                .mut_arg("to", |arg| arg.help("追加で試すホストまたは URL (複数指定可)"))
                .mut_arg("timeout", |arg| arg.help("1 段階あたりの制限時間 (秒) [既定: 5]").hide_default_value(true))
                .mut_arg("root", |arg| {
                    arg.help("マシンのファイルがあるディレクトリー (chroot など) [既定: /]").hide_default_value(true)
                })
                .after_help(
                    "何も変更せず、何も終了させず、認証情報も表示しません。一部は `sudo` が必要で、確認できなかったものはその旨を示します。\n\n\
                     例:\n  deguchi probe --to https://api.example.com\n  sudo deguchi probe --format json > probe.json\n\n\
                     終了コード: 0 問題なし、1 問題あり、2 実行できない",
                )
        })
        .mut_subcommand("new", super::help_new_japanese::worded)
        .mut_subcommand("lab", super::help_lab_japanese::worded)
        .mut_subcommand("examples", |sub| sub.about("組み込みの例を一覧表示します"))
        .mut_subcommand("completions", |sub| {
            sub.about("コマンドライン補完のスクリプトを出力します")
                .mut_arg("shell", |arg| {
                    arg.help("シェル: bash、elvish、fish、powershell、zsh").hide_possible_values(true)
                })
                .after_help("例:\n  deguchi completions bash > ~/.local/share/bash-completion/completions/deguchi")
        })
        .mut_subcommand("man", |sub| {
            sub.about("マニュアルページを出力します").after_help("例:\n  deguchi man > deguchi.1")
        })
}

/// Puts every argument under a Japanese heading.
pub(super) fn headed(command: Command) -> Command {
    // Under a heading of its own clap sorts by name: the places are said, so that the source stays first.
    command.mut_args(|arg| match (arg.is_positional(), arg.get_id() == "source") {
        (true, true) => arg.help_heading("引数").display_order(1),
        (true, false) => arg.help_heading("引数").display_order(2),
        (false, _) => option(arg),
    })
}

fn option(arg: Arg) -> Arg {
    arg.help_heading("オプション")
}

/// The commands for continuous integration.
fn commands_of_changes(command: Command) -> Command {
    command
        .mut_subcommand("check", |sub| {
            let sub = sub.about("ネットワークが EXPECTATIONS に書かれた期待どおりかを検査します (CI 向け)");
            form(from(sub))
                .mut_arg("expectations", |arg| arg.help("期待を書いたファイル (docs/expectations.md 参照)"))
                .mut_arg("init", |arg| {
                    arg.help("現在の動作から最初のファイルを作成 (EXPECTATIONS、省略時は標準出力へ)")
                })
                .mut_arg("format", |arg| arg.help("回答の形式: text、json、junit、sarif [既定: text]"))
                .after_help(format!("{EXPECTATIONS}\n\n{CHECK_EXIT}"))
        })
        .mut_subcommand("diff", |sub| {
            let sub =
                sub.about("BEFORE から AFTER への変更で、何がどこに届くように、届かなくなるかと、その理由を答えます");
            form(sub)
                .mut_arg("before", |arg| arg.help("変更前のネットワーク: フォルダー、ファイル、example:名前。Terraform のプランは前後の両方を含みます"))
                .mut_arg("after", |arg| arg.help("変更後のネットワーク (プランでは省略)"))
                .mut_arg("format", |arg| arg.help("回答の形式: text、json、markdown、junit、sarif [既定: text]"))
                .after_help(DIFF)
        })
}

fn source(command: Command) -> Command {
    command.mut_arg("source", |arg| {
        arg.help(
            "送信元: インスタンス、インターフェイス、サブネットの ID、Name タグ、マシンのアドレス、internet、internet:アドレス、onprem:アドレス、onprem:CIDR",
        )
    })
}

fn checklist(sub: Command) -> Command {
    let sub =
        sub.about("NAT、ルート、ACL、セキュリティグループ、エンドポイント、IAM、DNS を順に点検し、修正案を示します");
    form(from(source(sub)))
        .mut_arg("to", |arg| arg.help("点検する HTTPS API のホスト [既定: 任意]"))
        .mut_arg("bucket", |arg| {
            arg.help("ロールで読めるべきバケットまたはオブジェクト [既定: ロールのポリシーに書かれたもの]")
        })
        .mut_arg("fix_format", |arg| arg.help("修正案の書式: AWS CLI のコマンド、Terraform、文のみ"))
        .mut_arg("prices", |arg| arg.help("組み込みの代わりに使う料金表 (docs/prices.md)"))
        .mut_arg("apply_to", |arg| arg.help("修正案を適用したスナップショットを DIR に書き出す (再確認用)"))
        .mut_arg("probe", |arg| arg.help("クライアントや NAT インスタンスでの `deguchi probe --format json` の結果"))
        .mut_arg("os", |arg| arg.help("OS (スナップショットから分からない場合)"))
        .after_help(format!("例:\n  deguchi checklist web-1 --from example:healthy\n\n{EXIT}"))
}

pub(super) fn from(command: Command) -> Command {
    command.mut_arg("from", |arg| {
        arg.help("スナップショット: AWS CLI の JSON を集めたフォルダー、そのうちの 1 ファイル、Terraform のプランまたは state の JSON、example:名前 のいずれか")
    })
    .mut_arg("over", |arg| arg.help("プランの下に敷くスナップショット: プランが管理しないもの"))
}

pub(super) fn form(command: Command) -> Command {
    command
        .mut_arg("format", |arg| {
            arg.help("回答の形式: text または json [既定: text]").hide_possible_values(true).hide_default_value(true)
        })
        .mut_arg("color", |arg| {
            arg.help("色を付ける条件: auto、always、never [既定: auto]")
                .hide_possible_values(true)
                .hide_default_value(true)
        })
}

fn asked(command: Command) -> Command {
    command
        .mut_arg("os", |arg| arg.help("yum を調べるときの OS (al2023、al2、rhel、ubuntu、debian など)"))
        .mut_arg("action", |arg| arg.help("バケットに対するアクション (s3:PutObject など。省略時は s3:GetObject)"))
        .mut_arg("port", |arg| arg.help("送信先のポート (送信先の記述より優先)"))
        .mut_arg("source_ports", |arg| arg.help("クライアントが使う送信元ポート [既定: 32768-60999]"))
        .mut_arg("ipv6", |arg| arg.help("送信先から決まらないとき IPv6 について調べる"))
}

/// The format that only `why` has.
fn aws(command: Command) -> Command {
    command.mut_arg("format", |arg| {
        arg.help("回答の形式: text、json、aws (describe-network-insights-analyses と同じ AWS の形式) [既定: text]")
    })
}

/// How fixes are written down.
fn fixes(command: Command) -> Command {
    command
        .mut_arg("fix_format", |arg| arg.help("修正案の書式: AWS CLI のコマンド、Terraform、文のみ"))
        .mut_arg("prices", |arg| arg.help("組み込みの代わりに使う料金表 (docs/prices.md)"))
        .mut_arg("apply_to", |arg| arg.help("修正案を適用したスナップショットを DIR に書き出す (再確認用)"))
        .mut_arg("plan", |arg| arg.help("`--apply-to` で適用する修正案の番号"))
}
