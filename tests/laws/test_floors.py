"""The laws of the house that no reader of one file could see broken."""

import ast
import inspect
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from importlinter import cli as importlinter

from comvir.conversation import acts as conversation_acts
from comvir.people import acts as people_acts

PACKAGE = Path(__file__).parents[2] / "comvir"
ROOMS = ("journal", "people", "conversation", "memory", "notifications", "transfer", "feeds", "intake")
FLOORS = {name: height for height, name in enumerate(ROOMS)}
# The one exception, written: the journal says who and where without importing either.
ALLOWED_UPWARD = {("journal", "people")}


def sources(*folders: str):
    for folder in folders:
        for path in (PACKAGE / folder).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text())


def test_imports_go_down(monkeypatch):
    # It would set up the log of the whole process, and so silence the loggers other tests listen to.
    monkeypatch.setattr(importlinter, "_configure_logging", lambda verbose: None)
    assert importlinter.lint_imports(config_filename=str(PACKAGE.parent / "pyproject.toml"), no_cache=True) == 0


def test_foreign_keys_point_down():
    upward = set()
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models(include_auto_created=True):
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created:
                    target = field.related_model._meta.app_label
                    if FLOORS.get(target, -1) > FLOORS[room]:
                        upward.add((room, target))
    assert upward == ALLOWED_UPWARD


def public_acts():
    for name in people_acts.__all__:
        yield getattr(people_acts, name)
    for name in conversation_acts.__all__:
        act = getattr(conversation_acts, name)
        if inspect.isfunction(act):
            yield act


@pytest.mark.parametrize("act", list(public_acts()), ids=lambda act: act.__qualname__)
def test_every_act_takes_by_first_is_one_transaction_and_records(act):
    parameters = list(inspect.signature(act).parameters.values())
    assert parameters[0].name == "by"
    assert {parameter.kind for parameter in parameters} == {inspect.Parameter.KEYWORD_ONLY}
    tree = ast.parse(inspect.getsource(act))
    blocks = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.With) and ast.unparse(node.items[0].context_expr) == "transaction.atomic()"
    ]
    assert len(blocks) == 1
    recorded = [
        index
        for index, statement in enumerate(blocks[0].body)
        if any(
            isinstance(node, ast.Call) and ast.unparse(node.func) in ("record", "record_here")
            for node in ast.walk(statement)
        )
    ]
    assert recorded, f"{act.__qualname__} leaves no deed"
    assert recorded[-1] == len(blocks[0].body) - 1, f"{act.__qualname__} does something after its deed"


def test_every_act_of_the_people_room_is_listed():
    defined = {
        node.name
        for _, tree in sources("people/acts")
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.args.kwonlyargs and node.args.kwonlyargs[0].arg == "by"
    }
    assert defined == set(people_acts.__all__)


def test_no_http_and_no_signals_in_rooms():
    forbidden = ("django.http", "django.shortcuts", "django.dispatch", "django.db.models.signals", "django.forms")
    found = [
        (path.name, name)
        for path, tree in sources(*ROOMS, "lib")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
        if name.startswith(forbidden)
    ]
    assert found == []


def test_doors_fetch_through_what_may_be_seen():
    """No door calls `Thing.objects.get()` and the like on a room's model: it goes through visible_to()."""
    models = {model.__name__ for room in ROOMS for model in apps.get_app_config(room).get_models()}
    free = {"House", "Account"}  # the house itself, and one's own account
    found = []
    for path, tree in sources("web"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                target = ast.unparse(node.func.value)
                name = target.removesuffix(".objects")
                gates = {"visible_to", "read_by", "seen_with"}
                if target.endswith(".objects") and name in models - free and node.func.attr not in gates:
                    found.append(f"{path.relative_to(PACKAGE)}:{node.lineno} {target}.{node.func.attr}")
    assert found == []


def test_every_door_says_for_whom_it_is_open():
    from django.urls import get_resolver

    undeclared = [
        pattern.name
        for pattern in get_resolver().url_patterns
        if getattr(pattern, "callback", None) is not None
        and pattern.callback.__module__.startswith("comvir.")
        and not hasattr(pattern.callback, "door")
    ]
    assert undeclared == []


@pytest.mark.django_db
def test_migrations_are_complete(capsys):
    call_command("makemigrations", "--check", "--dry-run", *ROOMS)


def test_no_template_or_script_breaks_the_content_policy():
    import re

    templates = list((PACKAGE / "web" / "templates").rglob("*.html"))
    assert templates
    bad = re.compile(
        r"\sstyle=|<style\b|\son[a-z]+=|[=\"']\s*javascript:|\|\s*safe\b|<script(?![^>]*\bsrc=)(?![^>]*application/json)",
        re.I,
    )
    found = [
        (str(path.relative_to(PACKAGE)), hit.group(0))
        for path in templates
        for hit in bad.finditer(re.sub(r"\{#.*?#\}", "", path.read_text()))
    ]
    assert found == []
