"""bin/setup in a copy: again, after being killed, without a fit Python. No network."""

import os
import shutil
import signal
import subprocess
import time

import pytest

from tests.commands.house import ROOT

TOOLS = ("cat", "cmp", "cp", "dirname", "printf", "rm", "sh")
PYTHONS = ("python3", "python3.11", "python3.12", "python3.13", "python3.14")


@pytest.fixture
def copy(tmp_path):
    """The project's bin/ in a folder with a space, and a list of packages that asks for none."""
    place = tmp_path / "my comvir"
    shutil.copytree(ROOT / "bin", place / "bin")
    (place / "requirements").mkdir()
    (place / "requirements" / "serve.txt").write_text("# nothing\n")
    return place


def fakes(folder, script):
    """A PATH on which every Python is this script."""
    folder.mkdir()
    for tool in TOOLS:
        if found := shutil.which(tool):
            (folder / tool).symlink_to(found)
    for name in PYTHONS:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return str(folder)


def setup(copy, **environment):
    return subprocess.run(
        [copy / "bin" / "setup"],
        env={**os.environ, "PIP_NO_INDEX": "1", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def test_a_python_that_is_too_old_is_named_in_one_line(copy, tmp_path):
    path = fakes(tmp_path / "path", 'case "$*" in *version_info*) exit 1;; esac; echo "Python 3.10.12"')
    said = setup(copy, PATH=path, PYTHON="")
    assert (said.returncode, said.stderr) == (
        1,
        "comvir needs Python 3.11 or newer. On Debian or Ubuntu: apt install python3 python3-venv\n",
    )
    assert not (copy / ".venv").exists()


def test_a_python_without_venv_is_told_what_to_install(copy, tmp_path):
    path = fakes(tmp_path / "path", 'case "$*" in *venv*) mkdir -p .venv; exit 1;; esac')
    said = setup(copy, PATH=path, PYTHON="")
    assert said.returncode == 1
    assert "apt install python3-venv" in said.stderr
    assert not (copy / ".venv").exists()


def test_killed_half_way_it_goes_on_and_then_has_nothing_to_do_until_the_list_changes(copy):
    process = subprocess.Popen(
        [copy / "bin" / "setup"], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not (copy / ".venv" / "pyvenv.cfg").exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    second = setup(copy)
    assert second.returncode == 0, second.stderr
    mark = (copy / ".venv" / "serve.txt").stat().st_mtime_ns
    third = setup(copy)
    assert (third.returncode, third.stdout, third.stderr) == (0, "", "")
    assert (copy / ".venv" / "serve.txt").stat().st_mtime_ns == mark
    # Another list than last time is installed; that it failed is not remembered as done.
    (copy / "requirements" / "serve.txt").write_text("nothing-of-that-name==1 --hash=sha256:" + "0" * 64 + "\n")
    for _ in range(2):
        said = setup(copy)
        assert said.returncode == 1
        assert "The packages could not be installed: is the network up, and is there room on the disk?" in said.stderr
