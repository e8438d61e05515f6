//! Holds the boundaries between the crates, and the licences of what they depend on.
//!
//! ARCHITECTURE.md says what each boundary is for.
#![cfg(test)]

use std::{collections::BTreeSet, path::PathBuf, process::Command};

use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo prints JSON")
}

/// What a crate of the workspace depends on in its normal build.
fn dependencies_of(metadata: &Value, name: &str) -> BTreeSet<String> {
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages.iter().find(|package| package["name"] == name).expect("the crate exists");
    let dependencies = package["dependencies"].as_array().expect("dependencies");
    let normal = dependencies.iter().filter(|dependency| dependency["kind"].is_null());
    normal.map(|dependency| dependency["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn each_crate_depends_only_on_what_its_boundary_admits() {
    let metadata = metadata();
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(dependencies_of(&metadata, "deguchi-model"), set(&["ipnet"]));
    assert_eq!(dependencies_of(&metadata, "deguchi-engine"), set(&["deguchi-model", "hashbrown", "ipnet"]));
    let lab = dependencies_of(&metadata, "deguchi-lab");
    assert!(!lab.contains("deguchi-engine"), "the lab never asks the engine");
    assert!(lab.contains("deguchi-model"));
}

#[test]
fn model_and_engine_have_no_std_and_so_no_files_clock_environment_or_network() {
    for name in ["deguchi-model", "deguchi-engine"] {
        let path = root().join("crates").join(name).join("src/lib.rs");
        let source = std::fs::read_to_string(&path).expect("the crate has a lib.rs");
        assert!(source.lines().any(|line| line == "#![no_std]"), "{}", path.display());
        assert!(!source.contains("extern crate std"), "{}", path.display());
    }
}

#[test]
fn every_dependency_has_a_licence_that_deny_toml_allows() {
    let deny = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let line = deny.lines().find(|line| line.starts_with("allow = ")).expect("a list of licences");
    let allowed: BTreeSet<&str> = line.split('"').skip(1).step_by(2).collect();
    let metadata = metadata();
    for package in metadata["packages"].as_array().expect("packages") {
        let licence = package["license"].as_str().unwrap_or("");
        // `A OR B`, `A/B`: one will do; `A AND B`: all are needed; `A WITH B` is as free as A.
        let licence = licence.replace('/', " OR ").replace(['(', ')'], " ");
        let is_allowed = licence.split(" OR ").any(|choice| {
            let parts = choice.split(" AND ").map(|part| part.split(" WITH ").next().unwrap_or("").trim());
            parts.clone().all(|part| allowed.contains(part))
        });
        assert!(is_allowed, "{}: {licence:?} is not allowed by deny.toml", package["name"]);
    }
}
