//! Embeds the cases of the repository as the program's built-in examples.
//!
//! A case is an example where it has a title (`README.md`) and a snapshot; its questions stay with the tests.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(name.to_owned()));
    let cases = variable("CARGO_MANIFEST_DIR")?.join("../../cases");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", cases.display());
    let mut code = String::from("static EXAMPLES: &[Example] = &[\n");
    if cases.is_dir() {
        for case in sorted(&cases)? {
            code.push_str(&example(&case)?);
        }
    }
    code.push_str("];\n");
    fs::write(variable("OUT_DIR")?.join("examples.rs"), code)
}

/// Writes one case as a value of the program; nothing where the folder is no case.
fn example(case: &Path) -> io::Result<String> {
    let snapshot = case.join("snapshot");
    let Some(name) = case.file_name().and_then(|name| name.to_str()) else { return Ok(String::new()) };
    if !snapshot.is_dir() || !case.join("README.md").is_file() {
        return Ok(String::new());
    }
    let english = title(&case.join("README.md"))?;
    let japanese = title(&case.join("README.ja.md")).unwrap_or_else(|_| english.clone());
    let mut files = String::new();
    for file in sorted(&snapshot)? {
        let is_json = file.extension().is_some_and(|extension| extension == "json");
        let Some(file_name) = file.file_name().and_then(|name| name.to_str()).filter(|_| is_json) else { continue };
        let path = fs::canonicalize(&file)?;
        files.push_str(&format!("({file_name:?}, include_str!({path:?})),\n"));
    }
    Ok(format!("Example {{ name: {name:?}, english: {english:?}, japanese: {japanese:?}, files: &[\n{files}] }},\n"))
}

/// The first line of a README, without its mark.
fn title(readme: &Path) -> io::Result<String> {
    println!("cargo::rerun-if-changed={}", readme.display());
    let text = fs::read_to_string(readme)?;
    Ok(text.lines().next().unwrap_or_default().trim_start_matches('#').trim().to_owned())
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}
