//! The literature that the account of methods names.

use crate::report::document::Block;

/// Who wrote each, when, and what it is.
const REFERENCES: &[(&str, &str, &str)] = &[
    (
        "Bell and McCaffrey",
        "2002",
        "Bell RM, McCaffrey DF (2002). Bias reduction in standard errors for linear regression with multi-stage samples. Survey Methodology 28(2), 169–181.",
    ),
    (
        "Berger",
        "1982",
        "Berger RL (1982). Multiparameter hypothesis testing and acceptance sampling. Technometrics 24(4), 295–300.",
    ),
    (
        "Bland and Altman",
        "1986",
        "Bland JM, Altman DG (1986). Statistical methods for assessing agreement between two methods of clinical measurement. Lancet 327(8476), 307–310.",
    ),
    (
        "Bowker",
        "1948",
        "Bowker AH (1948). A test for symmetry in contingency tables. Journal of the American Statistical Association 43(244), 572–574.",
    ),
    (
        "Brennan and Prediger",
        "1981",
        "Brennan RL, Prediger DJ (1981). Coefficient kappa: some uses, misuses, and alternatives. Educational and Psychological Measurement 41(3), 687–699.",
    ),
    (
        "Brier",
        "1950",
        "Brier GW (1950). Verification of forecasts expressed in terms of probability. Monthly Weather Review 78(1), 1–3.",
    ),
    (
        "Bröcker and Smith",
        "2007",
        "Bröcker J, Smith LA (2007). Increasing the reliability of reliability diagrams. Weather and Forecasting 22(3), 651–661.",
    ),
    (
        "Cohen",
        "1960",
        "Cohen J (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20(1), 37–46.",
    ),
    (
        "Cohen",
        "1968",
        "Cohen J (1968). Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial credit. Psychological Bulletin 70(4), 213–220.",
    ),
    (
        "Cox",
        "1980",
        "Cox LH (1980). Suppression methodology and statistical disclosure control. Journal of the American Statistical Association 75(370), 377–385.",
    ),
    (
        "Field and Welsh",
        "2007",
        "Field CA, Welsh AH (2007). Bootstrapping clustered data. Journal of the Royal Statistical Society B 69(3), 369–390.",
    ),
    (
        "Fleiss et al.",
        "1969",
        "Fleiss JL, Cohen J, Everitt BS (1969). Large sample standard errors of kappa and weighted kappa. Psychological Bulletin 72(5), 323–327.",
    ),
    (
        "Gorodkin",
        "2004",
        "Gorodkin J (2004). Comparing two K-category assignments by a K-category correlation coefficient. Computational Biology and Chemistry 28(5–6), 367–374.",
    ),
    (
        "Guo et al.",
        "2017",
        "Guo C, Pleiss G, Sun Y, Weinberger KQ (2017). On calibration of modern neural networks. Proceedings of the 34th International Conference on Machine Learning, PMLR 70, 1321–1330.",
    ),
    (
        "Gwet",
        "2008",
        "Gwet KL (2008). Computing inter-rater reliability and its variance in the presence of high agreement. British Journal of Mathematical and Statistical Psychology 61(1), 29–48.",
    ),
    (
        "Hanley and McNeil",
        "1982",
        "Hanley JA, McNeil BJ (1982). The meaning and use of the area under a receiver operating characteristic (ROC) curve. Radiology 143(1), 29–36.",
    ),
    (
        "Holm",
        "1979",
        "Holm S (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6(2), 65–70.",
    ),
    (
        "Hyndman and Fan",
        "1996",
        "Hyndman RJ, Fan Y (1996). Sample quantiles in statistical packages. The American Statistician 50(4), 361–365.",
    ),
    (
        "Imbens and Kolesár",
        "2016",
        "Imbens GW, Kolesár M (2016). Robust standard errors in small samples: some practical advice. Review of Economics and Statistics 98(4), 701–712.",
    ),
    (
        "Jonckheere",
        "1954",
        "Jonckheere AR (1954). A distribution-free k-sample test against ordered alternatives. Biometrika 41(1/2), 133–145.",
    ),
    (
        "Kendall",
        "1945",
        "Kendall MG (1945). The treatment of ties in ranking problems. Biometrika 33(3), 239–251.",
    ),
    (
        "Korn and Graubard",
        "1998",
        "Korn EL, Graubard BI (1998). Confidence intervals for proportions with small expected number of positive counts estimated from survey data. Survey Methodology 24(2), 193–201.",
    ),
    (
        "Krippendorff",
        "2004",
        "Krippendorff K (2004). Reliability in content analysis: some common misconceptions and recommendations. Human Communication Research 30(3), 411–433.",
    ),
    (
        "Liang and Zeger",
        "1986",
        "Liang K-Y, Zeger SL (1986). Longitudinal data analysis using generalized linear models. Biometrika 73(1), 13–22.",
    ),
    (
        "Lin",
        "1989",
        "Lin LI-K (1989). A concordance correlation coefficient to evaluate reproducibility. Biometrics 45(1), 255–268.",
    ),
    (
        "Maxwell",
        "1970",
        "Maxwell AE (1970). Comparing the classification of subjects by two independent judges. British Journal of Psychiatry 116(535), 651–655.",
    ),
    (
        "Murphy",
        "1973",
        "Murphy AH (1973). A new vector partition of the probability score. Journal of Applied Meteorology 12(4), 595–600.",
    ),
    (
        "Naeini et al.",
        "2015",
        "Naeini MP, Cooper GF, Hauskrecht M (2015). Obtaining well calibrated probabilities using Bayesian binning. Proceedings of the AAAI Conference on Artificial Intelligence 29(1), 2901–2907.",
    ),
    (
        "Pustejovsky and Tipton",
        "2018",
        "Pustejovsky JE, Tipton E (2018). Small-sample methods for cluster-robust variance estimation and hypothesis testing in fixed effects models. Journal of Business & Economic Statistics 36(4), 672–683.",
    ),
    (
        "Scott",
        "1955",
        "Scott WA (1955). Reliability of content analysis: the case of nominal scale coding. Public Opinion Quarterly 19(3), 321–325.",
    ),
    (
        "Shrout and Fleiss",
        "1979",
        "Shrout PE, Fleiss JL (1979). Intraclass correlations: uses in assessing rater reliability. Psychological Bulletin 86(2), 420–428.",
    ),
    (
        "Stuart",
        "1955",
        "Stuart A (1955). A test for homogeneity of the marginal distributions in a two-way classification. Biometrika 42(3/4), 412–416.",
    ),
    (
        "Tango",
        "1998",
        "Tango T (1998). Equivalence test and confidence interval for the difference in proportions for the paired-sample design. Statistics in Medicine 17(8), 891–908.",
    ),
    (
        "Terpstra",
        "1952",
        "Terpstra TJ (1952). The asymptotic normality and consistency of Kendall’s test against trend, when ties are present in one ranking. Indagationes Mathematicae 14, 327–333.",
    ),
    (
        "Wilson",
        "1927",
        "Wilson EB (1927). Probable inference, the law of succession, and statistical inference. Journal of the American Statistical Association 22(158), 209–212.",
    ),
];

/// What the prose of these blocks cites.
pub(super) fn cited(blocks: &[Block]) -> Vec<Block> {
    let is_cited = |who: &str, year: &str| {
        let ways = [format!("{who} {year}"), format!("{who} ({year})")];
        blocks.iter().any(|block| {
            matches!(block, Block::Prose(prose) if ways.iter().any(|way| prose.contains(way)))
        })
    };
    let entries = REFERENCES
        .iter()
        .filter(|(who, year, _)| is_cited(who, year));
    vec![
        Block::Heading(2, "References".to_owned(), None),
        Block::List(entries.map(|(_, _, entry)| (*entry).to_owned()).collect()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_begins_with_the_name_and_year_that_texts_use() {
        for (who, year, entry) in REFERENCES {
            let first = who.split(' ').next().unwrap();
            assert!(entry.starts_with(first), "{entry}");
            assert!(entry.contains(&format!("({year})")), "{entry}");
        }
        assert!(REFERENCES.is_sorted());
    }
}
