"""The link that opens LinkedIn's form, and the same fields to copy: filling it is not guaranteed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cairn.outreach.models import Face
from cairn.outreach.selectors import Shown

if TYPE_CHECKING:
    from cairn.web.public.credential import Stated

FORM: Final = "https://www.linkedin.com/profile/add"


@dataclass(frozen=True, slots=True)
class Offer:
    """The address of the filled form, and its fields as words."""

    url: str
    fields: tuple[tuple[str, str, str], ...]


def offer(found: Shown, stated: Stated, url: str, face: Face) -> Offer:
    """Months count from 1 to 12 in the zone of the institution; no end, no fields for it."""
    zone = ZoneInfo(found.row.institution.time_zone)
    terms = {"startTask": "CERTIFICATION_NAME", "name": stated.title}
    if face.linkedin_id:
        terms["organizationId"] = face.linkedin_id
    else:
        terms["organizationName"] = stated.issuer
    fields = [
        ("name", _("Name"), stated.title),
        ("issuer", _("Issuing organisation"), stated.issuer),
    ]
    for name, words, moment in (
        ("issue", _("Issue date"), stated.issued),
        ("expiration", _("Expiration date"), stated.expires),
    ):
        if isinstance(moment, datetime):
            local = moment.astimezone(zone)
            terms |= {f"{name}Year": str(local.year), f"{name}Month": str(local.month)}
            fields.append((name, words, date_format(local, "F Y")))
    terms |= {"certUrl": url, "certId": found.row.public_id}
    fields += [
        ("id", _("Credential ID"), found.row.public_id),
        ("url", _("Credential URL"), url),
    ]
    return Offer(f"{FORM}?{urlencode(terms)}", tuple(fields))
