"""The small classes of Open Badges 3.0 that others are made of."""

# A builder takes every property of its class by name, and "id" is the standard's own word.
# ruff: noqa: A002
from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final, Self

from cairn.vc.model.view import Term, View, compact, flag, kind_of, number, one, text

#: Open Badges 3.0, AlignmentTargetType: closed, but for names that start with ``ext:``.
TARGET_TYPES: Final = (
    "ceasn:Competency",
    "ceterms:Credential",
    "CFItem",
    "CFRubric",
    "CFRubricCriterion",
    "CFRubricCriterionLevel",
    "CTDL",
)
#: Open Badges 3.0, IdentifierTypeEnum: closed, but for names that start with ``ext:``.
IDENTIFIER_TYPES: Final = (
    "name",
    "sourcedId",
    "systemId",
    "productId",
    "userName",
    "accountId",
    "emailAddress",
    "nationalIdentityNumber",
    "isbn",
    "issn",
    "lisSourcedId",
    "oneRosterSourcedId",
    "sisSourcedId",
    "ltiContextId",
    "ltiDeploymentId",
    "ltiToolId",
    "ltiPlatformId",
    "ltiUserId",
    "identifier",
)
_HASHES: Final = {"sha256": hashlib.sha256, "md5": hashlib.md5}


@dataclass(frozen=True, slots=True)
class Image(View):
    """A picture: where it is, and what it shows in words."""

    id = Term("id", text)
    caption = Term("caption", text)

    @classmethod
    def build(cls, *, id: str, caption: str | None = None) -> Self:
        return cls(compact(id=id, type="Image", caption=caption))


@dataclass(frozen=True, slots=True)
class Criteria(View):
    """What must be shown to earn an achievement, in Markdown, at an address, or both."""

    id = Term("id", text)
    narrative = Term("narrative", text)

    @classmethod
    def build(cls, *, narrative: str | None = None, id: str | None = None) -> Self:
        if narrative is None and id is None:
            raise ValueError("Criteria need a narrative, an address, or both.")
        return cls(compact(id=id, narrative=narrative))


@dataclass(frozen=True, slots=True)
class Alignment(View):
    """A competency, skill or course elsewhere that an achievement maps to."""

    target_name = Term("targetName", text)
    target_url = Term("targetUrl", text)
    target_type = Term("targetType", text)
    target_framework = Term("targetFramework", text)
    target_code = Term("targetCode", text)
    target_description = Term("targetDescription", text)

    @classmethod
    def build(
        cls,
        *,
        target_name: str,
        target_url: str,
        target_type: str | None = None,
        target_framework: str | None = None,
        target_code: str | None = None,
        target_description: str | None = None,
    ) -> Self:
        if target_type is not None:
            kind_of(target_type, TARGET_TYPES, "alignment target type")
        return cls(
            compact(
                type=["Alignment"],
                targetCode=target_code,
                targetDescription=target_description,
                targetFramework=target_framework,
                targetName=target_name,
                targetType=target_type,
                targetUrl=target_url,
            )
        )


@dataclass(frozen=True, slots=True)
class Related(View):
    """The same achievement in another language, version or standard."""

    id = Term("id", text)
    in_language = Term("inLanguage", text)
    version = Term("version", text)

    @classmethod
    def build(cls, *, id: str, in_language: str | None = None, version: str | None = None) -> Self:
        return cls(compact(id=id, type=["Related"], inLanguage=in_language, version=version))


@dataclass(frozen=True, slots=True)
class Evidence(View):
    """Work that was shown: where it is, or its story in Markdown."""

    id = Term("id", text)
    name = Term("name", text)
    narrative = Term("narrative", text)
    description = Term("description", text)
    genre = Term("genre", text)
    audience = Term("audience", text)

    @classmethod
    def build(
        cls,
        *,
        id: str | None = None,
        name: str | None = None,
        narrative: str | None = None,
        description: str | None = None,
        genre: str | None = None,
        audience: str | None = None,
    ) -> Self:
        return cls(
            compact(
                id=id,
                type=["Evidence"],
                narrative=narrative,
                name=name,
                description=description,
                genre=genre,
                audience=audience,
            )
        )


@dataclass(frozen=True, slots=True)
class IdentityObject(View):
    """Who the subject is, in the open or as a hash that only a guess can confirm."""

    hashed = Term("hashed", flag)
    identity_hash = Term("identityHash", text)
    identity_type = Term("identityType", text)
    salt = Term("salt", text)

    @classmethod
    def plain(cls, identity: str, *, kind: str) -> Self:
        """State an identity in the open; whoever sees the credential sees it."""
        kind_of(kind, IDENTIFIER_TYPES, "identifier type")
        return cls(
            compact(type="IdentityObject", hashed=False, identityHash=identity, identityType=kind)
        )

    @classmethod
    def hashed_email(cls, email: str, *, salt: str) -> Self:
        """State an e-mail address so that only somebody who knows it can recognise it.

        The address is hashed as written; readers disagree on folding its case.
        """
        return cls(
            compact(
                type="IdentityObject",
                hashed=True,
                identityHash=f"sha256${_digest('sha256', email, salt)}",
                identityType="emailAddress",
                salt=salt,
            )
        )

    def matches(self, identity: str) -> bool:
        """Tell whether this is the identity meant; e-mail also in lower case."""
        candidates = {identity}
        if self.identity_type == "emailAddress":
            candidates.add(identity.lower())
        return any(self._is(candidate) for candidate in candidates)

    def _is(self, identity: str) -> bool:
        stated = self.identity_hash or ""
        if not self.hashed:
            return hmac.compare_digest(stated.encode(), identity.encode())
        algorithm, _, digest = stated.partition("$")
        if algorithm not in _HASHES:
            return False
        found = _digest(algorithm, identity, self.salt or "")
        return hmac.compare_digest(digest.lower().encode(), found.encode())


@dataclass(frozen=True, slots=True)
class IdentifierEntry(View):
    """A number or name by which others know a thing."""

    identifier = Term("identifier", text)
    identifier_type = Term("identifierType", text)

    @classmethod
    def build(cls, *, identifier: str, identifier_type: str) -> Self:
        kind_of(identifier_type, IDENTIFIER_TYPES, "identifier type")
        return cls(
            compact(type="IdentifierEntry", identifier=identifier, identifierType=identifier_type)
        )


@dataclass(frozen=True, slots=True)
class GeoCoordinates(View):
    """A place on the globe, in degrees."""

    latitude = Term("latitude", number)
    longitude = Term("longitude", number)


@dataclass(frozen=True, slots=True)
class Address(View):
    """Where an organisation or a person is."""

    country = Term("addressCountry", text)
    country_code = Term("addressCountryCode", text)
    region = Term("addressRegion", text)
    locality = Term("addressLocality", text)
    street = Term("streetAddress", text)
    postal_code = Term("postalCode", text)
    geo = Term("geo", one(GeoCoordinates))

    @classmethod
    def build(
        cls,
        *,
        country: str | None = None,
        country_code: str | None = None,
        region: str | None = None,
        locality: str | None = None,
        street: str | None = None,
        postal_code: str | None = None,
    ) -> Self:
        return cls(
            compact(
                type=["Address"],
                addressCountry=country,
                addressCountryCode=country_code,
                addressRegion=region,
                addressLocality=locality,
                streetAddress=street,
                postalCode=postal_code,
            )
        )


def _digest(algorithm: str, identity: str, salt: str) -> str:
    # Open Badges 3.0, IdentityHash: the salt is appended, and the whole is UTF-8.
    return _HASHES[algorithm]((identity + salt).encode()).hexdigest()
