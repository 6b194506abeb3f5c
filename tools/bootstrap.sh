#!/bin/sh
# Make one environment of the project, from nothing but python3:
#   sh tools/bootstrap.sh dev | base-test | openbadgeslib | fuzz | node | rabbitmq | browser
# Packages come pinned by hash from requirements/. System packages are installed only as root;
# anyone else gets one line that names them.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'cairn: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

apt() { # apt WHY PACKAGE...
    why=$1; shift
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        stop "$why. Install it, for example: sudo apt-get install $*"
    say "$why; installing $*"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } </dev/null >/dev/null ||
        stop "apt-get could not install $*. Install it by hand and try again."
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-python3.11 python3 /usr/bin/python3 python3.12 python3.13 python3.14}; do
        new_enough "$candidate" && { printf '%s' "$candidate"; return; }
    done
    stop "Python 3.11 or newer is needed${PYTHON:+ and $PYTHON is not}. Name one: make PYTHON=/path/to/python3"
}

node_ready() {
    command -v npm >/dev/null && node -e 'process.exit(+(parseInt(process.versions.node) < 18))' 2>/dev/null
}

make_node() {
    node_ready || apt "Node 18 or newer and npm are needed for the interoperability tests" nodejs npm
    node_ready || stop "Node 18 or newer is needed; $(node --version) is installed."
    (cd tests/interop && npm ci --no-audit --no-fund --loglevel=error </dev/null)
    touch tests/interop/node_modules/.ready
}

make_rabbitmq() {
    for place in /usr/lib/rabbitmq/bin/rabbitmq-server /usr/sbin/rabbitmq-server; do
        [ -x "$place" ] && return
    done
    apt "RabbitMQ is needed to test the engine celery" rabbitmq-server
}

make_browser() {
    command -v chromium >/dev/null || command -v google-chrome >/dev/null ||
        apt "A browser is needed to test the pages" chromium
}

make_python() { # make_python FOLDER REQUIREMENTS
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        apt "$python cannot make environments (python3-venv is missing)" python3-venv
    if ! new_enough "$1/bin/python"; then
        "$python" -m venv --clear "$1"
    fi
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes --requirement requirements/bootstrap.txt
    uv pip sync --require-hashes requirements/bootstrap.txt "$2"
}

uv() { VIRTUAL_ENV=$PWD/$folder "$folder/bin/python" -m uv --quiet "$@"; }

case ${1:-} in
    dev)
        folder=.venv
        make_python $folder requirements/dev.txt
        uv pip install --no-deps --no-build-isolation --editable .
        ;;
    base-test)
        # Not editable: what is tested here is the wheel, with the files it really carries.
        folder=.venv-base
        make_python $folder requirements/base-test.txt
        uv pip install --no-deps --no-build-isolation --reinstall-package cairn-credentials .
        ;;
    openbadgeslib)
        folder=.venv-openbadgeslib
        make_python $folder requirements/openbadgeslib.txt
        ;;
    fuzz)
        folder=.venv-fuzz
        make_python $folder requirements/fuzz.txt
        ;;
    node)
        make_node
        exit
        ;;
    rabbitmq)
        make_rabbitmq
        exit
        ;;
    browser)
        make_browser
        exit
        ;;
    *) stop "usage: sh tools/bootstrap.sh dev | base-test | openbadgeslib | fuzz | node | rabbitmq | browser" ;;
esac
touch "$folder/.ready"
