"""Lines of a deal: priced as those of quotes and contracts are, and the amount of the deal is their sum."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event, require
from muster.access.crud import crud
from muster.access.scope import Actor
from muster.crm.actions.discount import prices_changed
from muster.crm.actions.price_book import complete_listed, deal_lines_of
from muster.crm.actions.pricing import Whole, price
from muster.crm.models import Deal, DealLine

MOST = 200
IN_LINE = ("position_no", "product", "name", "quantity", "unit_price", "discount", "tax_rate")
LISTED = ("list_price", "least_price", "most_discount")


def whole_of(deal: Deal, lines: list[DealLine]) -> Whole:
    """What DEAL comes to with its LINES, whose amounts are brought up to date."""
    whole = Whole(deal.tax_included, deal.tax_rate, deal.amount or 0)
    price(whole, lines)
    return whole


def reckon_deal(deal: Deal) -> None:
    """Bring the lines and the amount of DEAL up to date; without lines the amount is what was typed."""
    lines = deal_lines_of(deal)
    if not lines:
        return
    deal.amount = whole_of(deal, lines).amount
    for line in lines:
        line.save(update_fields=["amount", "tax"])
    deal.save(update_fields=["amount"])


def keep_sum(deal: Deal, fields: dict[str, Any]) -> None:
    """With lines the amount is their sum, in the currency of their prices. Raises ValidationError where FIELDS say
    otherwise."""
    asked = [key for key in ("amount", "currency") if key in fields]
    if not asked:
        return
    kept = Deal.objects.unscoped("deal before").get(pk=deal.pk)
    changed = [key for key in asked if fields[key] != getattr(kept, key)]
    if not changed or not DealLine.objects.unscoped("lines of a deal").filter(deal=deal, archived_at=None).exists():
        return
    if "amount" in changed:
        raise ValidationError({"amount": _("The amount is the sum of the lines: change a line.")})
    raise ValidationError({"currency": _("The prices of the lines are in %(currency)s.") % {"currency": kept.currency}})


def _changeable(actor: Actor, deal: Deal) -> None:
    require(actor, "crm.deal.edit", deal)
    if deal.status != Deal.Status.OPEN:
        raise Refused(_("This deal is closed: its lines stay as they are."))


def _line(actor: Actor, line: DealLine, fields: dict[str, Any]) -> None:
    _changeable(actor, line.deal)
    complete_listed(line, line.deal)
    if line._state.adding:
        count = DealLine.objects.unscoped("lines of a deal").filter(deal=line.deal_id).count()
        if count >= MOST:
            raise Refused(_("A deal has at most %(n)s lines.") % {"n": MOST})
        line.position_no = count + 1


def _saved(actor: Actor, line: DealLine, fields: dict[str, Any]) -> None:
    _reckon_anew(actor, line.deal_id)
    line.refresh_from_db()


def _reckon_anew(actor: Actor, pk: int) -> None:
    deal = Deal.objects.unscoped("lines of a deal").select_for_update(of=("self",)).get(pk=pk)
    reckon_deal(deal)
    prices_changed(actor, deal)


deal_lines = crud(DealLine, before_save=_line, after_save=_saved)


@action("crm.dealline.remove", gettext_lazy("Take lines out of deals"), DealLine)
def remove_deal_line(actor: Actor, line: DealLine) -> None:
    """The amount follows; after the last line it stays and can be typed again."""
    _changeable(actor, line.deal)
    add_event(actor, "crm.dealline.remove", line, {"amount": [line.amount, None]})
    deal = line.deal_id
    line.delete()
    _reckon_anew(actor, deal)
