"""The words of E301 to E333 and W301, W302: blocks and turns that do not have the shape they need."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "E301": Wording(
        "misplaced line",
        "`{word}` cannot stand in {block}.",
        ("It belongs in {where}.",),
    ),
    "E302": Wording("turns out of order", "{why}", ("Write before it: {way}",)),
    "E303": Wording(
        "said twice", "{what} stands here a second time, and one is all there can be.", ("Delete one of them.",)
    ),
    "E304": Wording(
        "no answer at the end",
        "The conversation ends with a {role} message; it has to end with what the assistant says.",
        ("Write after it: assistant: …",),
    ),
    "E305": Wording(
        "invalid value outside `let`",
        "Only the values of a `let` can be marked `~`.",
        ("Make the list a name (let what: …), and show it here: {{what}}", "To begin a text with a tilde: \\~"),
    ),
    "E306": Wording("no valid value", "All values of `{name}` are invalid.", ("Add a valid one: | …",)),
    "E308": Wording("nothing to pick from", "There is no value here to pick from.", ("Add one.",)),
    "E309": Wording(
        "messages beside cases",
        "A format with cases has all its messages in them.",
        ("Put these lines in a case of their own: case …",),
    ),
    "E310": Wording(
        "an answer without a call",
        "A `tool:` line answers a call, and no call waits for one here.",
        ("Write the call before it: assistant calls …(…)",),
    ),
    "E311": Wording(
        "an unanswered call",
        "Each call is answered by a `tool:` line of its own. Missing here: {missing}.",
        ("Write after it: tool: …",),
    ),
    "E312": Wording(
        "misplaced `rejected`",
        "`rejected:` is the answer not to give in place of the last; it stands after the last assistant message.",
        ("Move it to the end.",),
    ),
    "E313": Wording(
        "unknown setting",
        "`train` has no setting `{name}`.",
        ("Did you mean `{near}`?", "Its settings are {known}."),
    ),
    "E314": Wording(
        "a value that varies",
        "`{name}` takes one value, written here; a name is picked anew in each conversation.",
        ("Write the value itself.",),
    ),
    "E315": Wording("out of range", "`{name}` takes {bounds}.", ()),
    "E316": Wording(
        "unknown tool",
        "There is no tool `{name}`.",
        ("Did you mean `{near}`?", "Declare it: tool {name}(…): what it does"),
    ),
    "E317": Wording("a call that does not fit", "{why}", ()),
    "E319": Wording(
        "a description that varies",
        "What a tool does is told in plain text, without names or alternatives.",
        ("Write a backslash before a brace: \\{{",),
    ),
    "E320": Wording(
        "nothing or all held out",
        "`validation` takes a share above 0% and below 100%; 100% holds a whole block out, and then not `by` a name.",
        ("A tenth: validation 10%", "The whole block, asked and never trained on: validation 100%"),
    ),
    "E321": Wording("out of range", "{what}", ()),
    "E322": Wording(
        "two turns in one case",
        "A case is one turn: one user message and its answer.",
        ("For turns that follow one another: dialog", "For several cases in a row: turns 1..3"),
    ),
    "E323": Wording(
        "a style without answers",
        "`{name}` has prompts, and nothing says where their answers are.",
        ('Say where: answers from "{name}.answers.ft"',),
    ),
    "E324": Wording(
        "not a replacement",
        "A row of `replace` is two cells of plain text: the word, and what takes its place.",
        ("| killer | piglet-killer |",),
    ),
    "E325": Wording("an empty block", "There is no conversation in `{name}`.", ("Add {way}",)),
    "E326": Wording(
        "not an answers block",
        "A file of answers holds `answers` blocks alone.",
        ("answers NAME, with user: and base: lines below it",),
    ),
    "E327": Wording(
        "misplaced line",
        "`{word}` cannot stand at the top of a file.",
        ("Put it, two spaces in, below the block that it belongs to: fact, dialog, format or style.",),
    ),
    "E328": Wording(
        "no recorded answer",
        "{missing} {prompts} no recorded answer under `{style}`; the first is: {first}",
        ("Ask the model: ftc record {file}", "Write it into {answers}: user: … and base: …"),
    ),
    "E329": Wording(
        "an unanswered invalid value",
        "Nothing answers the invalid values of `{name}`.",
        ("Add an `invalid` block to the format, and below it: assistant: …",),
    ),
    "E330": Wording(
        "computing with an invalid value",
        "`{name}` may be invalid here, and an invalid value is text: it can be shown, not computed with.",
        ("Show it as it is: {{{name}}}",),
    ),
    "E331": Wording(
        "a style without `{{answer}}`",
        "This message says the same whatever the answer is.",
        ("Put {{answer}} where the answer goes.",),
    ),
    "E332": Wording(
        "no text",
        "In a file of answers every message is plain text.",
        ("Write a colon and the text: assistant: …",),
    ),
    "E333": Wording(
        "an instruction that varies",
        "What a model is told to make of an answer is one plain text, without names or alternatives.",
        ("Write a backslash before a brace: \\{{",),
    ),
    "W301": Wording(
        "nothing invalid",
        "No user message that this would answer shows an invalid value, so it is never given.",
        ("Mark one in a `let`: ~ …", "Delete the block."),
    ),
    "W302": Wording("a value twice", "`{name}` has this value twice.", ("Delete one of them.",)),
}
