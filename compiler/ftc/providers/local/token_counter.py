"""Counts the tokens of a training file without its model in memory, by what makes examples of its lines in training."""

from collections.abc import Sequence
from pathlib import Path

from ftc.providers.local.examples import examples_of, pair_of, parse_line
from ftc.providers.local.load import LoadedTokenizer, load_tokenizer
from ftc.providers.local.resolve import resolve
from ftc.providers.provider import Method, NotAtHand, ProviderError


class LocalTokenCounter:
    """Counts the lines of a file that is not written yet. ProviderError at one that cannot be trained on."""

    def __init__(self, read: LoadedTokenizer, method: Method, file: Path) -> None:
        self._tokenizer, self._window = read.tokenizer, read.window
        self._method, self._file = method, file

    def count(self, line: bytes, number: int) -> Sequence[int]:
        where = f"Line {number:,} of {self._file}"
        parsed = parse_line(line, self._method, where)
        if self._method == "dpo":
            return pair_of(parsed, self._tokenizer, where).tokens
        return [len(each.input_ids) for each in examples_of(parsed, self._tokenizer, self._window, where)]


def token_counter(name: str, method: Method, file: Path) -> LocalTokenCounter | NotAtHand:
    """The counter of a model that is on this machine, ready to be loaded."""
    try:
        resolve(name)
    except ProviderError as error:
        if error.diagnostics[0].code == "E820":
            return NotAtHand("without ftc[local] nobody can read the model's own tokenizer")
        raise
    read = load_tokenizer(name)
    if read is None:
        return NotAtHand("the model is not on this machine yet, or not converted, and with it its tokenizer")
    return LocalTokenCounter(read, method, file)
