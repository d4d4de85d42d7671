"""The words of E101 to E173 and W101 to W114: what the lexer and the parser find."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    # ── indentation and blocks ────────────────────────────────────────────────────────────────────
    "E101": Wording(
        "tab in indentation",
        "This file is indented with tabs; statements are indented by two spaces per level.",
        ("Replace each tab at the start of a line with two spaces.",),
    ),
    "E102": Wording(
        "wrong indentation",
        "This block is indented by {found} spaces; below its header it must be {expected}.",
        ("Indent by two spaces per level.",),
    ),
    "E103": Wording(
        "unexpected indentation",
        "This line is indented, but the statement above it opens no block.",
        ("Align it with the statement above.",),
    ),
    "E104": Wording(
        "unmatched indentation",
        "This line is indented by {found} spaces, but the other statements of its block by {expected}.",
        ("Indent it by {expected} spaces.",),
    ),
    "E105": Wording(
        "unknown statement",
        "`{found}` is not a statement of the language.",
        (
            "{control}.",
            "Did you mean `{guess}`?",
            "To make it training data, indent it by two spaces below `{block}`",
            "To give a value a name, write `let {assignment}`",
            "Statements start with words like {known}.",
        ),
    ),
    "E106": Wording(
        "text in two places",
        "This text already began on the line of its colon, so it cannot go on below.",
        (
            "Put all of it below the colon, or all of it on one line.",
            "If this is a statement, align it with the one above.",
        ),
    ),
    "E107": Wording(
        "line left of its block",
        "This line is indented by {found} spaces, but the first line of its block by {expected}.",
        ("Indent it like the first line of the block.",),
    ),
    "E108": Wording(
        "list line without a mark",
        "Every item of this list starts with `|`, and this line does not.",
        (
            "To make it an item, start it with `|`",
            "For one text of several lines, start no line with `|`",
        ),
    ),
    "E109": Wording(
        "list in a list",
        "Below an item of a list there is one text, never another list.",
        ("Put alternatives in braces: `{{this|that}}`", "To start a line of text with a bar, write `\\|`"),
    ),
    "E110": Wording(
        "Markdown table as a list",
        "These lines start with `|`, so they are alternatives, but they look like a Markdown table.",
        (
            "To write the table as text, put `raw` before the colon.",
            "For alternatives, remove the `|` at the end of each line.",
        ),
    ),
    "E111": Wording(
        "list that starts as text",
        "This block starts with `#`, so all of it is text, including its `|` lines.",
        (
            "For a comment on a list, put the `#` line above its header or below its first item.",
            "To write text, use `raw`",
        ),
    ),
    "E112": Wording(
        "block under let",
        "Under `let`, a block is a list: each line starts with `|`.",
        ("For one value of several lines, put `|` on a line of its own and the text below it, two spaces further in.",),
    ),
    "E113": Wording(
        "list where one text stands",
        "One text is needed here, not a list.",
        ("To start the text with a bar, write `\\|`",),
    ),
    "E114": Wording(
        "raw without a colon",
        "`raw` goes directly before the colon of a text.",
        ("Write `{mended}`",),
    ),
    "E115": Wording(
        "not a statement",
        "A statement starts with a word, not with `{found}`.",
        ("If this is text, indent it below the colon that it belongs to.",),
    ),
    # ── braces in text ────────────────────────────────────────────────────────────────────────────
    "E120": Wording(
        "unclosed brace",
        "This `{{` has no `}}` on its line.",
        ("To write the brace itself: `\\{{`", "For code or JSON, put `raw` before the colon."),
    ),
    "E121": Wording(
        "brace without a partner",
        "This `}}` has no `{{` before it on its line.",
        ("To write the brace itself: `\\}}`", "For code or JSON, put `raw` before the colon."),
    ),
    "E122": Wording(
        "empty braces",
        "There is nothing in these braces.",
        ("To write the braces themselves: `{edit}`", "For code or JSON, put `raw` before the colon."),
    ),
    "E123": Wording(
        "double braces",
        "One pair of braces is enough here.",
        ("Write `{edit}`", "To write a brace itself: `\\{{`"),
    ),
    "E124": Wording(
        "template tag",
        "There are no `{{% %}}` tags here: a name picks one of its values, and a `where` keeps the picks that fit.",
        ("To write the braces themselves: `\\{{`",),
    ),
    "E125": Wording(
        "conversion",
        "There are no conversions like `!r` here.",
        ("A spec can format a value: `{{price:.2f}}`", "`json(x)` puts quotes around a text."),
    ),
    "E126": Wording(
        "colon in braces",
        "After a colon in braces comes a format spec like `.2f`, and this is not one.",
        (
            "To write the braces themselves: `\\{{`",
            "For JSON in which names are shown: `{json}`",
            "For code or JSON as it stands, put `raw` before the colon.",
        ),
    ),
    "E127": Wording(
        "braces in a spec",
        "A format spec cannot contain braces.",
        ("Write the width or precision as a number: `{{price:.2f}}`",),
    ),
    "E128": Wording(
        "bar in an expression",
        "`|` has no meaning in an expression.",
        ("Alternatives go directly into the braces of a text: `{{this|that}}`", "To join conditions, write `or`"),
    ),
    "E129": Wording(
        "bracket without a partner",
        "This `{found}` has no opening bracket.",
        ("Remove it, or open it earlier on the line.",),
    ),
    # ── expressions ───────────────────────────────────────────────────────────────────────────────
    "E130": Wording(
        "unclosed string",
        'This string has no closing `"` on its line.',
        ('A `"` inside a string is written `\\"`',),
    ),
    "E131": Wording(
        "unknown escape",
        "`{found}` is not an escape sequence of strings.",
        ('The escapes are `\\n`, `\\t`, `\\"`, `\\\\` and `\\u00e9`; a backslash itself is `\\\\`',),
    ),
    "E132": Wording(
        "single quotes",
        "Strings are written in double quotes.",
        ("Write `{edit}`",),
    ),
    "E133": Wording(
        "malformed number",
        "`{found}` is not a valid number.",
        ("Numbers look like `42`, `1_000`, `2.5` or `1e-3`", 'For digits as text, use quotes: `"007"`'),
    ),
    "E134": Wording(
        "unexpected character",
        "`{found}` has no meaning in an expression.",
        ("Write `{instead}`",),
    ),
    "E135": Wording(
        "Python's spelling",
        "`{found}` is written `{name}` here.",
        ("Write `{name}`",),
    ),
    "E136": Wording(
        "unclosed bracket",
        "This `{found}` is never closed.",
        (
            "Add `{edit}`",
            "An expression of several lines goes below its `=`, all of it indented.",
        ),
    ),
    "E137": Wording(
        "wrong bracket",
        "`{found}` is written where `{expected}` should close the bracket.",
        ("Write `{expected}`",),
    ),
    "E138": Wording(
        "comment behind code",
        "A comment goes on a line of its own.",
        ("Move it to the line above the statement.",),
    ),
    "E139": Wording(
        "too deeply nested",
        "This is nested more than {limit} levels deep.",
        ("Give a part of it a name with `let`",),
    ),
    # ── rows ──────────────────────────────────────────────────────────────────────────────────────
    "E140": Wording(
        "not a row",
        "Below this header there are only rows, and a row starts with `|`.",
        ("Write `| one cell | another |`",),
    ),
    "E141": Wording(
        "unfinished row",
        "This row does not end with `|`.",
        ("Add `|` at its end.", "A bar inside a cell is written `\\|`"),
    ),
    "E142": Wording(
        "separator row",
        "Tables need no line between their header and their rows.",
        ("Remove this line: the first row names the columns.",),
    ),
    "E143": Wording(
        "ragged row",
        "The number of cells in this row is {found}, but {expected} in the header.",
        ("An empty cell still needs its `|`", "A bar inside a cell is written `\\|`"),
    ),
    "E144": Wording(
        "column named twice",
        "Two columns are called `{column}`.",
        ("Rename one of them.",),
    ),
    "E145": Wording(
        "column without a plain name",
        "The first row names the columns, each in plain text.",
        ("Write a name like `code` in this cell.",),
    ),
    "E146": Wording(
        "colon before rows",
        "`{word}` takes no colon: rows follow below it, not text.",
        ("Remove the colon.",),
    ),
    "E147": Wording(
        "no rows",
        "There are no rows below this header.",
        ("First name the columns in a row: `| code | sign |`", 'Or read a file: `table place from "cities.csv"`'),
    ),
    # ── statements ────────────────────────────────────────────────────────────────────────────────
    "E150": Wording(
        "missing name",
        "`{head}` needs a name after it.",
        ("For example: `{example}`",),
    ),
    "E151": Wording(
        "reserved word as a name",
        "`{found}` is a reserved word of expressions, so it cannot be a name.",
        ("Choose another name, like `{found}_`",),
    ),
    "E152": Wording(
        "missing mark",
        "{expected} is missing after `{after}`.",
        ("Write `{mended}`", "For example: `{example}`"),
    ),
    "E153": Wording(
        "missing value",
        "A value is missing after `{after}`.",
    ),
    "E154": Wording(
        "unexpected words",
        "Unexpected {found}; expected {expected}.",
        (
            "In place of `{found_text}`, write `{edit}`",
            "For example: `{example}`",
        ),
    ),
    "E155": Wording(
        "unknown type",
        "`{found}` is not a type.",
        (
            "Write `{edit}`",
            "Types are `text`, `int`, `float`, `bool`, and lists of them: `list of text`",
        ),
    ),
    "E156": Wording(
        "item below a range",
        "The values of this name come after `in`; only invalid ones, marked `~`, can go below.",
        ("If it is invalid, write `{mended}`",),
    ),
    "E157": Wording(
        "digit at the start of a name",
        "A name cannot start with a digit, as `{found}` does.",
        ("Write `{mended}`",),
    ),
    "E158": Wording(
        "assignment in an expression",
        "`{found}` is not a comparison.",
        ("Write `{edit}`",),
    ),
    "E159": Wording(
        "name in quotes",
        "The name of a {head} is written without quotes.",
        ("Write `{mended}`",),
    ),
    "E160": Wording(
        "name of several words",
        "A name is one word: letters, digits and `_`.",
        ("Write `{mended}`",),
    ),
    "E161": Wording(
        "colon after a header",
        "`{head}` takes no colon: statements follow below it, not text.",
        ("Remove the colon.",),
    ),
    "E162": Wording(
        "comma before a bracket",
        "A comma cannot come before `{closer}`.",
        ("Remove the comma.",),
    ),
    "E163": Wording(
        "path without quotes",
        "A path is written in double quotes.",
        ("Write `{edit}`",),
    ),
    "E164": Wording(
        "argument without a name",
        "Each argument of a tool call is written with its name.",
        ("For example: `assistant calls get_weather(city=city)`",),
    ),
    "E165": Wording(
        "parameter without a type",
        "The parameter `{name}` needs a type.",
        ("Write `{name}: text`, or `int`, `float`, `bool`, `list of text`",),
    ),
    "E166": Wording(
        "unfinished statement",
        "`{after}` is not finished; expected {expected}.",
        ("For example: `{example}`",),
    ),
    "E167": Wording(
        "number in braces",
        "The braces of `{found}` are not a hole: a number needs none.",
        ("To write the braces themselves: `{edit}`", "For LaTeX, a regex or code, put `raw` before the colon."),
    ),
    "E168": Wording(
        "text from a file",
        "Only the rows of a table are read from a file; a text is written here.",
        ("Write `{mended}`", "Put the text in an indented block below `{block}:`"),
    ),
    "E169": Wording(
        "calls of another role",
        "Only an assistant calls tools: a call cannot follow `{head}`.",
        ("Write `{mended}`", "After `{text}:` goes the text that is not to be given."),
    ),
    "E170": Wording(
        "wide sign",
        "`{found}` is a wide sign, and not the {mark} of the language.",
        ("Write `{mended}`",),
    ),
    "E171": Wording(
        "weight of an answer",
        "An answer has no weight in numbers: it is trained on, or it is `untrained`.",
        ("Write `{mended}`",),
    ),
    "E172": Wording(
        "setting without quotes",
        "The value of a setting is an expression, so text in it is written in double quotes.",
        ("Write `{mended}`",),
    ),
    "E173": Wording(
        "computed name of a tool",
        "The name of a tool is written as it is: a call cannot compute it.",
        ("Write a line for each tool, each in a `case` or a block of its own.",),
    ),
    # ── warnings: text that looks like code ───────────────────────────────────────────────────────
    "W101": Wording(
        "where in text",
        "After a colon everything is text, so this `where` removes nothing.",
        ("Put it on a line of its own below: `{found}`",),
    ),
    "W102": Wording(
        "bar in text",
        "This `|` is text: the name has one value, bars included.",
        ("For a choice, use braces: `{edit}`", "Or put each value on a line of its own below, after `|`"),
    ),
    "W103": Wording(
        "range in alternatives",
        "Between bars everything is text, so `{found}` is not a range here.",
        ("Write the range alone in its braces: `{{{found}}}`", "Name a mixed choice with `let`"),
    ),
    "W104": Wording(
        "unpaired quote in alternatives",
        "Quotes have no effect in alternatives: the `|` next to this quote still separates them.",
        ("For a bar as text, write `\\|`",),
    ),
    "W105": Wording(
        "braces of another language",
        "After `{command}` these braces look like LaTeX or a regex, but they are read as ours and are not written.",
        ("To keep braces around the value: `{edit}`", "If all of it is text: `{fixed}`"),
    ),
    "W106": Wording(
        "lost backslash",
        "`\\{{` is how a text writes `{{`, so the backslash is not written.",
        ("To keep the backslashes: `{edit}`", "For LaTeX or code, put `raw` before the colon."),
    ),
    "W107": Wording(
        "name among alternatives",
        "Between bars everything is text, so this shows the word `{name}` and not what the name holds.",
        ("Write `{edit}`", "If the word itself is meant: `{words}`"),
    ),
    "W108": Wording(
        "quotes around a value",
        "Text is never quoted, so these quotes are a part of it and are written.",
        ("Leave them out: `{edit}`",),
    ),
    "W109": Wording(
        "comment behind text",
        "After a colon or a mark everything is text, so this note is written too.",
        ("Put it on a line of its own, above the statement: `{note}`",),
    ),
    "W110": Wording(
        "blank left over",
        "With some of these alternatives, {left} is left over.",
        ("Write `{edit}`", "Put a blank into the braces with the words that it belongs to: `{{please |}}go`"),
    ),
    "W111": Wording(
        "backslash in place of a line break",
        "`{found}` means nothing in a text: the backslash and the letter are written.",
        ("For what it means in a string: `{edit}`", "To write it as it stands: `{literal}`"),
    ),
    "W112": Wording(
        "line breaks in a cell",
        "{where} of {path} has {what} in the column `{column}`, which is written as it stands.",
        ("Replace it where the cell is shown: `{{{way}}}`", "Mend the file."),
    ),
    "W113": Wording(
        "empty alternative between bars",
        "Between the bars of a `||` there is one more alternative, which is empty.",
        (
            "If the braces are text: `{edit}`",
            "For optional words, put the empty alternative last: `{{this|that|}}`",
        ),
    ),
    "W114": Wording(
        "number behind an alternative",
        "Alternatives have no weights: `{found}` is written as it stands, number included.",
        ("Write `{edit}`", "To have some of them more often, write several wordings of them."),
    ),
}
