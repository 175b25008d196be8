"""Everything that can be said about the code without its tests; each check runs, also when another has failed."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import setup

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = sys.executable
CODE = [name for name in ("src", "tests", "tools", "bench") if (ROOT / name).is_dir()]


def checks() -> dict[str, list[str]]:
    node, _, _ = setup.node_and_npm()
    return {
        "types": [str(BIN / "mypy")],
        "lint": [str(BIN / "ruff"), "check", "--quiet", "--output-format", "concise", *CODE],
        "format": [str(BIN / "ruff"), "format", "--check", "--quiet", *CODE],
        "layers": [str(BIN / "lint-imports"), "--config", "pyproject.toml"],
        "budgets": [PYTHON, "tools/budgets.py"],
        "house rules": [PYTHON, "tools/rules.py"],
        "translations": [PYTHON, "tools/messages.py", "check"],
        "addresses": [PYTHON, "tools/addresses.py"],
        "system checks": [str(BIN / "muster"), "check", "--fail-level", "WARNING"],
        "migrations": [str(BIN / "muster"), "makemigrations", "--check", "--dry-run"],
        "typescript": [node, "node_modules/typescript/bin/tsc", "--noEmit"],
    }


def environment(data: str) -> dict[str, str]:
    """The plain product: no setting of this shell, no file of this installation."""
    ours = ("MUSTER_", "DATABASE_URL", "REDIS_URL", "DJANGO_")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)} | {"MUSTER_DATA": data}


def run(name: str, command: list[str], env: dict[str, str]) -> tuple[str, bool]:
    start = time.monotonic()
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, cwd=ROOT, env=env, check=False, **output)
    good = done.returncode == 0
    line = f"{'ok    ' if good else 'FAILED'} {name} ({time.monotonic() - start:.1f} s)"
    return (line if good else f"{line}\n{done.stdout.rstrip()}\n"), good


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="muster-check-") as data, ThreadPoolExecutor(2) as pool:
        env = environment(data)
        results = [pool.submit(run, name, command, env) for name, command in checks().items()]
        outcomes = []
        for result in results:
            text, good = result.result()
            print(text, flush=True)
            outcomes.append(good)
    print(f"{sum(outcomes)} of {len(outcomes)} checks passed.")
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
