//! Which repositories the host's own configuration names: yum, dnf and apt, as far as their variables are known.

use std::collections::BTreeMap;

use super::{
    facts::{Host, Metadata, NotSeen, Repository, Unseen},
    root::Root,
    secret,
};
use crate::{catalogue::Catalogue, report::clean};

/// One section of an INI file, with its settings.
pub(super) type Section = (String, BTreeMap<String, String>);

/// Reads an INI file as yum does: a line that is indented goes on from the one before.
pub(super) fn ini(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut last = String::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.push((name.to_owned(), BTreeMap::new()));
            continue;
        }
        let Some((_, settings)) = sections.last_mut() else { continue };
        if line.starts_with([' ', '\t']) {
            if let Some(value) = settings.get_mut(&last) {
                value.push(' ');
                value.push_str(trimmed);
            }
        } else if let Some((name, value)) = trimmed.split_once('=') {
            name.trim().clone_into(&mut last);
            settings.insert(last.clone(), value.trim().to_owned());
        }
    }
    sections
}

/// Reads `os-release`.
pub(super) fn os_release(root: &Root) -> BTreeMap<String, String> {
    let text = root.read("/etc/os-release").or_else(|| root.read("/usr/lib/os-release")).unwrap_or_default();
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().trim_matches('"').to_owned())).collect()
}

/// The name of a system in the catalogue.
pub(super) fn system_of(release: &BTreeMap<String, String>) -> Option<&'static str> {
    let version = release.get("VERSION_ID").map_or("", String::as_str);
    match release.get("ID").map(String::as_str)? {
        "amzn" if version == "2" => Some("amazon-linux-2"),
        "amzn" if version.starts_with("201") => Some("amazon-linux-1"),
        "amzn" => Some("amazon-linux-2023"),
        "rhel" => Some("rhel"),
        "ubuntu" => Some("ubuntu"),
        "debian" => Some("debian"),
        _ => None,
    }
}

/// Returns the repositories that are switched on; where none is configured, those of the catalogue.
pub(super) fn all(
    root: &Root,
    release: &BTreeMap<String, String>,
    (host, metadata): (&Host, &Metadata),
    not_seen: &mut Vec<NotSeen>,
) -> Vec<Repository> {
    let variables = variables(root, release, metadata);
    let mut found = Vec::new();
    for folder in ["/etc/yum.repos.d", "/etc/yum/repos.d", "/etc/distro.repos.d"] {
        for name in root.list(folder).into_iter().filter(|name| name.ends_with(".repo")) {
            let file = format!("{folder}/{name}");
            found.extend(of_yum(&file, &root.read(&file).unwrap_or_default(), &variables));
        }
    }
    found.extend(apt(root));
    if found.is_empty() {
        found = of_catalogue(host, metadata);
    }
    for repository in &mut found {
        repository.urls.retain(|url| {
            // What is open in the path alone does not change whom to ask.
            let is_known = !authority(url).contains('$');
            if !is_known {
                not_seen.push(NotSeen { what: Unseen::RepositoryAddress, why: format!("{}: {url}", repository.id) });
            }
            is_known
        });
    }
    found
}

/// The part of a URL that names whom to ask.
fn authority(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next().unwrap_or_default()
}

/// The variables of yum and dnf: files, then what the system and instance metadata say.
fn variables(root: &Root, release: &BTreeMap<String, String>, metadata: &Metadata) -> BTreeMap<String, String> {
    let architecture = std::env::consts::ARCH.to_owned();
    let mut variables =
        BTreeMap::from([("basearch".to_owned(), architecture.clone()), ("arch".to_owned(), architecture)]);
    variables.extend(release.get("VERSION_ID").map(|version| ("releasever".to_owned(), version.clone())));
    for folder in ["/etc/yum/vars", "/etc/dnf/vars"] {
        for name in root.list(folder) {
            let value = root.read(&format!("{folder}/{name}")).unwrap_or_default();
            variables.insert(name, value.lines().next().unwrap_or_default().trim().to_owned());
        }
    }
    // Amazon Linux has a plugin that puts the region in at run time.
    if let Some(region) = &metadata.region {
        variables.insert("awsregion".to_owned(), region.clone());
        variables.insert("region".to_owned(), region.clone());
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        variables.entry("awsdomain".to_owned()).or_insert_with(|| domain.to_owned());
    }
    variables
}

/// Puts in the variables that are known: `$name` and `${name}`.
fn substituted(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut done = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        done.push_str(before);
        let bare = after.strip_prefix('{').unwrap_or(after);
        let end = bare.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(bare.len());
        let (name, tail) = bare.split_at_checked(end).unwrap_or((bare, ""));
        let tail = if bare.len() < after.len() { tail.strip_prefix('}').unwrap_or(tail) } else { tail };
        match variables.get(name) {
            Some(value) => done.push_str(value),
            None => done.push_str(&format!("${name}")),
        }
        rest = tail;
    }
    done.push_str(rest);
    done
}

fn of_yum(file: &str, text: &str, variables: &BTreeMap<String, String>) -> Vec<Repository> {
    let is_off = |value: &String| ["0", "false", "no", "off"].contains(&value.to_lowercase().as_str());
    let mut found = Vec::new();
    for (id, settings) in ini(text) {
        if settings.get("enabled").is_some_and(is_off) {
            continue;
        }
        // A mirror list is asked first, and says where the rest is.
        let lists = ["mirrorlist", "metalink"].iter().find_map(|name| settings.get(*name));
        let urls = match (lists, settings.get("baseurl")) {
            (Some(list), _) => vec![substituted(list, variables)],
            (None, Some(base)) => base
                .split([' ', ','])
                .filter(|url| !url.is_empty())
                .map(|url| metadata_of(&substituted(url, variables)))
                .collect(),
            (None, None) => continue,
        };
        let urls = urls.iter().filter(|url| url.starts_with("http")).map(|url| clean(&secret::hidden(url))).collect();
        found.push(Repository { id: clean(&id), file: file.to_owned(), urls });
    }
    found
}

/// What is fetched first from a repository.
fn metadata_of(base: &str) -> String {
    format!("{}/repodata/repomd.xml", base.trim_end_matches('/'))
}

/// Reads apt's sources, in both their forms.
fn apt(root: &Root) -> Vec<Repository> {
    let mut files = vec!["/etc/apt/sources.list".to_owned()];
    let is_source = |name: &String| name.ends_with(".list") || name.ends_with(".sources");
    let others = root.list("/etc/apt/sources.list.d").into_iter().filter(is_source);
    files.extend(others.map(|name| format!("/etc/apt/sources.list.d/{name}")));
    let mut found: Vec<Repository> = Vec::new();
    for file in files {
        let Some(text) = root.read(&file) else { continue };
        let entries = if file.ends_with(".sources") { apt_stanzas(&text) } else { apt_lines(&text) };
        for (base, suite) in entries {
            let url = clean(&secret::hidden(&format!("{}/dists/{suite}/InRelease", base.trim_end_matches('/'))));
            if url.starts_with("http") {
                found.push(Repository { id: clean(&suite), file: file.clone(), urls: vec![url] });
            }
        }
    }
    found
}

/// `deb [options] URI suite component …`
fn apt_lines(text: &str) -> Vec<(String, String)> {
    let entry = |line: &str| {
        let rest = line.trim().strip_prefix("deb ")?.trim();
        let rest = if rest.starts_with('[') { rest.split_once(']')?.1 } else { rest };
        let mut words = rest.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    text.lines().filter_map(entry).collect()
}

/// `URIs:` and `Suites:`, stanza by stanza.
fn apt_stanzas(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for stanza in text.split("\n\n") {
        let of = |name: &str| {
            let line = stanza.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.unwrap_or_default().split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>()
        };
        if of("Enabled").first().is_some_and(|value| value == "no") || !of("Types").contains(&"deb".to_owned()) {
            continue;
        }
        for uri in of("URIs") {
            found.extend(of("Suites").into_iter().map(|suite| (uri.clone(), suite)));
        }
    }
    found
}

/// The repositories that the catalogue has for this system, where its region is known or does not matter.
fn of_catalogue(host: &Host, metadata: &Metadata) -> Vec<Repository> {
    let Ok(catalogue) = Catalogue::built_in() else { return Vec::new() };
    let Some(system) = host.system.as_deref().and_then(|id| catalogue.system_asked_as(id)) else { return Vec::new() };
    // Which of several applies is not known; the current one comes first.
    let Some(repository) = system.repositories.first() else { return Vec::new() };
    let place = |url: &String| match &metadata.region {
        Some(region) => url.replace("REGION", region),
        None => url.replace("REGION", "$awsregion"),
    };
    let urls = repository.urls.iter().map(place).collect();
    vec![Repository { id: system.id.clone(), file: "catalogue".to_owned(), urls }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_of_yum_has_its_variables_put_in_and_no_credentials() {
        let text = "[core]\nmirrorlist=$awsproto://$amazonlinux.$awsregion.$awsdomain/$releasever/core/${target}/$basearch/mirror.list\n\
                    [off]\nenabled = 0\nbaseurl=http://x/\n\
                    [two]\nbaseurl=https://me:pw@a/$arch\n  https://b/x\n[media]\nbaseurl=file:///mnt\n";
        let variables = [
            ("awsproto", "https"),
            ("amazonlinux", "amazonlinux"),
            ("awsregion", "eu-west-1"),
            ("awsdomain", "amazonaws.com"),
        ];
        let variables = variables.into_iter().chain([("releasever", "2"), ("basearch", "x86_64"), ("arch", "x86_64")]);
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let found = of_yum("f", text, &variables);
        let urls: Vec<_> = found.iter().flat_map(|repository| repository.urls.clone()).collect();
        assert_eq!(
            urls,
            [
                "https://amazonlinux.eu-west-1.amazonaws.com/2/core/$target/x86_64/mirror.list",
                "https://a/x86_64/repodata/repomd.xml",
                "https://b/x/repodata/repomd.xml"
            ]
        );
        assert_eq!(found.len(), 3, "what is switched off is left out");
    }

    #[test]
    fn both_forms_of_apts_sources_are_read() {
        let lines =
            "# deb http://no/ x main\ndeb [arch=amd64 signed-by=/k] http://archive.ubuntu.com/ubuntu/ noble main\n";
        assert_eq!(apt_lines(lines), [("http://archive.ubuntu.com/ubuntu/".to_owned(), "noble".to_owned())]);
        let stanzas =
            "Types: deb\nURIs: http://a/u\nSuites: n n-updates\n\nTypes: deb\nEnabled: no\nURIs: http://b\nSuites: x\n";
        let suites: Vec<_> = apt_stanzas(stanzas).into_iter().map(|(_, suite)| suite).collect();
        assert_eq!(suites, ["n", "n-updates"]);
    }
}
