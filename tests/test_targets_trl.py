"""The lines of trl and sharegpt, read by the libraries they are for.

Those are large and not among the dependencies: FTC_TRL_PYTHON names an interpreter that has `trl` and `datasets`.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from ftc.targets import TARGETS
from test_targets import CALL, PLAIN, TURNS, TWO_CALLS

PYTHON = os.environ.get("FTC_TRL_PYTHON", "")
pytestmark = pytest.mark.skipif(not PYTHON, reason="FTC_TRL_PYTHON names no interpreter with trl and datasets")

READ = """
import json, sys
from datasets import load_dataset
rows = load_dataset("json", data_files=sys.argv[1], split="train", cache_dir=sys.argv[2])
print(json.dumps(list(rows)))
"""

RENDER = """
import json, sys
from datasets import load_dataset
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast
from trl.data_utils import apply_chat_template, is_conversational
template = (
    "{% for t in tools or [] %}[{{ t.function.name }}]{% endfor %}{% for m in messages %}<{{ m.role }}>"
    "{{ m.content or '' }}{% for c in m.tool_calls or [] %}{{ c.function.name }}("
    "{% for k, v in c.function.arguments.items() %}{{ k }}={{ v }};{% endfor %}){% endfor %}{% endfor %}"
)
words = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, chat_template=template)
rows = list(load_dataset("json", data_files=sys.argv[1], split="train", cache_dir=sys.argv[2]))
assert all(is_conversational(row) for row in rows)
print(json.dumps([apply_chat_template(row, tokenizer, tools=row.get("tools"))["text"] for row in rows]))
"""


def read(script: str, name: str, folder: Path) -> list[object]:
    path = folder / "data.jsonl"
    taken = [one for one in (CALL, PLAIN, TURNS, TWO_CALLS) if not list(TARGETS[name].limits(one))]
    path.write_bytes(b"".join(TARGETS[name].line(one) + b"\n" for one in taken))
    arguments = [PYTHON, "-c", script, str(path), str(folder / "cache")]
    offline = {**os.environ, "HF_HUB_OFFLINE": "1"}
    result = subprocess.run(arguments, capture_output=True, text=True, check=False, env=offline)
    assert result.returncode == 0, result.stderr
    rows: list[object] = json.loads(result.stdout.splitlines()[-1])
    return rows


def test_trl_renders_messages_calls_and_tools(tmp_path: Path) -> None:
    call, plain, turns, two = read(RENDER, "trl", tmp_path)
    assert call == "[weather]<user>W?<assistant>weather(city=Köln;days=2;)<tool>sunny<assistant>Sun."
    assert plain == '<system><user>Say "hi" 🔥<assistant>hi\n\u2028'
    assert turns == "<system>S<user>a<assistant>b<user>c<assistant>d"
    assert str(two).count("weather(city=Köln;days=2;)") == 2


@pytest.mark.parametrize("name", ["sharegpt", "alpaca"])
def test_datasets_reads_the_lines_as_they_are(tmp_path: Path, name: str) -> None:
    for row in read(READ, name, tmp_path):
        assert isinstance(row, dict)
        filled = {key: value for key, value in row.items() if value is not None}
        TARGETS[name].model().model_validate(filled)
