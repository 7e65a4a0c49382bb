"""Confidence in a share that was counted."""

from math import sqrt

Z95 = 1.959963984540054
"""Standard normal quantile of 0.975."""


def wilson(reached: int, tries: int) -> tuple[float, float]:
    """The 95 % score interval of a probability that came out `reached` times in `tries`.

    Source: Wilson (1927), Journal of the American Statistical Association 22:209-212.
    """
    if tries <= 0:
        return 0.0, 1.0
    share, weight = reached / tries, Z95**2 / tries
    middle = (share + weight / 2) / (1 + weight)
    reach = Z95 * sqrt(share * (1 - share) / tries + weight / (4 * tries)) / (1 + weight)
    # At the ends rounding must not exclude what was counted.
    return min(max(0.0, middle - reach), share), max(min(1.0, middle + reach), share)
