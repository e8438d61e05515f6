//! Credentials taken out of what is shown: they stand in addresses of proxies, in command lines and in signed URLs.

/// What is written in a credential's place.
const HIDDEN: &str = "…";

/// Parts of a setting's name that say that its value is a secret.
const SECRET_NAMES: [&str; 6] = ["password", "passwd", "token", "secret", "credential", "username"];

/// Returns a text in which every URL has lost its user, password and query, and every secret setting its value.
pub(crate) fn hidden(text: &str) -> String {
    let mut words = Vec::new();
    let mut is_value = false;
    for word in text.split(' ') {
        let name = word.split('=').next().unwrap_or_default().to_lowercase();
        let is_secret = SECRET_NAMES.iter().any(|secret| word.to_lowercase().contains(secret));
        words.push(match word.split_once("://") {
            _ if is_value => HIDDEN.to_owned(),
            _ if is_secret && word.contains('=') => secret_setting(word),
            Some((before, after)) => format!("{before}://{}", without_user(after)),
            None => word.to_owned(),
        });
        is_value = !is_value && is_secret && !word.contains('=') && name.starts_with('-');
    }
    words.join(" ")
}

/// `--setopt=proxy_password=x` becomes `--setopt=proxy_password=…`.
fn secret_setting(word: &str) -> String {
    let lower = word.to_lowercase();
    let at = SECRET_NAMES.iter().filter_map(|name| lower.find(name)).min().unwrap_or(0);
    let (head, tail) = word.split_at_checked(at).unwrap_or(("", word));
    match tail.split_once('=') {
        Some((name, _)) => format!("{head}{name}={HIDDEN}"),
        None => head.split_once('=').map_or_else(|| HIDDEN.to_owned(), |(name, _)| format!("{name}={HIDDEN}")),
    }
}

/// The part of a URL behind its scheme, without user, query and fragment.
fn without_user(after: &str) -> String {
    let end = after.find('/').unwrap_or(after.len());
    // A password may hold a slash where somebody forgot to encode it: the last `@` decides.
    let end = after.rfind('@').map_or(end, |at| end.max(at + 1)).min(after.len());
    let (authority, path) = after.split_at_checked(end).unwrap_or((after, ""));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let host = host.split(['?', '#']).next().unwrap_or_default();
    format!("{host}{path}")
}

/// Whether an address carries a user.
pub(super) fn has_user(url: &str) -> bool {
    url.split_once("://").map_or(url, |(_, after)| after).contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_credential_is_left() {
        for (text, shown) in [
            ("http://user:pass@proxy:3128/", "http://proxy:3128/"),
            ("http://us/er:p/a@ss@proxy:3128", "http://proxy:3128"),
            ("https://b.s3.amazonaws.com/k?X-Amz-Signature=1", "https://b.s3.amazonaws.com/k"),
            ("dnf --setopt=proxy_password=hunter2 update", "dnf --setopt=proxy_password=… update"),
            ("dnf --setopt=proxy=http://u:p@h:1 update", "dnf --setopt=proxy=http://h:1 update"),
            ("dnf --setopt proxy_password=x", "dnf --setopt proxy_password=…"),
            ("tool --password x y", "tool --password … y"),
            ("yum update", "yum update"),
        ] {
            assert_eq!(hidden(text), shown);
        }
    }
}
