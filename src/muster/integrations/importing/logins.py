"""Employee numbers and logins for members whom a source knows only by name."""

from muster.access.models import Role, RoleAssignment, User
from muster.access.scope import Actor
from muster.integrations.importing import parsing
from muster.people.models import Member


def employee_number(name: str) -> str:
    """A number that is the same whenever the same name is read: these tables have none."""
    return f"SO-{parsing.bare(name)}"[:32]


def user_name(name: str) -> str:
    return ".".join(part for part in name.lower().replace("'", "").split() if part)[:150]


def may_give_logins(actor: Actor) -> bool:
    """To import is not to let people in: that takes the right to create users and to give them roles."""
    return actor.has("access.user.create") and actor.has("access.roleassignment.create")


def give_logins(members: dict[str, Member], managers: set[str]) -> None:
    """A login for each, without a password until one is set; roles by what they do."""
    roles = {one.key: one for one in Role.objects.unscoped("import").filter(key__in=("rep", "manager"))}
    for name, member in members.items():
        if member.user_id is None:
            wanted = user_name(name)
            taken = User.objects.filter(username=wanted).exists()
            user = User(username=f"{wanted}.{member.pk}" if taken else wanted, name=name)
            user.set_unusable_password()
            user.save()
            RoleAssignment(user=user, role=roles["manager" if name in managers else "rep"]).save()
            Member.objects.unscoped("import").filter(pk=member.pk).update(user=user)
