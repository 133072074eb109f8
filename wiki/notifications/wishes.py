"""What somebody wishes to get by mail, and the link in each mail that stops mails of its kind without a login."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wiki.accounts.models import User
from wiki.notifications.models import MailWish, Notification

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DIGEST: Final = "digest"
# Each kind of mail, as people choose it.
NAMES: Final[dict[str, _StrPromise]] = {
    Notification.Kind.RETURNED: _("A reviewer asks me for changes"),
    Notification.Kind.SAID: _("Somebody says something about a proposal of mine, or about one that I spoke about"),
    Notification.Kind.APPROVED: _("A proposal of mine that takes several approvals has got one"),
    Notification.Kind.ACCEPTED: _("A proposal of mine is accepted"),
    Notification.Kind.DECLINED: _("A proposal of mine is declined"),
    Notification.Kind.ANEW: _("A newer text comes for a proposal that I spoke about"),
    Notification.Kind.WITHHELD: _("A section that I wrote in lately is put under medical review"),
    Notification.Kind.RELEASED: _("Such a section is released, and readers see it again"),
    Notification.Kind.BLOCKED: _("I am blocked"),
    Notification.Kind.BLOCK_CHANGED: _("A block of mine is changed"),
    Notification.Kind.UNBLOCKED: _("A block of mine is lifted"),
    Notification.Kind.ROLE: _("I have another role"),
    Notification.Kind.DANGER: _("A reader reports something dangerous (for moderators)"),
    Notification.Kind.MET: _("Somebody else publishes an article of a title that I proposed"),
}
_SALT: Final = "notifications.stop"


def of(account_id: int) -> MailWish:
    """Return what somebody wishes; an unsaved row for who has chosen nothing."""
    return MailWish.objects.filter(account=account_id).first() or MailWish(account_id=account_id)


def choose(account_id: int, *, wanted: Iterable[str], digest: bool | None = None) -> None:
    """Let these kinds be mailed and no others; `digest` is None where the person can't have one."""
    chosen = set(wanted)
    _change(account_id, unwanted=[kind for kind in NAMES if kind not in chosen], digest=digest)


def stop(account_id: int, kind: str) -> None:
    """Mail no more of this kind; stopping twice does no harm."""
    if kind == DIGEST:
        _change(account_id, digest=False)
    else:
        _change(account_id, unwanted=sorted({*of(account_id).unwanted, kind}))


def token_for(account_id: int, kind: str) -> str:
    """Return what a mail's own link says: whose mails of which kind it stops. It never grows old."""
    return Signer(salt=_SALT).sign(f"{account_id}-{kind}")


def meant_by(token: str) -> tuple[int, str] | None:
    """Return whose mails of which kind a link stops; None when it isn't ours, or its account is closed."""
    try:
        number, _hyphen, kind = Signer(salt=_SALT).unsign(token).partition("-")
    except BadSignature:
        return None
    is_there = User.objects.filter(pk=number, is_active=True).exists()
    return (int(number), kind) if is_there and kind in (*NAMES, DIGEST) else None


def name_of(kind: str) -> str:
    """Return a kind of mail in words."""
    return str(_("The daily digest of what waits") if kind == DIGEST else NAMES[Notification.Kind(kind)])


def _change(account_id: int, *, unwanted: list[str] | None = None, digest: bool | None = None) -> None:
    with transaction.atomic():
        wish = MailWish.objects.select_for_update().get_or_create(account_id=account_id)[0]
        wish.unwanted = wish.unwanted if unwanted is None else unwanted
        wish.digest = wish.digest if digest is None else digest
        wish.save(update_fields=["unwanted", "digest"])
