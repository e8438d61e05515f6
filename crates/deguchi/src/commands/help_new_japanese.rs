//! The help of `deguchi new` in Japanese.

use clap::Command;

const KINDS: &str = "NAT の種類:
  gateway                  全ゾーンで共用する NAT ゲートウェイ
  gateway-per-zone         ゾーンごとの NAT ゲートウェイとルートテーブル
  regional                 リージョナル NAT ゲートウェイ (AWS プロバイダー 6.24 以降)
  instance                 Amazon Linux 2023 の NAT インスタンス (インターフェイス 1 つ)
  instance-two-interfaces  同上 (内側と外側の 2 つのインターフェイス)
  none                     パブリックとプライベートのみ。S3 へはエンドポイント経由

例:
  deguchi new network
  deguchi new network --nat gateway-per-zone --zones 3 --cidr 10.20.0.0/16 --region ap-northeast-1
  deguchi new network --nat instance --s3-bucket example-data --dry-run

端末でオプションなしに実行すると、対話形式で質問します。AWS の API は呼び出さず、既存のファイルは、指定がない限り上書きしません。";

/// Puts Japanese into the command.
pub(super) fn worded(command: Command) -> Command {
    command
        .about("パブリック、プロテクテッド、プライベートの各サブネットを持つネットワークの Terraform と、その期待を作成します")
        .mut_arg("folder", |arg| arg.help("作成先のフォルダー (空か、まだないもの)"))
        .mut_arg("nat", |arg| {
            arg.help("プロテクテッドサブネットの出口 (下記参照) [既定: gateway]").hide_possible_values(true)
        })
        .mut_arg("zones", |arg| arg.help("アベイラビリティーゾーンの数 (1 から 6) [既定: 2]"))
        .mut_arg("cidr", |arg| arg.help("VPC のアドレス範囲 [既定: 10.0.0.0/16]"))
        .mut_arg("name", |arg| arg.help("すべてのリソース名の先頭に付ける名前 [既定: main]"))
        .mut_arg("region", |arg| arg.help("リージョン [既定: us-east-1]"))
        .mut_arg("s3_bucket", |arg| {
            arg.help("マシンがこのバケットを読み書きするためのロールとインスタンスプロファイルを作成 (バケットは既存のもの)")
        })
        .mut_arg("vpn_gateway", |arg| arg.help("仮想プライベートゲートウェイとルート伝播も作成"))
        .mut_arg("no_machines", |arg| arg.help("試験用のマシンを作成しない"))
        .mut_arg("format", |arg| {
            arg.help("Terraform のファイルの代わりに CloudFormation のテンプレート (`cloudformation`) を書き出します [デフォルト: terraform]").hide_possible_values(true)
        })
        .mut_arg("dry_run", |arg| arg.help("作成せず、作成されるものと費用だけを表示"))
        .mut_arg("force", |arg| arg.help("空でないフォルダーにも作成し、同名のファイルを上書き"))
        .mut_arg("prices", |arg| arg.help("組み込みの代わりに使う料金表 (docs/prices.md)"))
        .after_help(KINDS)
}
