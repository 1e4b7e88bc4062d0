#!/bin/sh
# Makes the virtual environment and installs exactly what a lock file names.
# usage: set-up.sh PYTHON VENV LOCK
set -eu
python=$1 venv=$2 lock=$3

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Tabularium needs Python 3.11 or newer; '$python' is older. Name another: make PYTHON=python3.12 ..." >&2
    exit 1
}
if [ ! -x "$venv/bin/pip" ]; then
    rm -rf "$venv"
    # Debian ships the module that makes environments apart from python3.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            echo "Installing Debian's python3-venv ..."
            apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
        else
            echo "Python cannot make virtual environments here: apt-get install python3-venv, then try again." >&2
            exit 1
        fi
    fi
    echo "Making a virtual environment in $venv ..."
    "$python" -m venv "$venv"
fi
echo "Installing what $lock names ..."
# Python compiles what is imported when it first is: a third of what is installed.
pip_install() { "$venv/bin/pip" install --quiet --disable-pip-version-check --no-compile "$@"; }
pip_install --require-hashes --only-binary :all: -r "$(dirname "$lock")/build.lock"
# pyspark comes as source alone; nothing else may run code of its own to be installed.
# A lock file names all that is to be there; what it leaves out on purpose is not fetched after all.
pip_install --require-hashes --no-deps --only-binary :all: --no-binary pyspark --no-build-isolation -r "$lock"
pip_install --no-deps --no-build-isolation --editable .
