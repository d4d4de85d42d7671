"""The first words of statements, and what the lexer must know of each."""

from ftc.slotted import slotted


@slotted
class Head:
    """`words` are special inside the statement; `colon`: a text may follow; the rest says what stands below.

    `block`: statements; `rows`: rows; `lists`: the text may be a list.
    """

    words: frozenset[str] = frozenset()
    colon: bool = False
    block: bool = False
    rows: bool = False
    lists: bool = False


_TEXT = Head(frozenset({"raw"}), colon=True, lists=True)
_NAMED = Head(block=True)

HEADS = {
    "let": _TEXT,
    "table": Head(frozenset({"from"}), rows=True),
    "def": Head(),
    "where": Head(),
    "system": _TEXT,
    "user": _TEXT,
    "assistant": Head(frozenset({"untrained", "raw", "calls"}), colon=True, lists=True),
    "tool": Head(frozenset({"raw", "of"}), colon=True, lists=True),
    "rejected": _TEXT,
    "base": _TEXT,
    "no": Head(frozenset({"system"})),
    "says": Head(frozenset({"raw"}), colon=True, lists=True),
    "fact": _NAMED,
    "dialog": _NAMED,
    "format": _NAMED,
    "style": _NAMED,
    "answers": Head(frozenset({"from"}), block=True),
    "case": _NAMED,
    "invalid": _NAMED,
    "train": _NAMED,
    "expect": Head(),
    "turns": Head(),
    "cover": Head(frozenset({"each", "pairs", "triples"})),
    "sample": Head(frozenset({"seed"})),
    "validation": Head(frozenset({"by"})),
    "repeat": Head(),
    "replace": Head(rows=True),
    "keep": Head(),
    "rewrite": Head(frozenset({"raw"}), colon=True),
    "recorded": Head(colon=True),
    "use": Head(),
}

# What people write who come from elsewhere.
ALIASES = {
    "question": "user",
    "prompt": "user",
    "human": "user",
    "input": "user",
    "q": "user",
    "answer": "assistant",
    "response": "assistant",
    "completion": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "output": "assistant",
    "a": "assistant",
    "import": "use",
    "include": "use",
    "var": "let",
    "set": "let",
    "const": "let",
    "function": "def",
    "assert": "expect",
    "test": "expect",
}

# What `train` sets; the checker knows more of them.
SETTINGS = frozenset([
    "provider", "base_url", "model", "method", "epochs", "batch_size", "learning_rate", "learning_rate_multiplier",
    "beta", "seed", "suffix", "lora_rank",
])  # fmt: skip
