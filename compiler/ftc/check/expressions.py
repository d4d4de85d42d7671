"""Expressions: from syntax to trees of typed nodes over the names they read.

A part that was reported has type ANY, so that nothing else is reported about it.
"""

from ftc.check.inference import Walk, bad
from ftc.check.instead import for_call, for_computed_column, is_plain_range
from ftc.check.model import Culprit
from ftc.check.operators import Operators
from ftc.check.scope import ANY_NAME, Function, near
from ftc.edits import instead
from ftc.expressions import nodes
from ftc.expressions.builtins import FUNCTIONS, METHODS, Builtin
from ftc.expressions.nodes import Apply, Call, Column, Item, Local, Node, Read, Reference, Slice
from ftc.expressions.types import ANY, DICT, INT, SEQUENCE, TEXT, ListOf, RowOf, Type, is_list
from ftc.source import Span
from ftc.syntax import ast

MAX_CALLS = 2_000
"""Functions that call each other, in a chain."""

MAX_COST = 1 << 62


class _Needed(Exception):
    """A function that has to be checked, for some types, before the one that calls it."""

    def __init__(self, function: Function, types: tuple[Type, ...]) -> None:
        super().__init__(function.definition.name.text)
        self.function = function
        self.types = types


class Expressions(Operators):
    """Checks the expressions of one scope: names and calls here, the rest in `operators`."""

    # ── names ─────────────────────────────────────────────────────────────────────────────────────

    def name(self, node: ast.Name, walk: Walk) -> Node:
        if node.id in walk.locals:
            local = walk.locals[node.id]
            return Local(local.name, local.type, node.span)
        found = self.scope.find(node.id)
        if found is None:
            self._unknown(node.id, node.span, walk)
            return bad(node.span)
        self.scope.used.add(found)
        if walk.in_function:
            self.findings.add("E216", node.span, name=node.id, function=walk.in_function)
            return bad(node.span)
        return Reference(Read(found), found.type, node.span)

    def _unknown(self, name: str, span: Span, walk: Walk) -> None:
        if any(line == ANY_NAME or name in line for line in self.scope.unparsed):
            self.findings.note_reported()  # declared, perhaps, in a line that was reported
            return
        if name in ("answer", "invalid"):
            self.findings.add("E214", span, name=name, where="a `style`" if name == "answer" else "an `invalid` block")
        elif name in FUNCTIONS or name in self.scope.functions:
            self.findings.add("E201", span, name=name, function=name)
        else:
            edits = instead(span, near(name, [*self.scope.visible_names(), *walk.locals]))
            self.findings.add("E201", span, edits=edits, name=name)

    def attribute(self, node: ast.Attribute, walk: Walk) -> Node:
        return self._cell(node.value, node.name.text, node.name.span, node.span, walk)

    def _cell(self, value: ast.Expr, column: str, at: Span, span: Span, walk: Walk) -> Node:
        if isinstance(value, ast.Name) and value.id not in walk.locals:
            # The row of a table, not the whole table: a conversation reads that cell alone.
            found = self.scope.find(value.id)
            if isinstance(found, Culprit) and column == "name":
                return Reference(Read(found, column), TEXT, span)
            if found is not None and isinstance(found.type, RowOf) and not walk.in_function:
                self.scope.used.add(found)
                type_ = self._column(found.type, column, at, value.id)
                return Reference(Read(found, column), type_, span) if type_ else bad(span)
        row = self.typed(value, walk)
        if isinstance(row.type, RowOf):
            found_type = self._column(row.type, column, at, "the row")
            return Column(row, column, found_type, span) if found_type else bad(span)
        if row.type == ANY:
            return Column(row, column, ANY, span)
        method = column in METHODS and row.type == TEXT
        key = f'{value.span.text}["{column}"]' if row.type == DICT else ""
        written = value.span.text
        edits = instead(value.span.to(at), key or (f"{written}.{column}()" if method else ""))
        self.findings.add("E205", at, edits=edits, column=column, owner=written, found=row.type, key=key,
                          call=f"{written}.{column}()" if method else "")  # fmt: skip
        return bad(span)

    def _column(self, row: RowOf, column: str, span: Span, owner: str) -> Type | None:
        type_ = row.column(column)
        if type_ is None:
            names = [name for name, _ in row.columns]
            like = near(column, names)
            # Behind a point, or as a text in brackets.
            written = f'"{like}"' if span.text.startswith('"') else like if like.isidentifier() else ""
            self.findings.add("E204", span, edits=instead(span, written), column=column, table=owner, near=like,
                              columns=", ".join(f"`{n}`" for n in names))  # fmt: skip
        return type_

    def subscript(self, node: ast.Subscript, walk: Walk) -> Node:
        index = node.index
        if isinstance(index, ast.String) and isinstance(node.value, ast.Name):
            found = None if node.value.id in walk.locals else self.scope.find(node.value.id)
            if found is not None and isinstance(found.type, RowOf):
                return self._cell(node.value, index.value, index.span, node.span, walk)
        value, place = self.typed(node.value, walk), self.typed(index, walk)
        type_ = value.type
        if isinstance(type_, RowOf):
            if not isinstance(index, ast.String):
                edits = instead(node.span, for_computed_column(type_, node))
                self.findings.add("E206", index.span, edits=edits, found=place.type, wanted="a column in quotes",
                                  choice=edits[0].text if edits else "")  # fmt: skip
                return bad(node.span)
            column = self._column(type_, index.value, index.span, "the row")
            return Column(value, index.value, column, node.span) if column else bad(node.span)
        if isinstance(type_, ListOf) or type_ == TEXT:
            return Item(value, self.require(place, INT), type_.item if isinstance(type_, ListOf) else TEXT, node.span)
        if type_ == DICT:
            return Item(value, self.require(place, TEXT), ANY, node.span)
        if type_ == ANY:
            return Item(value, place, ANY, node.span)
        self.findings.add("E206", node.value.span, found=type_, wanted="text, a list, an object or a row")
        return bad(node.span)

    def slice(self, node: ast.Slice, walk: Walk) -> Node:
        value = self.typed(node.value, walk)
        if value.type not in (TEXT, ANY) and not is_list(value.type):
            self.findings.add("E206", node.value.span, found=value.type, wanted="text or a list")
        ends = [
            None if end is None else self.require(self.typed(end, walk), INT)
            for end in (node.low, node.high, node.step)
        ]
        return Slice(self.cast(value, SEQUENCE), ends[0], ends[1], ends[2], value.type, node.span)

    # ── calls ─────────────────────────────────────────────────────────────────────────────────────

    def call(self, node: ast.Call, walk: Walk) -> Node:
        name = node.function.text
        arguments = tuple([self.typed(each, walk) for each in node.arguments])
        # What a file declares is its own, whatever the language calls the same.
        if name in self.scope.functions:
            return self._apply(self.scope.functions[name], node, arguments, walk)
        builtin = FUNCTIONS.get(name)
        if builtin is None:
            known = [*FUNCTIONS, *self.scope.functions]
            is_name = name if self.scope.find(name) else ""
            other = {} if is_name else for_call(node)
            like = "" if is_name or other else near(name, known)
            self.findings.add(
                "E208",
                node.function.span,
                edits=instead(node.function.span, like) or instead(node.span, is_name or other.get("instead", "")),
                safe=is_plain_range(node),
                name=name,
                near=like,
                is_name=is_name,
                instead=other.get("instead"),
                random=other.get("random"),
                rows=other.get("rows"),
                own="" if is_name or other else name,
            )
            return bad(node.span)
        return self._called(builtin, arguments, arguments, node.span)

    def _called(self, builtin: Builtin, arguments: tuple[Node, ...], given: tuple[Node, ...], span: Span) -> Node:
        """A call of the language's own; `given` are the arguments as they are written."""
        checked = builtin.check(tuple([each.type for each in arguments]))
        if checked is None:
            self._no_fit(span, builtin.name, builtin.usage, given)
            return bad(span)
        result, wanted = checked
        return Call(builtin, tuple(map(self.cast, arguments, wanted)), result, span)

    def _no_fit(self, span: Span, name: str, takes: str, arguments: tuple[Node, ...]) -> None:
        given = ", ".join(str(each.type) for each in arguments) or "nothing"
        self.findings.add("E209", span, name=name, takes=takes, given=given)

    def _apply(self, function: Function, node: ast.Call, arguments: tuple[Node, ...], walk: Walk) -> Node:
        definition = function.definition
        if len(arguments) != len(definition.parameters):
            takes = f"{definition.name.text}({', '.join(p.text for p in definition.parameters)})"
            self._no_fit(node.span, definition.name.text, takes, arguments)
            return bad(node.span)
        types = tuple([each.type for each in arguments])
        if walk.in_function and types not in function.checked:
            if function.checking:
                chain = f"`{definition.name.text}` calls itself"
                self.findings.add("E203", node.span, name=definition.name.text, chain=chain)
                return bad(node.span)
            raise _Needed(function, types)
        checked = self.checked(function, types)
        if checked is None:
            return bad(node.span)
        walk.height = max(walk.height, checked.height)
        walk.cost += checked.cost
        return Apply(checked, arguments, checked.body.type, node.span)

    def checked(self, function: Function, types: tuple[Type, ...]) -> nodes.Function | None:
        """A function for arguments of these types, checked the first time; None where its body is reported.

        A body that calls a function which is not checked yet is left, and begun again after it: however long the chain
        of functions is, none is checked inside another.
        """
        waiting = [] if types in function.checked else [(function, types)]
        while waiting:
            current, given = waiting[-1]
            current.checking = True
            try:
                current.checked[given] = self._body(current, given)
            except _Needed as needed:
                waiting.append((needed.function, needed.types))
                continue
            current.checking = False
            waiting.pop()
        return function.checked[types]

    def _body(self, function: Function, types: tuple[Type, ...]) -> nodes.Function | None:
        definition = function.definition
        names = tuple([f"p{at}" for at in range(len(types))])
        parameters = {
            parameter.text: Local(name, type_, parameter.span)
            for parameter, name, type_ in zip(definition.parameters, names, types, strict=True)
        }
        walk = Walk(locals=parameters, in_function=definition.name.text)
        # A function sees the functions of the file that it stands in.
        body = Expressions(function.scope, self.findings).typed(definition.body, walk)
        if walk.height >= MAX_CALLS:
            what = f"`{definition.name.text}` calls functions that call functions, more than {MAX_CALLS:,} deep."
            self.findings.add("E405", definition.name.span, what=what, way="Write one of them out in the other.")
            return None
        return nodes.Function(definition.name.text, names, body, 1 + walk.height, min(1 + walk.cost, MAX_COST))

    def method(self, node: ast.MethodCall, walk: Walk) -> Node:
        value = self.typed(node.value, walk)
        arguments = tuple([self.typed(each, walk) for each in node.arguments])
        name = node.method.text
        builtin = METHODS.get(name)
        if value.type in (TEXT, ANY) and builtin is not None:
            return self._called(builtin, (value, *arguments), arguments, node.span)
        on_text = value.type in (TEXT, ANY)
        like = near(name, METHODS) if on_text else ""
        called = f"{name}({node.value.span.text})" if name in FUNCTIONS and not node.arguments else ""
        self.findings.add(
            "E210",
            node.method.span,
            name=name,
            found=value.type,
            edits=instead(node.method.span, like) or instead(node.span, called),
            near=like,
            function=name if name in FUNCTIONS else "",
            owner=node.value.span.text,
            to_text="" if on_text or name not in METHODS else f"str({node.value.span.text}).{name}(…)",
        )
        return bad(node.span)
