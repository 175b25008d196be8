"""How records come into a pool and leave it. Each stay says why; the record, its card and what goes with it are written
together."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event
from muster.access.crud import check_links
from muster.access.scope import Actor
from muster.core.periods import today
from muster.crm.actions.time_asked import lapse_time
from muster.crm.models import Account, Deal, Lead, Pool, PoolStay
from muster.crm.pooled import Pooled, kind_of
from muster.crm.routing import Reason
from muster.people.models import Member

Came, Left = PoolStay.Came, PoolStay.Left
# Sentences that are kept with their values and read in the reader's language.
RETURNED = gettext_lazy("Returned by %(by)s: %(reason)s")
MOVED = gettext_lazy("Moved from “%(pool)s” by %(by)s: %(reason)s")
IMPORTED = gettext_lazy("Came with an import")


def known_pooled(key: str) -> Pooled:
    kind = kind_of(key)
    if kind is None:
        raise Refused(_("Records of this kind do not go into a public pool."))
    return kind


def default_pool(kind: Pooled, row: Any) -> Pool | None:
    """The first pool that ROW fits, where nobody chooses."""
    rows = kind.model.objects.unscoped("the public pool").filter(pk=row.pk)
    pools: Any = Pool.objects.unscoped("the public pool")
    for pool in pools.filter(kind=kind.key, archived_at=None).order_by("rank", "pk"):
        if not pool.asks or kind.asks.narrow(rows, pool.asks).exists():
            found: Pool = pool
            return found
    return None


def _units_of(rows: list[Any]) -> dict[int, int | None]:
    """Owner → unit."""
    owners = {row.owner_id for row in rows if row.owner_id}
    return dict(Member.objects.unscoped("the public pool").filter(pk__in=owners).values_list("pk", "unit"))


def put_in(
    kind: Pooled,
    rows: list[Any],
    pool: Pool,
    how: str,
    reason: Callable[[Any], Reason],
    rules: dict[int, int] | None = None,
    **more: Any,
) -> list[PoolStay]:
    """ROWS (locked) lie in POOL from now on, without an owner; RULES say by which rule each came. To raise their
    `version` is the caller's."""
    units = _units_of(rows)
    made = []
    for row in rows:
        stay = PoolStay(
            pool=pool, kind=kind.key, object_id=row.pk, came_at=timezone.now(), came_by=how, **kind.card(row)
        )
        stay.former_owner_id, stay.former_unit_id, stay.came_on = row.owner_id, units.get(row.owner_id), today()
        stay.reason, stay.rule_id = reason(row).stored(), (rules or {}).get(row.pk)
        for name, value in more.items():
            setattr(stay, name, value)
        stay.fill_search()
        made.append(stay)
    PoolStay.objects.bulk_create(made, batch_size=500)
    keys = [row.pk for row in rows]
    emptied = dict.fromkeys((*kind.model.clock_columns, "owner", "spared_until"))
    kind.released(keys, pool.clears_team)
    kind.model.objects.unscoped("the public pool").filter(pk__in=keys).update(
        pool=pool, spared_why="", updated_at=timezone.now(), **emptied
    )
    lapse_time(kind.model, keys)
    return made


def give_back(actor: Actor, kind: Pooled, row: Any, pool: Pool | None, reason: str) -> None:
    """The body of `crm.account.return`: ROW, locked by its action, goes into POOL, or into the one that it fits."""
    if row.owner_id is None and row.pool_id:
        raise Refused(_("This lies in a public pool already."))
    check_links(actor, row, {"into": pool} if pool else {})
    if kind.deals(row.pk).filter(status=Deal.Status.OPEN).exists():
        raise Refused(_("There are deals in progress: close or transfer them first."))
    into = pool or default_pool(kind, row)
    if into is None or into.archived_at or into.kind != kind.key:
        raise Refused(_("No public pool fits this: choose one, or ask sales operations to open one."))
    said = Reason(RETURNED, {"by": actor.name, "reason": reason})
    (stay,) = put_in(kind, [row], into, Came.RETURNED, lambda _row: said)
    add_event(actor, "crm.poolstay.open", stay, {}, pool=str(into))
    row.refresh_from_db()


@action("crm.account.return", gettext_lazy("Return accounts to the public pool"), Account)
def return_account(actor: Actor, account: Account, *, reason: str, pool: Pool | None = None) -> None:
    """Give a customer up so that somebody else can claim it. Raises Refused where deals are in progress."""
    give_back(actor, known_pooled("crm.account"), account, pool, reason)


@action("crm.lead.return", gettext_lazy("Return leads to the public pool"), Lead)
def return_lead(actor: Actor, lead: Lead, *, reason: str, pool: Pool | None = None) -> None:
    """Give an open lead up so that somebody else can claim it."""
    if not lead.is_open:
        raise Refused(_("This lead is closed: re-open it first."))
    give_back(actor, known_pooled("crm.lead"), lead, pool, reason)


def gone() -> str:
    return _("Somebody was faster: this is no longer in the pool.")


def take_out(actor: Actor, stay: PoolStay, member: Member, how: str) -> Any:
    """STAY (locked) ends: MEMBER has the record from now on. Raises Refused where somebody has it by now."""
    kind = known_pooled(stay.kind)
    row = (
        kind.model.objects.unscoped("the public pool").select_for_update(of=("self",)).filter(pk=stay.object_id).first()
    )
    if stay.left_at or row is None or row.owner_id or row.pool_id != stay.pool_id or row.archived_at:
        raise Refused(gone())
    row.owner_id, row.pool, row.version = member.pk, None, row.version + 1
    row.save(update_fields=["owner", "pool", "version", "updated_at"])
    kind.taken(row, member.pk)
    end(stay, how, member.pk)
    changes = {"owner": [None, member.pk], "pool": [stay.pool_id, None]}
    add_event(actor, f"{kind.key}.{how}", row, changes, pool=str(stay.pool))
    return row


def end(stay: PoolStay, how: str, member_id: int | None = None) -> None:
    stay.left_at, stay.left_on, stay.left_by, stay.new_owner_id = timezone.now(), today(), how, member_id
    stay.save()


@action("crm.poolstay.move", gettext_lazy("Move customers between public pools"), PoolStay)
def move_stay(actor: Actor, stay: PoolStay, *, pool: Pool, reason: str = "") -> None:
    """The record lies in another pool from now on."""
    if pool.pk == stay.pool_id or pool.kind != stay.kind or pool.archived_at:
        raise Refused(_("Choose another pool of the same kind."))
    check_links(actor, stay, {"target": pool})
    kind = known_pooled(stay.kind)
    row = (
        kind.model.objects.unscoped("the public pool").select_for_update(of=("self",)).filter(pk=stay.object_id).first()
    )
    if stay.left_at or row is None or row.owner_id:
        raise Refused(gone())
    said = Reason(MOVED, {"pool": str(stay.pool), "by": actor.name, "reason": reason or "–"})
    end(stay, Left.MOVED)
    kept: dict[str, Any] = {"former_owner_id": stay.former_owner_id, "former_unit_id": stay.former_unit_id}
    put_in(kind, [row], pool, Came.MOVED, lambda _row: said, **kept)


def imported(pairs: Iterable[tuple[Any, Any]]) -> None:
    """Rows without an owner came into a pool with an import."""
    by_pool: dict[int, tuple[Pool, list[Any]]] = {}
    for row, pool in pairs:
        by_pool.setdefault(pool.pk, (pool, []))[1].append(row)
    for pool, rows in by_pool.values():
        put_in(known_pooled(pool.kind), rows, pool, Came.IMPORTED, lambda _row: Reason(IMPORTED))


def sweep(kind: Pooled) -> int:
    """Stays end of what got an owner past the pool, or is there no longer; how many there were."""
    rows = kind.model.objects.unscoped("the public pool")
    lying = rows.exclude(pool=None).filter(kind.live, owner=None).order_by()
    over = PoolStay.objects.unscoped("the public pool").filter(kind=kind.key, left_at=None)
    stays = list(over.exclude(object_id__in=lying.values("pk")))
    owners = dict(rows.filter(pk__in=[one.object_id for one in stays]).values_list("pk", "owner"))
    for stay in stays:
        end(stay, Left.GIVEN, owners.get(stay.object_id))
    rows.exclude(pool=None).exclude(owner=None).update(pool=None, updated_at=timezone.now())
    return len(stays)
