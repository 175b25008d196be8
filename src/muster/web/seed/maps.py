"""Who counts at some customers, what they are tagged with, and a request to join that waits."""

from muster.access.actors import actor_for
from muster.crm.actions.duplicates import look
from muster.crm.actions.joining import ask_to_join
from muster.crm.actions.stakeholder import map_contact, relate_contacts, tag_account, tags
from muster.crm.models import Account, Contact, Stakeholder
from muster.web.seed.people import Company

TAGS = [
    ("年框客户", "green"),
    ("竞品在用", "red"),
    ("转介绍来源", "purple"),
    ("账期敏感", "amber"),
    ("可做案例", "teal"),
]
MAPPED = 60  # customers
ROLES = list(Stakeholder.Role.values)


def draw_maps(firm: Company) -> None:
    made = [tags.create(firm.actor, name=name, tone=tone) for name, tone in TAGS]
    rows = Account.objects.unscoped("seed").filter(archived_at=None, owner__isnull=False).select_related("owner")
    for account in rows.order_by("-level", "pk")[:MAPPED]:
        people = list(Contact.objects.unscoped("seed").filter(account=account).order_by("pk"))
        for at, contact in enumerate(people):
            map_contact(
                firm.actor,
                contact,
                role="decides" if at == 0 else firm.random.choice(ROLES[1:]),
                attitude=firm.random.choice([-2, -1, 0, 1, 1, 2]),
                influence=5 if at == 0 else firm.random.randint(1, 4),
                known_by=account.owner if firm.random.random() < 0.7 else None,
            )
            if at:
                kind = firm.random.choice(["reports", "listens", "knows"])
                relate_contacts(firm.actor, contact, other=people[0], kind=kind)
        tag_account(firm.actor, account, tags=firm.random.sample(made, firm.random.choice([0, 1, 1, 2])))
    _ask(firm)


def _ask(firm: Company) -> None:
    """Somebody of the shown team comes upon a customer of a colleague and asks to be let in."""
    sellers = [one for one in firm.sellers if one.left_on is None and one.user is not None]
    asker = sellers[-1]
    account = Account.objects.unscoped("seed").filter(owner=sellers[0], archived_at=None).order_by("pk").first()
    if account is None or asker.user is None:
        return
    actor = actor_for(asker.user)
    token = next((one.token for one in look(actor, Account, {"name": account.name}).hits if one.token), "")
    if token:
        ask_to_join(actor, token=token, note="对方采购总监是我老客户，可以帮忙约见")
