"""The words of E201 to E219 and W201, W202: names that are not there, and values of the wrong type."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "E201": Wording(
        "unknown name",
        "There is no name `{name}` here.",
        (
            "Did you mean `{edit}`?",
            "`{function}` is a function: call it, {function}(…).",
        ),
    ),
    "E202": Wording(
        "declared twice",
        "`{name}` is declared a second time.",
        ("Give one of them another name.",),
    ),
    "E203": Wording(
        "made of itself",
        "`{name}` is defined in terms of itself: {chain}.",
        ("Take it out of one of them.",),
    ),
    "E204": Wording(
        "unknown column",
        "`{table}` has no column `{column}`.",
        ("Did you mean `{near}`?", "Its columns are {columns}."),
    ),
    "E205": Wording(
        "no fields here",
        "`{owner}` is {found}; only a row has fields such as `{column}`.",
        ("To call the method: {call}", "A key of an object is written in brackets: {key}"),
    ),
    "E206": Wording(
        "wrong type",
        "This is {found}, but {wanted} is needed here.",
        (
            "Write `{instead}`",
            "Choose by its value: `{choice}`",
            "In an expression `{row}` is the one row that is picked. To go through its rows: let one in {row}",
        ),
    ),
    "E207": Wording(
        "types that do not fit",
        "`{operator}` does not go with {left} and {right}.",
        ("Turn the number into text: {to_text}", "Turn the text into a number: {to_number}"),
    ),
    "E208": Wording(
        "unknown function",
        "There is no function `{name}`.",
        (
            "`{is_name}` is a name, not a function: write it without brackets, {is_name}",
            "Did you mean `{near}`?",
            "Write `{instead}`",
            "Nothing is drawn at random here: give a name all its values, and write `{random}` in the block.",
            "What belongs together is a row of a `{rows}`, and names that nothing ties are combined by themselves.",
            "Write your own at the top of the file: def {own}(x) = …",
        ),
    ),
    "E209": Wording(
        "call that does not fit",
        "`{name}` cannot be called with {given}.",
        ("Call it like this: {takes}",),
    ),
    "E210": Wording(
        "unknown method",
        "There is no method `{name}` on {found}.",
        (
            "Did you mean `{near}`?",
            "`{function}` is a function: {function}({owner})",
            "Only text has methods; turn it into text: {to_text}",
        ),
    ),
    "E211": Wording(
        "a list in a text",
        "`{written}` is a list, and text can only show one value.",
        ("Join its items: {edit}", "Pick one of them: let one in {written}"),
    ),
    "E212": Wording(
        "a row in a text",
        "`{written}` is a row, and text can only show one of its fields.",
        ("Name the field: {edit}",),
    ),
    "E213": Wording(
        "format spec that does not fit",
        "The format spec `{spec}` does not work with {found}.",
        (
            "Turn it into a number: {edit}",
            "If this is text with a colon, write a backslash before the brace: \\{{",
        ),
    ),
    "E214": Wording(
        "a word without a meaning here",
        "`{name}` only has a meaning in {where}.",
        (),
    ),
    "E215": Wording(
        "reserved name",
        "`{name}` already has a meaning here.",
        ("Choose another name.",),
    ),
    "E216": Wording(
        "a name in a function",
        "The function `{function}` uses `{name}`, but a function only sees its parameters.",
        ("Pass it: def {function}(…, {name}) = …",),
    ),
    "E217": Wording(
        "hidden name",
        "This `{name}` would hide the `{name}` outside the block.",
        ("Give one of them another name.",),
    ),
    "E218": Wording(
        "nothing to range over",
        "This is {found}; a name ranges over a list, a range, a table, or another name.",
        ("Put it in a list: [ … ]",),
    ),
    "E219": Wording(
        "unknown block",
        "There is no block or style `{name}`.",
        ("Did you mean `{edit}`?",),
    ),
    "E220": Wording(
        "a text times a number",
        "`{text}` is text, and a text times a number is that text again and again.",
        ("Make a number of it: float({text}) * {times}", "To repeat it: join([{text} for _ in 1..{times}])"),
    ),
    "W201": Wording(
        "unused name",
        "Nothing uses `{name}`, so it makes no conversations.",
        ("Show it in a text: {{{shown}}}", "Delete it."),
    ),
    "W202": Wording(
        "unused tool",
        "No conversation calls the tool `{name}`.",
        ("Call it: assistant calls {name}(…)", "Delete it."),
    ),
}
