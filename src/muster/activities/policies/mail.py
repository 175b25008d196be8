"""Mail is for the member whose mailbox it is. Others read what he shared with the team of a customer, if they see the
customer; and whoever a role lets read mail by that very name: a right to everything opens nobody's letters."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, Scope, nothing, register
from muster.activities.models import Mail, Mailbox, MailFile, MailFolder, MailSkip, MailThread
from muster.crm.models import Account, Lead

permissions.register("activities.mailbox.view", _("See one's mailbox"))
permissions.register("activities.mailthread.view", _("See mail conversations"))
permissions.register("activities.mail.view", _("Read mails"))
permissions.register_event("activities.mailthread.read", _("Read another's mail"))


class Letters(Policy):
    owner = "member_id"
    trail_follows_rows = True

    def rows(self, actor: Actor, permission: str) -> Q:
        scopes = actor.scopes(permission)
        if not scopes:
            return nothing()
        if actor.system and Scope.ALL in scopes:
            return Q()
        if permission != self.view:
            return self.owned(actor, frozenset({Scope.OWN})) if actor.member_id else nothing()
        named = frozenset({str(Scope.OWN), *(actor.grants.get(permission) or ())}) & {*scopes, Scope.OWN}
        if Scope.ALL in named:
            return Q()
        own = self.owned(actor, named) if actor.member_id else nothing()
        return own | self.shared(actor)

    def shared(self, actor: Actor) -> Q:
        return nothing()


def _of_customers(actor: Actor, link: str = "") -> Q:
    seen = nothing()
    for name, model in (("account", Account), ("lead", Lead)):
        if actor.has(f"crm.{name}.view"):
            rows: Any = model.objects.visible_to(actor)
            seen |= Q(**{f"{link}{name}__in": rows.order_by().values("pk")})
    return seen


@register
class MailboxPolicy(Letters):
    model = Mailbox


@register
class MailFolderPolicy(Policy):
    model = MailFolder
    owner = None
    parent = "mailbox"
    permission = "activities.mailbox.view"
    trail_follows_rows = True


@register
class MailSkipPolicy(Policy):
    model = MailSkip
    owner = None
    parent = "mailbox"
    permission = "activities.mailbox.view"
    trail_follows_rows = True


@register
class MailThreadPolicy(Letters):
    model = MailThread

    def shared(self, actor: Actor) -> Q:
        one = Mail.objects.unscoped("scope engine").filter(thread=OuterRef("pk"), shared_at__isnull=False)
        return (Q(shared_at__isnull=False) | Q(Exists(one.order_by()))) & _of_customers(actor)


@register
class MailPolicy(Letters):
    model = Mail

    def shared(self, actor: Actor) -> Q:
        shared = Q(shared_at__isnull=False) | Q(thread__shared_at__isnull=False)
        return shared & _of_customers(actor, "thread__")


@register
class MailFilePolicy(Policy):
    model = MailFile
    owner = None
    parent = "mail"
    permission = "activities.mail.view"
    trail_follows_rows = True
