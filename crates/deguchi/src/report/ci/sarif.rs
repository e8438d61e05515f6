//! SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), as code scanning reads it: what is as it
//! shall be is not in it.

use serde_json::{Value, json};

use super::{Case, CaseOutcome};

/// Renders the cases that are not as they shall be.
pub(crate) fn render(cases: &[Case], describe: &dyn Fn(&str) -> &'static str) -> String {
    let mut rules: Vec<&str> = Vec::new();
    let mut results: Vec<Value> = Vec::new();
    for case in cases {
        let (level, words) = match &case.outcome {
            CaseOutcome::Passed => continue,
            CaseOutcome::Failed(words) => ("error", words),
            CaseOutcome::Undecided(words) => ("warning", words),
            CaseOutcome::Skipped(words) => ("note", words),
        };
        let index = rules.iter().position(|rule| *rule == case.rule).unwrap_or_else(|| {
            rules.push(case.rule);
            rules.len() - 1
        });
        let mut result = json!({
            "ruleId": case.rule, "ruleIndex": index, "level": level,
            "message": { "text": format!("{}\n{words}", case.name) },
            // The same finding on the next push is the same alert.
            "partialFingerprints": { "deguchi/1": fingerprint(case) },
        });
        if let (Some(place), Some(object)) = (&case.place, result.as_object_mut()) {
            let location = json!({ "physicalLocation": {
                "artifactLocation": { "uri": place.file.replace('\\', "/") }, "region": { "startLine": place.line } } });
            object.insert("locations".to_owned(), json!([location]));
        }
        results.push(result);
    }
    let rules: Vec<Value> =
        rules.into_iter().map(|rule| json!({ "id": rule, "shortDescription": { "text": describe(rule) } })).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "deguchi", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "results": results,
        }],
    });
    format!("{document:#}\n")
}

/// FNV-1a over rule and name: stable over runs, which the standard library's hashes do not promise to be.
fn fingerprint(case: &Case) -> String {
    let bytes = case.rule.bytes().chain([0]).chain(case.name.bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}
