//! Whether there can be a lab here.

use std::{path::PathBuf, process::Command};

/// Why there can be no lab here, if so.
pub(crate) fn missing(more: &[&str]) -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let has = |tool: &str| {
        let sbin = ["/usr/sbin", "/sbin"].map(PathBuf::from);
        std::env::split_paths(&path).chain(sbin).any(|folder| folder.join(tool).is_file())
    };
    let needed = ["unshare", "ip", "nft"].into_iter().chain(more.iter().copied());
    if let Some(tool) = needed.into_iter().find(|tool| !has(tool)) {
        return Some(format!("`{tool}` is not installed; as root, `./check` installs it on Debian and Ubuntu"));
    }
    let tried = Command::new("unshare").args(["-Urnmp", "--fork", "true"]).status();
    (!tried.is_ok_and(|status| status.success())).then(|| "user namespaces are switched off here".to_owned())
}
