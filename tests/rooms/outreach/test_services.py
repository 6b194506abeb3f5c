import struct
import zlib

import pytest

from cairn.kernel.actor import Actor
from cairn.kernel.errors import Denied, NotFound
from cairn.kernel.models import LedgerEntry
from cairn.kernel.personal import erase_person
from cairn.outreach import selectors, services
from cairn.outreach.errors import AboutTooLong, ContactUnfit, LinkedInIdUnfit, LogoUnfit
from cairn.outreach.models import Face, Sharing, Visibility

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def png(width=1, height=1):
    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def ada(campus):
    return campus.offering().enrol("ada").mark(units=2, each=71).issue()


def seen(campus, learner):
    with campus.here():
        return selectors.sharing_of(learner.credential)


def test_whoever_has_the_link_sees_it_until_the_holder_chooses(campus, ada):
    shared = seen(campus, ada)
    assert (shared.visibility, shared.chosen) == (Visibility.LINK, False)
    assert shared.since == ada.credential.issued_at


def test_the_holder_chooses_and_the_ledger_knows_when(campus, ada):
    ada.share("private")
    ada.share("public")
    shared = seen(campus, ada)
    assert (shared.visibility, shared.chosen) == (Visibility.PUBLIC, True)
    told = campus.ledger(ada.credential.public_id)
    assert told[-2:] == ["credential.shared", "credential.shared"]
    with campus.here():
        entry = LedgerEntry.objects.order_by("-number").first()
        assert entry.data == {"visibility": "public"}
        assert Sharing.objects.count() == 1


def test_the_same_choice_again_changes_nothing(campus, ada):
    ada.share("private")
    before, since = len(campus.ledger()), seen(campus, ada).since
    ada.share("private")
    assert (len(campus.ledger()), seen(campus, ada).since) == (before, since)


@pytest.mark.parametrize("role", ["registrar", "administrator", "console"])
def test_nobody_chooses_for_the_holder(campus, ada, role):
    before = len(campus.ledger())
    with pytest.raises(Denied, match="Only the person who earned it"):
        services.share(ada.credential, visibility=Visibility.PUBLIC, by=getattr(campus, role))
    assert seen(campus, ada).visibility is Visibility.LINK
    assert len(campus.ledger()) == before


def test_another_university_finds_no_credential_to_share(campus, elsewhere, ada):
    with pytest.raises(NotFound):
        services.share(
            ada.credential, visibility=Visibility.PUBLIC, by=Actor.of(elsewhere.person("eve"))
        )
    assert seen(campus, ada).chosen is False


def test_a_replacement_keeps_what_was_chosen_and_may_be_chosen_anew(campus, ada):
    from cairn.issuing import services as issuing

    ada.share("private")
    old = ada.credential
    issuing.replace(old, reason="The name was misspelt.", by=campus.registrar)
    assert ada.credential.pk != old.pk
    assert seen(campus, ada).visibility is Visibility.PRIVATE
    ada.share("link")
    assert seen(campus, ada).visibility is Visibility.LINK
    with campus.here():
        assert selectors.sharing_of(old).visibility is Visibility.PRIVATE


def test_erasing_a_person_forgets_what_they_chose(campus, ada):
    ada.share("public")
    with campus.here():
        person = ada.enrolment.person
    erase_person(person, by=campus.administrator)
    with campus.here():
        assert Sharing.objects.count() == 0


def test_administrators_write_the_face(campus):
    services.change_face(
        campus.institution,
        about="  By the sea. ",
        contact="badges@harbour.example",
        linkedin_id="1234567",
        by=campus.administrator,
    )
    with campus.here():
        face = selectors.face_of(campus.institution)
    assert (face.about, face.contact, face.linkedin_id) == (
        "By the sea.",
        "badges@harbour.example",
        "1234567",
    )
    assert campus.ledger(face.public_id) == ["face.changed"]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"contact": "javascript:alert(1)"}, ContactUnfit),
        ({"contact": "http://harbour.example"}, ContactUnfit),
        ({"contact": 'https://harbour.example/"><script>'}, ContactUnfit),
        ({"linkedin_id": "harbour-university"}, LinkedInIdUnfit),
        ({"linkedin_id": "٣٤٥"}, LinkedInIdUnfit),
        ({"linkedin_id": "1" * 21}, LinkedInIdUnfit),
        ({"about": "a" * 2_001}, AboutTooLong),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_kept(campus, words, error):
    with pytest.raises(error):
        services.change_face(
            campus.institution,
            **{"about": "", "contact": "", "linkedin_id": "", **words},
            by=campus.administrator,
        )
    with campus.here():
        assert Face.objects.count() == 0


def test_others_do_not_write_the_face(campus):
    with pytest.raises(Denied):
        services.change_logo(campus.institution, image=SVG, by=campus.registrar)
    with campus.here():
        assert selectors.logo_of(campus.institution) is None


@pytest.mark.parametrize(("image", "kind"), [(SVG, "svg"), (png(), "png")])
def test_a_logo_is_kept_byte_for_byte_and_can_be_taken_away(campus, image, kind):
    services.change_logo(campus.institution, image=image, by=campus.administrator)
    with campus.here():
        face = selectors.logo_of(campus.institution)
        assert (bytes(face.logo), face.logo_type, len(face.logo_hash)) == (image, kind, 64)
    services.change_logo(campus.institution, image=b"", by=campus.administrator)
    with campus.here():
        assert selectors.logo_of(campus.institution) is None


@pytest.mark.parametrize(
    "image",
    [
        SVG.replace(b"<path", b"<script>alert(1)</script><path"),
        SVG.replace(b"<path", b'<path onload="alert(1)"'),
        SVG.replace(b"<path", b'<image href="https://evil.example/x.png"/><path'),
        b"GIF89a" + b"\0" * 40,
        b"%PDF-1.7",
        png()[:-9],
        png(width=4_001),
        png(height=0),
        SVG + b" " * 262_144,
    ],
    ids=["script", "handler", "outside", "gif", "pdf", "cut", "wide", "flat", "large"],
)
def test_a_logo_that_is_not_safe_to_show_is_refused(campus, image):
    with pytest.raises(LogoUnfit, match="The logo was not taken"):
        services.change_logo(campus.institution, image=image, by=campus.administrator)
    with campus.here():
        assert Face.objects.count() == 0
