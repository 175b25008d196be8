"""`muster metric revenue_won --by unit --from 2026-01-01 --to 2026-04-01 --as zhangsan --json`"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from muster.access.actors import actor_for
from muster.access.models import User
from muster.access.scope import Actor
from muster.core.periods import Period, parse
from muster.metrics.metric import metrics
from muster.metrics.report import report


class Command(BaseCommand):
    help = "Compute a metric, as a user may see it or, without --as, as the operator's own view of everything."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="revenue_won, win_rate, …")
        parser.add_argument("--by", default=None, help="member, unit, day, month or a dimension of the metric")
        parser.add_argument("--from", dest="start", help="first day")
        parser.add_argument("--to", dest="end", help="day after the last")
        parser.add_argument(
            "--period", default="quarter", help="instead of days: quarter, last-month, 2026-01-01..2026-02-01"
        )
        parser.add_argument("--as", dest="username", help="user name")
        parser.add_argument("--currency", default="", help="of which money to speak where there are several")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = report(
                options["key"],
                self._actor(options["username"]),
                self._period(options),
                options["by"],
                options["currency"],
            )
        except KeyError as error:
            known = ", ".join(sorted(key for key, one in metrics().items() if not one.hidden))
            raise CommandError(f"There is no metric {error}. Known: {known}.", returncode=2) from error
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for row in answer["rows"]:
            self.stdout.write(f"{row['key'] or '–'}\t{row['label']}\t{row['value']}\t{row['n']}")
        self.stdout.write(f"total\t\t{answer['total']}")

    def _actor(self, username: str | None) -> Actor:
        if not username:
            return Actor.operator("muster metric")
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user called {username}.", returncode=2)
        return actor_for(user, via="cli")

    def _period(self, options: dict[str, Any]) -> Period:
        if bool(options["start"]) != bool(options["end"]):
            raise CommandError("Give both --from and --to, or neither.", returncode=2)
        return parse(f"{options['start']}..{options['end']}" if options["start"] else options["period"])
