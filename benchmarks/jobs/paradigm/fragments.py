"""Sentences by hand, with every piece escaped once: what a verb and an adverb say is put together once for each length
of a noun, and each subject is put around all of it in one call."""

import json
import sys
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


DETERMINERS = [("a", "sg", "false"), ("the", "sg", "true"), ("the", "pl", "true"), ("some", "pl", "false")]
DEGREES = [("", "positive"), ("er", "comparative"), ("est", "superlative")]
NOUNS = [("", "sg"), ("s", "pl")]
VERBS = [("s", "sg", "present"), ("", "pl", "present")]
SYSTEM = '{"messages":[{"role":"system","content":"Analyse the sentence."},{"role":"user","content":"'
ANSWER = '"},{"role":"assistant","content":"'


def items(values: dict[str, str]) -> str:
    """Some texts of an object, as they stand in JSON in JSON."""
    return ",".join(f'\\"{key}\\":\\"{value}\\"' for key, value in values.items())


def main(data: Any, out: BinaryIO) -> None:
    verbs = [(stem + end, stem, number, tense) for end, number, tense in VERBS for stem in data["verb_stem"]]
    adverbs = [(stem + "ly", stem) for stem in data["manner"]]
    nouns = [(stem + end, stem, number) for end, number in NOUNS for stem in data["noun_stem"]]
    ends: dict[tuple[str, int], list[tuple[str, str, str]]] = {}
    for number, length in {(noun[2], len(noun[0])) for noun in nouns}:
        ends[number, length] = [
            (
                f" {verb[0]} {adverb[0]}{ANSWER}",
                items({"verb": verb[1], "verb_form": verb[0].upper(), "tense": verb[3], "adverb": adverb[1]}),
                items({"predicate": f"{verb[0]} {adverb[0]}"}) + f',\\"letters\\":{length + len(verb[0])}}}"}}]}}\n',
            )
            for verb in verbs
            if verb[2] == number
            for adverb in adverbs
        ]
    adjectives = [(stem + end, stem, degree) for end, degree in DEGREES for stem in data["quality"]]
    for determiner, adjective, noun in product(DETERMINERS, adjectives, nouns):
        if determiner[1] != noun[2]:
            continue
        subject = f"{determiner[0]} {adjective[0]} {noun[0]}"
        first = items(
            {"adjective": adjective[1], "degree": adjective[2], "noun": noun[1], "noun_form": noun[0].upper()}
        )
        more = items({"noun_suffix": noun[0].removeprefix(noun[1]), "number": noun[2]})
        a = f"{SYSTEM}{subject}"
        b = f'{{\\"determiner\\":\\"{determiner[0]}\\",\\"definite\\":{determiner[2]},{first},{more},'
        c = f",{items({'subject': subject})},"
        rows = [f"{a}{one}{b}{two}{c}{three}" for one, two, three in ends[noun[2], len(noun[0])]]
        out.write("".join(rows).encode())


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
