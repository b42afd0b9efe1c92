//! Guesses which known name somebody meant.

/// The known name nearest to a misspelt one, if any is near: same letters in another case or with other separators, or a
/// third of the letters wrong at most.
pub(crate) fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Names of members are short; a long one is not a misspelling, and the distance is quadratic.
    if written.is_empty() || written.len() > 64 {
        return None;
    }
    let plain = plain(written);
    known
        .map(|name| (strsim::osa_distance(&plain, &self::plain(name)), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| distance.saturating_mul(3) <= plain.chars().count())
        .map(|(_, name)| name)
}

/// Letters and digits only, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_misspelt_name_finds_its_neighbour() {
        let known = ["display_name", "idp_sso_url", "x509_certificate"];
        let find = |written| nearest(written, known.iter().copied());
        assert_eq!(find("displayName"), Some("display_name"));
        assert_eq!(find("idp_sso_ulr"), Some("idp_sso_url"));
        assert_eq!(find("x509certificate"), Some("x509_certificate"));
        assert_eq!(find("colour"), None);
        assert_eq!(find(""), None);
        assert_eq!(find(&"x".repeat(100_000)), None);
    }
}
