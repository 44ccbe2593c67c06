//! Many looks at one gold set: how far it is worn out, said in a sentence.

/// How likely an attempt that is no better passes by chance, as gates on a bound promise.
const FALSE_PASS: f64 = 0.05;
/// From so many different prompts on there is something to say.
const FIRST: usize = 3;
/// From so many on it is said with emphasis.
const MANY: usize = 10;

/// How often a gold set has been looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Looks {
    /// How many different prompts have been judged on it, the present one included.
    pub n_prompts: usize,
    /// Whether the items judged are a part that is held out.
    pub is_held_out: bool,
}

impl Looks {
    /// Counts the prompts tried so far, given by their hashes in any order and as often as they
    /// were tried, and the one that is tried now. Judging a prompt again is no further look: it
    /// can learn nothing new.
    ///
    /// ```
    /// use labelgate::looks::Looks;
    /// let looks = Looks::count(["a", "b", "a"], "b", false);
    /// assert_eq!(looks.n_prompts, 2);
    /// ```
    pub fn count<'a>(
        earlier: impl IntoIterator<Item = &'a str>,
        now: &'a str,
        is_held_out: bool,
    ) -> Self {
        let mut prompts: Vec<&str> = earlier.into_iter().chain([now]).collect();
        prompts.sort_unstable();
        prompts.dedup();
        Self {
            n_prompts: prompts.len(),
            is_held_out,
        }
    }

    /// The probability that at least one of as many prompts, none of them any better, passes a
    /// gate that each passes by chance 5 % of the time: 1 − 0.95^k. The tries are taken as
    /// independent; prompts that resemble each other have less, so it is an upper bound.
    ///
    /// ```
    /// use labelgate::looks::Looks;
    /// let looks = |n_prompts| Looks { n_prompts, is_held_out: false };
    /// assert!((looks(1).chance() - 0.05).abs() < 1e-12);
    /// assert!((looks(14).chance() - 0.512_325_020_971_8).abs() < 1e-9);
    /// ```
    pub fn chance(self) -> f64 {
        1.0 - (1.0 - FALSE_PASS).powf(self.n_prompts as f64)
    }

    /// What a reader of the report must know, from three prompts on; it grows with their number.
    pub fn warning(self, classifier: &str) -> Option<String> {
        let k = self.n_prompts;
        if k < FIRST {
            return None;
        }
        let opening = match k {
            _ if k < MANY => format!("{classifier}: {k} prompts have been tried on these items."),
            _ => format!(
                "{classifier}: {k} prompts have been tried on these items, so a pass says little."
            ),
        };
        let percent = (100.0 * self.chance()).ceil();
        let chance = match percent < 100.0 {
            true => format!("with a chance of up to {percent} %"),
            false => "almost surely".to_owned(),
        };
        let chance = format!("At least one of {k} that are no better passes a 5 % gate {chance}.");
        let way_out = match self.is_held_out {
            false => {
                "Try prompts on `--split dev`, and judge the one you choose once on `--split test` \
                 (`[items] split`)."
            }
            true => "These items are held out no more: label new ones, or draw another split.",
        };
        Some(format!("{opening} {chance} {way_out}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warning(n_prompts: usize) -> Option<String> {
        let looks = Looks {
            n_prompts,
            is_held_out: false,
        };
        looks.warning("work_mode")
    }

    #[test]
    fn two_prompts_are_no_reason_to_warn() {
        assert_eq!(warning(2), None);
    }

    #[test]
    fn the_warning_grows_with_the_number_of_prompts_and_names_the_way_out() {
        let few = warning(3).unwrap();
        assert!(few.contains("up to 15 %"), "{few}");
        assert!(few.contains("`--split test`"), "{few}");
        let many = warning(14).unwrap();
        assert!(many.contains("14 prompts"), "{many}");
        assert!(many.contains("up to 52 %"), "{many}");
        assert!(many.contains("says little"), "{many}");
        assert!(!few.contains("says little"), "{few}");
    }

    #[test]
    fn a_worn_out_hold_out_is_not_recommended_again() {
        let looks = Looks {
            n_prompts: 4,
            is_held_out: true,
        };
        let said = looks.warning("work_mode").unwrap();
        assert!(said.contains("held out no more"), "{said}");
        assert!(!said.contains("--split test"), "{said}");
    }

    #[test]
    fn no_chance_of_a_hundred_percent_is_claimed() {
        let said = warning(500).unwrap();
        assert!(said.contains("almost surely"), "{said}");
    }
}
