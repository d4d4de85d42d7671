"""Lines as the rows of a Hugging Face dataset: each row holds what its line says.

A table has one type for a column, and fills what a row leaves out with nulls, which a chat template would print or
trip over. So an object that does not have the same keys in every row, or a key with values of several types, is kept as
JSON, which `datasets` gives back as it was. Only a column that a line lacks is null.

`datasets` can find such types itself (`on_mixed_types="use_json"`), but then drops columns that the first row lacks,
writes whole numbers as fractions where both occur, and rounds the fractions in JSON to ten digits.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from json import loads
from typing import TYPE_CHECKING, Any

from ftc.targets.target import dump

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict, Features

LARGEST = 2**63 - 1
"""`datasets` and what it stands on have no larger whole number."""

_MANY_DIGITS = re.compile("[0-9]{19}")


def to_dataset(lines: Iterable[str], others: Iterable[str] = ()) -> "Dataset":
    """A dataset of the lines. Its types fit the other lines too, so that it can be put together with theirs."""
    rows, more = list(map(loads, lines)), list(map(loads, others))
    features = _features([*rows, *more])
    return _dataset(rows, features)


def to_splits(training: Iterable[str], validation: Iterable[str]) -> "DatasetDict":
    """Both parts, with the same types; without `validation` where nothing is held out."""
    from datasets import DatasetDict

    parts = {"train": list(map(loads, training)), "validation": list(map(loads, validation))}
    features = _features(list(chain.from_iterable(parts.values())))
    kept = {name: rows for name, rows in parts.items() if rows or name == "train"}
    return DatasetDict({name: _dataset(rows, features) for name, rows in kept.items()})


def _dataset(rows: list[dict[str, Any]], features: "Features") -> "Dataset":
    from datasets import Dataset

    columns = {name: [_stored(row.get(name), kind) for row in rows] for name, kind in features.items()}
    return Dataset.from_dict(columns, features=features)


def _features(rows: list[dict[str, Any]]) -> "Features":
    """The columns: those of any row, in the order in which they first occur."""
    from datasets import Features

    names = dict.fromkeys(name for row in rows for name in row)
    return Features({name: _feature([row[name] for row in rows if name in row]) for name in names})


def _feature(values: list[Any]) -> Any:
    """The type that holds each of these exactly; None where that takes JSON around them."""
    from datasets import Json, List, Value

    kinds = set(map(type, values))
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind in _PLAIN:
        return Value(_PLAIN[kind]) if kind is not int or all(abs(each) <= LARGEST for each in values) else None
    if kind is list:
        items = list(chain.from_iterable(values))
        # Lists that are all empty are lists of anything.
        item = _feature(items) if items else Value("string")
        return item if item is None else List(item)
    if kind is not dict:
        return None
    keys = {tuple(each) for each in values}
    if len(keys) > 1 or keys == {()}:
        return Json()
    fields = {key: _feature([each[key] for each in values]) for key in values[0]}
    return Json() if None in fields.values() else fields


_PLAIN = {str: "string", bool: "bool", int: "int64", float: "float64"}


def _stored(value: Any, feature: Any) -> Any:
    """A value with JSON written where the type is that: `datasets` would round the numbers in it."""
    from datasets import Json, List

    if value is None:
        return None
    if isinstance(feature, Json):
        return _json(value)
    if isinstance(feature, List):
        return [_stored(each, feature.feature) for each in value]
    return {key: _stored(value[key], of) for key, of in feature.items()} if isinstance(feature, dict) else value


def _json(value: Any) -> str:
    text = dump(value)
    if _MANY_DIGITS.search(text) and (number := next(_too_large(value), None)) is not None:
        raise OverflowError(f"a dataset cannot hold the number {number}: the largest is {LARGEST}")
    return text


def _too_large(value: Any) -> Iterator[int]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _too_large(each)
    elif isinstance(value, int) and abs(value) > LARGEST:
        yield value
