//! What Japanese says in the demonstration of the lab.

use crate::commands::DemoWord as Word;

/// What is said before a step.
pub(crate) const fn word(word: Word) -> &'static str {
    match word {
        Word::Up => {
            "3 つの障害があるネットワークの、プライベートサブネットにある Web サーバーを、このマシンの Linux 名前空間に再現します:"
        }
        Word::Ping => "ping は通ります:",
        Word::Before => "しかし、パッケージリポジトリに到達できません。本物の dnf と、そのエラーです:",
        Word::Why => "原因は?",
        Word::Apply => "1 番目の修正案をラボに適用します:",
        Word::After => "同じコマンドをもう一度実行します:",
        Word::Api => "この修正案が許可したのは S3 だけです。API には、別の質問と修正案があります:",
        Word::Down => "何も残りません:",
    }
}

/// The end.
pub(crate) const fn end(is_as_told: bool) -> &'static str {
    if is_as_told {
        "失敗すべきものは失敗し、成功すべきものは成功しました。"
    } else {
        "想定と異なる結果がありました。上の出力を確認してください。"
    }
}
