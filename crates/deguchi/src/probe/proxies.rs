//! Proxies that yum, dnf, apt or the environment name. Users and passwords are never shown, only that there are some.

use super::{
    facts::Proxy,
    repositories::ini,
    root::Root,
    secret::{has_user, hidden},
};
use crate::report::clean;

/// Variables of the environment that programs of the host obey.
const VARIABLES: [&str; 6] = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/// Returns every proxy that is configured.
pub(super) fn all(root: &Root) -> Vec<Proxy> {
    let mut found = Vec::new();
    for (file, of) in [("/etc/yum.conf", "yum"), ("/etc/dnf/dnf.conf", "dnf")] {
        found.extend(of_yum(file, of, &root.read(file).unwrap_or_default()));
    }
    for folder in ["/etc/yum.repos.d"] {
        for name in root.list(folder).into_iter().filter(|name| name.ends_with(".repo")) {
            let file = format!("{folder}/{name}");
            found.extend(of_yum(&file, "", &root.read(&file).unwrap_or_default()));
        }
    }
    let mut files = vec!["/etc/apt/apt.conf".to_owned()];
    files.extend(root.list("/etc/apt/apt.conf.d").into_iter().map(|name| format!("/etc/apt/apt.conf.d/{name}")));
    for file in files {
        found.extend(of_apt(&file, &root.read(&file).unwrap_or_default()));
    }
    for name in VARIABLES {
        let value = std::env::var(name).unwrap_or_default();
        found.extend(proxy(name, "environment", &value, false));
    }
    let environment = root.read("/etc/environment").unwrap_or_default();
    for (name, value) in environment.lines().filter_map(|line| line.split_once('=')) {
        if VARIABLES.contains(&name.trim().trim_start_matches("export ")) {
            found.extend(proxy("/etc/environment", "environment", value.trim().trim_matches(['"', '\'']), false));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn proxy(from: &str, of: &str, url: &str, has_credentials: bool) -> Option<Proxy> {
    if url.is_empty() || url == "_none_" || url.eq_ignore_ascii_case("none") || url.eq_ignore_ascii_case("direct") {
        return None;
    }
    // `user:pass@host:3128` without a scheme is hidden too.
    let with_scheme = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    Some(Proxy {
        from: clean(from),
        of: clean(of),
        url: clean(&hidden(&with_scheme)),
        has_credentials: has_credentials || has_user(url),
        connection: None,
    })
}

fn of_yum(file: &str, of: &str, text: &str) -> Vec<Proxy> {
    let sections = ini(text).into_iter();
    let found = sections.filter_map(|(id, settings)| {
        let of = if of.is_empty() { id.as_str() } else { of };
        proxy(file, of, settings.get("proxy")?, settings.contains_key("proxy_username"))
    });
    found.collect()
}

/// `Acquire::http::Proxy "http://proxy:3128";`
fn of_apt(file: &str, text: &str) -> Vec<Proxy> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.starts_with('#'));
    let values = lines.filter(|line| line.to_lowercase().contains("proxy")).filter_map(|line| {
        let value = line.split('"').nth(1)?;
        value.contains(':').then_some(value)
    });
    values.filter_map(|value| proxy(file, "apt", value, false)).collect()
}

/// The host and port of a proxy.
pub(super) fn address_of(url: &str) -> Option<(String, u16)> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next()?;
    let port = authority.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    let (host, port) = port.unwrap_or((authority, if url.starts_with("https") { 443 } else { 80 }));
    let host = host.trim_start_matches('[').trim_end_matches(']');
    (!host.is_empty()).then(|| (host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_user_and_password_are_not_shown() {
        let text = "[main]\nproxy=http://anna:hunter2@proxy.example:3128\n[x]\nproxy=_none_\n[y]\nproxy=p:1\nproxy_username=u\nproxy_password=hunter2\n";
        let found = of_yum("/etc/yum.conf", "yum", text);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|proxy| proxy.has_credentials));
        assert!(!format!("{found:?}").contains("hunter2") && !format!("{found:?}").contains("anna"));
        let apt = of_apt("f", "// Proxy \"http://no:1\";\nAcquire::http::Proxy \"anna:hunter2@p:3128\";\n");
        assert_eq!(apt.first().map(|proxy| proxy.url.as_str()), Some("http://p:3128"));
        assert_eq!(address_of("http://p:3128"), Some(("p".to_owned(), 3128)));
    }
}
