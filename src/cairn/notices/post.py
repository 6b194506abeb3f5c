"""Sending: each letter is taken up by one worker, sent, and marked; killed in between, it is sent again.

Which is why every letter has one Message-ID for good: a reader's mail program shows a second copy
beside the first, and a log tells them apart.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email
from django.db import DatabaseError
from django.utils import timezone, translation

from cairn.kernel import clock, mailing
from cairn.kernel.config import Settings
from cairn.kernel.models import Institution, Mail
from cairn.notices import letters, setting
from cairn.notices.letters import Nothing

TIMEOUT: Final = 20
_AT_ONCE: Final = 200
_PORTS: Final = {"smtp": 25, "smtp+tls": 587, "smtps": 465}

log = structlog.get_logger(__name__)


def connection(settings: Settings) -> BaseEmailBackend:
    """The mail server of the settings, as Django talks to it."""
    assert settings.mail_url is not None  # sends_mail asked
    url = urlsplit(settings.mail_url.get_secret_value())
    return EmailBackend(
        host=url.hostname,
        port=url.port or _PORTS[url.scheme],
        username=unquote(url.username or ""),
        password=unquote(url.password or ""),
        use_tls=url.scheme == "smtp+tls",
        use_ssl=url.scheme == "smtps",
        timeout=TIMEOUT,
    )


def deliver(institution: Institution, *, beat: Callable[[int], Any]) -> int:
    """Write and send what waits in the outbox of the institution at hand. Returns how many left."""
    with timezone.override(institution.time_zone):
        _write_new(beat)
        return _Round(institution, beat).go()


def _write_new(beat: Callable[[int], Any]) -> None:
    """Give words to letters that have none, so that they can be read while they are held."""
    rows = Mail.objects.waiting().filter(subject="").order_by("pk")
    done, last = 0, 0
    while page := list(rows.filter(pk__gt=last)[:_AT_ONCE]):
        for row in page:
            _words(row)
            last, done = row.pk, done + 1
        beat(done)


def _words(row: Mail) -> bool:
    """Find the words of a letter as things are now; cancel it where there is nothing to say."""
    try:
        return _worded(row)
    except DatabaseError:
        raise
    except Exception as exc:  # one letter without words holds up no other
        log.exception("mail.unwritten", mail=row.public_id, kind=row.kind)
        mailing.failed(row, type(exc).__name__, for_good=True)
        return False


def _worded(row: Mail) -> bool:
    with translation.override(row.language or settings.LANGUAGE_CODE):
        letter = letters.letter(row)
        if isinstance(letter, Nothing):
            mailing.cancel(row, why=letter.why)
            return False
        html = setting.html(letter)
        kept = html if settings.CAIRN.demo else ""
        mailing.write(
            row, to=letter.to, subject=letter.subject, text=setting.text(letter), html=kept
        )
        row.html = html
    return True


@dataclass(slots=True)
class _Round:
    """One walk through what is due."""

    institution: Institution
    beat: Callable[[int], Any]
    sent: int = 0
    done: int = 0
    wait: datetime | None = None

    def go(self) -> int:
        if not (settings.CAIRN.demo or settings.CAIRN.sends_mail):
            return 0  # it waits, and cairn doctor says so
        server: BaseEmailBackend | None = None
        try:
            while page := list(Mail.objects.due(clock.now()).order_by("pk")[:_AT_ONCE]):
                for row in page:
                    if settings.CAIRN.demo:
                        self._keep(row)
                    else:
                        server = server or connection(settings.CAIRN)
                        self._send(row, server)
                    self.done += 1
                self.beat(self.done)
        except (OSError, smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError) as exc:
            log.warning("mail.server_away", error=type(exc).__name__)
            self.wait = clock.now() + mailing.FIRST_PAUSE
        finally:
            if server is not None:
                server.close()
        if self.wait is not None:
            mailing.wake(self.institution, self.wait)
        return self.sent

    def _keep(self, row: Mail) -> None:
        if mailing.take(row) and _words(row):
            mailing.sent(row, kept=True)
            self.sent += 1

    def _send(self, row: Mail, server: BaseEmailBackend) -> None:
        if not mailing.take(row) or not _words(row):
            return
        try:
            validate_email(row.to)
            message(row).send_through(server)
        except ValidationError:
            mailing.failed(row, "address", for_good=True)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as exc:
            if isinstance(exc, (smtplib.SMTPConnectError, smtplib.SMTPHeloError)):
                self._again(row, exc, counted=False)
                raise OSError(type(exc).__name__) from exc
            self._refused(row, exc)
        except (OSError, smtplib.SMTPException) as exc:
            self._again(row, exc, counted=False)
            raise OSError(type(exc).__name__) from exc
        else:
            mailing.sent(row)
            self.sent += 1

    def _refused(self, row: Mail, exc: Exception) -> None:
        """The server spoke about this letter: a number from 500 is its last word."""
        code = _code(exc)
        name = f"smtp {code}" if code else type(exc).__name__
        for_good = 500 <= code < 600 and not isinstance(exc, smtplib.SMTPAuthenticationError)
        log.warning("mail.refused", mail=row.public_id, code=code)
        at = mailing.failed(row, name, for_good=for_good)
        self._later(at)

    def _again(self, row: Mail, exc: Exception, *, counted: bool) -> None:
        self._later(mailing.failed(row, type(exc).__name__, counted=counted))

    def _later(self, at: datetime | None) -> None:
        if at is not None:
            self.wait = at if self.wait is None else min(self.wait, at)


def _code(exc: Exception) -> int:
    if isinstance(exc, smtplib.SMTPRecipientsRefused):
        codes = [int(code) for code, _ in exc.recipients.values()]
        return codes[0] if codes else 0
    return int(getattr(exc, "smtp_code", 0))


class Message(EmailMultiAlternatives):
    """A letter for one person, as Django sends it."""

    def send_through(self, server: BaseEmailBackend) -> None:
        self.connection = server
        self.send(fail_silently=False)


def message(row: Mail) -> Message:
    """The letter as it goes over the wire: text and HTML, one Message-ID for good."""
    origin = settings.CAIRN.mail_from
    host = parseaddr(origin)[1].rpartition("@")[2] or settings.CAIRN.host
    headers = {
        "Message-ID": mailing.message_id(row, host),
        # No machine answers it, and none should.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    made = Message(row.subject, row.text, origin, [row.to], headers=headers)
    made.attach_alternative(row.html, "text/html")
    return made


#: How long a letter may be overdue before somebody should look.
OVERDUE: Final = timedelta(minutes=15)
