"""What a learner's pages show: their own credentials and enrolments, and nobody else's.

Staff may read other people's rows through the same selectors; these pages never do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.assessment import selectors as assessment
from cairn.assessment.models import Result
from cairn.delivery import selectors as delivery
from cairn.delivery.models import Enrolment
from cairn.delivery.states import EnrolmentState
from cairn.design.selectors import AchievementView, achievement_view
from cairn.issuing.badges import badge_pebble
from cairn.issuing.models import Credential
from cairn.issuing.selectors import credentials
from cairn.issuing.states import CredentialState
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.errors import NotFound
from cairn.kernel.ids import is_public_id
from cairn.outreach.models import Sharing, Visibility
from cairn.stones import Pebble

#: For so long something that happened is news.
NEWS: Final = timedelta(days=30)
_STATES: Final[dict[CredentialState, tuple[str, str | Promise, str]]] = {
    CredentialState.ISSUED: ("good", _("Current"), "check"),
    CredentialState.SUSPENDED: ("warn", _("Suspended"), "pause"),
    CredentialState.REVOKED: ("bad", _("Revoked"), "stop"),
    CredentialState.REPLACED: ("info", _("Replaced"), "swap"),
}
_SEEN_BY: Final[dict[Visibility, tuple[str | Promise, str]]] = {
    Visibility.PRIVATE: (_("Only you"), "lock"),
    Visibility.LINK: (_("Whoever has the link"), "link"),
    Visibility.PUBLIC: (_("Everyone"), "people"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """One credential as its holder sees it. ``chosen_at`` is empty until the holder chose."""

    row: Credential
    view: AchievementView
    visibility: Visibility
    chosen_at: datetime | None
    today: date

    @property
    def id(self) -> str:
        return self.row.public_id

    @property
    def title(self) -> str:
        return self.view.content.title

    @property
    def day(self) -> date:
        """The day of the award, which is the day that counts."""
        return self.row.award.conferred_on

    @property
    def state(self) -> CredentialState:
        return CredentialState(self.row.state)

    @property
    def expired(self) -> bool:
        until = self.row.valid_until
        return until is not None and until.date() < self.today

    @property
    def judged(self) -> tuple[str, str | Promise, str]:
        """Tone, words and icon of its state."""
        if self.state == CredentialState.ISSUED and self.expired:
            return "warn", _("Expired"), "clock"
        return _STATES[self.state]

    @property
    def seen_by(self) -> str | Promise:
        return _SEEN_BY[self.visibility][0]

    @property
    def seen_icon(self) -> str:
        return _SEEN_BY[self.visibility][1]

    @property
    def pebble(self) -> Pebble:
        """Its stone: the outline is the credential's, the rest the micro-credential's."""
        drawn = badge_pebble(self.view)
        kind = "held" if self.state == CredentialState.ISSUED else "out"
        return Pebble(self.id, drawn.field, drawn.bands, drawn.hours, kind)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class TaskMark:
    """A task of something that is being learned. ``score`` is empty until it was released."""

    title: str
    weight: Decimal | None
    score: Decimal | None
    released: bool


@dataclass(frozen=True, slots=True)
class Course:
    """An enrolment: what it leads to, and how far it is."""

    row: Enrolment
    view: AchievementView
    tasks: tuple[TaskMark, ...]
    result: Result | None
    today: date

    @property
    def id(self) -> str:
        return self.row.public_id

    @property
    def title(self) -> str:
        return self.view.content.title

    @property
    def judged(self) -> tuple[str, str | Promise, str]:
        """Tone, words and icon of how it stands."""
        offering = self.row.offering
        if self.row.state == EnrolmentState.WITHDRAWN:
            return "", _("Withdrawn"), "cross"
        if self.result is not None and self.result.passed:
            return "good", _("Passed"), "check"
        if self.result is not None:
            return "warn", _("Not passed"), "warn"
        if offering.starts_on > self.today:
            return "", _("Begins soon"), "clock"
        if offering.ends_on < self.today:
            return "info", _("Waiting for results"), "half"
        return "info", _("Under way"), "half"

    @property
    def pebble(self) -> Pebble:
        drawn = badge_pebble(self.view)
        return Pebble(self.id, drawn.field, drawn.bands, drawn.hours, "part")


# --- credentials -----------------------------------------------------------------------------------


def held(actor: Actor, *, also_replaced: bool = False) -> list[Held]:
    """The actor's own credentials, newest first; three queries however many there are."""
    rows = _own(actor)
    if not also_replaced:
        rows = rows.exclude(state=CredentialState.REPLACED)
    return _held(list(rows), actor)


def one(actor: Actor, public_id: str) -> Held:
    """A credential of the actor's own, or :class:`NotFound`."""
    row = _own(actor).filter(public_id=public_id).first() if is_public_id(public_id) else None
    if row is None:
        raise NotFound("credential")
    return _held([row], actor)[0]


def replacement_of(found: Held, actor: Actor) -> str:
    """The id of the credential that replaced this one; empty if none did."""
    newer = _own(actor).filter(replaces=found.row).values_list("public_id", flat=True).first()
    return newer or ""


def _own(actor: Actor) -> Any:
    if actor.person_id is None:
        return Credential.objects.for_actor(actor).none()
    rows = credentials(actor).filter(award__enrolment__person_id=actor.person_id)
    return rows.select_related(
        "institution",
        "key__issuer",
        "award__enrolment__person",
        "award__enrolment__offering__version__achievement",
    ).order_by("-issued_at", "-pk")


def _held(rows: Sequence[Credential], actor: Actor) -> list[Held]:
    chosen = _chosen(rows, actor)
    today = clock.today(actor.institution)
    found = []
    for row in rows:
        choice = chosen.get(row.pk)
        found.append(
            Held(
                row=row,
                view=achievement_view(row.award.enrolment.offering.version),
                visibility=Visibility(choice.visibility) if choice else Visibility.LINK,
                chosen_at=choice.chosen_at if choice else None,
                today=today,
            )
        )
    return found


def _chosen(rows: Sequence[Credential], actor: Actor) -> dict[int, Sharing]:
    """What was chosen for each, or for the one it replaces, as everybody else reads it."""
    about = Sharing.objects.for_actor(actor).filter(
        credential__award__in=[row.award_id for row in rows]
    )
    choices = list(about.select_related("credential").order_by("credential"))
    return {
        row.pk: choice
        for row in rows
        for choice in choices
        if choice.credential.award_id == row.award_id and choice.credential_id <= row.pk
    }


# --- learning --------------------------------------------------------------------------------------


def courses(actor: Actor) -> list[Course]:
    """The actor's own enrolments, the one that ends last first."""
    if actor.person_id is None:
        return []
    rows = list(
        delivery.enrolments(actor)
        .filter(person_id=actor.person_id)
        .order_by("-offering__ends_on", "-pk")
    )
    results = _results(rows, actor)
    today = clock.today(actor.institution)
    return [_course(row, results.get(row.pk), today) for row in rows]


def course(actor: Actor, public_id: str) -> Course:
    """An enrolment of the actor's own, or :class:`NotFound`."""
    row = delivery.enrolment_for(actor, public_id) if is_public_id(public_id) else None
    if row is None or row.person_id != actor.person_id:
        raise NotFound("enrolment")
    return _course(row, _results([row], actor).get(row.pk), clock.today(actor.institution))


def _results(rows: Iterable[Enrolment], actor: Actor) -> dict[int, Result]:
    """The result that counts, by key of enrolment: the last one wins."""
    keys = [row.pk for row in rows]
    own = assessment.results(actor).filter(enrolment__in=keys).order_by("number")
    return {row.enrolment_id: row for row in own}


def _course(row: Enrolment, result: Result | None, today: date) -> Course:
    view = achievement_view(row.offering.version)
    lines = {} if result is None else {line["key"]: line for line in result.detail["tasks"]}
    tasks = tuple(
        TaskMark(task.title or task.key, task.weight, _score(lines.get(task.key)), bool(lines))
        for task in view.content.tasks
    )
    return Course(row, view, tasks, result, today)


def _score(line: dict[str, Any] | None) -> Decimal | None:
    return None if line is None or line["score"] is None else Decimal(str(line["score"]))


# --- what is next, and what is new -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Home:
    """The first page: one next thing, then what is held, under way and new.

    ``kind`` of the next thing: credential, result, course, or learn, when nothing else waits.
    """

    kind: str
    credential: Held | None
    course: Course | None
    held: list[Held]
    under_way: list[Course]
    news: list[News]

    @property
    def pebbles(self) -> list[Pebble]:
        """The cairn: what is held from the ground up, then what is under way."""
        stones = [one.pebble for one in reversed(self.held) if one.state == CredentialState.ISSUED]
        return stones + [one.pebble for one in self.under_way]


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened to one of the reader's own things."""

    kind: str
    at: datetime
    title: str
    id: str
    tone: str
    icon: str
    more: str = ""


def home(actor: Actor) -> Home:
    mine, learning = held(actor), courses(actor)
    awarded = {one.row.award.enrolment_id for one in mine}
    under_way = [
        one
        for one in learning
        if one.row.state != EnrolmentState.WITHDRAWN
        and one.row.pk not in awarded
        and (one.result is None or one.result.passed)
    ]
    since = clock.now() - NEWS
    fresh = [
        one
        for one in mine
        if one.state == CredentialState.ISSUED
        and one.chosen_at is None
        and one.row.issued_at >= since
    ]
    waiting = [
        one
        for one in learning
        if one.result is not None and one.row.pk not in awarded and one.result.released_at >= since
    ]
    kind = "learn"
    if fresh:
        kind = "credential"
    elif waiting:
        kind = "result"
    elif under_way:
        kind = "course"
    return Home(
        kind=kind,
        credential=fresh[0] if fresh else None,
        course=next(iter(waiting or under_way), None),
        held=mine,
        under_way=under_way,
        news=_news(mine, learning, since),
    )


def _news(mine: Sequence[Held], learning: Sequence[Course], since: datetime) -> list[News]:
    found = [
        News("issued", one.row.issued_at, one.title, one.id, "good", "stones")
        for one in mine
        if one.state == CredentialState.ISSUED
    ]
    found += [
        News("result", one.result.released_at, one.title, one.id, "info", "check")
        for one in learning
        if one.result is not None
    ]
    recent = sorted((one for one in found if one.at >= since), key=lambda one: one.at, reverse=True)
    # What does not count any more stays until its holder knows, however old it is.
    standing = [
        News(
            one.state,
            one.row.issued_at,
            one.title,
            one.id,
            one.judged[0],
            one.judged[2],
            one.row.reason,
        )
        for one in mine
        if one.state in (CredentialState.SUSPENDED, CredentialState.REVOKED)
    ]
    return [*standing, *recent][:6]
