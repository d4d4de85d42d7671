"""The words of E701 to E729 and W701: a command that cannot be carried out as it was given."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "E701": Wording(
        "unknown target",
        "There is no target `{name}`; there are {known}.",
        ("Did you mean --to {nearest}?",),
    ),
    "E702": Wording("cannot write", "{path} cannot be written: {reason}.", ("Write elsewhere: -o {elsewhere:sh}",)),
    "E703": Wording("reading or writing failed", "{path}: {reason}."),
    "E704": Wording(
        "no manifest",
        "Beside {path} there is no {manifest}, the file by which its lines are traced.",
        ("Keep the two together: `ftc compile` writes them both.",),
    ),
    "E705": Wording(
        "not a manifest",
        "{manifest} is not a manifest that this ftc can read: {reason}.",
        ("Compile again, with the ftc that is installed now.",),
    ),
    "E706": Wording(
        "output not in its manifest",
        "{manifest} says nothing of {path}.",
        ("Give the file the name back that `ftc compile` gave it.",),
    ),
    "E707": Wording("no such line", "{path} has {lines} lines, and no line {line}.", ("Lines count from 1.",)),
    "E708": Wording(
        "no place in a file",
        "`{place}` does not say which line of which file.",
        ("Write the file, a colon and the line: ftc trace knowledge.jsonl:12",),
    ),
    "E709": Wording(
        "unknown code",
        "There is no code `{wanted}`.",
        ("Did you mean {nearest}?", "See them all: ftc explain"),
    ),
    "E710": Wording(
        "file exists",
        "{path} exists, and is left as it is.",
        ("Start one of another name: ftc init NAME",),
    ),
    "E711": Wording(
        "watching is not installed",
        "--watch needs the library watchfiles, which is not installed.",
        ("pip install 'ftc[watch]'",),
    ),
    "E712": Wording(
        "output over a source",
        "{path} is read for this compilation, so it cannot be written too.",
        ("Name another output: -o {elsewhere:sh}",),
    ),
    "E713": Wording(
        "nothing to write",
        "{files} makes no conversations.",
        ("Add a block, say: fact NAME",),
    ),
    "E714": Wording(
        "unknown block",
        "There is no block `{name}`; there are {known}.",
        ("Did you mean --block {nearest}?",),
    ),
    "E715": Wording(
        "no such conversation",
        "There is no conversation {at}: {count} are counted from 0.",
        ("The last one: --at {last}",),
    ),
    "E716": Wording(
        "a file in the way",
        "{path} is not the JSON object that LLaMA-Factory keeps there, so nothing was added to it and nothing written.",
        ("Move it away, or write into another folder with -o.",),
    ),
    "E717": Wording(
        "sources that compile no more",
        "The sources in {manifest} do not compile here; the manifest says that ftc {version} wrote it.",
        ("Compile again.", "Trace with the ftc that wrote it."),
    ),
    "E718": Wording(
        "two outputs and one stream",
        "Something is held out for validation, and the standard output takes one file.",
        ("Name a file: -o {elsewhere:sh}",),
    ),
    "E719": Wording(
        "no file to watch",
        "The standard input cannot be watched.",
        ("Name a file: ftc compile --watch FILE",),
    ),
    "E720": Wording(
        "more lines than a file is for",
        "`{block}` makes {count:,} conversations: {axes}. A file gets at most {limit:,} lines.",
        ("A line in the block thins it: {ways}", "Write the first ones: --limit 1000000"),
    ),
    "E721": Wording(
        "options that exclude each other",
        "{first} and {second} exclude each other: {why}.",
    ),
    "E722": Wording(
        "a library is not installed",
        "{what} needs the library {library}, which is not installed.",
        ("pip install 'ftc[{extra}]'",),
    ),
    "E723": Wording(
        "no such shard",
        "`{shard}` is not a part of a whole.",
        ("Write which of how many, counted from 1: --shard 3/10",),
    ),
    "E724": Wording("a worker failed", "A part of the lines cannot be written: {reason}.", ("{way}",)),
    "E725": Wording(
        "a folder of others",
        "{folder} has a {name} that is not known to be ftc's, so nothing was written.",
        ("Write into another folder: -o {elsewhere:sh}",),
    ),
    "E726": Wording(
        "no folder named",
        "{option} writes many files, and is not told where.",
        ("Name a folder: -o OUT/", "Or a URL: -o s3://BUCKET/OUT"),
    ),
    "E727": Wording(
        "files that are not of one compilation",
        "A compilation was ended while its files took their places, and this cannot be finished now: {path}, {reason}.",
        ("Compile again.",),
    ),
    "E728": Wording(
        "a name that is no text",
        "The name {path} is not UTF-8, so it cannot be written down in a manifest or a report.",
        ("Rename it, or the folder that it is in.",),
    ),
    "E729": Wording(
        "a link out of the project",
        "{path} is a link to a place outside the project, and nobody said to write there.",
        ("If it is meant, say so: -o {path:sh}", "Delete the link: rm {path:sh}"),
    ),
    "W701": Wording(
        "changed since it was written",
        "{path} is not what its manifest describes; what follows is told of the line as it was compiled.",
        ("Compile again.",),
    ),
}
