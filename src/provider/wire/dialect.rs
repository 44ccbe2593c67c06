//! How one server understands requests.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::Wire;

/// How a server understands requests of a wire format. Found out at the first question and then
/// kept, because it is part of the bytes that identify a request. As text:
/// `json_schema/max_tokens`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// How the form of an answer is asked for, where a request has one.
    pub structure: Structure,
    /// What the limit of an answer is called.
    pub token_field: TokenField,
}

/// How the form of an answer is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// By a JSON schema that the answer is held to.
    JsonSchema,
    /// By a tool that has to be called. Anthropic only.
    ForcedTool,
    /// As any JSON object. OpenAI only.
    JsonObject,
    /// By the prompt alone.
    Text,
}

/// What the limit of an answer is called. Anthropic knows `max_tokens` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenField {
    /// `max_completion_tokens`, which OpenAI's reasoning models want.
    MaxCompletionTokens,
    /// `max_tokens`, which most servers know.
    MaxTokens,
}

/// A part of a request that a server may not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// The way the form of an answer is asked for.
    Structure,
    /// The name of the limit of an answer.
    TokenField,
    /// `temperature` or `top_p`. Has no other dialect: dropping what somebody asked for would
    /// change what is measured, so they have to take it out of the prompt file.
    Sampling,
}

/// A text that names no dialect.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` names no dialect")]
pub struct UnknownDialect(Box<str>);

impl Dialect {
    /// The next dialect to try on a server that does not take a feature; `None` where there is no
    /// other. Each leads on to fewer, so trying comes to an end after four dialects at the most.
    pub fn without(self, wire: Wire, feature: Feature) -> Option<Self> {
        match feature {
            Feature::Structure => {
                let structure = match (self.structure, wire) {
                    (Structure::JsonSchema, Wire::Anthropic) => Structure::ForcedTool,
                    (Structure::JsonSchema, Wire::OpenAi) => Structure::JsonObject,
                    (Structure::ForcedTool | Structure::JsonObject, _) => Structure::Text,
                    (Structure::Text, _) => return None,
                };
                Some(Self { structure, ..self })
            }
            Feature::TokenField => match (self.token_field, wire) {
                (TokenField::MaxTokens, Wire::OpenAi) => Some(Self {
                    token_field: TokenField::MaxCompletionTokens,
                    ..self
                }),
                (TokenField::MaxTokens, Wire::Anthropic) | (TokenField::MaxCompletionTokens, _) => {
                    None
                }
            },
            Feature::Sampling => None,
        }
    }
}

impl Structure {
    const ALL: [Self; 4] = [
        Self::JsonSchema,
        Self::ForcedTool,
        Self::JsonObject,
        Self::Text,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::JsonSchema => "json_schema",
            Self::ForcedTool => "forced_tool",
            Self::JsonObject => "json_object",
            Self::Text => "text",
        }
    }
}

impl TokenField {
    const ALL: [Self; 2] = [Self::MaxCompletionTokens, Self::MaxTokens];

    fn word(self) -> &'static str {
        match self {
            Self::MaxCompletionTokens => "max_completion_tokens",
            Self::MaxTokens => "max_tokens",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.structure.word(), self.token_field.word())
    }
}

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, UnknownDialect> {
        let dialect = text.split_once('/').and_then(|(structure, field)| {
            let mut structures = Structure::ALL.into_iter();
            let mut fields = TokenField::ALL.into_iter();
            Some(Self {
                structure: structures.find(|known| known.word() == structure)?,
                token_field: fields.find(|known| known.word() == field)?,
            })
        });
        dialect.ok_or_else(|| UnknownDialect(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialect_is_read_back_from_its_text() {
        for structure in Structure::ALL {
            for token_field in TokenField::ALL {
                let dialect = Dialect {
                    structure,
                    token_field,
                };
                assert_eq!(dialect.to_string().parse(), Ok(dialect));
            }
        }
        for text in ["", "json_schema", "json_schema/", "text/max_tokens/"] {
            assert!(text.parse::<Dialect>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_server_is_met_in_the_end_or_given_up() {
        let check = |wire: Wire, base_url: &str, features: &[Feature], expect: &[&str]| {
            let first = wire.first_dialect(base_url);
            let mut tried = vec![first.to_string()];
            let mut dialect = first;
            for feature in features {
                let Some(next) = dialect.without(wire, *feature) else {
                    tried.push("-".into());
                    break;
                };
                dialect = next;
                tried.push(dialect.to_string());
            }
            assert_eq!(tried, expect);
        };
        let structure = [Feature::Structure; 3];
        check(
            Wire::Anthropic,
            Wire::Anthropic.default_base_url(),
            &structure,
            &[
                "json_schema/max_tokens",
                "forced_tool/max_tokens",
                "text/max_tokens",
                "-",
            ],
        );
        check(
            Wire::OpenAi,
            "http://localhost:8000/v1",
            &[
                Feature::Structure,
                Feature::TokenField,
                Feature::Structure,
                Feature::TokenField,
            ],
            &[
                "json_schema/max_tokens",
                "json_object/max_tokens",
                "json_object/max_completion_tokens",
                "text/max_completion_tokens",
                "-",
            ],
        );
        check(
            Wire::OpenAi,
            Wire::OpenAi.default_base_url(),
            &[Feature::Sampling],
            &["json_schema/max_completion_tokens", "-"],
        );
    }
}
