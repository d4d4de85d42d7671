"""The parser: drives the tokens of a file through the parse table, and builds the tree on the way.

Most files are right: tokens go straight through. Only where one is rejected, `recovery` goes through them again.
"""

import gc

from ftc.diagnostics import Diagnostic
from ftc.source import SourceFile
from ftc.syntax import ast
from ftc.syntax.builder import Builder
from ftc.syntax.habits import habits
from ftc.syntax.lexer import Lexer
from ftc.syntax.machine import RejectedToken, language_table, reduce
from ftc.syntax.recovery import repair


def parse(source: SourceFile) -> tuple[ast.File, list[Diagnostic]]:
    """The tree of a file and what is wrong with its syntax, in the order of the text."""
    collecting = gc.isenabled()
    gc.disable()  # It would look again and again at tokens and trees that all stay.
    try:
        return _parse(source)
    finally:
        if collecting:
            gc.enable()


def _parse(source: SourceFile) -> tuple[ast.File, list[Diagnostic]]:
    lexer = Lexer(source)
    lexer.lex()
    found_by_lexer = len(lexer.diagnostics)
    try:
        statements = reduce(lexer.tokens, Builder(lexer))
    except RejectedToken:
        del lexer.diagnostics[found_by_lexer:]  # What was found on the way is found again.
        statements = reduce(repair(lexer.tokens, language_table(), lexer), Builder(lexer))
    comments = tuple(sorted(lexer.comments, key=lambda comment: comment.span.start))
    file = ast.File(source, statements, comments)
    found = [*lexer.diagnostics, *habits(file)]
    return file, sorted(found, key=lambda d: (d.span.start, d.code) if d.span else (0, d.code))
