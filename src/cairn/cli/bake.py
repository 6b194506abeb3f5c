"""cairn bake and cairn unbake: a credential into a picture, and out again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cairn.cli.console import Misuse, Stop, naming, plainly, safe, say


@plainly
def bake(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A PNG or SVG.")],
    credential: Annotated[
        Path, typer.Argument(metavar="CREDENTIAL", help="The signed credential.")
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write the badge.")],
) -> None:
    """Put a signed credential into a PNG or SVG, so that the picture can be verified.

    \b
    Example:
      cairn bake badge.svg s1024.json --out s1024.svg

    The picture itself is not re-encoded. A credential that was in it is replaced.

    What happens next: check it with cairn verify s1024.svg. Phones and social networks often strip
    what is baked in, so keep the JSON file as well.
    """
    from cairn.cli.files import read_bounded, write_whole
    from cairn.vc.baking import MAX_IMAGE, picture_type
    from cairn.vc.baking import bake as put

    picture = read_bounded(image, limit=MAX_IMAGE)
    text = _credential(credential)
    with naming(image):
        suffix = f".{picture_type(picture)}"
    if out.suffix.lower() in {".png", ".svg", ".json"} - {suffix}:
        raise Misuse(f"--out: {out} will be a picture like {image}. Name it {out.stem}{suffix}.")
    with naming(credential):
        baked = put(picture, text)
    write_whole(out, baked)
    say(f"Baked {safe(credential)} into {safe(out)}.")
    say()
    say(f"Next: cairn verify {safe(out)}")


def _credential(path: Path) -> str:
    from cairn.cli.files import read_bounded
    from cairn.cli.kinds import foreign
    from cairn.cli.sources import is_picture
    from cairn.vc.document import MAX_BYTES

    raw = read_bounded(path, limit=MAX_BYTES)
    if is_picture(raw):
        raise Misuse(
            f"{path} is a picture. The picture comes first, then the credential: "
            "cairn bake badge.svg s1024.json --out s1024.svg"
        )
    if kind := foreign(raw):
        raise Stop(f"{path} is {kind}, not a signed credential.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise Stop(f"{path} is not UTF-8 text, so it is no credential.") from exc


@plainly
def unbake(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A baked PNG or SVG.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE|-", help="Where to write it. Default: -, the standard output."),
    ] = None,
) -> None:
    """Take the credential out of a PNG or SVG, character for character. It is not checked.

    \b
    Examples:
      cairn unbake s1024.svg --out s1024.json
      cairn unbake s1024.png | cairn verify -

    What happens next: check it with cairn verify.
    """
    from cairn.cli.files import read_bounded, write_whole
    from cairn.vc.baking import MAX_IMAGE
    from cairn.vc.baking import unbake as take

    if out is not None and out.exists() and out.samefile(image):
        raise Misuse(f"--out: {out} is the picture itself. Choose another name.")
    with naming(image):
        baked = take(read_bounded(image, limit=MAX_IMAGE))
    if out is None or str(out) == "-":
        if sys.stdout.isatty():
            say(safe(baked.text))
            return
        sys.stdout.buffer.write(baked.text.encode())
        sys.stdout.buffer.flush()
        return
    write_whole(out, baked.text.encode())
    say(f"Took the credential out of {safe(image)} and wrote {safe(out)}. It was not checked.")
    say()
    say(f"Next: cairn verify {safe(out)}")
