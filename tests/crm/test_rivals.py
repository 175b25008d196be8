"""Competitors: on deals, who won, and what becomes of them when a deal ends."""

import pytest
from django.core.exceptions import ValidationError
from factories import actor_of, make_deal, operator

from muster.access.scope import Forbidden
from muster.crm.actions.credit import Credit, split_deal
from muster.crm.actions.deal import lose_deal, reopen_deal, win_deal
from muster.crm.actions.rivals import competitors, remove_rival, rivals
from muster.crm.models import Competitor, Deal, DealCompetitor, LossReason


def fresh(row):
    return type(row).objects.unscoped("test").get(pk=row.pk)


def refused(run) -> str:
    with pytest.raises(ValidationError) as caught:
        run()
    return " ".join(caught.value.messages)


@pytest.fixture
def reason(db):
    return LossReason.objects.unscoped("test").first()


def rival(deal, name="Kingdee") -> DealCompetitor:
    row = Competitor.objects.unscoped("test").filter(name=name).first() or competitors.create(operator, name=name)
    return rivals.create(operator, deal=deal, competitor=row)


def status(row) -> str:
    return fresh(row).status


def test_a_lost_deal_with_competitors_asks_who_won(firm, reason):
    deal, wang = make_deal(firm.wang), actor_of(firm.wang)
    one, two = rival(deal), rival(deal, "Yonyou")
    assert "Say who won it" in refused(lambda: lose_deal(wang, deal, reason=reason))
    other = rival(make_deal(firm.wang))
    assert "on this deal" in refused(lambda: lose_deal(wang, deal, reason=reason, winner=other))
    assert fresh(deal).status == "open"
    lose_deal(wang, fresh(deal), reason=reason, winner=two)
    assert (status(one), status(two)) == ("suspect", "won")
    reopen_deal(wang, fresh(deal))
    assert status(two) == "confirm"
    lose_deal(wang, fresh(deal), reason=reason, nobody=True)
    assert status(two) == "confirm"


def test_a_won_deal_beats_them_all_and_without_competitors_nothing_is_asked(firm, reason):
    deal, plain = make_deal(firm.wang), make_deal(firm.wang)
    row = rival(deal)
    win_deal(operator, deal)
    assert status(row) == "beaten"
    lose_deal(operator, plain, reason=reason)


def test_once_on_a_deal_and_beaten_only_after_its_end(firm):
    deal = make_deal(firm.wang)
    row = rival(deal)
    assert "on the deal already" in refused(lambda: rivals.create(operator, deal=deal, competitor=row.competitor))
    assert "Close the deal first" in refused(lambda: rivals.edit(operator, row, status="beaten"))
    rivals.edit(operator, row, status="confirm", note="Was seen there")
    assert fresh(row).note == "Was seen there"


def test_who_only_sees_the_deal_changes_nothing(firm):
    deal = make_deal(firm.wang)
    row = rival(deal)
    split_deal(operator, deal, shares=[Credit(firm.li, 10_000)])
    li = actor_of(firm.li)
    for run in (lambda: rivals.edit(li, row, note="x"), lambda: remove_rival(li, row)):
        with pytest.raises(Forbidden):
            run()


def test_pages(firm, login, reason):
    ops, wang = login(firm.ops), login(firm.wang)
    card = {"name": "Kingdee", "how_to_beat": "Show the org chart"}
    assert ops.post("/competitors/new/", card).status_code == 302
    assert wang.post("/competitors/new/", card).status_code == 403
    row = Competitor.objects.unscoped("test").get()
    deal = make_deal(firm.wang)
    asked = wang.get(f"/deals/{deal.pk}/lose/").content.decode()
    assert "Who won it" not in asked
    added = wang.post(f"/deals/{deal.pk}/rivals/new/", {"competitor": row.pk, "status": "confirm"})
    assert added.status_code == 302
    assert "Show the org chart" in wang.get(f"/deals/{deal.pk}/rivals/").content.decode()
    assert deal.name in wang.get(f"/competitors/{row.pk}/").content.decode()
    assert deal.name not in login(firm.li).get(f"/competitors/{row.pk}/").content.decode()
    asked = wang.get(f"/deals/{deal.pk}/lose/").content.decode()
    assert "Kingdee" in asked
    said = {"reason": reason.pk, "winner": DealCompetitor.objects.unscoped("test").get().pk}
    assert wang.post(f"/deals/{deal.pk}/lose/", {"reason": reason.pk}).status_code == 422
    assert wang.post(f"/deals/{deal.pk}/lose/", said).status_code == 302
    assert Deal.objects.unscoped("test").get().status == "lost"
