use http::HeaderMap;
use proptest::prelude::*;

use crate::model::Stop;
use crate::provider::wire::{Reading, Wire};

/// JSON of the keys and words that readings look for, in any arrangement.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("1e999".to_owned()),
        Just("[]".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        "\"(error|text|refusal|tool_use|length|rate_limit_error|max_tokens|[a-zß]{0,4})\"",
    ];
    leaf.prop_recursive(6, 48, 4, |inner| {
        let key = "\"(error|message|type|object|code|param|choices|content|text|refusal|input|usage\
                   |prompt_tokens|prompt_tokens_details|stop_reason|finish_reason|detail|loc|msg\
                   |metadata|raw|id|model|tool_calls|function|arguments|function_call)\"";
        let pair = (key, inner.clone()).prop_map(|(key, value)| format!("{key}:{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|values| format!("[{}]", values.join(","))),
            prop::collection::vec(pair, 0..6).prop_map(|pairs| format!("{{{}}}", pairs.join(","))),
        ]
    })
}

proptest! {
    #[test]
    fn any_reply_has_a_meaning(
        status in prop_oneof![Just(200_u16), Just(400_u16), any::<u16>()],
        body in prop_oneof![
            json().prop_map(String::into_bytes),
            prop::collection::vec(any::<u8>(), 0..64),
        ],
        should_retry in prop::option::of("true|false|x"),
        cut in 0..200_usize,
    ) {
        let mut headers = HeaderMap::new();
        if let Some(said) = should_retry {
            headers.insert("x-should-retry", said.parse().unwrap());
        }
        for wire in [Wire::Anthropic, Wire::OpenAi] {
            for body in [&body[..], &body[..cut.min(body.len())]] {
                let reading = wire.read(status, &headers, body);
                if let Reading::Response(response) = reading
                    && !(200..300).contains(&status)
                {
                    // A filter declined in the model's stead; nothing else answers so.
                    prop_assert_eq!(response.reply.stop, Stop::Refusal);
                    prop_assert_eq!(&*response.reply.text, "");
                }
            }
        }
    }
}
