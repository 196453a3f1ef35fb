"""Queries of the busiest pages and acts, put into SQL once a process and then only filled in.

Building a query and its SQL takes Django ten times as long as SQLite takes to answer it. A prepared query is
still written with the rooms' own query sets, so what `visible_to()` says is said in one place.

Arguments by position are values: numbers, words, moments, collections of ids (for `__in`), and dataclasses of
these. The decorated function meets a blank in their place, so it may only hand them to lookups, or ask whether
they are None. Arguments by name it meets as they are; the SQL is made once for each combination of them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime
from functools import lru_cache, wraps
from json import dumps
from typing import Any, NamedTuple, ParamSpec, TypeAlias, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Model, QuerySet
from django.db.models.sql import UpdateQuery

P = ParamSpec("P")
T = TypeVar("T")
Change: TypeAlias = tuple[QuerySet[Any], Mapping[str, Any]]


def prepared(build: Callable[P, QuerySet[Any, T]]) -> Callable[P, list[T]]:
    """Decorate a function that builds a query; calling it gives the rows, read at once."""

    def state(rows: QuerySet[Any, T]) -> _Statement:
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        return _Statement(compiler, sql, params, rows._iterable_class, {})

    ready = _kept(build, state)

    @wraps(build)
    def rows(*args: P.args, **kwargs: P.kwargs) -> list[T]:
        statement, values = ready(args, kwargs)
        return [] if statement is None else cast("list[T]", statement.rows(values))

    return rows


def prepared_change(build: Callable[P, Change]) -> Callable[P, int]:
    """The same for an update: the function gives the rows and their new values, calling it how many rows changed."""

    def state(change: Change) -> _Statement:
        rows, new = change
        query = cast(UpdateQuery, rows.query.chain(UpdateQuery))
        query.add_update_values(dict(new))
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        return _Statement(compiler, *compiler.as_sql())

    ready = _kept(build, state)

    @wraps(build)
    def change(*args: P.args, **kwargs: P.kwargs) -> int:
        statement, values = ready(args, kwargs)
        return 0 if statement is None else statement.change(values)

    return change


def _kept(build: Callable[..., Any], state: Callable[[Any], _Statement]) -> Callable[..., Any]:
    """Gives the statement for these arguments, made when it is first wanted, and the values to fill in."""
    statements: dict[Any, _Statement | None] = {}

    def ready(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[_Statement | None, list[Any]]:
        values = [value for argument in args for value in _leaves(argument)]
        shape = (tuple([value is None for value in values]), *kwargs.items())
        if shape not in statements:
            try:
                statements[shape] = state(build(*_blanks(args), **kwargs))
            except EmptyResultSet:
                statements[shape] = None
        return statements[shape], values

    return ready


def insert(row: Model) -> None:
    """Write one new row and give it its id, as `save(force_insert=True)` does, with SQL made once for its model.

    For models whose id the database gives, and whose values are all there; no signal is sent.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    sql, fields = _insert_sql(type(row), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields])
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@lru_cache(maxsize=64)
def _insert_sql(model: type[Model], _vendor: str) -> tuple[str, list[Any]]:
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    pk = next(field for field in model._meta.local_concrete_fields if field.primary_key)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    into = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"
    return f"{into} RETURNING {quote(str(pk.column))}", fields


class _Statement(NamedTuple):
    """SQL with its blanks, and what Django needs to make objects of the rows."""

    compiler: Any
    sql: str
    params: Sequence[Any]
    iterable: Callable[[_Source], Any] | None = None
    # How its columns become values: the same each time, and asked for with each reading.
    converters: dict[int, Any] | None = None

    def rows(self, values: list[Any]) -> list[Any]:
        assert self.iterable is not None
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        filled = self.filled(values)
        compiler.as_sql = lambda: (self.sql, filled)
        compiler.get_converters = self._converters
        return list(self.iterable(_Source(compiler)))

    def _converters(self, expressions: Sequence[Any]) -> Any:
        count = len(expressions)
        assert self.converters is not None
        if count not in self.converters:
            self.converters[count] = self.compiler.get_converters(expressions)
        return self.converters[count]

    def change(self, values: list[Any]) -> int:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self.sql, self.filled(values))
            return int(cursor.rowcount)

    def filled(self, values: list[Any]) -> tuple[Any, ...]:
        here = connections[DEFAULT_DB_ALIAS]
        return tuple([_filled(here, values[one.place]) if isinstance(one, _Blank) else one for one in self.params])


class _Source:
    """As much of a query set as Django's iterables ask for."""

    db = DEFAULT_DB_ALIAS
    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, compiler: Any) -> None:
        self.query, self._compiler = self, compiler

    def get_compiler(self, using: str) -> Any:
        return self._compiler


class _Blank(Expression):
    """Where a value will stand. `many` takes a collection of ids, in one parameter however many they are."""

    def __init__(self, place: int, many: bool) -> None:
        super().__init__()
        self.place, self.many = place, many

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        if not self.many:
            return "%s", [self]
        if connection.vendor == "postgresql":
            return "(SELECT unnest(%s::bigint[]))", [self]
        return "(SELECT value FROM json_each(%s))", [self]


def _leaves(argument: Any) -> list[Any]:
    """The values in an argument. A request's sight is gathered only when it is looked into: hence `__class__`."""
    names = getattr(argument.__class__, "__dataclass_fields__", None)
    return [argument] if names is None else [getattr(argument, name) for name in names]


def _blanks(args: tuple[Any, ...]) -> list[Any]:
    """The arguments with numbered blanks for their values; None stays None."""
    place, blanks = 0, []
    for argument in args:
        leaves = _leaves(argument)
        inside = [None if leaf is None else _Blank(place + n, _is_many(leaf)) for n, leaf in enumerate(leaves)]
        whole: Any = argument.__class__
        blanks.append(whole(*inside) if hasattr(whole, "__dataclass_fields__") else inside[0])
        place += len(leaves)
    return blanks


def _is_many(value: Any) -> bool:
    return isinstance(value, Set | list | tuple)


def _filled(connection: Any, value: Any) -> Any:
    if _is_many(value):
        return list(value) if connection.vendor == "postgresql" else dumps(list(value))
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
