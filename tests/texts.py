"""Texts of the screen, for comparing."""


def spaced(text: str) -> str:
    """The same with plain spaces: numbers and places are written with no-break ones."""
    return text.replace("\u00a0", " ")


NUMBER = r"−?(?:10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|\d+(?:,\d{3})*(?:\.\d+)?(?:\s×\s10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)"
"""A number in a sentence, for regular expressions."""


def read(text: str) -> float:
    """The number that a text shows."""
    mantissa, _, power = text.replace("\u00a0", "").replace(",", "").replace("−", "-").rpartition("10")
    raised = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    if not power or power == raised:
        return float(text.replace(",", "").replace("−", "-"))
    return float(f"{mantissa.removesuffix('×') or 1}e{raised}") if mantissa != "-" else -float(f"1e{raised}")
