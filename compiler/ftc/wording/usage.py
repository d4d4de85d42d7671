"""The words of E701 to E732 and W701: a command that cannot be carried out as given."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "E701": Wording(
        "unknown target",
        "There is no target `{name}`; the targets are: {known}.",
        ("Did you mean --to {nearest}?",),
    ),
    "E702": Wording("cannot write", "{path} cannot be written: {reason}.", ("Write elsewhere: -o {elsewhere:sh}",)),
    "E703": Wording("reading or writing failed", "{path}: {reason}."),
    "E704": Wording(
        "no manifest",
        "Next to {path} there is no {manifest}, the file that is needed to trace its lines.",
        ("Keep the two files together: `ftc compile` writes both.",),
    ),
    "E705": Wording(
        "not a manifest",
        "{manifest} is not a manifest that this version of ftc can read: {reason}.",
        ("Compile again with the installed version of ftc.",),
    ),
    "E706": Wording(
        "output not in its manifest",
        "{manifest} does not mention {path}.",
        ("Give the file back the name that `ftc compile` gave it.",),
    ),
    "E707": Wording("no such line", "{path} has {lines} lines, and no line {line}.", ("Lines count from 1.",)),
    "E708": Wording(
        "no place in a file",
        "`{place}` does not say which file and which line.",
        ("Write the file, a colon and the line number: ftc trace knowledge.jsonl:12",),
    ),
    "E709": Wording(
        "unknown code",
        "There is no code `{wanted}`.",
        ("Did you mean {nearest}?", "See them all: ftc explain"),
    ),
    "E710": Wording(
        "file exists",
        "{path} already exists and was not changed.",
        ("Choose another name: ftc init NAME",),
    ),
    "E711": Wording(
        "watching is not installed",
        "--watch needs the library watchfiles, which is not installed.",
        ("pip install 'ftc[watch]'",),
    ),
    "E712": Wording(
        "output over a source",
        "{path} is an input of this compilation, so it cannot be the output too.",
        ("Name another output: -o {elsewhere:sh}",),
    ),
    "E713": Wording(
        "nothing to write",
        "{files} makes no conversations.",
        (
            "Add a block, for example: fact NAME",
            "Where it holds names or answers for other files, check it alone: ftc check --each {alone:sh}",
        ),
    ),
    "E714": Wording(
        "unknown block",
        "There is no block `{name}`; the blocks are: {known}.",
        ("Did you mean --block {nearest}?",),
    ),
    "E715": Wording(
        "no such conversation",
        "There is no conversation {at}: there are {count}, counted from 1.",
        ("The last one: --at {last}",),
    ),
    "E716": Wording(
        "a file in the way",
        "{path} is not the JSON object that LLaMA-Factory keeps there, so nothing was written.",
        ("Move it away, or write to another folder with -o.",),
    ),
    "E717": Wording(
        "sources that compile no more",
        "The sources in {manifest} no longer compile; the manifest was written by ftc {version}.",
        ("Compile again.", "Trace it with that version of ftc."),
    ),
    "E718": Wording(
        "two outputs and one stream",
        "Conversations are held out for validation, which makes two files, and the standard output takes one.",
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
        ("Thin the block with a line in it: {ways}", "Write only the first ones: --limit 1000000"),
    ),
    "E721": Wording(
        "options that exclude each other",
        "{first} and {second} cannot be used together: {why}.",
    ),
    "E722": Wording(
        "a library is not installed",
        "{what} needs the library {library}, which is not installed.",
        ("pip install 'ftc[{extra}]'",),
    ),
    "E723": Wording(
        "no such shard",
        "`{shard}` does not name a shard.",
        ("Write which one of how many, counted from 1: --shard 3/10",),
    ),
    "E724": Wording("a worker failed", "Part of the output could not be written: {reason}.", ("{way}",)),
    "E725": Wording(
        "a folder of others",
        "{folder} contains {name}, which ftc did not write, so nothing was written.",
        ("Write to another folder: -o {elsewhere:sh}",),
    ),
    "E726": Wording(
        "no folder named",
        "{option} writes many files, and no folder is named for them.",
        ("Name a folder: -o OUT/", "Or a URL: -o s3://BUCKET/OUT"),
    ),
    "E727": Wording(
        "files that are not of one compilation",
        "A compilation was killed while it put its files in place, and that cannot be finished now: {path}, {reason}.",
        ("Compile again.",),
    ),
    "E728": Wording(
        "a name that is no text",
        "The name {path} is not UTF-8, so it cannot stand in a manifest or a report.",
        ("Rename it, or the folder it is in.",),
    ),
    "E729": Wording(
        "a link out of the project",
        "{path} is a link to a place outside the project, and no option says to write there.",
        ("If you mean it, name it: -o {path:sh}", "Or delete the link: rm {path:sh}"),
    ),
    "E730": Wording(
        "a folder without sources",
        "There is no `.ft` file in {folder}; hidden folders, environments, caches and links are passed over.",
        ("Name the file, wherever it is: ftc check FILE",),
    ),
    "E731": Wording(
        "nothing to show",
        "{reason}.",
        ("{way}",),
    ),
    "E732": Wording(
        "text that is not found",
        "None of {what} contains `{text}`.",
        ("Capital and small letters are taken as the same; look for a shorter part of it.",),
    ),
    "E737": Wording("no process to write with", "No process could be started: {reason}.", ("{way}",)),
    "W701": Wording(
        "changed since it was written",
        "{path} is not the file that its manifest describes; what follows is about the line as it was compiled.",
        ("Compile again.",),
    ),
}
