"""What only the server's verifier says (of badges of version 2, records, presentations), for translators."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop as _

SENTENCES: Final = (
    _(
        "Confirmed by its web site: it is published there today, in the name of {issuer}. It carries no "
        "signature, so it is only as good as that site."
    ),
    _(
        "Published, issuer not confirmed: it stands on the web as it is here, but nothing shows that "
        "{issuer} put it there."
    ),
    _("Altered: do not rely on this. It is not what its issuer publishes."),
    _("Not from {issuer}: it does not stand where {issuer} publishes. Do not rely on it."),
    _("Expired: {place} published this for {issuer}, for a time that is over."),
    _("Not valid yet: {place} published this for {issuer}, for a later time."),
    _("Revoked: {place} has withdrawn what it published for {issuer}."),
    _("No award: it describes a badge or an issuer, and gives it to nobody."),
    _(
        "Cannot be checked now: it carries no signature, and the site that publishes it could not be "
        "asked."
    ),
    _("It is put together as Open Badges 2.0 asks."),
    _("The badge class stands at its own address."),
    _("{host} publishes it today, letter for letter."),
    _("It stands where its issuer publishes: {host}."),
    _("A badge without a signature is withdrawn by taking it off its site."),
    _("The issuer keeps no list of withdrawn badges."),
    _("The issuer has withdrawn this badge."),
    _("The issuer has not withdrawn it."),
    _("Genuine and current: {name} presents one credential, which holds."),
    _("Genuine and current: {name} presents {count} credentials, and each of them holds."),
    _("Genuine and current: {name} presents no credential."),
    _("It was signed by {party}, the holder it names."),
    _("It was signed by {party}. It names no holder besides."),
    _("The credential in it holds."),
    _("All {count} credentials in it hold."),
    _("It holds no credential."),
    _("Its issuer has a newer copy, which holds. Use that one."),
    _("It is its issuer's newest copy."),
)
