"""Confidence intervals of shares and the test of a difference: the only module that knows scipy.

- A share of questions that are each right or wrong: Wilson's score interval (E. B. Wilson, JASA 22, 1927; recommended
  for small n by Brown, Cai and DasGupta, Statistical Science 16, 2001).
- With repeats the unit is still the question, of which a share of the answers is right. Where all of these shares are 0
  or 1 that is the case above; else the mean of them has a percentile bootstrap interval over the questions (B. Efron,
  Annals of Statistics 7, 1979), seeded.
- A difference between two models asked the same questions: McNemar's test, exact (Q. McNemar, Psychometrika 12, 1947):
  of the questions that one got right more often than the other, how likely is so uneven a split by chance?
"""

from collections.abc import Sequence
from typing import NamedTuple

CONFIDENCE = 0.95
RESAMPLES = 9_999


class Interval(NamedTuple):
    low: float
    high: float


def wilson(right: int, n: int) -> Interval:
    """The interval of a share `right / n`; from 0 to 1 where `n` is 0."""
    from scipy.stats import binomtest

    if not n:
        return Interval(0.0, 1.0)
    found = binomtest(right, n).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(float(found.low), float(found.high))


def interval(shares: Sequence[float], seed: int = 0) -> Interval:
    """The interval of the mean of the questions' shares."""
    if all(share in (0, 1) for share in shares):
        return wilson(round(sum(shares)), len(shares))
    from numpy import mean
    from numpy.random import default_rng
    from scipy.stats import bootstrap

    if len(set(shares)) == 1:
        # All alike, so that no resample differs: as sure as of so many questions of which that share is right.
        return wilson(round(sum(shares)), len(shares))
    found = bootstrap(
        (list(shares),), mean, confidence_level=CONFIDENCE, n_resamples=RESAMPLES, method="percentile",
        random_state=default_rng(seed),
    ).confidence_interval  # fmt: skip
    return Interval(float(found.low), float(found.high))


def mcnemar(better: int, worse: int) -> float:
    """The two-sided p of so many questions that went better and so many that went worse; 1 where none did."""
    from scipy.stats import binomtest

    return float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
