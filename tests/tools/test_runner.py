from tools import check
from tools.test import Run, environment, skips

REPORT = """<testsuites><testsuite><testcase name="a"/><testcase name="b"><skipped message="no Redis"/></testcase>
<testcase name="c"><skipped message="no Redis"/></testcase></testsuite></testsuites>"""


def test_skips_are_counted_by_reason(tmp_path):
    (tmp_path / "report.xml").write_text(REPORT)
    assert skips(tmp_path / "report.xml") == {"no Redis": 2}
    assert skips(tmp_path / "missing.xml") == {}


def test_the_shell_s_settings_stay_outside(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://production")
    monkeypatch.setenv("MUSTER_DEMO", "1")
    monkeypatch.setenv("MUSTER_TEST_DATA", "data")
    seen = environment(tmp_path)
    assert "DATABASE_URL" not in seen
    assert "MUSTER_DEMO" not in seen
    assert seen["MUSTER_TEST_DATA"] == "data"
    assert "DATABASE_URL" not in check.environment(str(tmp_path))


def test_a_part_left_out_fails_only_in_strict_mode(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("MUSTER_TEST_STRICT", raising=False)
    run = Run([], tmp_path)
    run.skip("browser", "there is no Chromium")
    assert run.close() == 0
    assert "browser: all of it, because there is no Chromium" in capsys.readouterr().out
    monkeypatch.setenv("MUSTER_TEST_STRICT", "1")
    strict = Run([], tmp_path)
    strict.skip("browser", "there is no Chromium")
    assert strict.close() == 1


def test_chosen_tests_may_leave_a_part_empty(monkeypatch, tmp_path):
    monkeypatch.setenv("MUSTER_TEST_STRICT", "1")
    run = Run(["tests/crm"], tmp_path)
    run.skip("browser", "no test was selected")
    assert run.close() == 0
