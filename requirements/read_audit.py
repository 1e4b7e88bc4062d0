"""Says what pip-audit found in a lock: holes are a failure, and that it had no data to look in is none.

Run as `python read_audit.py PIP-AUDIT LOCK`. Ends with 1 if a version in the lock has a known hole.
"""

import json
import subprocess
import sys


def said(text: str) -> tuple[list[str], int, int]:
    """What an answer of pip-audit in JSON comes to: holes, packages looked at, packages not looked at.

    An answer that is none, as where its data cannot be reached, has looked at nothing.
    """
    try:
        packages = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return [], 0, 0
    holes = [
        f"{each['name']} {each['version']}: {hole['id']}, mended in {hole['fix_versions']}"
        for each in packages
        for hole in each.get("vulns", [])
    ]
    skipped = sum("skip_reason" in each for each in packages)
    return holes, len(packages) - skipped, skipped


def main(program: str, lock: str) -> int:
    """Look through a lock, and say so."""
    options = ["--progress-spinner=off", "--disable-pip", "--require-hashes", "--format=json"]
    arguments = [program, *options, "--requirement", lock]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)  # noqa: S603 - from the Makefile
    holes, looked_at, skipped = said(done.stdout)
    told = [*holes, f"pip-audit looked at {looked_at} packages of {lock}, and at {skipped} not."]
    if not looked_at:
        told.append("It had no data to look in. The age of the locks is held by make check.")
    sys.stderr.write("\n".join(told) + "\n")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
