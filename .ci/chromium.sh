#!/usr/bin/env bash
# Sees to it that a Chromium is there for the tests of the panel.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo -n)
if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
  echo "installing Chromium (about two minutes)"
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq chromium >/dev/null
else
  echo "the tests of the panel need Chromium: install it (Debian: apt-get install chromium) and run make test again" >&2
  exit 1
fi
