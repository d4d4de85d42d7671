"""The words of E601 to E607 and W601 to W604: what a target cannot express, and too few or too long lines."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "E601": Wording(
        "no tools in this target",
        "A line of {target} has no place for {what}.",
        ("Write it for a target with tools: --to openai, trl, sharegpt or gemini.",),
    ),
    "E602": Wording(
        "no untrained turns in this target",
        "A line of {target} cannot exclude a turn from training. {reason}",
        ("Write it for a target with weights: --to openai", "Remove `untrained` if the model may learn the turn."),
    ),
    "E603": Wording(
        "turns out of order",
        "In a line of {target}, user and assistant alternate, the user first; this {role} message breaks that.",
        ("Merge it with the message before it.",),
    ),
    "E604": Wording(
        "empty text",
        "{target} takes no message without text, and this {role} message has none.",
        ("Give it some text.", "Or leave it out: {way}"),
    ),
    "E605": Wording(
        "several answered calls in one message",
        "A line of {target} has room for one answer of a tool in a row, and this message makes {calls} calls that are"
        " answered.",
        (
            "Answer each call with its `tool:` line before the next.",
            "Write it for a target that takes several: --to openai",
        ),
    ),
    "E606": Wording(
        "too many tokens",
        "A conversation of this block takes about {tokens} tokens, and {target} takes at most {limit}.",
        ("Shorten its longest text, or split the conversation.",),
    ),
    "E607": Wording(
        "no pairs to write",
        "{target} only writes conversations with a `rejected:` answer, and there are none.",
        (
            "After the last assistant message, write the answer not to give: rejected: …",
            "Write the conversations without pairs: --to openai",
        ),
    ),
    "W601": Wording(
        "too few conversations",
        "{target} needs a file of at least {minimum} lines; this one has {count}.",
        ("Add wordings or facts; fifty conversations are a good start.",),
    ),
    "W602": Wording(
        "tokens not counted",
        "A conversation of this block may have more than {limit} tokens, the most that {target} takes. The library that"
        " counts tokens is not installed.",
        ("pip install 'ftc[tokens]'",),
    ),
    "W603": Wording(
        "file too large",
        "{path} has {bytes} bytes, and {target} takes at most {limit}.",
        ("Write fewer with `sample`, `cover` or --limit.",),
    ),
    "W604": Wording(
        "rejected answers not written",
        "In {count} of {total} conversations, the `rejected:` answer is left out: a line of {target} has no place for"
        " it.",
        ("Write {pairs}: --to openai-dpo", "Train on the pairs, by a line in `train`: {setting}"),
    ),
}
