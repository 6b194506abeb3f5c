"""Sheets between upload and confirmation: kept a day, read again at every step, never half written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from cairn.delivery import policies
from cairn.delivery.errors import SheetTooLarge
from cairn.delivery.models import ColumnMatch, ImportDraft, Offering, Sheet
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.change import change, change_many
from cairn.kernel.errors import Denied
from cairn.kernel.text import line

MOST_BYTES: Final = 10_000_000
KEPT: Final = timedelta(days=1)
#: Nobody needs more open at once; the oldest give way.
AT_ONCE: Final = 20


def start_draft(
    offering: Offering, *, kind: Sheet, file_name: str, raw: bytes, by: Actor
) -> ImportDraft:
    """Keep an uploaded sheet for a day, for the person who brought it."""
    with change(offering, by=by):
        _must(offering, kind, by)
        if by.person_id is None:
            raise Denied("A sheet is kept for a person; a program gives its file at once.")
        if len(raw) > MOST_BYTES:
            raise SheetTooLarge(limit=MOST_BYTES // 1_000_000)
        now = clock.now()
        mine = ImportDraft.objects.filter(owner_id=by.person_id).order_by("-pk")
        for old in mine.values_list("pk", flat=True)[AT_ONCE - 1 :]:
            ImportDraft.objects.filter(pk=old).delete()
        return ImportDraft.objects.create(
            owner_id=by.person_id,
            offering=offering,
            kind=kind,
            file_name=line(file_name)[:200],
            raw=raw,
            created_at=now,
            expires_at=now + KEPT,
        )


def match_draft(
    draft: ImportDraft, *, columns: Mapping[int, str], titles: Sequence[str], by: Actor
) -> ImportDraft:
    """Say which column is what, and remember it for the next file with these titles."""
    with change(draft, by=by):
        _must(draft.offering, Sheet(draft.kind), by)
        draft.columns = {str(position): name for position, name in columns.items()}
        draft.save(update_fields=["columns"])
        ColumnMatch.objects.update_or_create(
            kind=draft.kind, titles=fingerprint(titles), defaults={"columns": draft.columns}
        )
    return draft


def edit_draft(
    draft: ImportDraft,
    *,
    edits: Mapping[tuple[int, int], str],
    without: Sequence[int] = (),
    by: Actor,
) -> ImportDraft:
    """Correct cells (by row number and position) and leave rows out; the file stays as it came."""
    with change(draft, by=by):
        _must(draft.offering, Sheet(draft.kind), by)
        draft.edits = draft.edits | {f"{row}:{at}": text for (row, at), text in edits.items()}
        draft.without = sorted({*draft.without, *without})
        draft.save(update_fields=["edits", "without"])
    return draft


def finish_draft(draft: ImportDraft, *, outcome: Mapping[str, Any], by: Actor) -> ImportDraft:
    """Note what a confirmed import did, so that its page can be read again and it can be undone."""
    with change(draft, by=by):
        _must(draft.offering, Sheet(draft.kind), by)
        draft.outcome = dict(outcome)
        draft.save(update_fields=["outcome"])
    return draft


def drop_draft(draft: ImportDraft, *, by: Actor) -> None:
    """Forget an uploaded sheet."""
    with change(draft, by=by):
        _must(draft.offering, Sheet(draft.kind), by)
        draft.delete()


def sweep_drafts(*, by: Actor) -> int:
    """Forget the sheets of an institution whose day is over; returns how many."""
    with change_many(by.institution, by=by):
        count, _each = ImportDraft.objects.filter(expires_at__lte=clock.now()).delete()
    return count


def fingerprint(titles: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(titles).encode()).hexdigest()


def _must(offering: Offering, kind: Sheet, by: Actor) -> None:
    if kind is Sheet.ROSTER:
        by.must(policies.may_enrol, offering.org_unit_id)
    else:
        by.must(policies.may_bring_marks, offering.org_unit_id)
