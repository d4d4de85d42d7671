"""The dependencies of templates and names: the expressions in them, and the names that those read."""

from collections.abc import Iterator

from ftc.check import model


def expressions_in(template: model.Template) -> Iterator[model.Expr]:
    """Every expression in a template, those in alternatives included."""
    for part in template.parts:
        match part:
            case model.Show():
                yield part.expr
            case model.ValueChoice():
                yield part.domain
            case model.Choice():
                for alternative in part.alternatives:
                    yield from expressions_in(alternative)


def templates_of(name: model.Name) -> Iterator[model.Template]:
    """The templates in the declaration of a name."""
    match name:
        case model.Alternatives():
            yield from (*name.valid, *name.invalid)
        case model.Ranging() | model.Alias():
            yield from name.invalid
        case model.Table():
            for row in name.rows:
                yield from row


def expressions_of(name: model.Name) -> Iterator[model.Expr]:
    """The expressions in the declaration of a name, those in its templates included."""
    yield from _direct(name)
    for template in templates_of(name):
        yield from expressions_in(template)


def _direct(name: model.Name) -> Iterator[model.Expr]:
    """Those outside of its templates."""
    match name:
        case model.Ranging():
            yield name.domain
        case model.Computed():
            yield name.expr


def nesting_of(name: model.Name) -> int:
    """How many names and braces are nested in a name, itself left out."""
    direct = (
        [name.domain] if isinstance(name, model.Ranging) else [name.expr] if isinstance(name, model.Computed) else []
    )
    deepest = max((read.name.nesting for expr in direct for read in expr.reads), default=0)
    if isinstance(name, model.Alias):
        deepest = max(deepest, name.target.nesting)
    waiting = [(template, 0) for template in templates_of(name)]
    while waiting:
        template, level = waiting.pop()
        for part in template.parts:
            if isinstance(part, model.Choice):
                waiting += [(alternative, level + 1) for alternative in part.alternatives]
            elif not isinstance(part, str):
                expr = part.expr if isinstance(part, model.Show) else part.domain
                deepest = max([deepest, *(level + read.name.nesting for read in expr.reads)])
    return deepest


def direct_names(name: model.Name) -> dict[model.Name, None]:
    """The names that the expressions of a name read, in order. `let x in NAME` reads none: it has picks of its own."""
    return {read.name: None for expr in expressions_of(name) for read in expr.reads}


def direct_dependencies(name: model.Name) -> set[model.Name]:
    """The names that a name is declared with, that of `let x in NAME` included."""
    direct = set(direct_names(name))
    return direct | {name.target} if isinstance(name, model.Alias) else direct


def all_names(template: model.Template) -> set[model.Name]:
    """The names that a template reads, directly or by way of others. `let x in NAME` reads none."""
    found: set[model.Name] = set()
    for expr in expressions_in(template):
        for read in expr.reads:
            add_with_dependencies(read.name, found)
    return found


def add_with_dependencies(name: model.Name, names: set[model.Name]) -> None:
    """Add a name, and all names that it reads directly or by way of others."""
    left = [name]
    while left:
        name = left.pop()
        if name not in names:
            names.add(name)
            left += [read.name for expr in expressions_of(name) for read in expr.reads]


def user_texts(turn: model.Turn) -> Iterator[model.Template]:
    """The texts of a turn before its first answer: what an `invalid` block leaves as it is."""
    for message in turn.messages[: turn.answer]:
        if message.content is not None:
            yield message.content


def invalid_values(name: model.Name) -> tuple[model.Template, ...]:
    """The values of a name that break a format."""
    return getattr(name, "invalid", ())
