"""Whose site this is. One address is one institution's."""

from __future__ import annotations

from cairn.issuing.selectors import issuer_of_site
from cairn.kernel.models import Institution


def institution_of_site() -> Institution | None:
    """The institution whose issuer has this site's address; before it has one, the only one."""
    issuer = issuer_of_site()
    if issuer is not None:
        return issuer.institution
    found = list(Institution.objects.all()[:2])
    return found[0] if len(found) == 1 else None
