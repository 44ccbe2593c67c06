//! Comparisons, above all of labels, which become numbers here.

use std::ops::Range;

use cel::common::ast::{CallExpr, Expr, IdedExpr, ListExpr, LiteralValue};

use crate::fault::did_you_mean;
use crate::model::{LabelIx, LabelSet};

use super::lower::{Lowering, Part, Ty};
use super::{ExprFault, Type, known};

/// What a label is evaluated as: its rank, or a negative number if it is excluded.
pub(super) fn code(labels: &LabelSet, label: LabelIx) -> Option<i64> {
    let code = match labels.rank(label) {
        Some(rank) => i64::try_from(rank).ok()?,
        None => -1 - i64::try_from(label.0).ok()?,
    };
    (label.0 < labels.declared().len()).then_some(code)
}

impl<'a> Lowering<'a> {
    /// Checks the two sides of the comparison whose sign is the token `at`. What cannot be
    /// compared is a fault at `span`.
    pub(super) fn compare(
        &mut self,
        at: usize,
        span: Range<usize>,
        left: &mut Part,
        right: &mut Part,
    ) {
        let sign = self.tokens.text(at);
        let by_order = matches!(sign, "<" | "<=" | ">" | ">=");
        match (left.ty, right.ty) {
            (Ty::Label(one), Ty::Label(other)) => {
                let same = self.labels(one) == self.labels(other);
                if by_order {
                    self.fault(span, "two labels can be compared only with `==` and `!=`");
                } else if !same {
                    self.fault(
                        span,
                        "these two have different labels and cannot be compared",
                    );
                }
            }
            (Ty::Label(label), _) => self.compare_label(span, label, right, by_order),
            (_, Ty::Label(label)) => self.compare_label(span, label, left, by_order),
            (Ty::Unknown, _) | (_, Ty::Unknown) | (Ty::Text, Ty::Text) => {}
            (one, other) if one.is_number() && other.is_number() => {}
            (Ty::Bool, Ty::Bool) if !by_order => {}
            (Ty::Bool, Ty::Bool) => self.fault(span, "true and false have no order"),
            (one, other) => {
                let (one, other) = (one.words(), other.words());
                self.fault(span, format!("`{sign}` cannot compare {one} with {other}"));
            }
        }
    }

    pub(super) fn within(&mut self, id: u64, at: usize, call: CallExpr) -> Part {
        let mut operands = call.args.into_iter();
        let (Some(left), Some(right)) = (operands.next(), operands.next()) else {
            return self.unsupported(at..=at);
        };
        let mut left = self.node(left);
        let IdedExpr { id: list, expr } = right;
        let Expr::List(ListExpr { elements, .. }) = expr else {
            let span = self.tokens.all[at].span.clone();
            self.fault(span, "`in` needs a list in square brackets");
            return self.unknown(at..=at);
        };
        let opening = self.token(list);
        let tokens = opening..=self.partner(opening);
        if elements.is_empty() {
            let span = self.span(&tokens);
            self.fault(span, "nothing is in an empty list");
        }
        let mut lowered = Vec::with_capacity(elements.len());
        for element in elements {
            let mut element = self.node(element);
            match element.ty {
                // The left side would have to be one number for several label sets.
                Ty::Label(_) => self.want(&element, false, "a list holds values"),
                _ => {
                    let span = self.span(&element.tokens);
                    self.compare(at, span, &mut left, &mut element);
                }
            }
            lowered.push(element.expr);
        }
        let tokens = *left.tokens.start().min(&at)..=*tokens.end();
        let list = IdedExpr {
            id: list,
            expr: Expr::List(ListExpr::new(lowered)),
        };
        let expr = Expr::Call(CallExpr {
            func_name: call.func_name,
            target: None,
            args: vec![left.expr, list],
        });
        Part {
            ty: Ty::Bool,
            expr: IdedExpr { id, expr },
            tokens,
        }
    }

    /// Compares a label with what must be a literal that names one of its labels, and turns the
    /// literal into that label's number.
    fn compare_label(
        &mut self,
        span: Range<usize>,
        position: usize,
        other: &mut Part,
        by_order: bool,
    ) {
        let Some((labels, is_ordinal)) = self.labels(position) else {
            return;
        };
        let name = &*self.scope.0[position].name;
        if by_order && !is_ordinal {
            let message = format!("the labels of `{name}` have no order");
            let fault = ExprFault::new(span, message).help("compare with `==`, `!=` or `in`");
            self.faults.push(fault);
            return;
        }
        let id = match &other.expr.expr {
            _ if other.ty == Ty::Unknown => return,
            Expr::Literal(LiteralValue::String(text)) => text.inner().to_owned(),
            Expr::Literal(LiteralValue::Int(number)) => number.inner().to_string(),
            Expr::Literal(LiteralValue::Double(number)) => number.inner().to_string(),
            _ => {
                let message = format!("`{name}` can be compared only with its labels");
                let fault = ExprFault::new(self.span(&other.tokens), message)
                    .help("write a label in quotes");
                self.faults.push(fault);
                return;
            }
        };
        let other_span = self.span(&other.tokens);
        let Some(label) = labels.exact(&id) else {
            let ids = || labels.declared().iter().map(|label| &*label.id);
            // To a label of one or two characters nearly every other is near.
            let help = Some(&id)
                .filter(|id| id.chars().count() > 2)
                .and_then(|id| did_you_mean(id, ids()))
                .unwrap_or_else(|| known("its labels", ids()));
            let message = format!("no label `{id}` in `{name}`");
            self.faults
                .push(ExprFault::new(other_span, message).help(help));
            return;
        };
        if by_order {
            if labels.is_excluded(label) {
                self.fault(other_span, format!("`{id}` is excluded and has no rank"));
            }
            self.ordered.insert(position);
        }
        if let Some(code) = code(labels, label) {
            other.expr.expr = Expr::Literal(LiteralValue::Int(code.into()));
        }
    }

    /// The labels of a name and whether they are ordered.
    fn labels(&self, position: usize) -> Option<(&'a LabelSet, bool)> {
        match &self.scope.0[position].ty {
            Type::Nominal(labels) => Some((labels, false)),
            Type::Ordinal(labels) => Some((labels, true)),
            Type::Int | Type::Double | Type::Bool | Type::Text => None,
        }
    }
}
