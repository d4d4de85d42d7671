"""The words of E901 to E969: recording (E90x), evaluating and chatting (E92x), planning and training (E94x)."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "E901": Wording(
        "prompts without an answer",
        "{missing:,} of {asked:,} prompts got no answer; the first is: {first}",
        ("Carry on from there: ftc record {files:sh}", "Or write it by hand into {answers}: user: … and base: …"),
    ),
    "E902": Wording(
        "nothing to record",
        "No style in {files} has prompts.",
        ("Give a style some: user: Why is the sky blue?",),
    ),
    "E903": Wording(
        "an empty answer",
        "The model gave an empty answer to: {prompt}",
        ("Allow longer answers: --max-tokens 2048", "Write the answer by hand, or reword the question."),
    ),
    "E904": Wording(
        "too many prompts",
        "`{style}` makes {count:,} conversations, and prompts are looked for in at most {most:,}.",
        ("Thin it: sample 1000 seed 1",),
    ),
    "E905": Wording(
        "not a file of answers",
        "{path} was changed and is no longer a file of answers, so nothing was written to it.",
        ("Correct it and run the command again: it carries on where it stopped.",),
    ),
    "E906": Wording(
        "a full file of answers",
        "With one more answer, {path} would be larger than {limit}, the most that a file may have.",
        ("Split the style in two, each with its own file: answers from …",),
    ),
    "W901": Wording(
        "answers cut off",
        "Answers that were cut off at {tokens:,} tokens: {count:,}; the first is the answer to: {first}",
        ("Delete them from {answers} and ask again: ftc record {files:sh} --max-tokens 2048",),
    ),
    "E921": Wording(
        "nothing held out",
        "{files} holds nothing out, so there are no questions that the model was not trained on.",
        ("Hold something out in a block: validation 10%", "Ask what it was trained on: --split all"),
    ),
    "E922": Wording(
        "the same answer again",
        "At temperature 0 a model gives the same answer each time, so {repeats} repeats tell no more than one.",
        ("Let the answers differ: --temperature 0.7", "Ask once: leave out --repeats"),
    ),
    "E923": Wording(
        "less right than asked for",
        "`{block}` ({split}): a share of {share} of the answers is right, and --min asks for {least}.",
    ),
    "E924": Wording(
        "no model to ask",
        "`ftc train` has not made a model from {files}, and none is named.",
        ("Train one: ftc train {files:sh}", "Name one: --model {example:sh}"),
    ),
    "E925": Wording(
        "questions without an answer",
        "{errors} of {count} questions got no answer and are not counted. The first: {first}",
        ("Run it again.",),
    ),
    "E926": Wording(
        "unknown command",
        "`{command}` is not a command of ftc chat. The commands are /system, /again, /help and /exit.",
        ("To send a message that starts with /, put a space before it.",),
    ),
    "E941": Wording(
        "unknown method",
        "{provider} does not train by the method `{method}`; its methods are: {known}.",
        ('Write it into `train`: method = "supervised"',),
    ),
    "E942": Wording(
        "no such setting",
        "`{change}` is not a setting: write NAME=VALUE, where NAME is one of {known}.",
        ("Did you mean --set {nearest}=…?", "See the settings: ftc plan FILE"),
    ),
    "E943": Wording(
        "a value that does not fit",
        "`{name}` takes {wanted}; `{value}` does not fit.",
    ),
    "E944": Wording(
        "file too large",
        "{path} has {bytes} bytes, and {provider} takes files of at most {limit} bytes.",
        ("Write fewer conversations: sample 100000 seed 1",),
    ),
    "E945": Wording(
        "too few conversations",
        "{provider} needs at least {minimum} conversations to train on, and there are {lines}.",
        ("Add wordings: {{Explain|Tell me}} …", "Train on this machine: --provider local"),
    ),
    "E946": Wording(
        "not a job file",
        "{path} is not a job file that this version of ftc can read: {reason}.",
        ("If no job in it is still running, move it away.",),
    ),
    "E947": Wording(
        "unknown price",
        "The price of {model} at {provider} is not known, so the cost cannot be kept under {ceiling}.",
        ("Give the price of a million trained tokens: --price 5", "Go without a ceiling: leave out --max-cost"),
    ),
    "E948": Wording(
        "too expensive",
        "Training would cost about {cost}, and the ceiling is {ceiling}.",
        ("Train for fewer epochs: --set epochs={fewer}", "Raise the ceiling: --max-cost {enough}"),
    ),
    "E949": Wording(
        "nobody to ask",
        "Training costs money, and there is no terminal to ask for consent on.",
        ("Agree in advance, up to a ceiling: --yes --max-cost {enough}", "Agree in advance: --yes"),
    ),
    "E950": Wording(
        "the job failed",
        "The job {job} ended as {status}: {reason}",
        ("Fix the cause, then run the same command again.",),
    ),
    "E951": Wording(
        "no job to cancel",
        "{path} lists no job that is still running.",
    ),
    "E952": Wording(
        "training from a stream",
        "A job is trained on files that are kept, so that it can be followed later; the standard output is not kept.",
        ("Name a file: -o {elsewhere:sh}",),
    ),
    "E953": Wording(
        "a model that was switched off",
        "`{model}` was switched off at {provider} on {off}, with all that was tuned from it.",
        (
            "Train one that is still there: --model {instead:sh}",
            "Train on this machine: ftc train {files:sh} --provider local",
        ),
    ),
    "E954": Wording(
        "no new jobs there",
        "{provider} has started no new training jobs since {since}.",
        (
            "Train on this machine: ftc train {files:sh} --provider local",
            "Train at Azure, Together or Fireworks, which take the same lines: ftc compile {files:sh} --to openai",
        ),
    ),
    "E955": Wording(
        "nothing new to ask",
        "{model} was trained on every question that was to be asked.",
        ("Hold out others, then train again.", "Ask what it was trained on: --split training"),
    ),
    "W941": Wording(
        "settings that are ignored",
        "{provider} ignores {names}; its settings are: {known}.",
        ("If they were meant for it, take them out of `train`.",),
    ),
    "W942": Wording(
        "a model of other data",
        "{model} was trained on other lines than {files} make now, so the figures say nothing of this data.",
        ("Train on it: ftc train {files:sh}", "Ask a model that was: --model MODEL"),
    ),
    "W944": Wording(
        "questions that were trained on",
        "{model}, or the model that it is compared with, was trained on {count:,} of the {of:,} questions, in {blocks};"
        " they are left out. The first: {first}",
        ("Hold out others, or train again without these.",),
    ),
    "W945": Wording(
        "no record of the training",
        "{model} is a tuned model without a record of the questions that it was trained on, so whether some of"
        " them are asked here is not known.",
        ("Train it again: ftc train {files:sh}",),
    ),
    "W943": Wording(
        "a model that will be switched off",
        "`{model}` is switched off on {off}, with all that was tuned from it; {provider} starts no new jobs from"
        " {since} on, and none for an organisation that had trained none by {users}.",
        (
            "Train on this machine, where a model stays: ftc train {files:sh} --provider local",
            "Train at Azure, Together or Fireworks, which take the same lines: ftc compile {files:sh} --to openai",
        ),
    ),
}
