"""Completeness of customers: what each thing weighs, and what is written down of it, by owner and from day to day."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.actors import actor_for
from muster.access.models import CustomField
from muster.access.scope import Actor
from muster.core.custom import known
from muster.core.periods import today
from muster.crm.completeness import ITEMS, Item, Score, key_of, of_field, score
from muster.crm.models import Account, AccountInvoiceData, AccountScore, CompletenessWeight, Contact
from muster.people.models import Member

AT_ONCE = 500


def ensure_weights(**_kwargs: Any) -> None:
    """Each thing has a weight to begin with, after a migration."""
    known = set(CompletenessWeight.objects.unscoped("completeness").values_list("item", flat=True))
    rows = [CompletenessWeight(item=key, weight=one.weight) for key, one in ITEMS.items() if key not in known]
    CompletenessWeight.objects.bulk_create(rows)


@action("crm.completenessweight.edit", gettext_lazy("Set weights in the completeness"), CompletenessWeight)
def weigh(actor: Actor, row: CompletenessWeight, *, weight: int) -> None:
    """From tonight on it weighs so much; 0: it is not asked for. What was written down stays as it was."""
    others = CompletenessWeight.objects.unscoped("completeness").exclude(pk=row.pk).filter(weight__gt=0)
    if weight == 0 and not others.exists():
        raise ValidationError({"weight": _("Something must be asked for: leave one weight above 0.")})
    row.weight = weight
    row.full_clean()
    row.save()


@action(
    "crm.completenessweight.create", gettext_lazy("Ask for more in the completeness"), CompletenessWeight, creates=True
)
def ask_for(actor: Actor, *, item: str, weight: int) -> CompletenessWeight:
    """From tonight on a field of the firm's own is asked for, where it is for the customer and its owner may see it."""
    if item not in own_items(actor):
        raise ValidationError({"item": _("Choose a field of customers that is in use.")})
    if CompletenessWeight.objects.unscoped("completeness").filter(item=item).exists():
        raise Refused(_("This is in the list already: change its weight there."))
    row = CompletenessWeight(item=item, weight=weight)
    row.full_clean()
    row.save()
    return row


def _fields() -> list[CustomField]:
    rows = CustomField.objects.unscoped("completeness").filter(record="crm.account", archived_at=None)
    return list(rows.order_by("position_no", "id"))


def own_items(actor: Actor) -> dict[str, Item]:
    """The firm's own fields of customers that ACTOR knows of, by what their weight goes by."""
    return {key_of(one): of_field(one) for one in known(actor, Account)}


def all_items() -> dict[str, Item]:
    """Everything that can be asked for, the firm's own fields too."""
    return {**ITEMS, **{key_of(one): of_field(one) for one in _fields()}}


def weights() -> dict[str, int]:
    return dict(CompletenessWeight.objects.unscoped("completeness").values_list("item", "weight"))


def with_what_counts(rows: QuerySet[Account]) -> QuerySet[Account]:
    """ROWS with what is asked beside their own fields."""
    contacts = Contact.objects.unscoped("completeness").filter(account=OuterRef("pk"), archived_at=None)
    invoice = AccountInvoiceData.objects.unscoped("completeness").filter(account=OuterRef("pk"), archived_at=None)
    return rows.annotate(
        has_contact=Exists(contacts),
        has_decider=Exists(contacts.filter(decides=True)),
        has_reached=Exists(contacts.filter(~Q(phone="") | ~Q(email=""))),
        has_invoice=Exists(invoice),
    )


def score_for(actor: Actor, account: Account) -> Score:
    """How complete ACCOUNT is, over what ACTOR may see."""
    rows = with_what_counts(Account.objects.visible_to(actor).filter(pk=account.pk))
    seen = [one for one in all_items().values() if one.is_seen(actor, account.owner_id)]
    return score(rows.get(), weights(), seen)


class Scorer:
    """Scores many, with the weights and what each owner sees read once."""

    def __init__(self) -> None:
        self.weights, self.items, self.day = weights(), list(all_items().values()), today()
        self.seen: dict[int, list[Item]] = {}

    def of(self, row: Account) -> Score:
        return score(row, self.weights, self._seen(row.owner_id or 0))

    def _seen(self, owner: int) -> list[Item]:
        if owner not in self.seen:
            member = Member.objects.unscoped("completeness").filter(pk=owner).select_related("user").first()
            actor = actor_for(member.user) if member is not None and member.user else None
            self.seen[owner] = [one for one in self.items if one.is_seen(actor, owner)]
        return self.seen[owner]

    @transaction.atomic
    def note(self, rows: list[Account]) -> int:
        """Write down what changed of ROWS; how many did. A second change on one day replaces the first."""
        kept = AccountScore.objects.unscoped("completeness").filter(account__in=rows, valid_to=None)
        last, made, over = {one.account_id: one for one in kept}, [], []
        for row in rows:
            now, before = self.of(row), last.get(row.pk)
            if before and row.owner_id and _same(before, row.owner_id, now):
                continue
            if before:
                over.append(before.pk)
            if row.owner_id and now.percent is not None:
                said = {"filled": now.filled, "asked": now.asked, "percent": now.percent, "valid_from": self.day}
                made.append(AccountScore(account=row, owner_id=row.owner_id, **said))
        ending = AccountScore.objects.unscoped("completeness").filter(pk__in=over)
        ending.filter(valid_from=self.day).delete()
        ending.update(valid_to=self.day)
        AccountScore.objects.bulk_create(made, batch_size=AT_ONCE)
        return len(over) + len(made)


def _same(kept: AccountScore, owner: int, now: Score) -> bool:
    return (kept.owner_id, kept.filled, kept.asked) == (owner, now.filled, now.asked)


def rescore(*keys: int) -> None:
    """Of these accounts at once."""
    rows = with_what_counts(Account.objects.unscoped("completeness").filter(pk__in=keys, archived_at=None))
    Scorer().note(list(rows))


def rescore_all() -> int:
    """Of all accounts, those that changed past the forms too; how many changed. Safe to repeat."""
    scorer, last, count = Scorer(), 0, 0
    rows = with_what_counts(Account.objects.unscoped("completeness").filter(archived_at=None)).order_by("pk")
    while found := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        last = found[-1].pk
        count += scorer.note(found)
    gone = AccountScore.objects.unscoped("completeness").filter(valid_to=None)
    gone.exclude(account__archived_at=None).update(valid_to=scorer.day)
    return count
