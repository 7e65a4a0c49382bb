"""The formula language: one expression in two axes and some parameters, and everything it is printed as.

`parse` turns text, as people write it, into a tree; `read` says besides how it was understood. `loss_of` turns the tree
into the JAX function (2,) -> scalar, and the printers into `plain_text` (the fewest parentheses; it parses back to the
same tree), `torch_text` (a Python expression in torch scalars), `jax_text` (one in JAX scalars), `latex` and `mathml`.
`FUNCTIONS` and `CONSTANTS` are the whitelist.
"""

from landscapes.language.code import identifier, number_text
from landscapes.language.constant import value_at
from landscapes.language.errors import FormulaError, quoted
from landscapes.language.functions import CONSTANTS, FUNCTIONS
from landscapes.language.jax_loss import loss_of
from landscapes.language.jax_text import jax_text
from landscapes.language.latex import latex
from landscapes.language.letters import letter_text, parts_of
from landscapes.language.mathml import letter_markup, mathml
from landscapes.language.parse import Reading, arithmetic, parse, read
from landscapes.language.plain_text import plain_text
from landscapes.language.torch_text import torch_text
from landscapes.language.tree import VARIABLES, Expression, letters_of, variables_of

__all__ = [
    "CONSTANTS",
    "FUNCTIONS",
    "VARIABLES",
    "Expression",
    "FormulaError",
    "Reading",
    "arithmetic",
    "identifier",
    "jax_text",
    "latex",
    "letter_markup",
    "letter_text",
    "letters_of",
    "loss_of",
    "mathml",
    "number_text",
    "parse",
    "parts_of",
    "plain_text",
    "quoted",
    "read",
    "torch_text",
    "value_at",
    "variables_of",
]
