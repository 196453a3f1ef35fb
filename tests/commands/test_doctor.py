"""The doctor names what is wrong, says how to mend it, and changes nothing."""

import json
from contextlib import closing

from comvir.lib.sqlite import library
from tests.commands.house import comvir


def findings(house, **environment):
    """The findings by what they are about, each the worst of its kind, and the exit code."""
    said = comvir("doctor", "--json", data=house, **environment)
    order = ["ok", "look", "wrong"]
    worst = {}
    for finding in json.loads(said.stdout):
        known = worst.get(finding["about"], finding)
        worst[finding["about"]] = max(known, finding, key=lambda one: order.index(one["level"]))
    return worst, said.returncode


def test_a_sound_house_has_nothing_wrong(house):
    house.chmod(0o700)
    found, code = findings(house)
    assert [name for name, finding in found.items() if finding["level"] == "wrong"] == []
    assert code == 0


def test_it_speaks_a_line_for_each_thing(house):
    lines = comvir("doctor", data=house).stdout.splitlines()
    assert len(lines) > 10
    assert {line.split()[0] for line in lines} <= {"ok", "look", "wrong"}


def test_an_open_folder_and_an_open_key_are_wrong(house):
    (house / "secret-key").chmod(0o644)
    found, code = findings(house)
    assert (found["folder"]["level"], code) == ("wrong", 1)
    assert found["folder"]["mend"] == f"chmod 600 {house / 'secret-key'}"


def test_a_damaged_database_is_wrong_and_the_rest_is_told_all_the_same(house):
    file = house / "house.sqlite3"
    damaged = bytearray(file.read_bytes())
    damaged[8192:40960] = b"\xff" * 32768
    file.write_bytes(damaged)
    found, code = findings(house)
    assert (found["database"]["level"], code) == ("wrong", 1)
    assert found["disk"]["about"] == "disk"


def test_a_row_that_points_at_nothing_is_wrong(house):
    with closing(library().connect(house / "house.sqlite3", isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys=OFF")
        db.execute("UPDATE people_membership SET person_id = 999999 WHERE id = 1")
    assert findings(house)[0]["database"]["level"] == "wrong"


def test_a_deed_of_tomorrow_accuses_the_clock(house):
    with closing(library().connect(house / "house.sqlite3", isolation_level=None)) as db:
        db.execute("UPDATE journal_deed SET recorded_at = '2099-01-01' WHERE id = (SELECT max(id) FROM journal_deed)")
    assert findings(house)[0]["clock"]["level"] == "wrong"


def test_mail_that_does_not_answer_is_wrong(house):
    found, _ = findings(house, COMVIR_MAIL="smtp://127.0.0.1:1")
    assert found["mail"]["level"] == "wrong"


def test_a_house_without_encryption_in_public_is_wrong(house):
    assert findings(house, COMVIR_ADDRESS="http://circle.example.org")[0]["address"]["level"] == "wrong"
    assert findings(house, COMVIR_ADDRESS="https://circle.example.org")[0]["address"]["level"] == "ok"


def test_a_backup_is_remembered(house, tmp_path):
    assert findings(house)[0]["backup"]["level"] == "look"
    comvir("backup", tmp_path / "monday.tar.gz", data=house)
    assert findings(house)[0]["backup"]["level"] == "ok"


def test_what_a_cut_off_restore_left_is_found(house):
    (house.parent / "data.restoring-20260101-000000").mkdir()
    assert findings(house)[0]["leftovers"]["level"] == "look"


def test_a_database_that_does_not_answer_is_wrong_and_the_rest_is_told(house):
    found, code = findings(house, COMVIR_DATABASE="postgres://nobody@127.0.0.1:1/x")
    assert (found["database"]["level"], found["disk"]["about"], code) == ("wrong", "disk", 1)
