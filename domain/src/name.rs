//! Comparing names: after NFKC, case folding and trimming; diacritics count.

use unicode_normalization::UnicodeNormalization;

/// The key under which a name is compared, sorted and searched.
pub fn key(name: &str) -> String {
    let folded: String = caseless::default_case_fold_str(&name.nfkc().collect::<String>());
    // Folding can undo the normal form, so it is normalised once more.
    folded.nfkc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether two names are the same.
pub fn same(a: &str, b: &str) -> bool {
    key(a) == key(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_width_and_white_space_do_not_count_but_diacritics_do() {
        assert!(same(" NOVÁKOVÁ", "Nova\u{301}kova\u{301} "));
        assert!(same("Straße", "STRASSE"));
        assert!(same("van  der Berg", "Van der Berg"));
        assert!(!same("Nováková", "Novakova"));
    }
}
