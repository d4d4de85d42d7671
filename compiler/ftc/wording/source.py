"""The words of E001 to E029: a file that cannot be found or read, and a table file that is broken."""

from ftc.wording import Wording

WORDING: dict[str, Wording] = {
    "E001": Wording("no such file", "There is no file {path}.", ("Did you mean {nearest}?",)),
    "E002": Wording("not a file", "{path} is a folder.", ("Name a file in it.",)),
    "E003": Wording("unreadable file", "{path} cannot be read: {reason}.", ("Check its permissions: ls -l {path:sh}",)),
    "E004": Wording(
        "not a plain file",
        "{path} is a {kind}; ftc reads plain files only.",
        ("To compile the output of a command, name the file `-`: command | ftc compile -",),
    ),
    "E005": Wording("file too large", "{path} is larger than {limit}.", ("Split it in two.",)),
    "E006": Wording(
        "not UTF-8",
        "{path} is not UTF-8: byte {byte} on line {line} belongs to another encoding.",
        ("Convert it: iconv -f {encoding} -t UTF-8 {path:sh}", "Save it as UTF-8."),
    ),
    "E007": Wording(
        "outside the project",
        "{path} lies outside the project, whose root is `{root}`.",
        (
            "Move the file under `{root}`.",
            "Put an empty ftc.toml in the folder that contains both, to make it the root.",
        ),
    ),
    "E008": Wording(
        "absolute path",
        "{path} is a place on one machine; paths are relative to the folder of the file that they are in.",
        ('Put the file next to this one and write "{name}".',),
    ),
    "E009": Wording(
        "not a file path",
        "{path} is a URL, and compiling never uses the network.",
        ("Download the file once and use the copy.",),
    ),
    "E010": Wording("backslash in a path", "{path} separates its folders with `\\`.", ('Write "{fixed}".',)),
    "E011": Wording(
        "unknown kind of table",
        "{path} is not a table that ftc reads: its name must end in one of {known}.",
        (
            "Give it the ending .{ending}",
            "Convert it to csv, with the column names on the first line.",
        ),
    ),
    "E027": Wording(
        "cells parted by another sign",
        "The cells of {path} are parted by {sign}, and those of a {kind} file by {expected}.",
        ("Give it the ending .{ending}", "Save it with {expected} between its cells."),
    ),
    "E028": Wording(
        "array in place of lines",
        "{path} is one JSON array; a table of JSON is a .jsonl file, with one object on each line and no brackets.",
        ("Convert it: jq -c '.[]' {path:sh} > table.jsonl",),
    ),
    "E029": Wording(
        "lines that end in CR",
        "The lines of {path} end in CR alone, as on old computers, so all of it is one line.",
        ("Convert it: tr '\\r' '\\n' < {path:sh} > new.ft",),
    ),
    "E012": Wording(
        "not UTF-8",
        "{path} is not UTF-8: byte {byte} on line {line} belongs to another encoding.",
        ("Save it as UTF-8 (in a spreadsheet: CSV UTF-8).",),
    ),
    "E013": Wording("empty table", "{path} is empty.", ("Write the column names on its first line.",)),
    "E014": Wording("empty table", "{path} has no rows.", ("Add a row; a table must have at least one.",)),
    "E015": Wording("column without a name", "Column {column} of {path} has no name.", ("Name it on the first line.",)),
    "E016": Wording(
        "column named twice",
        "Columns {first} and {second} of {path} are both called `{column}`.",
        ("Rename one of them on the first line.",),
    ),
    "E017": Wording(
        "ragged row",
        "Line {line} of {path} has {cells} cells, but the table has {columns} columns.",
        ('Put a cell that contains a comma or a quote in quotes: "Paris, Texas"',),
    ),
    "E018": Wording(
        "broken csv",
        "Line {line} of {path} is not csv: {reason}.",
        ('Put the cell in quotes and double the quotes in it: "a ""b"" c"',),
    ),
    "E019": Wording(
        "zero byte in a table",
        "Line {line} of {path} holds a zero byte, so it is not text.",
        ("Save it again as UTF-8 text.",),
    ),
    "E020": Wording(
        "cell too large",
        "A cell that starts on line {line} of {path} has more than {limit} characters.",
        ("Look for an opening quote there that is never closed.",),
    ),
    "E021": Wording(
        "broken JSON",
        "Line {line} of {path} is not JSON: {reason}.",
        ("Write one object per line, with its names in double quotes.",),
    ),
    "E022": Wording(
        "not an object",
        "Line {line} of {path} is {kind}; each line of a .jsonl table is an object.",
        ('Give the value a name: {{"text": …}}',),
    ),
    "E023": Wording(
        "parquet support is missing",
        "{path} is a parquet file, and the library that reads parquet is not installed.",
        ("pip install 'ftc[parquet]'",),
    ),
    "E024": Wording(
        "broken parquet file",
        "{path} cannot be read as parquet: {reason}.",
        ("Write the file again with the program it came from.",),
    ),
    "E025": Wording(
        "value without a JSON form",
        "Row {row} of {path} has a {kind} in the column `{column}`, and JSON has no such value.",
        ("Convert the column to text before writing the file.",),
    ),
    "E026": Wording(
        "table too large",
        "{path} holds more than {limit}.",
        ("Split it by topic.", "Leave out the columns that are not used."),
    ),
    "E030": Wording(
        "unreadable settings",
        "{path} cannot be read: {reason}.",
        ("Replace it with a plain file, or delete it: {path:sh}",),
    ),
    "E031": Wording(
        "broken TOML",
        "These settings are not TOML: {reason}.",
        ("Write each setting on a line of its own: strict = true",),
    ),
    "E032": Wording(
        "settings in two files",
        "Both {first} and {second} have settings of ftc.",
        ("Keep those of one file, and delete the others.",),
    ),
    "E033": Wording(
        "unknown setting",
        "There is no setting `{name}` of a project.",
        ("Did you mean `{near}`?", "There are {known}."),
    ),
    "E034": Wording("a setting that does not fit", "{what}", ("For example: {way}",)),
    "E035": Wording(
        "two targets",
        "These files are of two projects, whose settings name the targets `{first}` and `{second}`.",
        ("Say which one is meant: --to {second}",),
    ),
}
