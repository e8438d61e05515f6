//! Japanese for expectations: what they come to, and what is wrong with them as written.

use crate::expectation::{Problem, judge::End};

/// Returns the first line: how many expectations of a file are kept, broken and undecided.
pub(crate) fn head(file: &str, kept: usize, broken: usize, undecided: usize) -> String {
    let all = kept + broken + undecided;
    format!("`{file}` の期待 {all} 件: 期待どおり {kept} 件、期待に反する {broken} 件、判定不能 {undecided} 件")
}

/// Returns where an expectation stands.
pub(crate) fn line(line: usize) -> String {
    format!("{line} 行目")
}

/// Returns that a selector matches nothing.
pub(crate) fn nothing(end: End, selector: &str) -> String {
    match end {
        End::Source => format!("送信元 `{selector}` に該当するものがありません"),
        End::Destination => format!("送信先 `{selector}` に該当するものがありません"),
    }
}

/// The hint where a selector matches nothing.
pub(crate) const MAY_BE_EMPTY: &str = "指定を直すか、`may_be_empty = true` を付けてください";

/// The note where an undecided answer is in order.
pub(crate) const ALLOWED: &str = "判定不能 (`allow_undecided` により許容)";

/// What stands before the way of packets that shall not arrive.
pub(crate) const ARRIVES_BY: &str = "届く経路";

/// The label before why something is expected.
pub(crate) const BECAUSE: &str = "期待の理由";

/// Returns how many more there are.
pub(crate) fn more(count: usize) -> String {
    format!("ほか {count} 件")
}

/// Returns that the reasons are other ones than expected.
pub(crate) fn other_reasons(found: &str, wanted: &str) -> String {
    format!("理由は {found} で、期待した {wanted} と異なります")
}

/// The word for an empty list.
pub(crate) const NONE: &str = "なし";

/// Returns what is wrong with an expectation as written, and the one thing to do.
pub(crate) fn problem(problem: &Problem) -> (String, String) {
    let example =
        "たとえば `web-* reaches yum`、`db-* never reaches internet`、`a partly reaches b:443` のように書いてください";
    match problem {
        Problem::Unreadable(cause) => (
            format!("ファイルを読み取れません: {cause}"),
            "`expect` には文を並べ、`[[question]]` には項目ごとに書きます。キーの一覧は docs/expectations.md にあります".to_owned(),
        ),
        Problem::NothingExpected => (
            "ファイルに期待が 1 つも書かれていません".to_owned(),
            "`deguchi check --init` で最初のファイルを作成できます".to_owned(),
        ),
        Problem::NoVerb(text) => (format!("`{text}` に `reaches` も `never reaches` もありません"), example.to_owned()),
        Problem::NoEnd(text) => (format!("`{text}` に送信元または送信先がありません"), example.to_owned()),
        Problem::UnknownVerdict(text) => (
            format!("`{text}` という判定はありません"),
            "reachable、partly、unreachable、undecided のいずれかを書いてください".to_owned(),
        ),
        Problem::UnreadablePorts(text) => {
            (format!("`{text}` はポートの範囲として読めません"), "32768-60999 のように、最初と最後のポートを書いてください".to_owned())
        }
        Problem::Unanswerable { japanese, .. } => {
            (japanese.clone(), "指定できるものは `deguchi why --help --lang ja` で確認できます".to_owned())
        }
    }
}

/// What stands at the top of a first file.
pub(crate) const INIT_HEAD: &str = "\
# このネットワークの現在の動作を、期待として書き出したものです。`deguchi check このファイル --from PATH` で検査できます。
# 意図どおりのものを残し、違うものは直し、理由を添えてください: { that = \"…\", because = \"…\" }
# 名前には * と ? を使えます。tag:キー=値、group:名前、subnet:名前、private subnets とも書けます。
# ポートのない never は、TCP と UDP の全ポートと ping についてのものです。
";

/// Returns the comment before the expectations of one group of machines.
pub(crate) fn init_group(count: usize, place: &str) -> String {
    format!("{place} のマシン {count} 台")
}

/// Returns the comment for what is neither yes nor no today.
pub(crate) fn init_open(sentence: &str, verdict: &str, codes: &str) -> String {
    format!("現在は{verdict}: {sentence} ({codes})")
}

/// The comment in a first file for a network without machines.
pub(crate) const INIT_NOTHING: &str = "# このネットワークにマシンはありません。";

/// Returns what a rule of SARIF is about.
pub(crate) fn rule(rule: &str) -> &'static str {
    match rule {
        "expectation-matches-nothing" => "該当するもののない指定",
        "expectation-undecided" => "判定不能の期待",
        _ => "期待に反する動作",
    }
}
