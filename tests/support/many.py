"""Many awards at once, and what became of them: for benchmarks and for workers that are killed.

python -m tests.support.many fill COUNT    make a university with so many awards, and ask for its job
python -m tests.support.many workers       be a slow worker with small pages; when it dies, the next
python -m tests.support.many check         look at everything as a stranger, and print what was found
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

AT_ONCE = 5_000
CONFERRED_ON = date(2026, 11, 20)


def awards(campus: Any, offering: Any, count: int) -> None:
    """Give an offering so many learners with an award each, past every service."""
    with campus.here():
        for start in range(0, count, AT_ONCE):
            _awards(offering, range(start, min(start + AT_ONCE, count)))


def _awards(offering: Any, numbers: range) -> None:
    from cairn.assessment.models import Award, Result
    from cairn.delivery.models import Enrolment
    from cairn.kernel import clock
    from cairn.kernel.bulk import insert
    from cairn.kernel.models import EmailAddress, Person

    at, kind = clock.now(), EmailAddress.Kind.INSTITUTIONAL
    people = [Person(full_name=f"Learner {number}") for number in numbers]
    insert(Person, people)
    addresses = ((one, f"l{one.pk}@harbour.example") for one in people)
    insert(EmailAddress, (EmailAddress(person=a, address=b, kind=kind) for a, b in addresses))
    enrolments = [
        Enrolment(offering=offering, person=one, source_key=f"s{one.pk}") for one in people
    ]
    insert(Enrolment, enrolments)
    results = [
        Result(
            enrolment=one,
            number=1,
            outcome="passed",
            total=Decimal(50 + one.pk % 50),
            detail={},
            released_at=at,
        )
        for one in enrolments
    ]
    insert(Result, results)
    told = ((one.enrolment, one) for one in results)
    insert(Award, (Award(enrolment=a, result=b, conferred_on=CONFERRED_ON) for a, b in told))


def fill(count: int) -> None:
    from cairn.issuing import services
    from tests.support.campus import Campus

    campus = Campus()
    assert campus.issuer
    offering = campus.offering().offering
    awards(campus, offering, count)
    with campus.here():
        print(services.issue_offering(offering, by=campus.registrar).public_id)


def work() -> None:
    from cairn.issuing import jobs
    from cairn.issuing.services import issue
    from cairn.kernel.engines import current

    inspect = issue.inspect

    def slowly(*args: Any, **options: Any) -> Any:
        time.sleep(0.004)
        return inspect(*args, **options)

    # Small pages that are mostly spent in the middle of a transaction: there it hurts most.
    jobs.PAGE, issue.inspect = 20, slowly
    current().work()


def workers() -> None:
    """Fork one worker after the other, so that a death costs no start of Django."""
    while True:
        pid = os.fork()
        if pid == 0:
            work()
            os._exit(0)
        os.waitpid(pid, 0)


def check() -> dict[str, Any]:
    """Verify every credential over HTTP as a stranger does, and compare lists with rows."""
    from cairn.assessment.models import Award
    from cairn.issuing import selectors
    from cairn.issuing.models import Credential, IssuerProfile, StatusList
    from cairn.kernel import clock, ledger
    from cairn.kernel.tenancy import within
    from cairn.vc.documents import Shelf
    from cairn.vc.statuslist import Bitstring
    from cairn.vc.verify import inspect
    from tests.support.campus.issuing import Stranger

    issuer = IssuerProfile.objects.unscoped().select_related("institution").get()
    stranger, at = Stranger(issuer), clock.now()
    with within(issuer.institution):
        ids = list(Credential.objects.values_list("public_id", flat=True))
        found = {
            "awards": Award.objects.count(),
            "credentials": len(ids),
            "awards_with_one": Credential.objects.standing().values("award").distinct().count(),
            "taken": sum(Bitstring.decode(row.taken).count() for row in StatusList.objects.all()),
            "disagreements": selectors.disagreements(issuer),
        }
    # Keys and lists are fetched once, as a verifier with many badges would.
    urls = [issuer.addresses.did_document, issuer.addresses.status_list(1)]
    documents = Shelf({url: stranger.load(url) for url in urls})
    badges = (stranger.load(issuer.addresses.credential(one)) for one in ids)
    verdicts = Counter(inspect(raw, documents=documents, at=at).verdict for raw in badges)
    return found | {
        "verdicts": dict(verdicts),
        "chain": ledger.verify_chain(issuer.institution).intact,
    }


if __name__ == "__main__":
    import django

    django.setup()
    match sys.argv[1:]:
        case ["fill", count]:
            fill(int(count))
        case ["workers"]:
            workers()
        case _:
            print(json.dumps(check()))
