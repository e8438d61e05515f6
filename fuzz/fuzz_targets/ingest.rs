//! Whatever the files hold, ingest answers, and the same in any order of files.
//!
//! Bytes 0xFF part the input into files; the first byte of each chooses its name. Start from real documents:
//! `cargo +nightly fuzz run ingest fuzz/corpus/ingest cases`.
#![no_main]

use deguchi::{
    ingest::{File, from_files},
    words::{notice_english, notice_japanese},
};
use libfuzzer_sys::fuzz_target;

/// Names that mean something: an account, a region, the list that entries are of.
const NAMES: [&str; 5] = [
    "describe.json",
    "us-east-1/describe.json",
    "accounts/123456789012/eu-west-1/describe.json",
    "get-managed-prefix-list-entries.pl-0123.json",
    "sts-get-caller-identity.json",
];

fuzz_target!(|data: &[u8]| {
    let mut files: Vec<File> = data
        .split(|byte| *byte == 0xFF)
        .map(|part| {
            let (choice, text) = part.split_first().unwrap_or((&0, &[]));
            let name = NAMES.iter().cycle().nth(usize::from(*choice)).map_or("", |name| *name);
            File { name: name.to_owned(), text: String::from_utf8_lossy(text).into_owned() }
        })
        .collect();
    let outcome = from_files(files.clone());
    files.reverse();
    assert_eq!(from_files(files), outcome);
    match &outcome {
        Ok(snapshot) => snapshot.notices.iter().for_each(|notice| {
            assert!(!notice_english::words(&notice.kind).message.contains('\n'));
            assert!(!notice_japanese::words(&notice.kind).message.contains('\n'));
        }),
        Err(error) => assert!(!notice_english::load_error(error).message.is_empty()),
    }
});
