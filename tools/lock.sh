#!/bin/sh
# Writes requirements/*.lock from pyproject.toml: exact versions with hashes, for every Python from 3.11 on, and no
# address of a package registry. Versions already locked stay; `tools/lock.sh --upgrade` takes the newest ones,
# `tools/lock.sh --upgrade-package django` one of them. Needs uv.
set -eu
cd "$(dirname "$0")/.."
mkdir -p requirements

compile() {
    uv pip compile "$@" --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
}

compile pyproject.toml --extra redis --output-file requirements/run.lock "$@"
compile --group dev --constraint requirements/run.lock --output-file requirements/dev.lock "$@"
compile --group node --output-file requirements/node.lock "$@"
