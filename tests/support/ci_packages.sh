#!/bin/sh
# Debian's packages that some tests need: nginx (a lab behind a proxy), a compiler and Python's
# headers (torch.compile).  The argument is the Python of the tests.
set -eu
header='import os, sysconfig; print(os.path.join(sysconfig.get_path("include"), "Python.h"))'
missing=""
command -v nginx > /dev/null || missing="$missing nginx-light"
command -v g++ > /dev/null || missing="$missing g++"
[ -e "$("$1" -c "$header")" ] || missing="$missing python3-dev"
[ -n "$missing" ] || exit 0
if ! command -v apt-get > /dev/null || [ "$(id -u)" != 0 ]; then
    echo "Not installed, since that needs apt-get and root:$missing" >&2
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086  # several words
apt-get install -y -qq --no-install-recommends $missing > /dev/null
