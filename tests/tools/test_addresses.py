import subprocess

import pytest

from tools import addresses


@pytest.fixture
def repository(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("ignored/\n")
    return tmp_path


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://" + "pypi" + ".org/simple",
        "https://files.python" + "hosted.org/packages/x",
        "https://registry.npm" + "js.org/x",
        "<script src='https://cdn.js" + "delivr.net/npm/x'>",
        "@import url(https://fonts.google" + "apis.com/css)",
        "DATA = '/ho" + "me/someone/data'",
    ],
)
def test_named_addresses_are_found_in_new_files_too(repository, line):
    (repository / "page.txt").write_text(f"first\n{line}\n")
    found = list(addresses.complaints(repository))
    assert [complaint.split(" ")[0] for complaint in found] == ["page.txt:2:"]


def test_ignored_files_pictures_and_plain_links_pass(repository):
    (repository / "ignored").mkdir()
    (repository / "ignored/x.txt").write_text("https://registry.npm" + "js.org/x")
    (repository / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    (repository / "page.txt").write_text("https://www.w3.org/2000/svg and /usr/bin/chromium\n")
    assert list(addresses.complaints(repository)) == []
