"""Verbs of outreach; the only writer of its tables."""

from __future__ import annotations

import hashlib

from cairn.issuing.models import Credential
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.change import change, change_many
from cairn.kernel.models import Institution
from cairn.outreach import facts, policies, rules
from cairn.outreach.errors import AboutTooLong, ContactUnfit, LinkedInIdUnfit, LogoUnfit
from cairn.outreach.models import Face, Sharing, Visibility


def share(credential: Credential, *, visibility: Visibility, by: Actor) -> Sharing:
    """Say who may see a credential; only its holder can. The same choice again changes nothing."""
    with change(credential, by=by) as record:
        by.must(policies.may_share, credential.award.enrolment.person_id)
        row = Sharing.objects.filter(credential=credential).first()
        if row is not None and row.visibility == visibility:
            return row
        row = row or Sharing(institution=by.institution, credential=credential)
        row.visibility = Visibility(visibility)
        row.chosen_at = clock.now()
        row.save()
        record(facts.CREDENTIAL_SHARED, credential, visibility=row.visibility)
    return row


def change_face(
    institution: Institution, *, about: str, contact: str, linkedin_id: str, by: Actor
) -> Face:
    """Write what the public reads about an institution, and how it is reached."""
    about, contact, linkedin_id = about.strip(), contact.strip(), linkedin_id.strip()
    with change_many(institution, by=by) as record:
        by.must(policies.may_change_face)
        if len(about) > rules.MOST_ABOUT:
            raise AboutTooLong(most=rules.MOST_ABOUT)
        if contact and not rules.is_contact(contact):
            raise ContactUnfit
        if linkedin_id and not (linkedin_id.isascii() and linkedin_id.isdecimal()):
            raise LinkedInIdUnfit
        if len(linkedin_id) > 20:
            raise LinkedInIdUnfit
        face = _face(institution)
        face.about, face.contact, face.linkedin_id = about, contact, linkedin_id
        face.save()
        record(facts.FACE_CHANGED, face)
    return face


def change_logo(institution: Institution, *, image: bytes, by: Actor) -> Face:
    """Show another logo; none at all for empty bytes."""
    with change_many(institution, by=by) as record:
        by.must(policies.may_change_face)
        kind = ""
        if image:
            try:
                kind = rules.logo_kind(image)
            except rules.UnfitLogo as exc:
                raise LogoUnfit(why=str(exc)) from exc
        face = _face(institution)
        face.logo, face.logo_type = image, kind
        face.logo_hash = hashlib.sha256(image).hexdigest() if image else ""
        face.save()
        record(facts.LOGO_CHANGED, face)
    return face


def _face(institution: Institution) -> Face:
    """The row to write, locked where it stands."""
    rows = Face.objects.select_for_update(no_key=True).filter(institution=institution)
    face = rows.first() or Face(institution=institution)
    face.changed_at = clock.now()
    return face
