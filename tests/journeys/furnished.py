"""Set the stage of the pages: something of everything is there, and a file says how it is called."""

import json
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from university import desks, founding  # noqa: E402

from cairn.assessment import services as assessment  # noqa: E402
from cairn.assessment.models import Award  # noqa: E402
from cairn.delivery import services as delivery  # noqa: E402
from cairn.delivery.models import Enrolment, Offering, Sheet  # noqa: E402
from cairn.design.models import Achievement, Proposal  # noqa: E402
from cairn.issuing import services as issuing  # noqa: E402
from cairn.issuing.models import Credential, Issuance, NameCorrection, SigningKey  # noqa: E402
from cairn.kernel import clock, jobs  # noqa: E402
from cairn.kernel import services as kernel  # noqa: E402
from cairn.kernel.actor import Actor  # noqa: E402
from cairn.kernel.models import Delegation, Job, Mail, Membership, Person  # noqa: E402
from cairn.kernel.tenancy import within  # noqa: E402
from cairn.outreach import services as outreach  # noqa: E402
from cairn.outreach.models import Visibility  # noqa: E402
from cairn.quality import services as quality  # noqa: E402
from cairn.quality.models import Comment, Review  # noqa: E402

TAUGHT = "incident-response"
NAMES = ("Ada Byron", "Bo Lindqvist", "Chidi Anagonye-Featherstonehaugh", "Dara O Briain")


def furnish() -> dict[str, str]:
    university = founding.found()
    founding.set_up_issuer(university)
    approved = founding.approve(university, founding.drafts(university))
    desks.lay_out(university, approved)
    registrar, teacher = university.registrar, university.teacher
    today = clock.today(university.institution)

    def run(code: str) -> Offering:
        """A class that is over: three passed, one did not."""
        planned = delivery.plan_offering(
            approved[TAUGHT],
            code=code,
            starts_on=today - timedelta(weeks=9),
            ends_on=today - timedelta(weeks=1),
            by=registrar,
        )
        offering = delivery.open_offering(planned, by=registrar)
        lines = [f"{code}{at},{name},{code}{at}@example.org" for at, name in enumerate(NAMES)]
        sheet = "\n".join(["id,name,email", *lines, ""]).encode()
        delivery.import_roster(offering, sheet, by=registrar)
        lines = [
            f"{code}{at},{task},{30 if at == 1 else 71 + at}"
            for at in range(len(NAMES))
            for task in ("t1", "t2")
        ]
        assessment.import_marks(
            offering, "\n".join(["id,task,score", *lines, ""]).encode(), by=teacher
        )
        assessment.release_results(offering, by=teacher)
        assessment.confer_awards(offering, on=today, by=registrar)
        return offering

    done = run("IR-1")
    jobs.drain()
    issuing.change_policy(university.institution, automatic=False, by=registrar)
    ready = run("IR-2")
    issuing.rotate_key(university.institution, by=university.administrator)
    jobs.drain()
    with within(university.institution):
        genuine, revoked, private = Credential.objects.order_by("pk").select_related(
            "award__enrolment__person"
        )
    issuing.revoke(revoked, reason="Issued for another person.", by=registrar)
    ada = genuine.award.enrolment.person
    kernel.create_account(ada, login="ada@example.org", by=university.administrator)
    holder = private.award.enrolment.person
    outreach.share(private, visibility=Visibility.PRIVATE, by=Actor.of(holder))
    issuing.ask_name_correction(ada, wanted="Ada Lovelace", note="I married.", by=Actor.of(ada))
    with within(university.institution):
        waiting = Review.objects.filter(state="open").select_related("version__proposal").get()
        draft = Proposal.objects.get(state="draft")
        finished = Proposal.objects.filter(achievement__slug=TAUGHT).get()
        decided = Review.objects.get(version__proposal=finished)
        cohort = Offering.objects.get(
            state="open", code__endswith="-2", version__achievement__slug=desks.TAUGHT_NOW
        )
        planned = Offering.objects.filter(state="planned").first()
        someone = Person.objects.get(pk=university.teacher.person_id)
        giver = Person.objects.get(pk=university.registrar.person_id)
    quality.comment(waiting, place="outcomes", words="Say what is done.", by=university.reviewer)
    kernel.delegate(
        giver,
        receiver=someone,
        permission="issuing.issue",
        at=university.root,
        until=today + timedelta(weeks=4),
        by=university.registrar,
    )
    planned = planned or delivery.plan_offering(
        approved[TAUGHT],
        code="IR-3",
        starts_on=today + timedelta(weeks=4),
        ends_on=today + timedelta(weeks=9),
        by=registrar,
    )
    sheet = delivery.start_draft(
        cohort,
        kind=Sheet.MARKS,
        file_name="marks.csv",
        raw=b"id,task,score\nnobody,t1,71\n",
        by=teacher,
    )
    jobs.drain()
    with within(university.institution):
        member = Enrolment.objects.filter(offering=cohort).order_by("pk")[0]
        return {
            "slug": TAUGHT,
            "achievement": Achievement.objects.get(slug=TAUGHT).public_id,
            "genuine": genuine.public_id,
            "revoked": revoked.public_id,
            "private": private.public_id,
            "award": Award.objects.order_by("pk")[0].public_id,
            "course": genuine.award.enrolment.public_id,
            "draft": draft.public_id,
            "waiting": waiting.version.proposal.public_id,
            "finished": finished.public_id,
            "review": waiting.public_id,
            "decided": decided.public_id,
            "remark": Comment.objects.get().public_id,
            "cohort": cohort.public_id,
            "member": member.public_id,
            "done": done.public_id,
            "ready": ready.public_id,
            "planned": planned.public_id,
            "issuance": Issuance.objects.order_by("pk")[0].public_id,
            "correction": NameCorrection.objects.get().public_id,
            "person": someone.public_id,
            "membership": Membership.objects.get(person=someone).public_id,
            "lent": Delegation.objects.get().public_id,
            "key": SigningKey.objects.order_by("pk")[0].public_id,
            "sheet": sheet.public_id,
            "job": Job.objects.order_by("-pk")[0].public_id,
            "letter": Mail.objects.order_by("pk")[0].public_id,
        }


Path("furnished.json").write_text(json.dumps(furnish()), "utf-8")
