"""The floor of live pages: a program that takes a request and writes the same bytes to all who listen.

`python -m bench.town_crier PORT` serves it: GET /live listens, POST says, anything else answers that it lives.
"""

import asyncio
import sys
from typing import Any

import uvloop

_STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 1000\n\n"
_ALIVE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_TAKEN = b"HTTP/1.1 303 See Other\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"
_DATA = b'data: {"verb": "said", "thread": 1, "message": 2, "community": 3, "huddle": null}\n\n'


class Crier(asyncio.Protocol):
    listening: set[Any] = set()
    said = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have no class in common with asyncio's.
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"GET /live"):
            self.transport.write(_STREAM)
            self.listening.add(self.transport)
        elif data.startswith(b"POST"):
            Crier.said += 1
            event = b"id: %d\nevent: deed\n" % self.said + _DATA
            for one in self.listening:
                one.write(event)
            self.transport.write(_TAKEN)
        else:
            self.transport.write(_ALIVE)

    def connection_lost(self, error: Exception | None) -> None:
        self.listening.discard(self.transport)


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Crier, "127.0.0.1", port, backlog=2048)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
