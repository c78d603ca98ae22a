#!/usr/bin/env bash
# Installs the built wheel with its run-time dependencies only, in a clean environment with an empty HOME, and runs the main job.
set -euo pipefail
cd "$(dirname "$0")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
wheel=$(ls "$PWD"/dist/*.whl)
constraints=$PWD/constraints.txt
python3 -m venv "$place/env"
"$place/env/bin/python" -m pip install --quiet --disable-pip-version-check --constraint "$constraints" "${wheel}[demo]"
mkdir "$place/home" "$place/work"
cd "$place/work"
touch pyproject.toml # a project of its own, whatever lies above
export HOME="$place/home" PATH="$place/env/bin:$PATH"
celltrail --version
celltrail demo
celltrail doctor
cd celltrail-demo
celltrail runs --limit 5
celltrail runs --json | python -c 'import json, sys; runs = json.load(sys.stdin); assert runs, "the wheel recorded no run"'
