"""The words of each letter: one structure, from which text and HTML are set.

A letter is found by its kind and read from the rows as they are when it is written. Where there is
nothing to say any more, because a credential was revoked or a person erased, it says so instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.issuing import rules
from cairn.issuing.compose import plain
from cairn.issuing.models import Credential, IssuerProfile, NameCorrection
from cairn.issuing.states import CorrectionState, CredentialState
from cairn.kernel import text
from cairn.kernel.models import EmailAddress, Institution, Mail, Person
from cairn.quality.models import Decision, Review
from cairn.quality.states import ReviewState

_SUBJECT: Final = 200


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence below the button, and the address it speaks of."""

    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said, in order. At most one button; ``quote`` is what a person wrote."""

    to: str
    subject: str
    title: str
    sender: str
    paragraphs: tuple[str, ...] = ()
    code: str = ""
    quote: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    button: Button | None = None
    after: tuple[Line, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to say, and why: a code."""

    why: str


Wording = Callable[[Mail], Letter | Nothing]
KINDS: Final[dict[str, Wording]] = {}


def letter(row: Mail) -> Letter | Nothing:
    """The words of a letter, as things are now."""
    if row.person_id is not None and row.person is not None and row.person.erased_on is not None:
        return Nothing("erased")
    return KINDS[row.kind](row)


def kind(name: str) -> Callable[[Wording], Wording]:
    """Register the wording of a kind of letter."""

    def register(wording: Wording) -> Wording:
        KINDS[name] = wording
        return wording

    return register


def address_of(person: Person) -> str:
    """Where a person is written to: their own address once verified, else the institution's."""
    rows = EmailAddress.objects.filter(person=person)
    known = [
        rules.Address(
            one.address, one.kind == EmailAddress.Kind.PERSONAL, one.verified_at is not None
        )
        for one in rows
    ]
    return rules.address_to_state(known) or ""


def given_name(person: Person) -> str:
    """What a letter calls a person: the given name, as long as the full name still has it."""
    full = text.line(person.full_name)
    given = text.line(person.given_name)
    if given and given.casefold() in full.casefold():
        return given
    return full.split(" ")[0]


def _subject(words: str) -> str:
    line = text.line(words)
    return line if len(line) <= _SUBJECT else f"{line[: _SUBJECT - 1]}…"


def _page(name: str, *args: str, otherwise: str = "/") -> str:
    """The address of a page of this site, whichever pages it has."""
    try:
        path = reverse(name, args=args)
    except NoReverseMatch:
        path = otherwise
    return f"{settings.CAIRN.origin}{path}"


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y")


# --- credentials ---------------------------------------------------------------------------------

_RELATED: Final = (
    "award__enrolment__person",
    "award__enrolment__offering__version__achievement",
    "issuance",
)


@dataclass(frozen=True, slots=True)
class _Held:
    """A credential with what letters say about it."""

    credential: Credential
    issuer: IssuerProfile

    @property
    def person(self) -> Person:
        return self.credential.award.enrolment.person

    @property
    def url(self) -> str:
        return self.issuer.addresses.credential(self.credential.public_id)

    @property
    def title(self) -> str:
        return text.line(self.credential.award.enrolment.offering.version.text.title)


def _held(row: Mail) -> _Held | Nothing:
    found = Credential.objects.filter(public_id=row.about).select_related(*_RELATED).first()
    issuer = IssuerProfile.objects.select_related("institution").first()
    if found is None or issuer is None:
        return Nothing("gone")
    if found.award.enrolment.person.erased_on is not None:
        return Nothing("erased")
    return _Held(found, issuer)


def _worth(held: _Held) -> tuple[tuple[str, str], ...]:
    """What it is worth, in the order in which every page says it."""
    content = held.credential.award.enrolment.offering.version.text
    facts = [(_("Awarded by"), held.issuer.name)]
    if content.hours is not None:
        hours = ngettext("%(count)s hour", "%(count)s hours", int(content.hours))
        facts.append((_("Work"), hours % {"count": plain(content.hours)}))
    level = content.level if content.levelled and content.level else _("not levelled")
    facts.append((_("Level"), level))
    if content.credit and content.credit.points is not None:
        rule = f" ({content.credit.rule})" if content.credit.rule else ""
        points = ngettext("%(count)s point", "%(count)s points", int(content.credit.points))
        told = points % {"count": plain(content.credit.points)}
        facts.append((_("Credit"), f"{told}{rule}"))
    if not content.national_qualification:
        facts.append((_("Standing"), _("A micro-credential, not a national qualification")))
    until = held.credential.valid_until
    facts.append((_("Expires"), _day(until) if until else _("Never")))
    return tuple((name, text.line(value)) for name, value in facts)


def _name_line() -> Line:
    otherwise = _page("learner:credentials", otherwise="/learn/credentials/")
    path = _page("learner:name", otherwise="")
    url = path if path != settings.CAIRN.origin else otherwise
    return Line(_("Is your name not as it should be? Ask for a correction:"), url)


@kind("credential-ready")
def credential_ready(row: Mail) -> Letter | Nothing:
    held = _held(row)
    if isinstance(held, Nothing):
        return held
    if held.credential.state != CredentialState.ISSUED:
        return Nothing(str(held.credential.state))
    told = {"given": given_name(held.person), "title": held.title, "issuer": held.issuer.name}
    return Letter(
        to=address_of(held.person),
        subject=_subject(_("%(given)s, your %(title)s credential is ready") % told),
        title=_("Your %(title)s credential is ready") % told,
        sender=held.issuer.name,
        paragraphs=(
            _("%(given)s, you have earned it, and %(issuer)s has signed it.") % told,
            _(
                "It says what you can do and how that was assessed. Anyone you show it to can check "
                "in seconds that it is genuine, today and in years."
            ),
        ),
        facts=_worth(held),
        button=Button(_("Open my credential"), held.url),
        after=(
            Line(
                _("You need no account. This link is permanent; keep it, and share it:"), held.url
            ),
            _name_line(),
        ),
    )


@kind("credential-revoked")
def credential_revoked(row: Mail) -> Letter | Nothing:
    held = _held(row)
    if isinstance(held, Nothing):
        return held
    if held.credential.state != CredentialState.REVOKED:
        return Nothing(str(held.credential.state))
    told = {"given": given_name(held.person), "title": held.title, "issuer": held.issuer.name}
    return Letter(
        to=address_of(held.person),
        subject=_subject(_("Your %(title)s credential was revoked") % told),
        title=_("Your %(title)s credential was revoked") % told,
        sender=held.issuer.name,
        paragraphs=(
            _("%(given)s, your credential no longer counts. This is the reason that was given:")
            % told,
        ),
        quote=held.credential.reason,
        button=Button(_("See what others see"), held.url),
        after=(
            Line(
                _(
                    "Whoever opens your link from now on reads that it was revoked. If you think "
                    "this is a mistake, answer this mail: a person reads it."
                )
            ),
        ),
    )


@kind("credential-replaced")
def credential_replaced(row: Mail) -> Letter | Nothing:
    """About the new credential; its former is the one it replaces."""
    held = _held(row)
    if isinstance(held, Nothing):
        return held
    if held.credential.state != CredentialState.ISSUED:
        return Nothing(str(held.credential.state))
    told = {"given": given_name(held.person), "title": held.title, "issuer": held.issuer.name}
    before = held.credential.replaces
    return Letter(
        to=address_of(held.person),
        subject=_subject(
            _("%(given)s, a new %(title)s credential replaces your former one") % told
        ),
        title=_("A new credential replaces your former one"),
        sender=held.issuer.name,
        paragraphs=(
            _("%(issuer)s has issued your %(title)s credential anew. This is why:") % told,
        ),
        quote=before.reason if before else "",
        button=Button(_("Open my credential"), held.url),
        after=(
            Line(_("You need no account. This is its permanent link:"), held.url),
            Line(_("Your former link stays, and leads those who open it to the new one.")),
        ),
    )


@kind("name-corrected")
def name_corrected(row: Mail) -> Letter | Nothing:
    found = NameCorrection.objects.filter(public_id=row.about).select_related("person").first()
    issuer = IssuerProfile.objects.select_related("institution").first()
    if found is None or issuer is None or found.state == CorrectionState.ASKED:
        return Nothing("gone")
    if found.state == CorrectionState.REFUSED:
        return _name_refused(found, issuer)
    rows = Credential.objects.filter(award__enrolment__person=found.person).standing()
    held = [_Held(one, issuer) for one in rows.select_related(*_RELATED).order_by("pk")]
    told = {"given": given_name(found.person), "name": found.wanted}
    words = [_("%(given)s, your credentials now read “%(name)s”.") % told]
    if held:
        words.append(
            _(
                "Each was signed anew and has a new permanent link. The former links stay, and lead "
                "those who open them to the new ones."
            )
        )
    single = len(held) == 1
    home = _page("learner:credentials", otherwise="/learn/")
    return Letter(
        to=address_of(found.person),
        subject=_subject(_("%(given)s, your name was corrected") % told),
        title=_("Your name was corrected"),
        sender=issuer.name,
        paragraphs=tuple(words),
        button=Button(_("Open my credential"), held[0].url)
        if single
        else Button(_("See my credentials"), home),
        after=tuple(Line(one.title, one.url) for one in held),
    )


def _name_refused(found: NameCorrection, issuer: IssuerProfile) -> Letter:
    told = {"given": given_name(found.person), "name": found.wanted}
    return Letter(
        to=address_of(found.person),
        subject=_subject(_("%(given)s, about the name on your credentials") % told),
        title=_("Your name stays as it is for now"),
        sender=issuer.name,
        paragraphs=(
            _("You asked to be named “%(name)s”. The registrar did not change it, and wrote:")
            % told,
        ),
        quote=found.reason,
        after=(Line(_("Answer this mail if that is not right: a person reads it.")),),
    )


# --- reviews -------------------------------------------------------------------------------------


@kind("decision-made")
def decision_made(row: Mail) -> Letter | Nothing:
    related = ("version__achievement", "version__proposal", "institution")
    review = Review.objects.filter(public_id=row.about).select_related(*related).first()
    if review is None or row.person is None:
        return Nothing("gone")
    if review.state not in {ReviewState.DECIDED, ReviewState.RETURNED}:
        return Nothing(str(review.state))
    decision = Decision.objects.filter(review=review).select_related("by_person").last()
    told = {
        "given": given_name(row.person),
        "title": text.line(review.version.text.title),
        "reviewer": decision.by_person.full_name if decision else _("The reviewer"),
    }
    if review.state == ReviewState.DECIDED:
        subject, title = _("%(title)s is approved"), _("%(title)s is approved")
        first = _("%(given)s, %(reviewer)s approved what you proposed, and wrote:")
        label, last = _("Open it in the studio"), _("It can now be planned and offered.")
    else:
        subject = _("%(title)s came back to you with comments")
        title = _("%(title)s came back to you")
        first = _("%(given)s, %(reviewer)s returned what you proposed, and wrote:")
        label = _("Go on writing")
        last = _("Change what is asked for, then submit it again. Nothing you wrote is lost.")
    where = _page("studio:proposal", review.version.proposal.public_id, otherwise="/studio/")
    return Letter(
        to=address_of(row.person),
        subject=_subject(subject % told),
        title=title % told,
        sender=review.institution.name,
        paragraphs=(first % told,),
        quote=decision.reason if decision else "",
        button=Button(label, where),
        after=(Line(last),),
    )


# --- signing in ----------------------------------------------------------------------------------


@kind("sign-in-code")
def sign_in_code(row: Mail) -> Letter | Nothing:
    """``context``: the ``code``, and for how many ``minutes`` it counts."""
    code, minutes = str(row.context.get("code", "")), int(row.context.get("minutes", 0))
    if not code:
        return Nothing("used")
    name = _name(row.institution)
    counts = ngettext(
        "It counts for %(minutes)s minute, once.",
        "It counts for %(minutes)s minutes, once.",
        minutes,
    )
    half = len(code) // 2
    return Letter(
        to=row.to,
        subject=_subject(_("Your code for %(name)s") % {"name": name}),
        title=_("Your code"),
        sender=name,
        paragraphs=(_("Type this code where you are signing in to %(name)s.") % {"name": name},),
        code=f"{code[:half]} {code[half:]}" if len(code) == 6 else code,
        after=(
            Line(counts % {"minutes": minutes}),
            Line(_("If you did not ask for it, do nothing: without it nobody can sign in.")),
        ),
    )


@kind("address-code")
def address_code(row: Mail) -> Letter | Nothing:
    """``context``: the ``code`` that shows whose an address is, and for how many ``minutes``."""
    code, minutes = str(row.context.get("code", "")), int(row.context.get("minutes", 0))
    if not code:
        return Nothing("used")
    name = _name(row.institution)
    counts = ngettext(
        "It counts for %(minutes)s minute, once.",
        "It counts for %(minutes)s minutes, once.",
        minutes,
    )
    half = len(code) // 2
    return Letter(
        to=row.to,
        subject=_subject(_("Your address at %(name)s") % {"name": name}),
        title=_("Is this your address?"),
        sender=name,
        paragraphs=(
            _("Type this code on the page of %(name)s that asks for it.") % {"name": name},
        ),
        code=f"{code[:half]} {code[half:]}" if len(code) == 6 else code,
        after=(
            Line(counts % {"minutes": minutes}),
            Line(_("If you did not ask for it, do nothing: this address is then added nowhere.")),
        ),
    )


@kind("new-password")
def new_password(row: Mail) -> Letter | Nothing:
    """``context``: the ``url`` where a new password is chosen."""
    url = str(row.context.get("url", ""))
    if not url:
        return Nothing("used")
    name = _name(row.institution)
    return Letter(
        to=row.to,
        subject=_subject(_("A new password for %(name)s") % {"name": name}),
        title=_("Choose a new password"),
        sender=name,
        paragraphs=(
            _("Somebody, probably you, asked for a new password for %(name)s.") % {"name": name},
        ),
        button=Button(_("Choose a new password"), url),
        after=(
            Line(_("The link works once. If you did not ask for it, do nothing: nothing changes.")),
        ),
    )


def _name(institution: Institution) -> str:
    return text.line(institution.name)
