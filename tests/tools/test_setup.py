import subprocess

import pytest

from tools import setup


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Runs one step and says how often it has really been made."""
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "STAMPS", tmp_path / "stamps")
    source, product, count = tmp_path / "source", tmp_path / "product", []
    source.write_text("1")

    def make():
        count.append(1)
        product.write_text("made")

    def run() -> int:
        setup.step("thing", [source], product, make)
        return len(count)

    run.source, run.product = source, product
    return run


def test_a_step_is_made_once(made):
    assert [made(), made()] == [1, 1]


def test_a_step_is_made_again_when_its_source_or_product_changed(made):
    made()
    made.source.write_text("2")
    assert made() == 2
    made.product.unlink()
    assert made() == 3


def test_a_failed_step_leaves_no_stamp(made, tmp_path):
    def fail():
        raise subprocess.CalledProcessError(1, "x")

    with pytest.raises(subprocess.CalledProcessError):
        setup.step("thing", [made.source], tmp_path / "product", fail)
    assert made() == 1


@pytest.mark.parametrize(
    ("version", "enough"),
    [("v20.18.1", False), ("v20.19.0", True), ("v21.7.0", False), ("v22.11.0", False), ("v22.12.0", True), ("", False)],
)
def test_which_node_is_new_enough(monkeypatch, version, enough):
    monkeypatch.setattr(setup.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(setup.subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 0, stdout=version))
    assert setup.system_node_is_enough() is enough
