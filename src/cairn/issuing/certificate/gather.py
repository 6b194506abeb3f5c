"""From a credential to what its certificate says. Reads only; who may ask is the caller's concern."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cairn.design.content import Content, Task
from cairn.issuing import selectors
from cairn.issuing.badges import badge_caption, badge_svg
from cairn.issuing.certificate.told import CertificateFacts
from cairn.issuing.compose import plain
from cairn.issuing.documents import signed_bytes
from cairn.issuing.models import Credential, IssuerProfile, SignedDocument
from cairn.kernel.errors import NotFound
from cairn.vc import model
from cairn.vc.document import parse


def certificate_facts(credential: Credential) -> CertificateFacts:
    """What the certificate says: the name as it was signed, the rest of the version that was.

    Raises :class:`NotFound` when the document was erased.
    """
    document = SignedDocument.objects.filter(credential=credential).select_related("text").first()
    if document is None:
        raise NotFound("credential")
    document.credential = credential
    raw = signed_bytes(document)
    signed = model.Credential(parse(raw))
    issuer = IssuerProfile.objects.select_related("institution").get(
        institution_id=credential.institution_id
    )
    view = selectors.achievement_of(credential.public_id)
    content, zone = view.content, ZoneInfo(issuer.institution.time_zone)
    awarded = signed.awarded or credential.issued_at
    until = signed.valid_until
    return CertificateFacts(
        raw=raw,
        address=issuer.addresses.credential(credential.public_id),
        reference=credential.public_id,
        holder=(signed.subject.name if signed.subject else None) or "",
        institution=issuer.name,
        achievement=content.title,
        description=content.description,
        badge=badge_svg(view),
        badge_caption=badge_caption(view),
        issued_on=awarded.astimezone(zone).date(),
        valid_until=until.astimezone(zone).date() if until else None,
        summary=tuple(filter(None, (_summary(content),))),
        outcomes=tuple(one.text for one in content.outcomes),
        tasks=tuple(_task(one) for one in content.tasks),
        how=tuple(filter(None, (content.assessment, content.supervision, content.identity_check))),
        facts=tuple((name, value) for name, value in _facts(content) if value),
        national=content.national_qualification,
        language=get_language() or "en",
    )


def _summary(content: Content) -> str:
    parts = (_hours(content.hours), content.level or "", _points(content))
    return " · ".join(part for part in parts if part)


def _hours(hours: Decimal | None) -> str:
    return "" if hours is None else _("%(hours)s hours") % {"hours": plain(hours)}


def _points(content: Content) -> str:
    if content.credit is None or content.credit.points is None:
        return ""
    return _("%(points)s credit points") % {"points": plain(content.credit.points)}


def _task(task: Task) -> str:
    parts = [task.title]
    if task.weight is not None:
        parts.append(f"{plain(task.weight)} %")
    if task.secure:
        parts.append(_("secure"))
    return ", ".join(parts)


def _facts(content: Content) -> list[tuple[str, str | None]]:
    return [
        (_("Hours"), _hours(content.hours)),
        (_("Level"), content.level),
        (_("Credit"), _points(content)),
        (_("Credit rule"), content.credit.rule if content.credit else None),
        (_("Mode"), content.mode),
        (_("Language"), _spoken(content.language)),
        (_("Prerequisites"), content.prerequisites),
        (_("Counts towards"), content.stacking),
        (_("Recognition"), content.recognition),
        (_("Quality"), content.quality_assurance),
    ]


def _spoken(code: str | None) -> str | None:
    """The name of a language whose code is common; anything else as it stands."""
    if code is None:
        return None
    known = {"en": _("English"), "de": _("German"), "fr": _("French"), "es": _("Spanish")}
    return known.get(code.partition("-")[0].casefold(), code)
