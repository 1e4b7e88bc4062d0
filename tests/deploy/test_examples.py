"""The examples of `deploy/` name what there is, and what runs in them may do little."""

import configparser
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tabularium.cli import main

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = (ROOT / "tabularium" / "settings.py").read_text("utf-8")
FILES = sorted(each for each in DEPLOY.iterdir() if each.is_file())
UNITS = sorted(DEPLOY.glob("*.service"))


def unknown(text: str) -> Iterator[str]:
    """Settings that the register does not have, and commands that it does not know."""
    for name in set(re.findall(r"\bTABULARIUM_[A-Z_]+", text)):
        if not re.search(rf"\b{name}\b", SETTINGS):
            yield name
    assert isinstance(main, click.Group)
    for name in set(re.findall(r"(?:bin/|^\s*)tabularium ([a-z][a-z-]+)", text, re.MULTILINE)):
        if main.get_command(click.Context(main), name) is None:
            yield name


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.name)
def test_settings_and_commands_are_those_of_the_register(file: Path) -> None:
    assert list(unknown(file.read_text("utf-8"))) == []


def test_the_documents_name_no_others_either() -> None:
    for name in ("debian.md", "upgrading.md", "monitoring.md", "scaling.md", "running.md"):
        text = (ROOT / "docs" / name).read_text("utf-8")
        assert list(unknown(text.replace("# register ", "tabularium "))) == [], name


def test_an_unknown_setting_or_command_is_met() -> None:
    assert sorted(unknown("TABULARIUM_DATA=x\n  bin/tabularium sing\nTABULARIUM_SONG=1")) == [
        "TABULARIUM_SONG",
        "sing",
    ]


# ---- containers


def compose() -> dict[str, Any]:
    said = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    assert isinstance(said, dict)
    return said


def test_containers_of_ours_may_write_to_their_volumes_alone() -> None:
    services = compose()["services"]
    for name in ("init", "register", "upkeep", "proxy"):
        service = services[name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged")
    assert set(services["proxy"]["cap_add"]) == {"NET_BIND_SERVICE"}
    assert [each for each in services if "ports" in services[each]] == ["proxy"]


def test_nobody_reaches_the_database_but_the_register() -> None:
    said = compose()
    assert said["networks"]["inside"] == {"internal": True}
    reach = {name for name, each in said["services"].items() if "inside" in each["networks"]}
    assert reach == {"database", "init", "register", "upkeep"}
    assert said["services"]["database"]["networks"] == ["inside"]


def test_nothing_answers_before_the_tables_are_up_to_date() -> None:
    services = compose()["services"]
    for name in ("register", "upkeep"):
        assert services[name]["depends_on"]["init"] == {
            "condition": "service_completed_successfully"
        }
    assert services["register"]["command"] == ["serve", "--host", "0.0.0.0", "--no-upkeep"]  # noqa: S104 - in a container


def test_images_are_named_without_a_registry_and_passwords_stand_nowhere() -> None:
    said = compose()
    for each in said["services"].values():
        assert re.fullmatch(r"[a-z]+(:[a-z0-9.-]+)?", each["image"])
    assert "DATABASE_PASSWORD=\n" in (DEPLOY / "example.env").read_text("utf-8")
    for key, value in said["x-register"]["environment"].items():
        assert "PASSWORD" not in key or value.startswith("${")


def container() -> list[str]:
    text = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_image_runs_as_nobody_special_and_holds_no_installer() -> None:
    lines = container()
    assert sum(line.startswith("FROM ") for line in lines) == 2
    last = lines[max(index for index, line in enumerate(lines) if line.startswith("FROM ")) :]
    assert "USER 10001:10001" in last
    assert last.index("USER 10001:10001") > max(
        index for index, line in enumerate(last) if line.startswith("RUN ")
    )
    assert any(line.startswith("HEALTHCHECK ") and "/healthz" in line for line in last)
    assert "pip uninstall" in " ".join(lines)
    assert all(
        "--require-hashes" in part
        for part in re.findall(r"pip install [^&]*\.lock", " ".join(lines))
    )


def test_only_what_an_image_needs_is_given_to_who_builds_it() -> None:
    ignored = (ROOT / ".containerignore").read_text("utf-8")
    assert ignored == (ROOT / ".dockerignore").read_text("utf-8")
    kept = {line[1:] for line in ignored.splitlines() if line.startswith("!")}
    copied = {
        each
        for line in container()
        if line.startswith("COPY ") and "--from" not in line
        for each in line.split()[1:-1]
    }
    assert kept == copied
    assert all((ROOT / each).exists() for each in copied)


# ---- systemd, nginx, Caddy


@pytest.mark.parametrize("file", UNITS, ids=lambda each: each.name)
def test_a_unit_may_do_little(file: Path) -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[method-assign,assignment]
    unit.read(file, "utf-8")
    service = unit["Service"]
    assert service["User"] == "tabularium"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    for name in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome"):
        assert service[name] == "yes"


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_hands_out_nothing_for_machines_and_notes_no_reader(name: str) -> None:
    text = (DEPLOY / name).read_text("utf-8")
    for each in ("/healthz", "/readyz", "/metrics"):
        assert each in text
    logged = "".join(re.findall(r"log_format [^;]*;", text))
    assert not re.search(r"\$(?:remote|request\b|request_uri|args|http_|uri)", logged)
    assert "proxy_add_x_forwarded_for" not in text, "what a reader says of itself is not believed"


def test_nginx_takes_the_example(tmp_path: Path) -> None:
    program = shutil.which("nginx") or next(iter(Path("/usr/sbin").glob("nginx")), None)
    if program is None:
        if "nginx" in os.environ.get("TABULARIUM_REQUIRE", ""):
            pytest.fail("nginx is absent, and TABULARIUM_REQUIRE asks for it.")
        pytest.skip("nginx is not installed here.")
    certificate = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=register.example"]
    files = ["-keyout", f"{tmp_path}/privkey.pem", "-out", f"{tmp_path}/fullchain.pem"]
    subprocess.run(["openssl", *certificate, *files], check=True, capture_output=True)
    site = (DEPLOY / "nginx.conf").read_text("utf-8")
    for before, after in {
        "/etc/letsencrypt/live/register.example": str(tmp_path),
        "/var/cache/nginx": str(tmp_path),
        "/var/log/nginx": str(tmp_path),
        "# include /opt/tabularium": f"include {ROOT}",
    }.items():
        assert before in site
        site = site.replace(before, after)
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/log;\nevents {{}}\nhttp {{\n{site}\n}}\n"
    )
    done = subprocess.run(
        [str(program), "-t", "-q", "-c", str(whole)], capture_output=True, text=True, check=False
    )
    # As an ordinary user it may not listen at 443, which it says once all else was found right.
    assert done.returncode == 0 or "Permission denied" in done.stderr, done.stderr
