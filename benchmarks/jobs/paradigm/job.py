"""Sentences with their analysis as JSON: fifteen columns of five tables whose cells are made of other names, and words
that agree in number."""

import json
from pathlib import Path

# Nouns, verbs, adjectives, adverbs.
SIZES = {"tiny": (2, 2, 1, 1), "normal": (25, 16, 15, 6), "large": (50, 20, 30, 6)}

NOUN = ["cat", "dog", "bird", "horse", "painter", "doctor", "teacher", "pilot", "driver", "actor", "farmer", "sailor"]
VERB = ["walk", "talk", "jump", "wait", "look", "work", "play", "rest", "call", "listen", "shout", "laugh"]
ADJECTIVE = ["small", "tall", "young", "old", "quick", "calm", "proud", "kind", "loud", "neat", "warm", "cold"]
ADVERB = ["slow", "quiet", "loud", "glad", "sad", "brave", "calm", "warm"]


def make(folder: Path, sizes: tuple[int, ...]) -> None:
    nouns, verbs, adjectives, adverbs = sizes
    stems = {
        "noun_stem": _many(NOUN, nouns),
        "verb_stem": _many(VERB, verbs),
        "quality": _many(ADJECTIVE, adjectives),
        "manner": _many(ADVERB, adverbs),
    }
    (folder / "data.json").write_text(json.dumps(stems))
    lists = [f"let {name}:\n" + "".join(f"  | {item}\n" for item in items) for name, items in stems.items()]
    (folder / "job.ft").write_text("\n".join([*lists, BLOCK]), encoding="utf-8")


def _many(words: list[str], count: int) -> list[str]:
    """So many different words: the given ones, then those with something before them."""
    return [f"{before}{word}" for before in ("", "over", "under", "mis", "out") for word in words][:count]


BLOCK = """\
table determiner
  | word  | number | definite |
  | a     | sg     | no       |
  | the   | sg     | yes      |
  | the   | pl     | yes      |
  | some  | pl     | no       |

table noun
  | word         | lemma       | number |
  | {noun_stem}  | {noun_stem} | sg     |
  | {noun_stem}s | {noun_stem} | pl     |

table adjective
  | word         | lemma     | degree      |
  | {quality}    | {quality} | positive    |
  | {quality}er  | {quality} | comparative |
  | {quality}est | {quality} | superlative |

table verb
  | word         | lemma       | number | tense   |
  | {verb_stem}s | {verb_stem} | sg     | present |
  | {verb_stem}  | {verb_stem} | pl     | present |

table adverb
  | word       | lemma    |
  | {manner}ly | {manner} |

dialog analysis
  where determiner.number == noun.number
  where noun.number == verb.number
  system: Analyse the sentence.
  user: {determiner.word} {adjective.word} {noun.word} {verb.word} {adverb.word}
  assistant =
    json({
      "determiner": determiner.word,
      "definite": determiner.definite == "yes",
      "adjective": adjective.lemma,
      "degree": adjective.degree,
      "noun": noun.lemma,
      "noun_form": noun.word.upper(),
      "noun_suffix": noun.word.removeprefix(noun.lemma),
      "number": noun.number,
      "verb": verb.lemma,
      "verb_form": verb.word.upper(),
      "tense": verb.tense,
      "adverb": adverb.lemma,
      "subject": determiner.word + " " + adjective.word + " " + noun.word,
      "predicate": verb.word + " " + adverb.word,
      "letters": len(noun.word) + len(verb.word)
    })
"""
