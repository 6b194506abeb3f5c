"""cairn vcapi: the endpoints that the published test suites of the W3C call, on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from cairn.cli.console import Stop, plainly, say


@plainly
def vcapi(
    port: Annotated[
        int,
        typer.Option(min=0, max=65535, metavar="N", help="The port; 0 takes one that is free."),
    ] = 40443,
    tls: Annotated[
        bool,
        typer.Option("--tls", help="Answer over HTTPS, with a certificate signed by itself."),
    ] = False,
) -> None:
    """Issue and verify over HTTP for a test suite on the same machine. Never for anybody else.

    \b
    Example:
      cairn vcapi --port 40443 --tls
      curl --insecure https://127.0.0.1:40443/localConfig.cjs > localConfig.cjs

    Whatever is sent there is signed, with keys that are made at the start and kept nowhere. Only
    127.0.0.1 is listened on, and no server of Cairn has these endpoints.

    What happens next: give localConfig.cjs to a suite, as docs/how-to/run-the-published-suites.md
    tells, and end with Ctrl-C.
    """
    from cairn.vcapi.certificate import context
    from cairn.vcapi.server import Server

    try:
        server = Server(port, tls=context() if tls else None)
    except OSError as exc:
        raise Stop(f"Port {port} cannot be used: {exc.strerror}. Choose another --port.") from exc
    with server:
        base = server.profile.base
        say(f"Issuers and verifiers: {base}/")
        say(f"For a test suite:      {base}/localConfig.cjs")
        say("Whatever is sent there is signed. End with Ctrl-C.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say()
