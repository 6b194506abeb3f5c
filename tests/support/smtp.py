"""A mail server in forty lines: it listens on loopback and keeps what it is told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Post:
    """What arrived. ``refuse`` names an address and the answer it gets."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 post.example")
        while line := (await reader.readline()).decode().strip():
            self.said.append(line)
            verb = line[:4].upper()
            if verb == "RCPT":
                address = line.partition("<")[2].partition(">")[0]
                say(self.refuse.get(address, "250 fine"))
            elif verb == "DATA":
                say("354 go on")
                raw = await reader.readuntil(b"\r\n.\r\n")
                parsed = message_from_bytes(
                    raw[:-3].replace(b"\r\n..", b"\r\n."), policy=policy.default
                )
                self.letters.append(parsed)  # type: ignore[arg-type]
                say("250 taken")
            else:
                say("221 bye" if verb == "QUIT" else "250 fine")
        writer.close()


@contextmanager
def post_office() -> Iterator[Post]:
    """Run the server in a thread until the block ends."""
    post, ready, ends = Post(), threading.Event(), []

    async def work() -> None:
        end = asyncio.Event()
        ends.append((asyncio.get_running_loop(), end))
        server = await asyncio.start_server(post.talk, "127.0.0.1", 0)
        post.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await end.wait()

    thread = threading.Thread(target=lambda: asyncio.run(work()), daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield post
    finally:
        loop, end = ends[0]
        loop.call_soon_threadsafe(end.set)
        thread.join(5)
