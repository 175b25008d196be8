"""Is there one like it already? Asked while somebody types, and once more when he saves.

What the viewer may not see is told as a masked hit: that there is one, whose it is by the first character, and how long
ago somebody was in contact. Nothing else leaves here for him, and he cannot ask without end. See decision 25.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from muster.access.action import Refused, add_event
from muster.access.scope import Actor
from muster.core import alike, search
from muster.core.periods import today
from muster.crm.models import Account, Contact, DuplicateCheck, Lead
from muster.crm.models.matching import marks
from muster.people.models import Member

LIKE = 0.6  # from here on two names are alike
SAME = 0.85  # from here on somebody has to say why he adds a second one
NEAR = 60  # names an index brings up, compared exactly here
MOST = 6  # hits shown
MOST_CHECKS = 600  # a day
MOST_MET = 30  # records of others a day
SALT, LIVES = "muster.duplicates", 60 * 60 * 8
SHORTEST = 2
NAME, PHONE, MAIL, DOMAIN, CODE = "name", "phone", "mail", "domain", "code"
WITH = {Account: (Account, Lead), Lead: (Account, Lead, Contact), Contact: (Contact,)}
KINDS: dict[str, Any] = {"account": Account, "contact": Contact, "lead": Lead}


@dataclass
class Found:
    """A record that may be the same, and by what; `score` 0 to 1."""

    row: Any
    score: float
    by: set[str] = field(default_factory=set)

    @property
    def is_same(self) -> bool:
        return bool(self.by & {PHONE, MAIL, CODE}) or self.score >= SAME


@dataclass(frozen=True)
class Hit:
    """As a viewer gets it. Of a masked one `row` is None and `by` is empty; `token` lets him ask to join."""

    row: Any
    kind: str
    by: tuple[str, ...]
    is_same: bool
    owner: str
    days: int | None
    token: str = ""

    @property
    def is_masked(self) -> bool:
        return self.row is None

    @property
    def label(self) -> str:
        return str(self.row._meta.verbose_name)


@dataclass(frozen=True)
class Answer:
    hits: tuple[Hit, ...] = ()
    is_limited: bool = False  # the viewer asked too often today: what he may not see is not told

    @property
    def same(self) -> list[Hit]:
        return [one for one in self.hits if one.is_same]


def look(actor: Actor, model: Any, said: dict[str, str], *, apart: Any = None) -> Answer:
    """What stands here that may be the same as what is SAID (name, phone, email, website, code) of a new record of
    MODEL. APART: a record that is no answer."""
    found = [one for one in _found(model, said) if one.row != apart]
    found = sorted(found, key=lambda one: (-one.is_same, -one.score, -one.row.pk))[:MOST]
    if not found:
        return Answer()
    visible = {(type(one.row), one.row.pk) for one in found if _sees(actor, one.row)}
    hidden = [one for one in found if (type(one.row), one.row.pk) not in visible]
    allowed = _allowed(actor, hidden)
    hits, cards = [], set()
    for one in found:
        if (type(one.row), one.row.pk) in visible:
            hits.append(_open_hit(actor, one))
        elif allowed and (key := _about(one.row)) not in cards:
            cards.add(key)
            hits.append(_masked(actor, one))
    return Answer(tuple(hits), is_limited=bool(hidden) and not allowed)


def _sees(actor: Actor, row: Any) -> bool:
    return bool(type(row).objects.visible_to(actor).filter(pk=row.pk).exists())


def _about(row: Any) -> tuple[str, int]:
    """Several contacts of one customer are one card."""
    return ("crm.account", row.account_id) if isinstance(row, Contact) else (row._meta.label_lower, row.pk)


# -- what is alike -----------------------------------------------------------------------------------------------------


def _found(model: Any, said: dict[str, str]) -> list[Found]:
    keys, code = marks(said), alike.code(said.get(CODE, ""))
    found: dict[tuple[Any, int], Found] = {}
    for other in WITH[model]:
        for by, row in _candidates(other, keys, code):
            score = alike.likeness(keys["match_name"], row.match_name or "") if _named(other, keys) else 0.0
            if by == NAME and score < LIKE:
                continue
            one = found.setdefault((other, row.pk), Found(row, score))
            one.by.add(by)
    return list(found.values())


def _named(model: Any, keys: dict[str, str]) -> bool:
    """People are not compared by name: there are many 张伟."""
    return model is not Contact and len(keys["match_name"]) >= SHORTEST


def _candidates(model: Any, keys: dict[str, str], code: str) -> Iterator[tuple[str, Any]]:
    rows = model.objects.unscoped("duplicate check").filter(archived_at=None)
    rows = rows.filter(status__in=Lead.OPEN) if model is Lead else rows
    rows = rows.select_related("owner", "account") if model is Contact else rows.select_related("owner")
    same = [(PHONE, "match_phone", keys["match_phone"])]
    same += [(DOMAIN, "match_domain", keys["match_domain"])]
    same += [(MAIL, "match_mail", keys["match_mail"])] if model is not Account else []
    same += [(CODE, "credit_code", code)] if model is Account else []
    if _named(model, keys):
        same.append((NAME, "match_name", keys["match_name"]))
        for row in search.alike(rows, "match_name", keys["match_name"], NEAR):
            yield NAME, row
    for by, column, value in same:
        if value:
            for row in rows.filter(**{column: value})[:MOST]:
                yield by, row


# -- what is told ------------------------------------------------------------------------------------------------------


def _open_hit(actor: Actor, one: Found) -> Hit:
    owner = str(one.row.owner) if one.row.owner else ""
    return Hit(one.row, one.row._meta.label_lower, tuple(sorted(one.by)), one.is_same, owner, _days(one.row))


def _masked(actor: Actor, one: Found) -> Hit:
    """Whose it is by the first character, how long ago the last contact was, and a handle that only he can use."""
    record = one.row.account if isinstance(one.row, Contact) else one.row
    owner = Member.objects.unscoped("duplicate check").filter(pk=record.owner_id).first()
    joins = isinstance(record, Account) and owner is not None
    token = signing.dumps([record.pk, actor.member_id], salt=SALT) if joins else ""
    return Hit(None, record._meta.label_lower, (), one.is_same, veiled(owner), _days(record), token)


def veiled(member: Member | None) -> str:
    return f"{member.name[:1]}*" if member is not None else ""


def _days(row: Any) -> int | None:
    on: dt.date | None = getattr(row, "last_activity_on", None)
    return (today() - on).days if on is not None else None


def of_token(actor: Actor, token: str) -> Account:
    """The account of a masked hit that ACTOR got himself, today. Raises Refused."""
    try:
        pk, member = signing.loads(token, salt=SALT, max_age=LIVES)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Refused(_("This hit is too old: look for duplicates once more.")) from error
    account: Account | None = Account.objects.unscoped("duplicate check").filter(pk=pk, archived_at=None).first()
    if member != actor.member_id or account is None:
        raise Refused(_("This hit is too old: look for duplicates once more."))
    return account


# -- how often ---------------------------------------------------------------------------------------------------------


def _allowed(actor: Actor, hidden: list[Found]) -> bool:
    """Note that ACTOR met HIDDEN; False where he met too many today. Who is no member meets nothing of others."""
    if not hidden:
        return True
    if actor.member_id is None:
        return bool(actor.system)
    with transaction.atomic():
        row = _today(actor)
        met = [tuple(one) for one in row.met]
        new = [one for one in dict.fromkeys(_about(one.row) for one in hidden) if one not in met]
        row.count += 1
        full = row.count > MOST_CHECKS or len(met) + len(new) > MOST_MET
        if not full:
            row.met = [list(one) for one in [*met, *new]]
            _note(actor, hidden, set(new))
        elif not row.is_limited:
            row.is_limited = True
            add_event(actor, "crm.duplicatecheck.limit", row, {}, count=row.count, met=len(row.met))
        row.save()
    return not full


def _today(actor: Actor) -> DuplicateCheck:
    rows = DuplicateCheck.objects.unscoped("duplicate check")
    rows.get_or_create(member_id=actor.member_id, on=today())
    found: DuplicateCheck = rows.select_for_update(of=("self",)).get(member=actor.member_id, on=today())
    return found


def _note(actor: Actor, hidden: list[Found], new: set[tuple[str, int]]) -> None:
    """Once a day and record, in the record's own trail."""
    for one in hidden:
        if _about(one.row) in new:
            new.discard(_about(one.row))
            record = one.row.account if isinstance(one.row, Contact) else one.row
            add_event(actor, "crm.duplicatecheck.met", record, {})
