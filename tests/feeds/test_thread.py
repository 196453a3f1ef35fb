"""The hub as it runs: in its own thread, woken by what is said, and closed in good order."""

import json
import subprocess
import sys

from tests.house import ROOT, clean_environment


def test_in_its_thread_it_is_woken_survives_a_fault_and_notes_what_comes_back_when_it_is_closed(tmp_path):
    environment = {
        **clean_environment(),
        "COMVIR_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "comvir.config.settings",
    }
    (tmp_path / "static").mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", RUN], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == {
        "accepted": 202,
        "verified": True,
        "sent": True,
        "noted": True,
        "sent again after a fault": True,
        "noted at the end": True,
    }
    assert ran.stderr.count("the hub failed") == 1


# The client of the tests calls itself “testserver”.
RUN = """
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
from tests.feeds.alone import main
import json
print(json.dumps(main()))
"""
