"""`cover`: few conversations in which every feasible combination of t picks occurs.

`cover` is the way in, from programs to places in the plan. `parts` and `tied` tell which items can stand together,
`uncovered` what is still to be covered; `greedy` makes rows and `search` fewer of them; `orthogonal` constructs some by
algebra. None of them is loaded where nothing is covered.
"""

MAX_COMBINATIONS = 20_000_000


class TooManyCombinations(Exception):
    """More combinations than can be kept in memory."""
