"""`muster seed`: a living demo company, the same for the same day."""

import secrets
import time
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from muster.access.models import RoleAssignment, User
from muster.access.scope import Actor
from muster.people.models import Member
from muster.web.seed.analyses import make_analyses
from muster.web.seed.calendar import make_calendar
from muster.web.seed.certified import ask_for_certificates
from muster.web.seed.changes import set_going
from muster.web.seed.completeness import tell_completeness
from muster.web.seed.customers import Market
from muster.web.seed.deals import ask_of_stages, push_dates
from muster.web.seed.fields import add_fields
from muster.web.seed.files import file_away
from muster.web.seed.growth import plan_growth
from muster.web.seed.leads import fill_leads
from muster.web.seed.letters import make_letters
from muster.web.seed.lists import set_up_lists
from muster.web.seed.maps import draw_maps
from muster.web.seed.money import make_contracts
from muster.web.seed.people import Company, make_people
from muster.web.seed.pool import open_pools
from muster.web.seed.pool_leads import open_lead_pool
from muster.web.seed.reports import make_reports
from muster.web.seed.routing import set_rules
from muster.web.seed.scale import multiply
from muster.web.seed.selling import sell
from muster.web.seed.skills import make_skills
from muster.web.seed.story import tell
from muster.web.seed.visits import make_visits

MOST = 1_000
SHOWN = ("rep", "manager", "director", "salesops", "sysadmin", "hr", "finance")


class Command(BaseCommand):
    help = "Fill an empty database with a demo company and print its logins. Never touches a database with real users."

    def add_arguments(self, parser: Any) -> None:
        about = "copy the company until 100 is about 5,000 members, 1,000,000 deals and 10,000,000 activities"
        parser.add_argument("--scale", type=int, metavar="N", help=about)

    def handle(self, *args: Any, **options: Any) -> None:
        scale = options["scale"]
        if scale is not None and not 1 <= scale <= MOST:
            raise CommandError(f"--scale goes from 1 to {MOST}.")
        if User.objects.filter(is_demo=False).exists():
            raise CommandError(
                "This database has users who are no demo users; the seed touches only an empty or a demo database."
            )
        begun = time.monotonic()
        filled = Member.objects.unscoped("seed").exists()
        if filled and scale:
            raise CommandError("The database is filled already: --scale begins with an empty one.")
        if filled:
            logins = self._new_passhield()
        else:
            with transaction.atomic():
                logins = self._fill()
            if scale:
                logins += multiply(scale, self.stdout.write)
        self._show(logins)
        self.stdout.write(f"{time.monotonic() - begun:.0f} s")

    def _fill(self) -> list[tuple[str, str, str, str]]:
        firm = Company(Random(20_260_101), Actor.operator("演示数据"))  # noqa: S311 - a demo, the same each time
        make_people(firm)
        Market(firm).make()
        tell(firm)
        make_contracts(firm)
        set_going(firm)
        make_skills(firm)
        plan_growth(firm)
        set_rules(firm)
        fill_leads(firm)
        ask_for_certificates(firm)
        open_pools(firm)
        open_lead_pool(firm)
        tell_completeness(firm)
        draw_maps(firm)
        file_away(firm)
        add_fields(firm)
        make_reports(firm)
        make_analyses(firm)
        make_visits(firm)
        make_letters(firm)
        make_calendar(firm)
        ask_of_stages(firm)
        push_dates(firm)
        set_up_lists(firm)
        sell(firm)
        return firm.logins

    def _new_passhield(self) -> list[tuple[str, str, str, str]]:
        """The company is there already: one login of each role gets a new password, since the old is kept nowhere."""
        found = []
        held = RoleAssignment.objects.unscoped("seed").select_related("user", "role").order_by("pk")
        first = {one.role.key: one.user for one in held.filter(user__is_demo=True).reverse()}
        for role in SHOWN:
            if user := first.get(role):
                password = secrets.token_urlsafe(9)
                user.set_password(password)
                user.save()
                found.append((role, user.name, user.username, password))
        return found

    def _show(self, logins: list[tuple[str, str, str, str]]) -> None:
        if not logins:
            self.stdout.write("There are members here and no demo logins: make one with `muster admin`.")
            return
        self.stdout.write("\nDemo logins (made just now; run again for new passhield):")
        for role, name, username, password in sorted(logins, key=lambda one: SHOWN.index(one[0])):
            self.stdout.write(f"  {role:10} {username:10} {password:16} {name}")
        self.stdout.write("")
