"""The command `cairn`. Commands import what is heavy when they run, so that --help is quick."""

from __future__ import annotations

from typing import Annotated

import typer

from cairn import __version__
from cairn.cli.bake import bake, unbake
from cairn.cli.command import Command
from cairn.cli.issue import issue
from cairn.cli.jose import app as jose
from cairn.cli.keygen import keygen
from cairn.cli.revoke import revoke
from cairn.cli.server import register
from cairn.cli.show import show
from cairn.cli.vcapi import vcapi
from cairn.cli.verify import verify

app = typer.Typer(
    name="cairn",
    no_args_is_help=True,
    add_completion=False,
    # Typer's own rich help costs a quarter of a second before the first word.
    rich_markup_mode=None,
    # A bug is shown as Python shows it, and never with the values of variables: some are secret.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"cairn {__version__}")
        raise typer.Exit


@app.callback()
def cairn(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Issue and verify micro-credentials as Open Badges 3.0.

    \b
    From nothing to a first credential:
      cairn keygen --did web:example.edu --out issuer.key.json
      cairn issue achievement.yaml roster.csv --key issuer.key.json --out badges
      cairn verify badges

    Each command explains itself: cairn issue --help.
    """


for command, summary in (
    (keygen, "Make a signing key, and the document to publish."),
    (issue, "Sign one credential for each learner of a class."),
    (verify, "Check a credential, a badge or a folder of them."),
    (revoke, "Revoke credentials, or renew a status list."),
    (bake, "Put a credential into a PNG or SVG."),
    (unbake, "Take a credential out of a PNG or SVG."),
    (show, "Show what a credential says, without checking it."),
    (vcapi, "Answer the W3C's test suites, on this machine."),
):
    app.command(short_help=summary, cls=Command)(command)
app.add_typer(jose, name="jose", short_help="Sign and check envelopes (JWT, COSE), for tests.")
register(app)

if __name__ == "__main__":
    app()
