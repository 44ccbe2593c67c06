//! What answers took, in one line.

use crate::report::amounts::{grouped, money, short};
use crate::report::model::Spending;

/// Answers, tokens, cost and cuts; what does not occur is not named.
pub(super) fn line(spending: &Spending) -> String {
    let mut parts = vec![number(spending.answers, "answer", "answers")];
    if let Some(share) = spending.cached_share() {
        let usage = &spending.usage;
        let cached = match usage.cache_read_tokens {
            0 => String::new(),
            _ => format!(" ({:.0} % from the cache)", share * 100.0),
        };
        parts.push(format!(
            "{} tokens read{cached}, {} written",
            short(usage.read_tokens()),
            short(usage.output_tokens)
        ));
    }
    parts.push(cost(spending));
    if spending.in_batches > 0 {
        #[expect(clippy::cast_precision_loss, reason = "a share in whole per cent")]
        let share = spending.in_batches as f64 / spending.answers as f64 * 100.0;
        parts.push(format!("{share:.0} % of answers in batches"));
    }
    if spending.cut > 0 {
        parts.push(format!("{} cut", number(spending.cut, "item", "items")));
    }
    parts.join(" · ")
}

/// What is known of the cost; what is not known is never 0.
fn cost(spending: &Spending) -> String {
    match (spending.cost(), spending.unpriced) {
        (None, _) => "cost unknown".to_owned(),
        (Some(usd), 0) => format!("cost {}", dollars(usd)),
        (Some(usd), unpriced) => format!(
            "cost {} in part: that of {} is unknown",
            dollars(usd),
            number(unpriced, "answer", "answers")
        ),
    }
}

fn dollars(usd: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cost is not negative, and saturates"
    )]
    let micro_usd = (usd * 1e6).round() as u64;
    money(micro_usd)
}

fn number(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Usage;

    fn usage(read: u64, cached: u64, written: u64) -> Usage {
        Usage {
            input_tokens: read - cached,
            cache_read_tokens: cached,
            output_tokens: written,
            ..Usage::default()
        }
    }

    #[test]
    fn a_cost_that_is_not_known_is_not_a_cost_of_nothing() {
        let mut spending = Spending::default();
        spending.count(Some(&usage(1000, 0, 10)), false, None);
        assert_eq!(
            line(&spending),
            "1 answer · 1,000 tokens read, 10 written · cost unknown"
        );
        spending.count(Some(&usage(1000, 500, 10)), true, Some(1_500_000.0));
        spending.cut = 1;
        assert_eq!(
            line(&spending),
            "2 answers · 2,000 tokens read (25 % from the cache), 20 written · \
             cost $1.50 in part: that of 1 answer is unknown · 50 % of answers in batches · \
             1 item cut"
        );
    }

    #[test]
    fn answers_whose_price_is_known_to_be_nothing_cost_nothing() {
        let mut spending = Spending::default();
        spending.count(None, false, Some(0.0));
        assert_eq!(line(&spending), "1 answer · cost $0.0000");
    }
}
