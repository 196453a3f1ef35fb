"""What a member's browser sends and gets, over one connection that is kept open."""

import gzip
import socket
from urllib.parse import urlencode

from bench.load import request

_FORM = "a" * 32


def answer(thread: int, text: str, cookie: str, *, path: str = "") -> bytes:
    """The bytes of a POST that answers in a thread (or says it at another path)."""
    body = urlencode({"text": text})
    head = [
        f"POST {path or f'/t/{thread}/'} HTTP/1.1", "Host: localhost", f"Cookie: {cookie}; form={_FORM}",
        f"X-CSRFToken: {_FORM}", "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}",
    ]  # fmt: skip
    return ("\r\n".join(head) + f"\r\n\r\n{body}").encode()


def plain(headers: dict[str, str], body: bytes) -> bytes:
    """The body as it was before it was compressed."""
    return gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body


class Line:
    """A connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def ask(self, sent: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers by lower-case name, and body of the answer."""
        self._socket.sendall(sent)
        status = int(self._file.readline()[9:12])
        headers: dict[str, str] = {}
        while (line := self._file.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding") == "chunked":
            return status, headers, self._chunks()
        return status, headers, self._file.read(int(headers.get("content-length", 0)))

    def get(self, path: str, cookie: str = "") -> tuple[int, dict[str, str], bytes]:
        """Ask for a page as a browser does; the body as it came."""
        return self.ask(request(path, cookie))

    def read(self, path: str, cookie: str = "") -> bytes:
        """The page as a browser shows it."""
        _, headers, body = self.get(path, cookie)
        return plain(headers, body)

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def _chunks(self) -> bytes:
        body = b""
        while length := int(self._file.readline(), 16):
            body += self._file.read(length)
            self._file.readline()
        self._file.readline()
        return body
