"""What results say of somebody's skills: won of closed deals by industry and by product, for the growth tab."""

from typing import Any

from muster.access.scope import Actor
from muster.core.periods import DAY
from muster.crm.models import Product
from muster.metrics.compute import compute
from muster.metrics.strength import Share, Strength, interval, percent
from muster.people.models import Member
from muster.people.skills.results import Results


def results_by_name(actor: Actor, member: Member) -> dict[str, Results]:
    """By the name of the industry or product in small letters; the industry comes first where both are called alike."""
    profile = Strength(actor, member)
    shares = _by_product(profile) | {name.casefold(): one for name, one in profile.shares_by_industry().items() if name}
    since, until = profile.period.start, profile.period.end - DAY
    return {
        name: Results(one.hits, one.n, since, until, one.enough, percent(one), interval(one))
        for name, one in shares.items()
    }


def _by_product(profile: Strength) -> dict[str, Share]:
    found = compute(("deals_won", "deals_lost"), profile.actor, profile.period, by="product_id", members=profile.me)
    groups: set[Any] = {one for key in ("deals_won", "deals_lost") for one in found.groups(key) if one}
    products = Product.objects.visible_to(profile.actor).in_bulk(groups)
    shares: dict[str, Share] = {}
    for pk, product in products.items():
        won, lost = (int(found.cell(key, pk).value or 0) for key in ("deals_won", "deals_lost"))
        shares[product.name.casefold()] = Share(won, won + lost)
    return shares
