//! A revision made ready to be asked about many items.

use std::sync::Arc;

use super::{Request, Sampling, Shape, Template, estimate_tokens, fenced};

/// Everything about a request but the item. Made once; a request then costs the item's text and
/// its hash.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    model: Arc<str>,
    instructions: Arc<str>,
    after: Box<str>,
    max_tokens: u32,
    sampling: Sampling,
    shape: Option<Arc<Shape>>,
}

impl Prompt {
    /// A prompt with its labels filled in, for one model. What the template has before its item
    /// becomes the instructions, without the blank around them; what it has after it follows the
    /// item.
    pub fn new(
        template: &Template,
        labels: &str,
        model: &str,
        max_tokens: u32,
        sampling: Sampling,
        shape: Option<Shape>,
    ) -> Self {
        let (before, after) = template.around(labels);
        Self {
            model: model.into(),
            instructions: before.trim().into(),
            after: after.trim().into(),
            max_tokens,
            sampling,
            shape: shape.map(Arc::new),
        }
    }

    /// The question about one item.
    pub fn request(&self, item_text: &str) -> Request {
        let mut question = fenced(item_text);
        if !self.after.is_empty() {
            question.push_str("\n\n");
            question.push_str(&self.after);
        }
        Request {
            model: Arc::clone(&self.model),
            instructions: Arc::clone(&self.instructions),
            question,
            max_tokens: self.max_tokens,
            temperature: self.sampling.temperature,
            top_p: self.sampling.top_p,
            shape: self.shape.clone(),
        }
    }

    /// About how many tokens the instructions have, which are the same for every item. An
    /// estimate.
    pub fn instruction_tokens(&self) -> u64 {
        estimate_tokens(&self.instructions)
    }

    /// About how many tokens a request has beside its item's: instructions, fence and what follows
    /// the item. An estimate.
    pub fn overhead_tokens(&self) -> u64 {
        let request = self.request("");
        estimate_tokens(&request.instructions) + estimate_tokens(&request.question)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ask::Field;

    fn prompt(template: &str) -> Prompt {
        let template = Template::parse(template).unwrap();
        let sampling = Sampling {
            temperature: Some(0.0),
            top_p: None,
        };
        let shape = Shape {
            fields: vec![("label".into(), Field::Text)],
        };
        Prompt::new(&template, "- `a`", "model-1", 300, sampling, Some(shape))
    }

    #[test]
    fn what_stands_before_the_item_is_the_same_for_every_item() {
        let prompt = prompt("One of:\n{{labels}}\n\n{{item}}\n\nAnswer now.\n");
        let request = prompt.request("{{labels}} says the item");
        assert_eq!(&*request.instructions, "One of:\n- `a`");
        let expect = format!("{}\n\nAnswer now.", fenced("{{labels}} says the item"));
        assert_eq!(request.question, expect);
        let other = prompt.request("other");
        assert!(Arc::ptr_eq(&request.instructions, &other.instructions));
        assert_eq!((request.temperature, request.top_p), (Some(0.0), None));
        assert_eq!(request.max_tokens, 300);
    }

    #[test]
    fn a_prompt_that_is_only_its_item_has_no_instructions() {
        let request = prompt("\n {{item}}\n").request("text");
        assert_eq!(&*request.instructions, "");
        assert_eq!(request.question, fenced("text"));
    }

    proptest! {
        #[test]
        fn a_request_is_about_as_long_as_its_item_and_the_rest(item: String) {
            let prompt = prompt("One of:\n{{labels}}\n\n{{item}}\n\nAnswer now.\n");
            let request = prompt.request(&item);
            let whole = estimate_tokens(&request.instructions) + estimate_tokens(&request.question);
            let parts = prompt.overhead_tokens() + estimate_tokens(&item);
            prop_assert!(whole <= parts && parts <= whole + 1, "{whole} {parts}");
        }
    }
}
