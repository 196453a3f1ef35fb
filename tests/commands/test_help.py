"""What the commands say of themselves."""

import gettext
import subprocess
import sys

import polib
import pytest

import comvir.cli
from comvir import __version__
from comvir.cli import commands, main
from tests.commands.house import comvir as run
from tests.commands.house import environment

NAMES = [command.name for command in commands()]


@pytest.mark.parametrize("name", NAMES)
def test_each_command_explains_itself_with_an_example_without_waking_the_house(name, tmp_path):
    script = (
        f"from comvir.cli import main; code = main([{name!r}, '--help'])\n"
        "from django.apps import apps; assert not apps.ready; raise SystemExit(code)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], env=environment(tmp_path / "none"), capture_output=True, text=True, timeout=30
    )
    assert (said.returncode, said.stderr) == (0, "")
    assert f"For example: python -m comvir {name}" in said.stdout
    assert not (tmp_path / "none").exists()


def test_without_a_word_every_command_is_listed(capsys):
    assert main([]) == 0
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines() if line.startswith("  ")] == NAMES


def test_the_version_is_told(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"comvir {__version__}\n"


def test_an_unknown_word_gets_the_nearest_command(capsys):
    assert main(["bakcup"]) == 2
    assert capsys.readouterr().err == "There is no command “bakcup”. Did you mean “backup”?\n"


def test_a_word_near_to_nothing_gets_them_all(capsys):
    assert main(["xyzzy"]) == 2
    assert capsys.readouterr().err == f"There is no command “xyzzy”. There are: {', '.join(NAMES)}.\n"


def test_a_missing_word_is_explained(tmp_path):
    said = run("backup", data=tmp_path / "none")
    assert said.returncode == 2
    assert "FILE" in said.stderr


def test_the_terminal_chooses_the_language(capsys, monkeypatch, tmp_path):
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    french = polib.POFile()
    french.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    french.append(polib.POEntry(msgid="Copy the whole house into one file.", msgstr="Toute la maison en un fichier."))
    french.save_as_mofile(str(folder / "django.mo"))
    monkeypatch.setattr(comvir.cli, "LOCALE", tmp_path)
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    try:
        monkeypatch.setenv("LANG", "fr_FR.UTF-8")
        main([])
        assert "Toute la maison en un fichier." in capsys.readouterr().out
        monkeypatch.setenv("LANG", "C")
        main([])
        assert "Copy the whole house into one file." in capsys.readouterr().out
    finally:
        gettext.textdomain("messages")
