"""Sentences by hand: what agrees is listed once, then `itertools.product`, and orjson for answer and line."""

import json
import sys
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO

import orjson


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


DETERMINERS = [("a", "sg", "no"), ("the", "sg", "yes"), ("the", "pl", "yes"), ("some", "pl", "no")]
DEGREES = [("", "positive"), ("er", "comparative"), ("est", "superlative")]
NOUNS = [("", "sg"), ("s", "pl")]
VERBS = [("s", "sg", "present"), ("", "pl", "present")]


def main(data: Any, out: BinaryIO) -> None:
    adjectives = [(stem + end, stem, degree) for end, degree in DEGREES for stem in data["quality"]]
    nouns = [(stem + end, stem, number) for end, number in NOUNS for stem in data["noun_stem"]]
    verbs = [(stem + end, stem, number, tense) for end, number, tense in VERBS for stem in data["verb_stem"]]
    adverbs = [(stem + "ly", stem) for stem in data["manner"]]
    for determiner, adjective, noun, verb in product(DETERMINERS, adjectives, nouns, verbs):
        if determiner[1] != noun[2] or noun[2] != verb[2]:
            continue
        for adverb in adverbs:
            answer = {
                "determiner": determiner[0],
                "definite": determiner[2] == "yes",
                "adjective": adjective[1],
                "degree": adjective[2],
                "noun": noun[1],
                "noun_form": noun[0].upper(),
                "noun_suffix": noun[0].removeprefix(noun[1]),
                "number": noun[2],
                "verb": verb[1],
                "verb_form": verb[0].upper(),
                "tense": verb[3],
                "adverb": adverb[1],
                "subject": f"{determiner[0]} {adjective[0]} {noun[0]}",
                "predicate": f"{verb[0]} {adverb[0]}",
                "letters": len(noun[0]) + len(verb[0]),
            }
            sentence = f"{determiner[0]} {adjective[0]} {noun[0]} {verb[0]} {adverb[0]}"
            row = {
                "messages": [
                    {"role": "system", "content": "Analyse the sentence."},
                    {"role": "user", "content": sentence},
                    {"role": "assistant", "content": orjson.dumps(answer).decode()},
                ]
            }
            out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
