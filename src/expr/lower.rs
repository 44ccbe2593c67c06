//! Checks types and makes of a parsed expression one that `cel` can evaluate: labels become
//! numbers, and whole literals beside doubles become doubles.

use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

use cel::common::ast::operators::{
    ADD, CONDITIONAL, DIVIDE, EQUALS, GREATER, GREATER_EQUALS, IN, LESS, LESS_EQUALS, LOGICAL_AND,
    LOGICAL_NOT, LOGICAL_OR, MODULO, MULTIPLY, NEGATE, NOT_EQUALS, SUBSTRACT,
};
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SourceInfo};

use super::engine::{divide_call, finite_call};
use super::scan::Tokens;
use super::{ExprFault, Scope, Type, Wanted};

/// An expression ready to evaluate.
pub(super) struct Lowered {
    pub(super) expr: IdedExpr,
    /// The scope's positions of the ordinal names that are compared by order.
    pub(super) ordered: BTreeSet<usize>,
}

/// Checks and lowers a parsed expression. `faults` are those already known.
pub(super) fn lower(
    (expr, source): (IdedExpr, SourceInfo),
    tokens: &Tokens<'_>,
    scope: &Scope,
    wanted: Wanted,
    faults: &mut Vec<ExprFault>,
) -> Lowered {
    let mut lowering = Lowering {
        tokens,
        scope,
        source,
        faults,
        ordered: BTreeSet::new(),
    };
    let root = lowering.node(expr);
    match wanted {
        Wanted::Bool => lowering.want_bool(&root, "this must be true or false"),
        Wanted::Number => lowering.want(&root, root.ty.is_number(), "this must be a number"),
    }
    Lowered {
        expr: root.expr,
        ordered: lowering.ordered,
    }
}

/// The type of a part of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    Int,
    Double,
    Bool,
    Text,
    /// The label at this position of the scope.
    Label(usize),
    /// Of a part that has a fault of its own.
    Unknown,
}

impl Ty {
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Double)
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Int => "an int",
            Self::Double => "a double",
            Self::Bool => "a bool",
            Self::Text => "a string",
            Self::Label(_) => "a label",
            Self::Unknown => "unknown",
        }
    }
}

/// A part of an expression.
pub(super) struct Part {
    pub(super) ty: Ty,
    pub(super) expr: IdedExpr,
    pub(super) tokens: RangeInclusive<usize>,
}

/// The state of a walk through a parsed expression.
pub(super) struct Lowering<'a> {
    pub(super) tokens: &'a Tokens<'a>,
    pub(super) scope: &'a Scope,
    pub(super) faults: &'a mut Vec<ExprFault>,
    source: SourceInfo,
    pub(super) ordered: BTreeSet<usize>,
}

impl Lowering<'_> {
    pub(super) fn node(&mut self, IdedExpr { id, expr }: IdedExpr) -> Part {
        let at = self.token(id);
        let leaf = |ty, expr| Part {
            ty,
            expr: IdedExpr { id, expr },
            tokens: at..=at,
        };
        match expr {
            Expr::Ident(name) => {
                let ty = match self.scope.position(&name) {
                    None => Ty::Unknown,
                    Some(position) => match self.scope.0[position].ty {
                        Type::Int => Ty::Int,
                        Type::Double => Ty::Double,
                        Type::Bool => Ty::Bool,
                        Type::Text => Ty::Text,
                        Type::Nominal(_) | Type::Ordinal(_) => Ty::Label(position),
                    },
                };
                leaf(ty, Expr::Ident(name))
            }
            Expr::Literal(literal) => {
                let (ty, is_negative) = match &literal {
                    LiteralValue::Int(value) => (Ty::Int, *value.inner() < 0),
                    LiteralValue::Double(value) => (Ty::Double, value.inner().is_sign_negative()),
                    LiteralValue::Boolean(_) => (Ty::Bool, false),
                    LiteralValue::String(_) => (Ty::Text, false),
                    LiteralValue::Bytes(_) | LiteralValue::Null | LiteralValue::UInt(_) => {
                        return self.unsupported(at..=at);
                    }
                };
                // The parser places a negative number at its digits.
                let start = at - usize::from(is_negative && self.tokens.is_after(at, "-"));
                Part {
                    tokens: start..=at,
                    ..leaf(ty, Expr::Literal(literal))
                }
            }
            Expr::Call(call) => self.call(id, at, call),
            Expr::List(_) => {
                let tokens = at..=self.partner(at);
                let span = self.span(&tokens);
                self.fault(span, "a list may stand only after `in`");
                self.unknown(tokens)
            }
            Expr::Unspecified
            | Expr::Comprehension(_)
            | Expr::Map(_)
            | Expr::Select(_)
            | Expr::Struct(_) => self.unsupported(at..=at),
        }
    }

    fn call(&mut self, id: u64, at: usize, call: CallExpr) -> Part {
        let function = call.func_name.as_str();
        if function == IN {
            return self.within(id, at, call);
        }
        let is_method = call.target.is_some();
        let operands = call.target.into_iter().map(|target| *target);
        let mut parts: Vec<Part> = operands
            .chain(call.args)
            .map(|operand| self.node(operand))
            .collect();
        // The parser places a function at its bracket, which the name precedes.
        let own = if self.tokens.is_sign(at, "(") {
            at.saturating_sub(1)..=self.partner(at)
        } else {
            at..=at
        };
        let tokens = around(own.clone(), &parts);
        let ty = match function {
            CONDITIONAL => self.choice(at, &mut parts),
            LOGICAL_AND | LOGICAL_OR | LOGICAL_NOT => {
                let sign = self.tokens.text(at);
                for part in &parts {
                    self.want_bool(part, &format!("`{sign}` needs true or false"));
                }
                Ty::Bool
            }
            EQUALS | NOT_EQUALS | LESS | LESS_EQUALS | GREATER | GREATER_EQUALS => {
                if let [left, right] = &mut parts[..] {
                    let span = self.tokens.all[at].span.clone();
                    self.compare(at, span, left, right);
                }
                Ty::Bool
            }
            ADD | SUBSTRACT | MULTIPLY | DIVIDE | MODULO | NEGATE => {
                self.arithmetic(at, &mut parts)
            }
            _ => match self.function(function, is_method, own, &parts) {
                Some(ty) => ty,
                None => return self.unsupported(tokens),
            },
        };
        let is_parsed = function == "double" && parts.iter().any(|part| part.ty == Ty::Text);
        let mut args: Vec<IdedExpr> = parts.into_iter().map(|part| part.expr).collect();
        let expr = if function == DIVIDE && ty == Ty::Double {
            divide_call(id, args)
        } else {
            let target = is_method.then(|| Box::new(args.remove(0)));
            let may_overflow = matches!(function, ADD | SUBSTRACT | MULTIPLY) || is_parsed;
            let expr = Expr::Call(CallExpr {
                func_name: call.func_name,
                target,
                args,
            });
            let expr = IdedExpr { id, expr };
            if may_overflow && ty == Ty::Double {
                finite_call(id, expr)
            } else {
                expr
            }
        };
        Part { ty, expr, tokens }
    }

    /// The type of what a function yields, or nothing if there is no such function.
    fn function(
        &mut self,
        function: &str,
        is_method: bool,
        own: RangeInclusive<usize>,
        parts: &[Part],
    ) -> Option<Ty> {
        let n_arguments = parts.len() - usize::from(is_method);
        let (ty, n_wanted) = match (function, is_method) {
            ("double", false) => (Ty::Double, 1),
            ("int" | "size", false) => (Ty::Int, 1),
            ("size", true) => (Ty::Int, 0),
            ("contains" | "startsWith" | "endsWith", true) => (Ty::Bool, 1),
            _ => return None,
        };
        if n_arguments != n_wanted {
            let span = self.span(&own);
            let wanted = ["no argument", "one argument"][n_wanted];
            self.fault(span, format!("`{function}` takes {wanted}"));
            return Some(ty);
        }
        let converts = matches!(function, "double" | "int");
        let wanted = if converts {
            "a number or a string"
        } else {
            "a string"
        };
        for part in parts {
            let is_right = part.ty == Ty::Text || converts && part.ty.is_number();
            self.want(part, is_right, &format!("`{function}` needs {wanted}"));
        }
        Some(ty)
    }

    fn choice(&mut self, at: usize, parts: &mut [Part]) -> Ty {
        let [condition, yes, no] = parts else {
            return Ty::Unknown;
        };
        self.want_bool(condition, "what stands before `?` must be true or false");
        unify(yes, no);
        match (yes.ty, no.ty) {
            (Ty::Label(_), _) | (_, Ty::Label(_)) => {
                for part in [&*yes, no] {
                    let is_right = !matches!(part.ty, Ty::Label(_));
                    self.want(part, is_right, "a choice must yield a value");
                }
                Ty::Unknown
            }
            (Ty::Unknown, _) | (_, Ty::Unknown) => Ty::Unknown,
            (one, other) if one == other => one,
            (one, other) => {
                let (one, other) = (one.words(), other.words());
                let span = self.tokens.all[at].span.clone();
                self.fault(
                    span,
                    format!("this yields {one} or {other}; it must be one type"),
                );
                Ty::Unknown
            }
        }
    }

    fn arithmetic(&mut self, at: usize, parts: &mut [Part]) -> Ty {
        let sign = self.tokens.text(at);
        let fits = |part: &Part| match sign {
            "%" => part.ty == Ty::Int,
            _ => part.ty.is_number(),
        };
        let wanted = if sign == "%" {
            "whole numbers"
        } else {
            "numbers"
        };
        for part in &*parts {
            self.want(part, fits(part), &format!("`{sign}` needs {wanted}"));
        }
        if !parts.iter().all(fits) {
            return Ty::Unknown;
        }
        let [left, right] = parts else {
            return parts.first().map_or(Ty::Unknown, |only| only.ty);
        };
        unify(left, right);
        if left.ty != right.ty {
            let int = if left.ty == Ty::Int { left } else { right };
            let text = &self.tokens.text[self.span(&int.tokens)];
            let help = format!("write `double({text})`");
            let span = self.tokens.all[at].span.clone();
            let message = format!("`{sign}` cannot mix an int and a double");
            self.faults.push(ExprFault::new(span, message).help(help));
            return Ty::Unknown;
        }
        left.ty
    }

    pub(super) fn want_bool(&mut self, part: &Part, message: &str) {
        self.want(part, part.ty == Ty::Bool, message);
    }

    /// A fault unless the part is right: the message, and what the part is instead.
    pub(super) fn want(&mut self, part: &Part, is_right: bool, message: &str) {
        if is_right || part.ty == Ty::Unknown {
            return;
        }
        let is_label = matches!(part.ty, Ty::Label(_));
        let help = is_label.then(|| "labels can be compared, as in `== \"…\"`".to_owned());
        let message = format!("{message}, not {}", part.ty.words());
        let fault = ExprFault::new(self.span(&part.tokens), message).maybe_help(help);
        self.faults.push(fault);
    }

    pub(super) fn fault(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.faults.push(ExprFault::new(span, message));
    }

    /// Something CEL has and rules have not. Most of it was seen token by token already.
    pub(super) fn unsupported(&mut self, tokens: RangeInclusive<usize>) -> Part {
        let span = self.span(&tokens);
        if !self.faults.iter().any(|fault| fault.overlaps(&span)) {
            self.fault(span, "this is not supported in rules");
        }
        self.unknown(tokens)
    }

    pub(super) fn unknown(&self, tokens: RangeInclusive<usize>) -> Part {
        Part {
            ty: Ty::Unknown,
            expr: IdedExpr::default(),
            tokens,
        }
    }

    /// Where the token of a node stands.
    pub(super) fn token(&self, id: u64) -> usize {
        let start = self.source.offset_for(id).map_or(0, |(start, _)| start);
        let all = &self.tokens.all;
        all.partition_point(|token| token.span.end <= start as usize)
            .min(all.len().saturating_sub(1))
    }

    pub(super) fn partner(&self, at: usize) -> usize {
        self.tokens.all[at].partner
    }

    /// The bytes of some tokens, widened until their brackets match.
    pub(super) fn span(&self, tokens: &RangeInclusive<usize>) -> Range<usize> {
        let all = &self.tokens.all;
        let (mut first, mut last) = (*tokens.start(), *tokens.end());
        for at in tokens.clone() {
            first = first.min(all[at].partner);
            last = last.max(all[at].partner);
        }
        all[first].span.start..all[last].span.end
    }
}

/// The tokens from the first to the last of a node and its operands.
fn around(own: RangeInclusive<usize>, operands: &[Part]) -> RangeInclusive<usize> {
    operands.iter().fold(own, |all, part| {
        *all.start().min(part.tokens.start())..=*all.end().max(part.tokens.end())
    })
}

/// Makes a whole literal beside a double a double.
fn unify(left: &mut Part, right: &mut Part) {
    let types = (left.ty, right.ty);
    for (part, other) in [(left, types.1), (right, types.0)] {
        if let Expr::Literal(LiteralValue::Int(value)) = &part.expr.expr
            && (part.ty, other) == (Ty::Int, Ty::Double)
        {
            let value = *value.inner() as f64;
            part.expr.expr = Expr::Literal(LiteralValue::Double(value.into()));
            part.ty = Ty::Double;
        }
    }
}
