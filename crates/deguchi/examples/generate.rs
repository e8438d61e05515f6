//! Writes a generated snapshot to a folder: `cargo run --release --example generate -- INSTANCES RULES FOLDER`.

#[path = "../benches/generated/mod.rs"]
mod generated;

use std::{fs, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let parsed = match arguments.as_slice() {
        [instances, rules, folder] => instances.parse().ok().zip(rules.parse().ok()).map(|size| (size, folder)),
        _ => None,
    };
    let Some(((instances, rules), folder)) = parsed else {
        eprintln!("usage: generate INSTANCES RULES FOLDER");
        return ExitCode::from(2);
    };
    let write = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        for file in generated::snapshot(generated::Size { instances, rules }) {
            fs::write(Path::new(folder).join(file.name), file.text)?;
        }
        Ok(())
    };
    match write() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {folder}: {error}");
            ExitCode::FAILURE
        }
    }
}
