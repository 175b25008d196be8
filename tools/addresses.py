"""No file names a package registry, a CDN or a path of somebody's machine: installs follow the user's settings."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Written in pieces, so that this file does not name them either.
HOSTS = [
    *(
        "pypi" + r"\.org",
        r"pythonhosted" + r"\.org",
        r"npmjs" + r"\.(?:org|com)",
        r"npmmirror" + r"\.com",
        r"yarnpkg" + r"\.com",
    ),
    *(
        "jsdelivr" + r"\.net",
        "unpkg" + r"\.com",
        "cdnjs" + r"\.",
        "esm" + r"\.sh",
        r"googleapis" + r"\.com",
        "gstatic" + r"\.com",
    ),
    *(
        "bootcdn" + r"\.net",
        r"deb\.debian" + r"\.org",
        r"(?:index|mirrors?)\.[\w-]+\.(?:com|cn|org|edu\.cn)/(?:pypi|npm|simple)",
    ),
]
PATHS = [r"/(?:home|Users)/\w+/", r"(?<![\w.])/work" + r"/", r"(?<![\w.])/root" + r"/"]
FORBIDDEN = re.compile("|".join([*HOSTS, *PATHS]))


def tracked(root: Path) -> list[Path]:
    """What is or could be committed: tracked files and new ones that .gitignore does not name."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
    return [root / name for name in names if name and (root / name).is_file()]


def complaints(root: Path) -> Iterator[str]:
    for path in tracked(root):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture or a font
        for number, line in enumerate(lines, 1):
            if found := FORBIDDEN.search(line):
                yield f"{path.relative_to(root)}:{number}: names {found[0]}"


def main() -> int:
    found = list(complaints(ROOT))
    print("\n".join(found) or "No file names a registry, a CDN or a path of one machine.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
