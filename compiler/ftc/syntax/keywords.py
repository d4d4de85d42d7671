"""The keywords that statements begin with, and the forms that each allows."""

from ftc.slotted import slotted


@slotted
class Keyword:
    """`words` are special inside the statement; `colon`: a text may follow; the rest says what stands below.

    `block`: statements; `rows`: rows; `lists`: the text may be a list.
    """

    words: frozenset[str] = frozenset()
    colon: bool = False
    block: bool = False
    rows: bool = False
    lists: bool = False


_TEXT = Keyword(frozenset({"raw"}), colon=True, lists=True)
_NAMED = Keyword(block=True)

KEYWORDS = {
    "let": _TEXT,
    "table": Keyword(frozenset({"from"}), rows=True),
    "def": Keyword(),
    "where": Keyword(),
    "system": _TEXT,
    "user": _TEXT,
    "assistant": Keyword(frozenset({"untrained", "raw", "calls"}), colon=True, lists=True),
    "tool": Keyword(frozenset({"raw", "of"}), colon=True, lists=True),
    "rejected": _TEXT,
    "base": _TEXT,
    "no": Keyword(frozenset({"system"})),
    "says": Keyword(frozenset({"raw"}), colon=True, lists=True),
    "fact": _NAMED,
    "dialog": _NAMED,
    "format": _NAMED,
    "style": _NAMED,
    "answers": Keyword(frozenset({"from"}), block=True),
    "case": _NAMED,
    "invalid": _NAMED,
    "train": _NAMED,
    "expect": Keyword(),
    "turns": Keyword(),
    "unique": Keyword(),
    "cover": Keyword(frozenset({"each", "pairs", "triples"})),
    "sample": Keyword(frozenset({"seed"})),
    "validation": Keyword(frozenset({"by"})),
    "repeat": Keyword(),
    "replace": Keyword(rows=True),
    "keep": Keyword(),
    "rewrite": Keyword(frozenset({"raw"}), colon=True),
    "recorded": Keyword(colon=True),
    "use": Keyword(),
}

# Words that other tools use, with the keyword to suggest.
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
    "distinct": "unique",
    "dedup": "unique",
    "dedupe": "unique",
    "deduplicate": "unique",
    "assert": "expect",
    "test": "expect",
}

# The settings of `train` that are texts.
TEXT_SETTINGS = frozenset(["provider", "base_url", "model", "method", "suffix"])
# The settings of `train`; `check.settings` has their types.
SETTINGS = frozenset([
    "provider", "base_url", "model", "method", "epochs", "batch_size", "learning_rate", "learning_rate_multiplier",
    "beta", "seed", "suffix", "lora_rank",
])  # fmt: skip

# Control flow of other languages, with what does its work here.
_CHOICE = 'A choice is an expression, `{"big" if n > 3 else "small"}`, and `where n > 3` keeps some picks alone'
_LOOP = "`let n in 1..5` gives a name several values, and a conversation is made of each"
CONTROL = {
    **dict.fromkeys(("if", "elif", "else", "switch", "match"), _CHOICE),
    **dict.fromkeys(("for", "foreach", "while", "loop"), _LOOP),
}
