//! Golden values that nothing computes, each with the reason: (family, key or `*`, reason).
//!
//! Anything not computed and not in this list fails the test; so does anything in this list that
//! is computed.

pub(super) const LISTED: &[(&str, &str, &str)] = &[
    (
        "krippendorff",
        "alpha_se_gwet",
        "the linearisation of irrCAC, which is not the derivative where items differ in their number \
         of ratings (its chance term subtracts 1 in place of the chance agreement); ours is the \
         derivative, and where the numbers are equal the two are held to each other in laws.rs",
    ),
    (
        "project_rules",
        "composite",
        "a derived measure: an expression, held by its own tests",
    ),
    (
        "project_rules",
        "counts",
        "a derived measure: an expression, held by its own tests",
    ),
];
