"""People and their roles: who is known, who may do what, where, and until when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.kernel import clock, policies, services
from cairn.kernel.actor import Actor
from cairn.kernel.change import change_many
from cairn.kernel.errors import Denied, NotFound, Refused
from cairn.kernel.models import Account, Delegation, EmailAddress, Membership, OrgUnit, Person
from cairn.kernel.permissions import PERMISSIONS, Role
from cairn.kernel.services import AddressTaken, LoginTaken, WrongDates
from cairn.web.console.forms import (
    ROLE_WORDS,
    AddressForm,
    EndForm,
    LendForm,
    LoginForm,
    PersonForm,
    RoleForm,
)
from cairn.web.console.frame import EACH_PAGE, administrators, asked, show
from cairn.web.page import PageRequest
from cairn.web.search import Hit, finder

CHIPS: Final = (
    ("staff", gettext_lazy("With a role")),
    ("accounts", gettext_lazy("Who can sign in")),
    ("all", gettext_lazy("Everybody")),
)


def _matching(words: str) -> Q:
    """The words in a name or an address, or the beginning of an id."""
    addresses = EmailAddress.objects.filter(person=OuterRef("pk"), address__icontains=words.lower())
    return Q(full_name__icontains=words) | Q(public_id=words.lower()) | Q(Exists(addresses))


@require_safe
@administrators
def people(request: PageRequest) -> HttpResponse:
    day = clock.today(request.institution)
    words, chosen = asked(request, "q"), request.GET.get("who", "")
    chosen = chosen if chosen in dict(CHIPS) else ("all" if words else "staff")
    found = Person.objects.for_actor(request.actor).filter(erased_on=None)
    if words:
        found = found.filter(_matching(words))
    if chosen == "staff":
        found = found.filter(Exists(Membership.objects.on(day).filter(person=OuterRef("pk"))))
    elif chosen == "accounts":
        found = found.filter(Exists(Account.objects.filter(person=OuterRef("pk"), is_active=True)))
    shown = Paginator(found.order_by("full_name", "pk"), EACH_PAGE).get_page(
        request.GET.get("page")
    )
    keys = [person.pk for person in shown.object_list]
    roles: dict[int, list[str]] = {}
    held = Membership.objects.on(day).filter(person_id__in=keys).select_related("org_unit")
    for one in held.order_by("since", "pk"):
        words_of = f"{ROLE_WORDS[Role(one.role)]}, {one.org_unit.name}"
        roles.setdefault(one.person_id, []).append(words_of)
    logins = dict(Account.objects.filter(person_id__in=keys).values_list("person_id", "login"))
    emails = EmailAddress.objects.filter(person_id__in=keys).order_by("-pk")
    addresses = dict(emails.values_list("person_id", "address"))
    return show(
        request,
        "people.html",
        "people",
        rows=[
            {
                "person": person,
                "roles": roles.get(person.pk, []),
                "login": logins.get(person.pk, ""),
                "address": addresses.get(person.pk, ""),
            }
            for person in shown.object_list
        ],
        shown=shown,
        words=words,
        chips=[{"name": name, "label": label, "here": name == chosen} for name, label in CHIPS],
        chosen=chosen,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def add(request: PageRequest) -> HttpResponse:
    """Make somebody known, and let them sign in."""
    form = PersonForm(request.POST or None, initial={"account": True})
    if form.is_valid():
        data = form.cleaned_data
        try:
            with change_many(request.institution, by=request.actor):
                person = services.add_person(
                    request.institution,
                    full_name=data["full_name"],
                    address=data["address"],
                    by=request.actor,
                )
                if data["account"]:
                    services.create_account(person, login=data["address"], by=request.actor)
        except (AddressTaken, LoginTaken) as exc:
            form.refuse(exc, "address")
        else:
            messages.success(request, _("%(name)s is known.") % {"name": person.full_name})
            return HttpResponseRedirect(reverse("console:person", args=[person.public_id]))
    return show(request, "person_add.html", "people", form=form)


@require_safe
@administrators
def person(request: PageRequest, public_id: str) -> HttpResponse:
    return _person(request, _find(request, public_id))


def _find(request: PageRequest, public_id: str) -> Person:
    found = Person.objects.for_actor(request.actor).find(public_id)
    if found.erased_on is not None:
        raise NotFound("person")
    return found


def _units(actor: Actor) -> list[OrgUnit]:
    """The tree, each unit after the one it belongs to."""
    return sorted(OrgUnit.objects.for_actor(actor), key=lambda unit: unit.line)


def _person(request: PageRequest, who: Person, **bound: Any) -> HttpResponse:
    """Everything about one person; ``bound`` are forms that were refused."""
    actor, day = request.actor, clock.today(request.institution)
    units = _units(actor)
    by_key = {unit.pk: unit for unit in units}
    rows = list(Membership.objects.filter(person=who).order_by("-until", "since", "pk"))
    holds = [one for one in rows if one.since <= day and (one.until is None or one.until >= day)]
    lent = Delegation.objects.filter(Q(giver=who) | Q(receiver=who)).order_by("-until", "pk")
    account = Account.objects.filter(person=who).first()
    own_roles = {one.role for one in holds}
    forms: dict[str, Any] = {
        "role_form": RoleForm(units=units, initial={"since": day}),
        "lend_form": LendForm(units=units, roles=own_roles, initial={"since": day}),
        "address_form": AddressForm(),
        "login_form": LoginForm(initial={"login": account.login if account else ""}),
    } | bound
    if "login_form" not in bound and account is None:
        first = EmailAddress.objects.filter(person=who).order_by("pk").first()
        forms["login_form"].initial["login"] = first.address if first else ""
    return show(
        request,
        "person.html",
        "people",
        who=who,
        account=account,
        emails=list(EmailAddress.objects.filter(person=who).order_by("pk")),
        roles=[
            {
                "row": one,
                "words": ROLE_WORDS[Role(one.role)],
                "unit": by_key[one.org_unit_id],
                "over": one.until is not None and one.until < day,
                "later": one.since > day,
            }
            for one in rows
        ],
        lent=[
            {
                "row": one,
                "words": PERMISSIONS[one.permission],
                "unit": by_key[one.org_unit_id],
                "gives": one.giver_id == who.pk,
                "over": one.until < day,
            }
            for one in lent.select_related("giver", "receiver")
        ],
        can_lend=bool(own_roles),
        bound=next(iter(bound), ""),
        error_form=next(iter(bound.values()), None),
        form=next(iter(bound.values()), None),
        today=day,
        **forms,
    )


def _done(request: PageRequest, who: Person, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(reverse("console:person", args=[who.public_id]))


def _action(
    name: str, make: Callable[[PageRequest, Person], Any], act: Callable[..., str]
) -> Callable[..., HttpResponse]:
    """A view for a form on the page of a person: what is refused is said on that page."""

    @require_POST
    @administrators
    def view(request: PageRequest, public_id: str) -> HttpResponse:
        who = _find(request, public_id)
        form = make(request, who)
        if form.is_valid():
            try:
                return _done(request, who, act(request, who, form))
            except WrongDates as exc:
                form.refuse(exc, "until")
            except (AddressTaken, LoginTaken) as exc:
                form.refuse(exc, "address" if "address" in form.fields else "login")
            except (Refused, Denied) as exc:
                form.refuse(exc)
        return _person(request, who, **{name: form})

    return view


def _give(request: PageRequest, who: Person, form: RoleForm) -> str:
    data = form.cleaned_data
    services.give_role(
        who,
        role=data["role"],
        at=data["unit"],
        since=data["since"],
        until=data["until"],
        by=request.actor,
    )
    words = {"role": ROLE_WORDS[Role(data["role"])], "unit": data["unit"].name}
    return _("%(role)s, %(unit)s: given.") % words


give = _action(
    "role_form", lambda request, _who: RoleForm(request.POST, units=_units(request.actor)), _give
)


def _lend(request: PageRequest, who: Person, form: LendForm) -> str:
    data = form.cleaned_data
    receiver = _somebody(request.actor, data["receiver"])
    if receiver is None or receiver.pk == who.pk:
        raise _Nobody
    services.delegate(
        who,
        receiver=receiver,
        permission=data["permission"],
        at=data["unit"],
        since=data["since"],
        until=data["until"],
        by=request.actor,
    )
    return _("Lent to %(name)s.") % {"name": receiver.full_name}


class _Nobody(Refused):
    """Somebody was named who is not known here, or who would lend to themselves."""

    code = "person.unknown"
    message = "Name somebody else who is known here, by e-mail address or id."


def _somebody(actor: Actor, named: str) -> Person | None:
    named = named.strip().lower()
    mine = Person.objects.for_actor(actor).filter(erased_on=None)
    owner = EmailAddress.objects.for_actor(actor).filter(address=named)
    return mine.filter(Q(public_id=named) | Q(pk__in=owner.values("person_id"))).first()


def _lend_form(request: PageRequest, who: Person) -> LendForm:
    day = clock.today(request.institution)
    held = Membership.objects.on(day).filter(person=who).values_list("role", flat=True)
    return LendForm(request.POST, units=_units(request.actor), roles=set(held))


lend = _action("lend_form", _lend_form, _lend)


def _login(request: PageRequest, who: Person, form: LoginForm) -> str:
    login = form.cleaned_data["login"]
    account = Account.objects.filter(person=who).first()
    if account is None:
        services.create_account(who, login=login, by=request.actor)
        return _("They can sign in, with a code that is sent to %(login)s.") % {"login": login}
    services.change_login(account, login=login, by=request.actor)
    return _("They sign in with %(login)s from now on.") % {"login": login}


login = _action("login_form", lambda request, _who: LoginForm(request.POST), _login)


def _address(request: PageRequest, who: Person, form: AddressForm) -> str:
    data = form.cleaned_data
    services.add_email(who, address=data["address"], kind=data["kind"], by=request.actor)
    return _("The address is added.")


address = _action("address_form", lambda request, _who: AddressForm(request.POST), _address)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def end_role(request: PageRequest, public_id: str) -> HttpResponse:
    """Say on which day a role ends, and what that means."""
    rows = Membership.objects.for_actor(request.actor).select_related("person", "org_unit")
    row: Any = rows.find(public_id)
    words = f"{ROLE_WORDS[Role(row.role)]}, {row.org_unit.name}"
    last = _is_last_administrator(request, row)
    return _end(request, row, row.person, words, services.end_role, warning=last)


def _is_last_administrator(request: PageRequest, row: Membership) -> bool:
    """Would nobody be left who could give it back?"""
    if row.role != Role.ADMINISTRATOR or row.org_unit.parent_id is not None:
        return False
    others = Membership.objects.on(clock.today(request.institution)).filter(
        role=Role.ADMINISTRATOR, org_unit__parent=None
    )
    return not others.exclude(person_id=row.person_id).exists()


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def end_delegation(request: PageRequest, public_id: str) -> HttpResponse:
    rows = Delegation.objects.for_actor(request.actor)
    row: Any = rows.select_related("giver", "receiver", "org_unit").find(public_id)
    words = f"{PERMISSIONS[row.permission]} {row.org_unit.name}"
    return _end(request, row, row.giver, words, services.end_delegation)


def _end(
    request: PageRequest,
    row: Any,
    who: Person,
    words: str,
    service: Callable[..., Any],
    *,
    warning: bool = False,
) -> HttpResponse:
    today = clock.today(request.institution)
    verdict = policies.may_administer(request.actor, row.org_unit)
    form = EndForm(request.POST or None, initial={"on": today})
    if form.is_valid():
        try:
            service(row, on=form.cleaned_data["on"], by=request.actor)
        except WrongDates as exc:
            form.refuse(exc, "on")
        except (Refused, Denied) as exc:
            form.refuse(exc)
        else:
            return _done(request, who, _("%(words)s: ends.") % {"words": words})
    return show(
        request,
        "end.html",
        "people",
        form=form,
        row=row,
        who=who,
        words=words,
        verdict=verdict,
        warning=warning,
    )


@finder
def found_people(actor: Actor, words: str) -> list[Hit]:
    if not policies.may_administer(actor):
        return []
    rows = Person.objects.for_actor(actor).filter(_matching(words), erased_on=None)
    return [
        Hit(one.full_name, _("Person"), reverse("console:person", args=[one.public_id]))
        for one in rows.order_by("full_name", "pk")[:6]
    ]


def home(request: HttpRequest) -> HttpResponse:
    """The first page of the console is the one about people."""
    return administrators(lambda _request: HttpResponseRedirect(reverse("console:people")))(request)
