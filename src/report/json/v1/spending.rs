//! What the answers of a report took, in `manifest.spending`.

use serde_json::json;

use crate::report::json::object::Object;
use crate::report::model::Spending;

/// A cost of which nothing is known is `null`, never 0.
pub(super) fn spending(spending: &Spending) -> Object {
    let usage = &spending.usage;
    Object::new()
        .with("answers", spending.answers)
        .with("input_tokens", usage.input_tokens)
        .with("cache_read_tokens", usage.cache_read_tokens)
        .with(
            "cache_write_tokens",
            usage.cache_write_tokens + usage.cache_write_1h_tokens,
        )
        .with("output_tokens", usage.output_tokens)
        .with("cost_usd", json!(spending.cost()))
        .with("unpriced_answers", spending.unpriced)
        .with("batch_answers", spending.in_batches)
        .with("items_cut", spending.cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_cost_is_null_and_a_partial_one_says_of_how_many_answers_it_is_not() {
        let mut spent = Spending::default();
        spent.count(None, false, None);
        let text = serde_json::to_string(&spending(&spent)).unwrap();
        assert!(
            text.contains(r#""cost_usd":null,"unpriced_answers":1"#),
            "{text}"
        );
        spent.count(None, true, Some(250_000.0));
        let text = serde_json::to_string(&spending(&spent)).unwrap();
        assert!(
            text.contains(r#""cost_usd":0.25,"unpriced_answers":1,"batch_answers":1"#),
            "{text}"
        );
    }
}
