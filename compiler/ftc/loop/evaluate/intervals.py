"""Confidence intervals of shares and the test of a difference, of Python's own statistics.

- A share of questions that are each right or wrong: Wilson's score interval (E. B. Wilson, JASA 22, 1927; recommended
  for small n by Brown, Cai and DasGupta, Statistical Science 16, 2001).
- With repeats the unit is still the question, of which a share of the answers is right. Where all of these shares are 0
  or 1 that is the case above; else the mean of them has a percentile bootstrap interval over the questions (B. Efron,
  Annals of Statistics 7, 1979), seeded.
- A difference between two models asked the same questions: McNemar's test, exact (Q. McNemar, Psychometrika 12, 1947):
  of the questions that one got right more often than the other, how likely is so uneven a split by chance?
"""

from collections.abc import Sequence
from itertools import accumulate
from math import sqrt
from random import Random
from statistics import NormalDist, fmean, quantiles
from typing import NamedTuple

CONFIDENCE = 0.95
RESAMPLES = 9_999


class Interval(NamedTuple):
    low: float
    high: float


def wilson(right: int, n: int) -> Interval:
    """The interval of a share `right / n`; from 0 to 1 where `n` is 0."""
    if not n:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    middle, width = right + z**2 / 2, z * sqrt(right * (n - right) / n + z**2 / 4)
    # Where all or none are right the bounds are exact, and only rounding differs.
    low = (middle - width) / (n + z**2) if right else 0.0
    high = (middle + width) / (n + z**2) if right < n else 1.0
    return Interval(low, high)


def interval(shares: Sequence[float], seed: int = 0) -> Interval:
    """The interval of the mean of the questions' shares."""
    if all(share in (0, 1) for share in shares) or len(set(shares)) == 1:
        # All alike, so that no resample differs: as sure as of so many questions of which that share is right.
        return wilson(round(sum(shares)), len(shares))
    random = Random(seed)
    means = [fmean(random.choices(shares, k=len(shares))) for _ in range(RESAMPLES)]
    low, *_, high = quantiles(means, n=round(2 / (1 - CONFIDENCE)), method="inclusive")
    return Interval(low, high)


def mcnemar(better: int, worse: int) -> float:
    """The two-sided p of so many questions that went better and so many that went worse; 1 where none did."""
    n = better + worse
    # Binomial coefficients, each from the one before: the splits of n that are as uneven to one side.
    splits = accumulate(range(min(better, worse)), lambda last, each: last * (n - each) // (each + 1), initial=1)
    return min(1.0, float(2 * sum(splits) / 2**n))
