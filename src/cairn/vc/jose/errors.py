"""What can be wrong with an envelope, by what somebody would have to change."""

from __future__ import annotations

from cairn.vc.cryptosuites import BadProof
from cairn.vc.errors import Unreadable


class BadToken(Unreadable):
    """A JWT, SD-JWT or COSE message is not written as its standard asks."""

    code = "jose.malformed"


class BadDisclosure(BadToken):
    """What an SD-JWT discloses does not fit what was signed."""

    code = "jose.disclosure"


class BadHeader(BadProof):
    """The header of an envelope asks for something that its form does not allow."""

    code = "jose.header"


class BadAlgorithm(BadHeader):
    """The header names an algorithm that its form does not allow."""

    code = "jose.algorithm"


class BadClaim(BadProof):
    """A claim of the token says something else than the credential inside, or may not be there."""

    code = "jose.claim"


class BadBinding(BadProof):
    """The holder's own signature on an SD-JWT is missing, or does not hold."""

    code = "jose.key_binding"


class BadPresentation(BadProof):
    """A presentation holds something else than credentials in envelopes."""

    code = "jose.presentation"
