import io
import re

import pytest
from django.test import Client
from PIL import Image

from tests.support.campus import Campus

IMAGE = re.compile(r'<meta property="og:image" content="([^"]+)">')


@pytest.fixture
def campus(db):
    return Campus()


@pytest.fixture
def client():
    return Client(SERVER_NAME="127.0.0.1", headers={"accept": "text/html"})


def told(client, path):
    text = client.get(path).content.decode()
    [found] = IMAGE.findall(text)
    return text, found


def test_a_micro_credential_has_a_picture_that_may_be_kept(campus, client):
    campus.approved_version()
    with campus.here():
        origin = campus.issuer.addresses.origin
    text, place = told(client, "/m/security")
    assert place.startswith(f"{origin}/m/security/preview-")
    assert '<meta property="og:image:width" content="1200">' in text
    assert '<meta property="og:image:height" content="630">' in text
    assert re.search(r'<meta property="og:image:alt" content="Badge: [^"]+">', text)
    assert '<meta name="twitter:card" content="summary_large_image">' in text
    answer = client.get(place.removeprefix(origin))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)


@pytest.mark.parametrize("name", ["0" * 16, "x", "\u202e", "%00"])
def test_another_name_has_no_picture(campus, client, name):
    campus.approved_version()
    assert campus.issuer
    assert client.get(f"/m/security/preview-{name}.png").status_code == 404
    assert client.get(f"/m/nothing/preview-{name}.png").status_code == 404


def test_a_picture_of_a_credential_is_gone_while_it_is_private(campus, client):
    ada = campus.offering().enrol("ada").mark(units=2, each=71).issue()
    with campus.here():
        origin = campus.issuer.addresses.origin
    _text, place = told(client, ada.page)
    assert place.startswith(f"{origin}{ada.page}/preview-")
    path = place.removeprefix(origin)
    assert client.get(path)["Content-Type"] == "image/png"
    assert client.get(f"{ada.page}/preview-{'0' * 16}.png").status_code == 404
    ada.share("private")
    assert client.get(path).status_code == 404
    ada.share("public")
    assert client.get(path).status_code == 200
