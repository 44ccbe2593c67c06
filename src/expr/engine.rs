//! The crate `cel`: its parser and its evaluator.

use std::sync::{Arc, LazyLock};

use cel::common::ast::{CallExpr, Expr, IdedExpr, SourceInfo};
use cel::common::types::{CelBool, CelDouble, CelInt, CelString, DOUBLE_TYPE};
use cel::common::value::CowVal;
use cel::context::VariableResolver;
use cel::parser::{ParseError, Parser};
use cel::{Context, Env, ExecutionError};

use crate::model::Value;

use super::ExprFault;
use super::scan::{Kind, Tokens};

/// Passes on a double, unless it is infinite or none.
const FINITE: &str = "@finite";
/// Divides doubles, but not by zero.
const DIVIDE: &str = "@divide";

/// CEL's functions and our two. CEL lets doubles overflow and divides them by zero without a
/// word, and a comparison would then make a plain yes or no of it.
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    env.add_overload(FINITE, FINITE, vec![DOUBLE_TYPE], finite)
        .and_then(|()| env.add_overload(DIVIDE, DIVIDE, vec![DOUBLE_TYPE, DOUBLE_TYPE], divide))
        .expect("no function of CEL begins with @");
    Arc::new(env)
});

fn finite<'b, 'v>(mut arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    match arguments.pop() {
        Some(argument) if double(&argument).is_some_and(f64::is_finite) => Ok(argument),
        _ => Err(ExecutionError::function_error(FINITE, OVERFLOW)),
    }
}

fn divide<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let fail = |reason| Err(ExecutionError::function_error(DIVIDE, reason));
    let [Some(dividend), Some(divisor)] = [0, 1].map(|at| arguments.get(at).and_then(double))
    else {
        return fail(OVERFLOW);
    };
    let quotient = dividend / divisor;
    if divisor == 0.0 {
        fail(DIVISION_BY_ZERO)
    } else if quotient.is_finite() {
        Ok(CowVal::owned(CelDouble::from(quotient)))
    } else {
        fail(OVERFLOW)
    }
}

fn double(value: &CowVal<'_, '_>) -> Option<f64> {
    value
        .downcast_ref::<CelDouble>()
        .map(|value| *value.inner())
}

const DIVISION_BY_ZERO: &str = "division by zero";
const OVERFLOW: &str = "a number too large to compute with";

/// A call that yields a finite double or fails.
pub(super) fn finite_call(id: u64, argument: IdedExpr) -> IdedExpr {
    call(id, FINITE, vec![argument])
}

/// A division of doubles that yields a finite double or fails.
pub(super) fn divide_call(id: u64, arguments: Vec<IdedExpr>) -> IdedExpr {
    call(id, DIVIDE, arguments)
}

fn call(id: u64, function: &str, args: Vec<IdedExpr>) -> IdedExpr {
    let expr = Expr::Call(CallExpr {
        func_name: function.to_owned(),
        target: None,
        args,
    });
    IdedExpr { id, expr }
}

/// Parses the text, or says where it stops being an expression.
pub(super) fn parse(tokens: &Tokens<'_>) -> Result<(IdedExpr, SourceInfo), ExprFault> {
    Parser::new()
        .parse_with_source_info(tokens.text)
        .map_err(|errors| {
            // What follows the first syntax error is the parser's attempt to go on; other errors
            // follow from syntax errors.
            let is_syntax = |error: &&ParseError| error.msg.starts_with("Syntax error");
            let errors = &errors.errors;
            let first = errors.iter().find(is_syntax).or(errors.first());
            syntax_fault(tokens, first.map_or((1, 1), |error| error.pos))
        })
}

fn syntax_fault(tokens: &Tokens<'_>, (line, column): (isize, isize)) -> ExprFault {
    let start = offset(tokens.text, line, column);
    let found = tokens
        .all
        .iter()
        .enumerate()
        .find(|(_, token)| token.span.end > start);
    let Some((index, token)) = found else {
        let end = tokens.all.last().map_or(0, |token| token.span.end);
        let message = match tokens.all.len() {
            0 => "an expression is missing",
            _ => "the expression breaks off here",
        };
        return ExprFault::new(end..end, message);
    };
    let text = tokens.text(index);
    let span = token.span.clone();
    if token.kind == Kind::Literal && text.contains('\\') {
        return ExprFault::new(span, "this text has an escape that CEL does not know")
            .help("write `\\\\` for a backslash");
    }
    let fault = ExprFault::new(span, format!("`{text}` is not expected here"));
    if text == "?" {
        return fault.help("put a choice within a choice in parentheses");
    }
    fault
}

/// The byte at a line and a column in characters, both from 1.
fn offset(text: &str, line: isize, column: isize) -> usize {
    let before = usize::try_from(line - 1).unwrap_or(0);
    let start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let characters = usize::try_from(column - 1).unwrap_or(0);
    text[start..]
        .char_indices()
        .nth(characters)
        .map_or(text.len(), |(at, _)| start + at)
}

/// Names and their values for one item.
pub(super) struct Bindings<'a>(pub(super) Vec<(&'a str, Value)>);

impl VariableResolver for Bindings<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let (_, value) = self.0.iter().find(|(name, _)| *name == variable)?;
        Some(match value {
            Value::Int(value) => CowVal::owned(CelInt::from(*value)),
            Value::Double(value) => CowVal::owned(CelDouble::from(*value)),
            Value::Bool(value) => CowVal::owned(CelBool::from(*value)),
            Value::Text(value) => CowVal::owned(CelString::from(&**value)),
        })
    }
}

/// Evaluates a lowered expression, or says why it has no value.
pub(super) fn evaluate(expr: &IdedExpr, bindings: &Bindings<'_>) -> Result<Value, String> {
    let mut context = Context::with_env(Arc::clone(&ENV));
    context.set_variable_resolver(bindings);
    match cel::Value::resolve(expr, &context) {
        Ok(cel::Value::Bool(value)) => Ok(Value::Bool(value)),
        Ok(cel::Value::Int(value)) => Ok(Value::Int(value)),
        Ok(cel::Value::Float(value)) => Ok(Value::Double(value)),
        Ok(_) => Err("neither a number nor true or false".to_owned()),
        Err(error) => Err(reason(&error)),
    }
}

fn reason(error: &ExecutionError) -> String {
    match error {
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            DIVISION_BY_ZERO.to_owned()
        }
        ExecutionError::Overflow(..) => OVERFLOW.to_owned(),
        ExecutionError::FunctionError { function, message } if function.starts_with('@') => {
            message.clone()
        }
        ExecutionError::FunctionError { function, message } => format!("{function}(): {message}"),
        other => other.to_string(),
    }
}
