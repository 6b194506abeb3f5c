"""cairn keygen: a signing key, encrypted at rest, and the document that publishes its public half."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cairn.cli.console import Misuse, Stop, folded, plainly, safe, say


class Kind(StrEnum):
    """The kinds of key that a key file holds."""

    ED25519 = "Ed25519"
    P256 = "P-256"
    P384 = "P-384"


@plainly
def keygen(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write the key file.")],
    did: Annotated[
        str,
        typer.Option(
            metavar="web:HOST[:PATH]|key",
            help="web:example.edu ties the key to your web address. key needs no web address, proves "
            "nobody's name, and its credentials cannot be revoked without --status-base.",
        ),
    ] = "key",
    kind: Annotated[
        Kind,
        typer.Option(
            help="Ed25519 suits every verifier that reads Open Badges 3.0. P-256 and P-384 are for "
            "whoever must use the curves of the NIST."
        ),
    ] = Kind.ED25519,
    passphrase: Annotated[
        bool,
        typer.Option("--passphrase", help="Ask for a passphrase that opens the key file."),
    ] = False,
) -> None:
    """Make a signing key and the DID document that publishes its public half.

    \b
    Examples:
      cairn keygen --did web:example.edu --out issuer.key.json
      cairn keygen --did web:example.edu:badges --passphrase --out badges.key.json
      cairn keygen --out test.key.json
      cairn keygen --did web:example.edu --kind P-256 --out nist.key.json

    The key file is encrypted. Without --passphrase it opens with CAIRN_KEY_PASSPHRASE, else with the
    key-encryption key in CAIRN_KEK or in the file CAIRN_KEK_FILE, else with ~/.config/cairn/kek,
    which is made on first use. A file that exists is never overwritten.

    What happens next: put the DID document on the web at the address printed here, keep a copy of
    the key file and its secret in a safe place, then issue with cairn issue.
    """
    from cairn.cli.files import write_new
    from cairn.cli.secrets import secret_for_new
    from cairn.vc import keyfile
    from cairn.vc.keys import SoftwareSigner

    published = out.with_name(f"{out.stem}.did.json")
    for path in (out, published):
        if path.exists():
            raise Stop(
                f"{path} exists already and is not overwritten. Choose another name for --out."
            )
    signer = SoftwareSigner.generate(kind.value)
    identifier, method, address, document = _identity(did, signer)
    secret, opens = secret_for_new(ask=passphrase)
    locked = keyfile.lock(
        signer,
        did=identifier,
        verification_method=method,
        created=datetime.now(UTC),
        secret=secret,
    )
    write_new(published, document)
    write_new(out, locked, mode=0o600)
    say(f"DID:           {safe(identifier)}")
    say(f"Key file:      {safe(out)}")
    say(folded(f"{' ' * 15}{safe(opens)}", 80, indent=" " * 15))
    say(f"DID document:  {safe(published)}")
    if address:
        say(f"               Publish it at {safe(address)}")
    else:
        say("               Nothing to publish: a did:key is its own document.")
    say()
    say(f"Next: cairn issue ACHIEVEMENT.yaml ROSTER.csv --key {safe(out)} --out DIR")


def _identity(did: str, signer: object) -> tuple[str, str, str | None, bytes]:
    """Return the DID, its verification method, where its document is published, and the document."""
    import json

    from cairn.vc.did import key as did_key
    from cairn.vc.did import resolve
    from cairn.vc.did import web as did_web
    from cairn.vc.documents import Shelf
    from cairn.vc.errors import BadKey
    from cairn.vc.keys import SoftwareSigner

    assert isinstance(signer, SoftwareSigner)
    wanted = did.removeprefix("did:")
    if wanted.startswith("web:"):
        try:
            identifier, address = f"did:{wanted}", did_web.url_for(f"did:{wanted}")
        except BadKey as exc:
            raise Misuse(f"--did: {exc}") from exc
        method = did_web.verification_method(identifier, signer.public)
        document = did_web.did_document(identifier, [signer.public])
    elif wanted == "key":
        identifier, address = did_key.did_from(signer.public), None
        method = did_key.verification_method(identifier)
        document = resolve(identifier, Shelf())
    else:
        raise Misuse(f"--did: {did} is neither key nor web:HOST. Write web:example.edu, or key.")
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return identifier, method, address, text.encode()
