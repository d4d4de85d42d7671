"""An evaluation as JUnit XML: a suite for each model and block, a test case for each question.

Characters that XML cannot represent even when escaped are replaced by their number. https://www.w3.org/TR/xml/#charsets
"""

import re
from xml.etree import ElementTree

from ftc.loop.evaluate.report import ModelIdentity, QuestionResult, Report, ScoredAnswer

FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Includes the carriage return: XML allows it, but a parser turns it into a line end."""


def render(report: Report) -> str:
    """The whole document."""
    root = ElementTree.Element("testsuites", name="ftc evaluate")
    for who, side in ((report.model, "model"), (report.base, "base")):
        if who is not None:
            _suites(root, who, side, report)
    _left_out(root, report)
    _total(root, list(root))
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _suites(root: ElementTree.Element, who: ModelIdentity, side: str, report: Report) -> None:
    blocks = dict.fromkeys((each.block, each.split) for each in report.questions)
    for block, split in blocks:
        name = f"{who.provider}/{who.model}: {block} ({split})"
        suite = ElementTree.SubElement(root, "testsuite", name=_xml_text(name))
        cases = [
            _case(suite, each, getattr(each, side))
            for each in report.questions
            if (each.block, each.split) == (block, split)
        ]
        suite.set("tests", str(len(cases)))
        for kind in ("failure", "error"):
            suite.set(f"{kind}s", str(sum(case.find(kind) is not None for case in cases)))


def _left_out(root: ElementTree.Element, report: Report) -> None:
    """What the model was trained on, as skipped tests, and whether its data are others, as a property."""
    if report.data is None and not report.left_out:
        return
    suite = ElementTree.SubElement(root, "testsuite", name="what the model was trained on", failures="0", errors="0")
    suite.set("tests", str(len(report.left_out)))
    suite.set("skipped", str(len(report.left_out)))
    properties = ElementTree.SubElement(suite, "properties")
    ElementTree.SubElement(properties, "property", name="data", value=report.data or "unknown")
    for each in report.left_out:
        name = _xml_text(f"{each.id}: {each.prompt}")
        case = ElementTree.SubElement(suite, "testcase", name=name, classname=_xml_text(each.block))
        ElementTree.SubElement(case, "skipped", message="the model was trained on this question (W944)")


def _total(root: ElementTree.Element, suites: list[ElementTree.Element]) -> None:
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))


def _case(suite: ElementTree.Element, question: QuestionResult, answers: list[ScoredAnswer]) -> ElementTree.Element:
    kind = ".".join(filter(None, (question.block, question.case, question.fault and f"invalid {question.fault}")))
    case = ElementTree.SubElement(
        suite, "testcase", name=_xml_text(f"{question.id}: {question.prompt}"), classname=_xml_text(kind)
    )
    right = sum(bool(answer.right) for answer in answers)
    error = next((answer for answer in answers if answer.error is not None), None)
    wrong = next((answer for answer in answers if answer.right is False), None)
    if error is not None:
        ElementTree.SubElement(case, "error", type=error.code or "", message=_xml_text(error.error or ""))
    elif wrong is not None:
        message = f"right in {right} of {len(answers)}" if len(answers) > 1 else "wrong answer"
        failure = ElementTree.SubElement(case, "failure", type=question.method, message=message)
        expected = "\nor: ".join(question.expected)
        calls = "".join(f"\n{call['name']}({call['arguments']})" for call in wrong.calls)
        failure.text = _xml_text(f"expected: {expected}\ngot: {wrong.text}{calls}")
    return case


def _xml_text(text: str) -> str:
    """A text without the characters that XML cannot represent."""
    return FORBIDDEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)
