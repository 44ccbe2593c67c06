//! Symmetry and marginal homogeneity of a square table.

use labelgate::stat::distribution::chi_square_sf;
use labelgate::stat::homogeneity::{bhapkar, bowker, stuart_maxwell};
use serde_json::Value;

use super::answer::Answers;
use super::table::read_matrix;

pub(super) fn compute(statistic: &str, input: &Value) -> Option<Answers> {
    (statistic == "square_table").then_some(())?;
    let confusion = read_matrix(&input["matrix"])?;
    let n_labels = confusion.n_labels();
    // Degrees of freedom that do not look at which cells are empty.
    let full_df = (n_labels * (n_labels - 1) / 2) as f64;
    let symmetry = bowker(&confusion);
    let homogeneity = stuart_maxwell(&confusion);
    let unrestricted = bhapkar(&confusion);
    let mut answers = Answers::default();
    answers.put("n", confusion.total());
    answers.put("bowker_chi2", symmetry.map(|test| test.statistic));
    answers.put("bowker_df", symmetry.map(|test| test.df));
    answers.put("bowker_p", symmetry.map(|test| test.p));
    answers.put("bowker_df_full", full_df);
    let full_p = symmetry.map(|test| chi_square_sf(test.statistic, full_df));
    answers.put("bowker_p_full_df", full_p);
    answers.put(
        "stuart_maxwell_chi2",
        homogeneity.map(|test| test.statistic),
    );
    answers.put("stuart_maxwell_df", homogeneity.map(|test| test.df));
    answers.put("stuart_maxwell_p", homogeneity.map(|test| test.p));
    answers.put("stuart_maxwell_df_full", n_labels - 1);
    answers.put("bhapkar_chi2", unrestricted.map(|test| test.statistic));
    answers.put("bhapkar_p", unrestricted.map(|test| test.p));
    Some(answers)
}
