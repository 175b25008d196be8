"""Visits of today at customers': on the spot, somewhere else with a reason, and two that cannot be verified."""

from muster.access.actors import actor_for
from muster.activities.actions.visit import check_in, check_out, give_consent, in_force
from muster.crm.models import Account
from muster.people.models import Member
from muster.web.seed.people import Company

NORTH, EAST = 31.2304, 121.4737
NEAR, FAR = 0.0006, 0.04  # degrees: some sixty metres, some four kilometres
SOMEWHERE_ELSE = "客户临时改到新厂区见面"


def make_visits(firm: Company) -> None:
    rows = Member.objects.unscoped("seed").select_related("user")
    name = next(name for role, name, _user, _password in firm.logins if role == "rep")
    rep = rows.get(name=name, user__isnull=False)
    actor = actor_for(rep.user)
    if not in_force(rep.pk):
        give_consent(actor)
    accounts = Account.objects.visible_to(actor).filter(owner=rep, archived_at=None).order_by("pk")[:3]
    for at, account in enumerate(accounts):
        here = {"latitude": NORTH + at * FAR, "longitude": EAST, "datum": "wgs84"}
        check_out(actor, check_in(actor, account=account, **here, accuracy=14.0))
        near = {**here, "latitude": NORTH + at * FAR + NEAR}
        if at == 0:
            check_out(actor, check_in(actor, account=account, **near, accuracy=18.0), outcome="有意向")
            check_in(actor, account=account, **near, accuracy=900.0)
        elif at == 1:
            away = {**here, "latitude": NORTH + (at + 1) * FAR}
            check_out(actor, check_in(actor, account=account, reason=SOMEWHERE_ELSE, **away, accuracy=20.0))
        else:
            check_out(actor, check_in(actor, account=account, **near, accuracy=1500.0))
