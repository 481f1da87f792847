//! Comparing names: after NFKC, case folding and trimming; diacritics count.

use unicode_normalization::UnicodeNormalization;

/// The key under which a name is compared, sorted and searched.
pub fn key(name: &str) -> String {
    if name.is_ascii() {
        // In normal form already, and letters fold one by one.
        return spaced(&name.to_ascii_lowercase());
    }
    let folded: String = caseless::default_case_fold_str(&name.nfkc().collect::<String>());
    // Folding can undo the normal form, so it is normalised once more.
    spaced(&folded.nfkc().collect::<String>())
}

/// Trimmed, with single blanks between the words.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Whether two names are the same.
pub fn same(a: &str, b: &str) -> bool {
    key(a) == key(b)
}

/// How many typing errors lie between two keys, if so few that one may be the other mistyped (W-05): one, from
/// six letters on two.
pub fn mistyped(own: &str, other: &str) -> Option<usize> {
    let errors = if own.chars().count() < 6 { 1 } else { 2 };
    Some(strsim::damerau_levenshtein(own, other)).filter(|distance| *distance <= errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ascii_character_has_the_key_that_the_full_way_gives() {
        for character in (0_u8..128).map(char::from) {
            // The accent takes the full way, and folds to itself.
            let (short, full) = (format!("a{character}b"), format!("a{character}bé"));
            assert_eq!(format!("{}é", key(&short)), key(&full), "{character:?}");
        }
        assert_eq!(key(" Van  der\tBERG "), "van der berg");
        assert_eq!(key(""), "");
    }

    #[test]
    fn case_width_and_white_space_do_not_count_but_diacritics_do() {
        assert!(same(" NOVÁKOVÁ", "Nova\u{301}kova\u{301} "));
        assert!(same("Straße", "STRASSE"));
        assert!(same("van  der Berg", "Van der Berg"));
        assert!(!same("Nováková", "Novakova"));
    }

    #[test]
    fn a_name_with_few_typing_errors_may_be_meant() {
        // W-05
        assert_eq!(mistyped("mala", "mala"), Some(0));
        assert_eq!(mistyped("mala", "maal"), Some(1));
        assert_eq!(mistyped("mala", "maly x"), None);
        assert_eq!(mistyped("novakova", "nowakowa"), Some(2));
        assert_eq!(mistyped("novakova", "nowakova x"), None);
    }
}
