"""The demo company is believable: rhythms, people who come and go, nothing held by who is gone."""

import datetime as dt
import tempfile
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Count, F
from django.test import TestCase, override_settings

from muster.access.action import verify
from muster.access.models import User
from muster.activities.models import Activity, Task
from muster.core import workdays
from muster.core.periods import today
from muster.crm.models import Account, Deal
from muster.people import holdings
from muster.people.actions.rollout import TRIED, changes_of, try_out
from muster.people.models import (
    Assignment,
    Checklist,
    Erasure,
    Handover,
    HeadcountPlan,
    Member,
    MemberDocument,
    PaperReading,
    ReportingLine,
    StructureDraft,
)


def rows(model):
    return model.objects.unscoped("tests")


@pytest.mark.xdist_group("demo company")  # one process seeds it, not each
@override_settings(MEDIA_ROOT=tempfile.mkdtemp(prefix="muster-seed-"))
class DemoCompany(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        call_command("seed", verbosity=0, stdout=StringIO())

    def test_six_levels_and_about_a_hundred_and_twenty_people(self):
        here = rows(Member).exclude(status="left").count()
        assert 110 <= here <= 140
        assert rows(ReportingLine).order_by("-depth").first().depth >= 4
        assert rows(Member).filter(status="left").count() >= 3

    def test_every_open_record_has_somebody_who_is_here(self):
        gone = rows(Member).filter(status="left")
        for one in holdings.holdings():
            assert one.rows().filter(owner__in=gone).count() == 0, one.key

    def test_nobody_wins_after_he_left_and_deals_close_on_working_days(self):
        late = rows(Deal).filter(closed_on__gte=F("owner__left_on"), owner__status="left")
        assert late.count() == 0
        days = set(rows(Deal).exclude(closed_on=None).values_list("closed_on", flat=True))
        assert [day for day in days if not workdays.is_workday(day)] == []

    def test_the_year_has_its_seasons(self):
        opened = rows(Deal).filter(opened_on__gte=today() - dt.timedelta(days=365))
        by_month = dict(opened.order_by().values_list("opened_on__month").annotate(Count("pk")))
        assert by_month[2] < by_month[12] / 2  # Chinese New Year against the end of the year

    def test_a_star_and_a_weak_team(self):
        won = dict(rows(Deal).filter(status="won").values_list("owner").annotate(Count("pk")))
        mean = sum(won.values()) / len(won)
        assert max(won.values()) > 2 * mean

    def test_people_move_leave_and_come(self):
        moved = rows(Assignment).filter(reason="支援新团队")
        assert moved.filter(valid_from__lte=today()).count() >= 1
        assert rows(Member).filter(status="leaving", left_on__gt=today()).count() == 2
        assert set(rows(Handover).values_list("status", flat=True)) == {"draft", "done"}
        assert set(rows(Checklist).values_list("kind", flat=True)) >= {"joiner", "leaver"}
        assert rows(HeadcountPlan).count() > 5

    def test_papers_are_half_read_and_documents_end_soon(self):
        readings = rows(PaperReading).filter(edition__is_current=True, edition__paper__title="Discounts")
        read = readings.exclude(read_at=None).count()
        assert readings.count() > 100
        assert abs(read - readings.count() / 2) <= 1
        ends = rows(MemberDocument).filter(kind="certificate").values_list("valid_until", flat=True)
        assert min(ends) < today() < max(ends)
        assert rows(Erasure).filter(status="proposed").exists()

    def test_a_reorganisation_for_next_month_is_drafted_and_could_be_published(self):
        draft = rows(StructureDraft).get()
        assert (draft.status, draft.effective_on > today()) == ("draft", True)
        assert len(changes_of(draft)) > 5
        assert try_out(TRIED, draft) == {}

    def test_work_is_recent_and_planned(self):
        assert rows(Activity).filter(done_on__gte=today() - dt.timedelta(days=7)).exists()
        assert rows(Activity).filter(status="planned").exists()
        assert rows(Task).filter(done_on=None).exists()
        assert rows(Account).count() > 500

    def test_the_trail_is_whole_and_every_login_is_a_demo(self):
        assert verify() is None
        assert not User.objects.filter(is_demo=False).exists()
