"""Set the stage of a journey: the university, its issuer and its people; nothing drafted yet."""

import django

django.setup()

from university import founding  # noqa: E402

university = founding.found()
founding.set_up_issuer(university)
