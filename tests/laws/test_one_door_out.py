"""Nothing leaves the house but through `comvir.lib.fetch` and the mail."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "comvir"
CLIENTS = ("http.client", "urllib.request", "urllib3", "requests", "httpx", "httpx2", "aiohttp", "ftplib", "telnetlib",
           "xmlrpc", "pycurl", "websockets", "smtplib", "feedparser.http")  # fmt: skip
CALLS = ("create_connection", "open_connection", "getaddrinfo", "urlopen", "urlretrieve")
# Who may, and why.
ALLOWED = {
    ("lib/fetch/exchange.py", "http.client"),
    ("lib/fetch/exchange.py", "create_connection"),
    ("lib/fetch/addresses.py", "getaddrinfo"),
    ("cli/serve.py", "getaddrinfo"),  # which address of this machine to listen at
    ("web/adapter.py", "smtplib"),  # the name of an error of the mail
}


def ways_out(tree: ast.Module):
    """Clients a module imports, and calls that open a line or ask where a name leads."""
    for node in ast.walk(tree):
        imported: list[str] = []
        if isinstance(node, ast.Import):
            imported = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            yield from (alias.name for alias in node.names if alias.name in CALLS)
        elif isinstance(node, ast.Attribute) and node.attr in CALLS:
            yield node.attr
        for name in imported:
            yield from (client for client in CLIENTS if name == client or name.startswith(f"{client}."))


def test_no_module_but_one_asks_the_web():
    found = {
        (str(path.relative_to(PACKAGE)), way)
        for path in PACKAGE.rglob("*.py")
        for way in ways_out(ast.parse(path.read_text()))
    }
    assert found == ALLOWED
