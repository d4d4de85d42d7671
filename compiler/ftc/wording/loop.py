"""The words of E901 to E969: recording (E90x), evaluating and chatting (E92x), planning and training (E94x)."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "E901": Wording(
        "prompts without an answer",
        "{missing:,} of {asked:,} could not be had; the first is: {first}",
        ("Go on where it was: ftc record {files:sh}", "Or write it by hand into {answers}: user: … and base: …"),
    ),
    "E902": Wording(
        "nothing to record",
        "No style in {files} has prompts.",
        ("Give a style some: user: Why is the sky blue?",),
    ),
    "E903": Wording(
        "an empty answer",
        "The model said nothing to: {prompt}",
        ("Give it more room: --max-tokens 2048", "Write the answer by hand, or put the question another way."),
    ),
    "E904": Wording(
        "too many prompts",
        "`{style}` makes {count:,} conversations, and of {most:,} at most the prompts are looked for.",
        ("Draw some: sample 1000 seed 1",),
    ),
    "E905": Wording(
        "not a file of answers",
        "{path} has changed, and is no file of answers any more; so nothing was written into it.",
        ("Put it right, and run the command again: it goes on where it was.",),
    ),
    "E906": Wording(
        "a full file of answers",
        "With one answer more {path} would be larger than the {limit} that a file may have.",
        ("Make two styles of it, each with a file of its own: answers from …",),
    ),
    "W901": Wording(
        "answers cut off",
        "Of the answers {count:,} reached {tokens:,} tokens and end there; the first is that to: {first}",
        ("Delete those from {answers} and ask again: ftc record {files:sh} --max-tokens 2048",),
    ),
    "E921": Wording(
        "nothing held out",
        "{files} holds nothing out, so there is nothing to ask that the model was not shown.",
        ("Hold something out, in a block: validation 10%", "Ask what it was trained on: --split all"),
    ),
    "E922": Wording(
        "the same answer again",
        "At temperature 0 a model gives the same answer each time, so {repeats} repeats say no more than one.",
        ("Let answers differ: --temperature 0.7", "Ask once: leave --repeats out"),
    ),
    "E923": Wording(
        "less right than asked for",
        "`{block}` ({split}): {share} of the answers are right, and at least {least} have to be.",
    ),
    "E924": Wording(
        "no model to ask",
        "`ftc train` has made no model of {files}, and none is named.",
        ("Train one: ftc train {files:sh}", "Name one: --model {example:sh}"),
    ),
    "E925": Wording(
        "questions without an answer",
        "{errors} of {count} questions have no answer, and are in no figure. The first: {first}",
        ("Run it again.",),
    ),
    "E926": Wording(
        "unknown command",
        "`{command}` is no command of ftc chat; there are /system, /again, /help and /exit.",
        ("Put a blank before a message that starts with /.",),
    ),
    "E941": Wording(
        "unknown method",
        "{provider} does not train by the method `{method}`; there are {known}.",
        ('Write it into `train`: method = "supervised"',),
    ),
    "E942": Wording(
        "no such setting",
        "`{change}` sets nothing: a setting is written NAME=VALUE, and its name is one of {known}.",
        ("Did you mean --set {nearest}=…?", "See what is set: ftc plan FILE"),
    ),
    "E943": Wording(
        "a value that does not fit",
        "`{name}` takes {wanted}, and `{value}` is none.",
    ),
    "E944": Wording(
        "file too large",
        "{path} has {bytes} bytes, and {provider} takes files of {limit} at most.",
        ("Draw fewer conversations: sample 100000 seed 1",),
    ),
    "E945": Wording(
        "too few conversations",
        "{provider} trains on {minimum} conversations at least, and there are {lines}.",
        ("Add wordings: {{Explain|Tell me}} …", "Train on this machine: --provider local"),
    ),
    "E946": Wording(
        "not a job file",
        "{path} is not a job file that this ftc can read: {reason}.",
        ("If no job of it is under way, move it away.",),
    ),
    "E947": Wording(
        "unknown price",
        "What {model} costs at {provider} is not known, so it cannot be held under {ceiling}.",
        ("Say the price of a million trained tokens: --price 5", "Go without a ceiling: leave --max-cost out"),
    ),
    "E948": Wording(
        "too expensive",
        "Training would cost about {cost}, and the ceiling is {ceiling}.",
        ("Train for fewer epochs: --set epochs={fewer}", "Raise the ceiling: --max-cost {enough}"),
    ),
    "E949": Wording(
        "nobody to ask",
        "Training costs money, and no terminal is there to ask on.",
        ("Agree beforehand, under a ceiling: --yes --max-cost {enough}", "Agree beforehand: --yes"),
    ),
    "E950": Wording(
        "the job failed",
        "The job {job} ended as {status}: {reason}",
        ("When its cause is mended, run the same command again.",),
    ),
    "E951": Wording(
        "no job to cancel",
        "{path} knows of no job that is under way.",
    ),
    "E952": Wording(
        "training from a stream",
        "A job is trained on files that stay, so that it can be followed and told from others.",
        ("Name a file: -o {elsewhere:sh}",),
    ),
    "W941": Wording(
        "settings that are not heeded",
        "{provider} does not heed {names}; it heeds {known}.",
        ("Take them out of `train` if they were meant for it.",),
    ),
}
