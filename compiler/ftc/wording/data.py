"""The words of E501 to E503, W501 to W515 and A501 to A504: problems in the conversations themselves, and advice."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "A501": Wording(
        "no invalid input",
        "Nothing in `{name}` shows what to answer to a message that does not fit. A model that saw none of those"
        " refused 0 of 9 new ones when we measured it; one that saw some, 4 of 9.",
        ("Add values that do not fit, each behind a `~`, and an `invalid` block that answers them.",),
    ),
    "A502": Wording(
        "always the same side",
        "Every question of yes or no in `{block}` is answered {said}, so a model that always says {said}"
        " would be right.",
        ("Ask a question too whose answer is {other}.",),
    ),
    "A503": Wording(
        "a `says` that is easily met",
        "“{text}” stands in {where}: {who} passes too, so a right answer proves little.",
        ("Ask in `says` for what only this answer has.",),
    ),
    "A504": Wording(
        "few wordings of an answer",
        "Answers of `{name}` that are asked for in fewer than five wordings: {few:,} of {count:,}, such as"
        " “{answer}” in {wordings}. With one wording an answer, a model got 13 of 21 right in new words when we"
        " measured it; with six, 20.",
        ("Add wordings to the user message: {{Explain|Tell me}} …",),
    ),
    "E501": Wording(
        "two answers to one question",
        "After the same words ({user}) the assistant says “{first}” in one conversation and “{second}” in another.",
        (
            "Make the questions differ, or write both answers as alternatives of one message: {{a|b}}",
            "Where the file of `{table}` is right with both, write above the table: # allow E501: …",
        ),
    ),
    "E502": Wording(
        "held out and trained on",
        "{count:,} held-out conversations of `{block}` are in the training data too, such as: {user}",
        (
            "Hold out the values of a name that tells them apart: validation 10% by …",
            "Keep one of each, with a line in the block: {unique}",
        ),
    ),
    "E503": Wording(
        "an answer that nothing told",
        "The answer shows `{name}`, which nothing before it told: after the same words ({user}) it is once “{first}”"
        " and once “{second}”.",
        (
            "Show what was told: {{{meant}}}",
            "Show it in {where}: {{{tell}}}",
            "If each is a right answer, write them in the answer, as alternatives: {{{either}}}",
        ),
    ),
    "W501": Wording(
        "a rewritten thought",
        "The answer to “{prompt}” keeps {share} of the words of the base answer, and `keep` requires {keep}.",
        ("Change how the answer says it, not what it says.",),
    ),
    "W502": Wording(
        "the same conversation twice",
        "Conversations of `{block}` that repeat an earlier one: {count:,}, such as: {user}",
        (
            "They differ only in what is picked for {names}: show what tells its values apart, or do not use it there.",
            "They differ only in {alternatives}, of which two say the same: delete one.",
            "Delete the copy. To give conversations more weight, write in their block: {again}",
            "Keep one of each, with a line in the block: {unique}",
        ),
    ),
    "W503": Wording(
        "a rejected answer that is the answer",
        "The answer to give and the rejected one are the same: {text}",
        ("Write another answer after `rejected:`.",),
    ),
    "W505": Wording(
        "nothing held out",
        "`{line}` holds nothing out of {block}: {why}.",
        ("Add values or wordings, or delete the line.",),
    ),
    "W506": Wording(
        "an answer without what `says` asks",
        "This answer does not contain “{text}”, which its `says` requires.",
        ("Write it into the answer, or take it out of `says`.",),
    ),
    "W507": Wording(
        "data not checked",
        "{count} conversations were not checked for contradictions, duplicates and the like: that takes a search, and"
        " at most {limit} are searched.",
        ("Thin the block: sample 100000 seed 1",),
    ),
    "W508": Wording(
        "tokens not counted",
        "The library that counts tokens is not installed, so this cannot be checked.",
        ("pip install 'ftc[tokens]'",),
    ),
    "W520": Wording(
        "nearly the same question, another answer",
        "“{other}” and “{user}” differ in {differences} alone, and the assistant says “{first}” to the one and"
        " “{second}” to the other.",
        ("Let the questions differ in a word, or give both one answer.",),
    ),
    "W521": Wording(
        "held out, and trained on in nearly the same words",
        "Held-out questions of `{block}` that differ from a trained one in {differences} alone: {count:,}, such as"
        " “{user}” and “{other}”.",
        ("Make them alternatives of one message and hold out by a name: validation 10% by …",),
    ),
    "W522": Wording(
        "not searched for near duplicates",
        "{count:,} conversations were not searched for questions that are nearly the same: at most {limit:,} are.",
        ("Thin the block: sample 100000 seed 1",),
    ),
    "W509": Wording(
        "answers of another model",
        "Base answers of `{style}` that come from {recorder}: {count:,}; the model to train is {trained}. A model keeps"
        " its skills when a style starts from its own answers (SDFT, arXiv 2402.13669).",
        ("Delete them from {answers}, then run: ftc record {file}", "Train the model that gave them."),
    ),
    "W510": Wording(
        "an answer that nothing told",
        "The answer shows `{name}`, which nothing before it told: after the same words ({user}) it is once “{first}”"
        " and once “{second}”.",
        (
            "Where the values of `{beside}` and `{name}` belong together, make them columns of a table:"
            " | {beside} | {name} |",
            "Show it in {where}: {{{tell}}}",
            "If each is a right answer, write them in the answer, as alternatives: {{{either}}}",
        ),
    ),
    "W511": Wording(
        "an empty answer",
        "After “{user}” {said}.",
        ('Write an answer, or leave such conversations out: where … != ""',),
    ),
    "W512": Wording(
        "an answer that was cut off",
        "The recorded answer to “{prompt}” was cut off, and it is trained as it is, with an end in mid-sentence.",
        (
            "Finish it in an `assistant:` below it.",
            "Delete it, and ask for more tokens: ftc record {file:sh} --max-tokens 2000",
        ),
    ),
    "W515": Wording(
        "another share held out",
        "`{line}` holds out {share} of {block}: a group is held out or kept as a whole, there are {groups}, and the"
        " nearest that can be had is {nearest}.",
        ("Ask for what can be had: {way}", "Add values of `{name}`.", "Add wordings or values."),
    ),
}
