"""PostgreSQL's own tools, called so that no password shows in the list of processes."""

import os
import shutil
import subprocess
from gettext import gettext as _
from pathlib import Path
from typing import Any

from comvir.lib.refusals import Refusal


def tool(name: str) -> str:
    """Where `pg_dump` or `pg_restore` is. Raises Refusal with what to install."""
    # The newest first: pg_dump refuses a server newer than itself.
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which(name)
    if not found:
        words = {"tool": name}
        raise Refusal(_("%(tool)s is not on this machine. On Debian: apt install postgresql-client") % words)
    return found


def environment(database: dict[str, Any]) -> dict[str, str]:
    """The PG… variables that say to the tools what Django's DATABASES["default"] says."""
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    told = {name: str(database.get(key)) for name, key in names.items() if database.get(key)}
    return {**os.environ, **told}


def dump(database: dict[str, Any], target: Path, snapshot: str) -> None:
    """Write the database as it was at `snapshot` (an exported one) to `target`, in PostgreSQL's own format."""
    _run([tool("pg_dump"), "-Fc", "--no-owner", f"--snapshot={snapshot}", f"--file={target}"], database)


def load(database: dict[str, Any], source: Path) -> None:
    """Put the database back as `source` has it, whole or not at all."""
    name = f"--dbname={database['NAME']}"
    options = ["--clean", "--if-exists", "--no-owner", "--single-transaction", name, str(source)]
    _run([tool("pg_restore"), *options], database)


def _run(line: list[str], database: dict[str, Any]) -> None:
    done = subprocess.run(line, env=environment(database), capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [str(done.returncode)])[0]
        raise Refusal(_("PostgreSQL could not do it: %(said)s") % {"said": said})
