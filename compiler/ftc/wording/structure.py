"""The words of E301 to E334 and W301, W302: blocks and turns that do not have the shape they need."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "E301": Wording(
        "misplaced line",
        "`{word}` cannot stand in {block}.",
        ("It belongs in {where}.",),
    ),
    "E302": Wording(
        "turns out of order",
        "{why}",
        ("Write before it: {way}", "{text}, or let the assistant say it after the answer."),
    ),
    "E303": Wording(
        "said twice", "{what} appears here a second time, and there can only be one.", ("Delete one of them.",)
    ),
    "E304": Wording(
        "no answer at the end",
        "The conversation ends with a {role} message; it must end with an assistant message.",
        ("Write after it: assistant: …",),
    ),
    "E305": Wording(
        "invalid value outside `let`",
        "Only the values of a `let` can be marked `~`.",
        ("Give the list a name (let what: …) and show it here: {{what}}", "To start a text with a tilde, write: \\~"),
    ),
    "E306": Wording("no valid value", "All values of `{name}` are invalid.", ("Add a valid one: | …",)),
    "E308": Wording("nothing to pick from", "There are no values here to pick from.", ("Add one.",)),
    "E309": Wording(
        "messages beside cases",
        "If a format has cases, all its messages must be in them.",
        ("Put these lines into a case of their own: case …",),
    ),
    "E310": Wording(
        "an answer without a call",
        "A `tool:` line answers a call, and there is no unanswered call here.",
        ("Write the call before it: assistant calls …(…)",),
    ),
    "E311": Wording(
        "an unanswered call",
        "Each call needs a `tool:` line of its own as its answer. Missing here: {missing}.",
        ("Write after it: tool: …",),
    ),
    "E312": Wording(
        "misplaced `rejected`",
        "`rejected:` is the answer not to give instead of the last one, so it goes after the last assistant message.",
        ("Move it to the end.",),
    ),
    "E313": Wording(
        "unknown setting",
        "`train` has no setting `{name}`.",
        ("Did you mean `{edit}`?", "Its settings are {known}."),
    ),
    "E314": Wording(
        "a value that varies",
        "`{name}` takes one fixed value, and a name can have another value in each conversation.",
        ("Write the value itself.",),
    ),
    "E315": Wording("out of range", "`{name}` takes {bounds}.", ()),
    "E316": Wording(
        "unknown tool",
        "There is no tool `{name}`.",
        ("Did you mean `{edit}`?", "Declare it: tool {name}(…): what it does"),
    ),
    "E317": Wording("a call that does not fit", "{why}", ()),
    "E319": Wording(
        "a description that varies",
        "The description of a tool is plain text, without names or alternatives.",
        ("Write a backslash before a brace: \\{{",),
    ),
    "E320": Wording(
        "nothing or all held out",
        "`validation` takes a share above 0% and below 100%; 100% holds out a whole block and cannot go with `by`.",
        ("Hold out a tenth: validation 10%", "Hold out the whole block and never train on it: validation 100%"),
    ),
    "E321": Wording("out of range", "{what}", ()),
    "E322": Wording(
        "two turns in one case",
        "A case is one turn: one user message and its answer.",
        ("For a fixed series of turns, use a `dialog`.", "For several cases in a row, write: turns 1..3"),
    ),
    "E323": Wording(
        "a style without answers",
        "`{name}` has prompts, but does not say where their answers are.",
        ('Say where: answers from "{name}.answers.ft"',),
    ),
    "E324": Wording(
        "not a replacement",
        "A row of `replace` has two cells of plain text: the word, and its replacement.",
        ("| killer | piglet-killer |",),
    ),
    "E325": Wording("an empty block", "There are no conversations in `{name}`.", ("Add {way}",)),
    "E326": Wording(
        "not an answers block",
        "A file of answers contains only `answers` blocks.",
        ("answers NAME, with user: and base: lines below it",),
    ),
    "E327": Wording(
        "misplaced line",
        "`{word}` cannot stand at the top of a file.",
        ("Indent it by two spaces below the block that it belongs to: fact, dialog, format or style.",),
    ),
    "E328": Wording(
        "no recorded answer",
        "{missing} {prompts} no recorded answer for `{style}`; the first is: {first}",
        ("Ask the model: ftc record {file}", "Write it into {answers}: user: … and base: …"),
    ),
    "E329": Wording(
        "an unanswered invalid value",
        "Nothing answers the invalid values of `{name}`.",
        ("Add an `invalid` block to the format, with a line in it: assistant: …",),
    ),
    "E330": Wording(
        "computing with an invalid value",
        "`{name}` may be invalid here, and an invalid value is text: it can be shown but not computed with.",
        ("Show it as it is: {{{name}}}",),
    ),
    "E331": Wording(
        "a style without `{{answer}}`",
        "This message is the same whatever the answer is.",
        ("Write {{answer}} where the answer belongs.",),
    ),
    "E332": Wording(
        "no text",
        "In a file of answers, every message is plain text.",
        ("Write a colon and the text: assistant: …",),
    ),
    "E333": Wording(
        "an instruction that varies",
        "The instruction to rewrite an answer is one plain text, without names or alternatives.",
        ("Write a backslash before a brace: \\{{",),
    ),
    "E334": Wording(
        "`system` behind a message",
        "The system text comes before all messages, so it cannot begin here.",
        (
            "Move it above the first message: it then holds for all of the block.",
            "What holds from here on only is said by the user, or in a block of its own.",
        ),
    ),
    "E337": Wording(
        "allowed without a reason",
        "What is allowed is a decision, and whoever reads it wants to know why.",
        ("Write one code, a colon and the reason: # allow {code}: …",),
    ),
    "E338": Wording(
        "no such code",
        "No finding has the code `{code}`.",
        (
            "`{code}` is `{renamed}` now: # allow {renamed}: …",
            "Did you mean `{near}`?",
            "List all codes: ftc explain",
        ),
    ),
    "E339": Wording(
        "an error cannot be allowed",
        "Warnings and advice can be allowed; `{code}` cannot.",
        ("Only above the line of a table whose rows are in a file: {table}", "See what helps: ftc explain {code}"),
    ),
    "W301": Wording(
        "nothing invalid",
        "No user message that this block would answer shows an invalid value, so the block is never used.",
        ("Mark one in a `let`: ~ …", "Delete the block."),
    ),
    "W303": Wording(
        "nothing to allow",
        "There is no `{code}` here that this could silence.",
        ("Delete the comment, or put it directly above the line that the finding points to.",),
    ),
    "W302": Wording("a value twice", "`{name}` has this value twice.", ("Delete one of them.",)),
}
