"""The words of E401 to E416 and W401: picks that cannot be made, and too many of them."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "E401": Wording(
        "nothing left",
        "`where` removes every conversation of `{block}`.",
        ("Loosen the condition.",),
    ),
    "E402": Wording(
        "a condition that never applies",
        "No conversation picks all of {names}, so this condition removes nothing.",
        ("Show them in one conversation, or delete the line.",),
    ),
    "E403": Wording(
        "too many combinations under a condition",
        "These names constrain each other, and together they have more than 10,000,000 combinations: {names}.",
        (
            "Leave fewer values of `{largest}`: a `where` about it alone is applied before anything is counted.",
            "Write a comparison of two names (`a == b`, `a < b`) as a condition of its own: it is then looked up.",
        ),
    ),
    "E404": Wording(
        "a pick that fails",
        "This cannot be computed: {failure}.",
        ("It happens where {picks}: exclude such picks with a `where`.",),
    ),
    "E405": Wording("past a limit", "{what}", ("{way}",)),
    "E406": Wording(
        "too much to cover",
        "There are more than 20,000,000 combinations to cover here.",
        ("Cover less: cover each", "Sample instead: sample 1000 seed 1"),
    ),
    "E407": Wording(
        "too much to hold out from",
        "To decide what is held out, ftc goes through the {what} once, and `{name}` has too many for that.",
        (
            "Hold out the values of a name instead: validation {percent} by {by}",
            "Thin the block first: sample 100000 seed 1",
        ),
    ),
    "E408": Wording(
        "a sample larger than the whole",
        "The sample should have {wanted:,} conversations, but there are only {count:,}.",
        ("Sample at most {count:,}, or delete the line.",),
    ),
    "E409": Wording("no conversations", "`{block}` makes no conversations.", ()),
    "E410": Wording("an expectation not met", "The data does not meet `{condition}`: {found}.", ()),
    "E411": Wording(
        "held out by a name that is not picked",
        "No conversation of {block} picks `{name}`.",
        ("Use a name that appears in its texts.",),
    ),
    "E412": Wording(
        "nothing to train on",
        "All {count:,} conversations are held out, so the training file would be empty.",
        ("Leave something to train on: validation 10%", "Name the files to train on as well."),
    ),
    "E413": Wording(
        "held out twice over",
        "`{block}` shows `{name}`, by which a line at the top holds out for all blocks: with a line of its own it would"
        " train on what others hold out.",
        ("Delete this line.", "Hold the whole block out: validation 100%"),
    ),
    "E414": Wording(
        "not a value to hold out",
        "`{name}` has no value “{value}”; it has {known}.",
        ("Did you mean “{near}”?",),
    ),
    "E415": Wording(
        "every value held out",
        "All values of `{name}` in {block} are held out, so nothing of them is left to train on.",
        ("Leave a value out of the list.",),
    ),
    "E416": Wording(
        "too much to merge",
        "To merge what is equal, ftc compares the conversations of `{name}`, and there are more than 10,000,000.",
        ("Delete the line: what is there twice is reported (W502).",),
    ),
    "W401": Wording(
        "a value never picked",
        "No conversation has `{value}` for `{name}`: a `where` removes it everywhere.",
        ("Delete it, or loosen the condition.",),
    ),
}
