//! The package repositories of Amazon Linux: the layouts that AWS's have, with one real package each.
//!
//! The packages and their metadata are files of this crate (`packages/`), made once by `packages/build`. Leaves out AWS's
//! own packages, and which hosts have which layout (`site.rs`).

use super::machine_files::AmazonLinux;

/// Stands where AWS's paths have a checksum of the repository's contents. Nothing computes or checks it.
const CONTENTS: &str = "b1dcdc3ee39ef25a8ce2b5f1a1f9bd9bb2d7a1f5a6df2d1cf5d5b0b7a6f9d2c4";

/// A file: its name below the repository, its type, its bytes.
type File = (&'static str, &'static str, &'static [u8]);

macro_rules! repository {
    ($folder:literal, $package:literal) => {
        &[
            (
                "repodata/repomd.xml",
                "text/xml",
                include_bytes!(concat!("../../packages/", $folder, "/repodata/repomd.xml")),
            ),
            (
                "repodata/primary.xml.gz",
                "application/x-gzip",
                include_bytes!(concat!("../../packages/", $folder, "/repodata/primary.xml.gz")),
            ),
            (
                "repodata/filelists.xml.gz",
                "application/x-gzip",
                include_bytes!(concat!("../../packages/", $folder, "/repodata/filelists.xml.gz")),
            ),
            (
                "repodata/other.xml.gz",
                "application/x-gzip",
                include_bytes!(concat!("../../packages/", $folder, "/repodata/other.xml.gz")),
            ),
            ($package, "application/x-rpm", include_bytes!(concat!("../../packages/", $folder, "/", $package))),
        ]
    };
}

const AMAZON_LINUX_2: &[File] = repository!("amzn2", "deguchi-lab-hello-1.0-1.amzn2.noarch.rpm");
const AMAZON_LINUX_2023: &[File] = repository!("amzn2023", "deguchi-lab-hello-1.0-1.amzn2023.noarch.rpm");

/// What a repository has at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A list of mirrors: a line with the path below which the repository is.
    MirrorList(String),
    /// A file.
    File {
        /// Its type.
        content_type: &'static str,
        /// Its bytes.
        bytes: &'static [u8],
    },
}

/// Returns what is at a path (`/core/mirrors/…`) of a repository.
pub(super) fn find(system: AmazonLinux, path: &str) -> Option<Found> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match (system, parts.as_slice()) {
        (AmazonLinux::Two, ["2", "core", "latest" | "2.0", architecture, "mirror.list"]) => {
            Some(Found::MirrorList(format!("/2/core/2.0/{architecture}/{CONTENTS}")))
        }
        (AmazonLinux::Two, ["2", "core", "2.0", _, CONTENTS, rest @ ..]) => file(AMAZON_LINUX_2, rest),
        (AmazonLinux::TwentyTwentyThree, ["core", "mirrors", release, architecture, "mirror.list"]) => {
            let is_release = *release == "latest" || release.starts_with("2023.");
            is_release.then(|| Found::MirrorList(format!("/core/guids/{CONTENTS}/{architecture}/")))
        }
        (AmazonLinux::TwentyTwentyThree, ["core", "guids", CONTENTS, _, rest @ ..]) => file(AMAZON_LINUX_2023, rest),
        _ => None,
    }
}

fn file(files: &'static [File], path: &[&str]) -> Option<Found> {
    let path = path.join("/");
    let found = files.iter().find(|(name, ..)| *name == path)?;
    Some(Found::File { content_type: found.1, bytes: found.2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_list_leads_to_metadata_that_leads_to_the_package() {
        for (system, list) in [
            (AmazonLinux::Two, "/2/core/latest/x86_64/mirror.list"),
            (AmazonLinux::TwentyTwentyThree, "/core/mirrors/latest/x86_64/mirror.list"),
            (AmazonLinux::TwentyTwentyThree, "/core/mirrors/2023.5.20240701/aarch64/mirror.list"),
        ] {
            let Some(Found::MirrorList(base)) = find(system, list) else { panic!("{list}") };
            let base = base.trim_end_matches('/').to_owned();
            let Some(Found::File { bytes, .. }) = find(system, &format!("{base}/repodata/repomd.xml")) else {
                panic!("{base}")
            };
            let text = std::str::from_utf8(bytes).unwrap();
            for location in text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(matches!(find(system, &format!("{base}/{location}")), Some(Found::File { .. })), "{location}");
            }
        }
    }

    #[test]
    fn a_mistyped_release_is_not_there() {
        assert_eq!(find(AmazonLinux::TwentyTwentyThree, "/core/mirrors/2022.0/x86_64/mirror.list"), None);
        assert_eq!(find(AmazonLinux::Two, "/core/mirrors/latest/x86_64/mirror.list"), None);
    }
}
