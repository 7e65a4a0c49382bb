"""From text to tree: a walk over Python's own syntax tree that keeps what is on the list and evaluates nothing."""

from __future__ import annotations

import ast
import math
from functools import lru_cache

from landscapes.language.constant import constant_value
from landscapes.language.errors import FormulaError
from landscapes.language.functions import CONSTANTS, FUNCTIONS
from landscapes.language.scan import check
from landscapes.language.tree import (
    VARIABLES,
    Arithmetic,
    Binary,
    Call,
    Compare,
    Comparison,
    Expression,
    Name,
    Negate,
    Number,
    has_variable,
)

# Müller-Brown, the longest surface of the menu, has 100 nodes; the bounds leave a student room, and keep the trace, the
# compilation and the recursion of every printer short.
MOST_NODES = 400
DEEPEST = 100
# Powers of 1e30 to 1e100 leave float64 at once; with both bounds no constant part of a formula takes long to compute.
LARGEST_NUMBER = 1e100
LARGEST_EXPONENT = 100.0

_BINARY: dict[type[ast.operator], Arithmetic] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARE: dict[type[ast.cmpop], Comparison] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


def parse(text: str) -> Expression:
    """The tree of a formula in x and y.

    Raises FormulaError with a sentence and the position of the character at fault (the text's length if it ends too
    early).
    """
    if not isinstance(text, str):
        raise FormulaError(f"A formula is a text such as x**2 + y**2; got {type(text).__name__}.", 0)
    return _parse(text)


@lru_cache(maxsize=512)
def _parse(text: str) -> Expression:
    check(text)
    # Python takes leading blanks for indentation and a line break for the end.
    lead = len(text) - len(text.lstrip())
    source = text.strip().translate({ord(blank): " " for blank in "\t\r\n"})
    try:
        body = ast.parse(source, mode="eval").body
    except SyntaxError as error:
        position = lead + min(max((error.offset or 1) - 1, 0), len(source) - 1)
        raise FormulaError("The formula cannot be read from here on. Check the signs and numbers.", position) from None
    except (RecursionError, MemoryError):
        raise FormulaError("The formula is nested too deeply. Simplify it.", 0) from None
    tree = _Walk(lead).expression(body, depth=1)
    if isinstance(tree, Compare):
        raise FormulaError("A comparison is not a height: use it as the condition of where(x > 0, x, -x).", lead)
    if not has_variable(tree):
        raise FormulaError("The formula has neither x nor y, so the surface would be flat. Use at least one.", lead)
    return tree


class _Walk:
    """One pass over the syntax tree, counting nodes. `lead` is what was stripped before the text."""

    def __init__(self, lead: int) -> None:
        self.lead = lead
        self.nodes = 0

    def fault(self, sentence: str, node: ast.expr) -> FormulaError:
        return FormulaError(sentence, self.lead + node.col_offset)

    def expression(self, node: ast.expr, depth: int) -> Expression:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.fault(f"The formula has more than {MOST_NODES} parts. Simplify it.", node)
        if depth > DEEPEST:
            raise self.fault(f"The formula is nested more than {DEEPEST} deep here. Simplify it.", node)
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                tree = self.number(node, value)
            case ast.Name(id=name) if name in VARIABLES or name in CONSTANTS:
                tree = Name(name)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                tree = self.value(operand, depth)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                tree = Negate(self.value(operand, depth))
            case ast.BinOp(op=operator) if type(operator) in _BINARY:
                tree = self.binary(node, depth)
            case ast.Compare():
                tree = self.comparison(node, depth)
            case ast.Call(func=ast.Name(id=name), keywords=[]) if name in FUNCTIONS:
                tree = self.call(node, name, depth)
            case _:
                raise self.fault("This is not part of the formula language. Use x, y, + - * / ** and functions.", node)
        self.check_constant(tree, node)
        return tree

    def value(self, node: ast.expr, depth: int) -> Expression:
        """A part that must be a number, so not a comparison."""
        tree = self.expression(node, depth + 1)
        if isinstance(tree, Compare):
            raise self.fault("A comparison stands only as the condition of where: where(x > 0, x, -x).", node)
        return tree

    def number(self, node: ast.Constant, value: float) -> Number:
        # An integer of a thousand digits overflows the conversion; the comparison before it is exact and cheap.
        if value > LARGEST_NUMBER:
            raise self.fault("This number is larger than 10¹⁰⁰. Use a smaller one.", node)
        return Number(float(value))

    def binary(self, node: ast.BinOp, depth: int) -> Binary:
        left, right = self.value(node.left, depth), self.value(node.right, depth)
        operator = _BINARY[type(node.op)]
        if operator == "**":
            exponent, base = constant_value(right), constant_value(left)
            if exponent is not None and abs(exponent) > LARGEST_EXPONENT:
                raise self.fault(
                    f"The exponent {exponent:g} is too large; exponents go from −{LARGEST_EXPONENT:g} to "
                    f"{LARGEST_EXPONENT:g}.",
                    node.right,
                )
            if exponent is None and base is not None and base <= 0:
                raise self.fault(f"A variable exponent needs a positive base; got {base:g}.", node.left)
        if operator == "/" and constant_value(right) == 0:
            raise self.fault("This divides by zero. Change the denominator.", node.right)
        return Binary(operator, left, right)

    def comparison(self, node: ast.Compare, depth: int) -> Compare:
        if len(node.ops) > 1:
            raise self.fault("Compare two values at a time: where(0 < x, where(x < 1, x, 0), 0).", node.comparators[1])
        operator = _COMPARE.get(type(node.ops[0]))
        if operator is None:
            raise self.fault("This comparison is not part of the language. Use <, <=, >, >=, == or !=.", node)
        return Compare(operator, self.value(node.left, depth), self.value(node.comparators[0], depth))

    def call(self, node: ast.Call, name: str, depth: int) -> Call:
        least, most = FUNCTIONS[name].arguments
        if not least <= len(node.args) <= most:
            wanted = f"{least}" if least == most else f"{least} to {most}"
            plural = "" if wanted == "1" else "s"
            raise self.fault(f"The function {name} takes {wanted} argument{plural}; got {len(node.args)}.", node)
        if name != "where":
            return Call(name, tuple(self.value(argument, depth) for argument in node.args))
        condition = self.expression(node.args[0], depth + 1)
        if not isinstance(condition, Compare):
            raise self.fault("where begins with a comparison: where(x > 0, x, -x).", node.args[0])
        return Call(name, (condition, self.value(node.args[1], depth), self.value(node.args[2], depth)))

    def check_constant(self, tree: Expression, node: ast.expr) -> None:
        """A part without x and y must be an ordinary number, so that no printer ever meets 1/0 or log(-1)."""
        if isinstance(tree, Compare | Number | Name) or has_variable(tree):
            return
        value = constant_value(tree)
        if value is None or not math.isfinite(value):
            raise self.fault("This part is not a finite number for any x and y. Change it.", node)
        if abs(value) > LARGEST_NUMBER:
            raise self.fault("This part is larger than 10¹⁰⁰. Use smaller numbers.", node)
