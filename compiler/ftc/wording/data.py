"""The words of E501, E502 and W501 to W509: what is seen in the conversations."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "E501": Wording(
        "two answers to one question",
        "After the same words ({user}) the assistant says “{first}” in one conversation and “{second}” in another.",
        ("Make the questions differ, or write both answers as alternatives of one message: {{a|b}}",),
    ),
    "E502": Wording(
        "held out and trained on",
        "{count:,} held-out conversations of `{block}` are trained on too, such as: {user}",
        ("Hold out by a name that tells them apart: validation 10% by …",),
    ),
    "W501": Wording(
        "a rewritten thought",
        "The answer to “{prompt}” keeps {share} of the words of the base answer, and `keep` asks for {keep}.",
        ("Change how it is said, and leave what is said.",),
    ),
    "W502": Wording(
        "the same conversation twice",
        "Conversations of `{block}` that are there already: {count:,}, such as: {user}",
        ("If more weight is wanted, say so: repeat 2",),
    ),
    "W503": Wording(
        "a rejected answer that is the answer",
        "The answer and the answer not to give are the same: {text}",
        ("Write another answer after `rejected:`.",),
    ),
    "W504": Wording(
        "too few wordings",
        "Of the five wordings that make a fact stick, `{name}` has {count}; learned in one, it is rarely recalled in"
        " another (Allen-Zhu & Li, arXiv 2309.14316).",
        ("Add wordings to the user message: {{Explain|Tell me}} …",),
    ),
    "W505": Wording(
        "nothing held out",
        "`validation {percent}` holds nothing out of `{block}`: a hash decides, and it has hit none of so few groups.",
        ("Hold out more, or add values.",),
    ),
    "W506": Wording(
        "an answer without what `says` asks",
        "This answer does not hold “{text}”, which its `says` asks for.",
        ("Write it into the answer, or take it out of `says`.",),
    ),
    "W507": Wording(
        "data not looked at",
        "There are {count} conversations that only a search could clear of contradictions, duplicates and such, and"
        " up to {limit} are searched.",
        ("Draw some: sample 100000 seed 1",),
    ),
    "W508": Wording(
        "tokens not counted",
        "The library that counts tokens is not installed, so this cannot be asked.",
        ("pip install 'ftc[tokens]'",),
    ),
    "W509": Wording(
        "answers of another model",
        "Base answers of `{style}` that {recorder} gave: {count:,}; what is trained is {trained}. A style leaves a"
        " model its skills where it starts from what that model itself says (SDFT, arXiv 2402.13669).",
        ("Delete them from {answers}, and then: ftc record {file}", "Train the model that gave them."),
    ),
}
