import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from cairn.issuing.certificate import certificate_facts, certificate_pdf
from cairn.kernel.tenancy import within

HOSTILE = '"#panic("x")" \\ $x$ @ref <b> \u05de\u05e8\u05d9\u05dd \u202e \U0001f600 ' + "w" * 300


@pytest.fixture
def ada(db):
    from tests.support.campus import Campus

    return Campus().offering().enrol("ada").mark(units=2, each=71).issue()


def told(ada):
    with within(ada.credential.institution):
        return certificate_facts(ada.credential)


def opened(raw):
    return PdfReader(io.BytesIO(raw))


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_a_certificate_says_who_and_carries_the_credential(ada, paper):
    facts = told(ada)
    raw = certificate_pdf(facts, paper=paper)
    pdf = opened(raw)
    root = pdf.trailer["/Root"]
    assert len(pdf.pages) == 2
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en"
    assert pdf.metadata.title == f"{facts.achievement}: {facts.holder}"
    assert {name: found for name, [found] in pdf.attachments.items()} == {
        "credential.json": ada.badge
    }
    assert [one.get_object()["/AFRelationship"] for one in root["/AF"]] == ["/Data"]
    text = pdf.pages[0].extract_text()
    assert facts.holder in text
    assert facts.address.partition("://")[2] in text
    assert certificate_pdf(facts, paper=paper) == raw


def test_a_hostile_name_is_only_a_name(ada):
    facts = replace(told(ada), holder=HOSTILE, achievement=HOSTILE)
    pdf = opened(certificate_pdf(facts))
    assert len(pdf.pages) == 2
    assert '"#panic("x")"' in pdf.pages[0].extract_text()
    assert pdf.attachments["credential.json"] == [ada.badge]
