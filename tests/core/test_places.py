"""Where things are, in the two datums, against published pairs."""

import pytest

from muster.core.places import GCJ02, Point, metres, to_gcj02, to_wgs84


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),  # Shanghai
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),  # Shenzhen
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),  # Beijing
    ],
)
def test_the_published_pairs_of_the_two_datums(wgs, gcj):
    there = to_gcj02(Point(*wgs))
    assert (there.latitude, there.longitude) == pytest.approx(gcj, abs=1e-6)
    back = to_wgs84(Point(*gcj, GCJ02))
    assert (back.latitude, back.longitude) == pytest.approx(wgs, abs=1e-6)


def test_outside_china_the_datums_are_one():
    there = to_gcj02(Point(48.8566, 2.3522))
    assert (there.latitude, there.longitude) == (48.8566, 2.3522)


def test_distances_are_whole_metres_whatever_the_datum():
    here = Point(31.1774276, 121.5272106)
    assert metres(here, here) == 0
    assert metres(here, Point(31.1774276 + 0.001, 121.5272106)) == 111
    assert metres(here, to_gcj02(here)) == 0  # the same place, said in the other datum
    wrong = Point(to_gcj02(here).latitude, to_gcj02(here).longitude)
    assert 450 < metres(here, wrong) < 520  # what forgetting the datum would cost


@pytest.mark.parametrize("degrees", [(91, 0), (0, 181), (float("nan"), 0)])
def test_a_point_that_is_nowhere_is_none(degrees):
    with pytest.raises(ValueError, match="nowhere"):
        Point(*degrees)
