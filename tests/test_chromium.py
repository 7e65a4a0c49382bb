"""How the tests come by a browser, on machines with other programs than this one."""

import os
from pathlib import Path

import pytest

from tests.chromium import NoBrowser, chromium


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A machine on which only the programs that the test writes are found; returns the writer."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)

    def write(name: str, script: str = "") -> str:
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return str(file)

    return write


def installing(folder: Path) -> str:
    """An apt-get that notes what it is asked, and puts a browser on the path when asked to install one."""
    browser = folder / "chromium"
    return (
        f'echo "$@" >> {folder}/asked\n'
        f'case "$*" in *install*) echo "#!/bin/sh" > {browser}; /bin/chmod +x {browser};; esac'
    )


def test_the_one_that_is_named_comes_first(machine, monkeypatch):
    machine("chromium")
    named = machine("my-browser")
    monkeypatch.setenv("CHROMIUM", named)
    assert chromium() == named


def test_a_name_without_a_program_is_said(machine, monkeypatch):
    machine("chromium")
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(NoBrowser, match="/nowhere/chromium"):
        chromium()


def test_then_the_one_on_the_path(machine):
    found = machine("chromium")
    machine("apt-get", "exit 1")
    assert chromium() == found


def test_then_debian_s_package(machine, monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine("env", 'shift; exec "$@"')
    machine("apt-get", installing(tmp_path))
    assert chromium() == str(tmp_path / "chromium")
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == ["update", "install --yes --no-install-recommends chromium"]


def test_with_sudo_where_we_are_not_root(machine, monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine("env", 'shift; exec "$@"')
    machine("apt-get", installing(tmp_path))
    machine("sudo", f'echo "$@" > {tmp_path}/become; shift; exec "$@"')
    assert chromium() == str(tmp_path / "chromium")
    assert (tmp_path / "become").read_text().startswith("--non-interactive")


@pytest.mark.parametrize("user", [0, 1000])
def test_else_a_sentence_that_says_what_to_do(machine, monkeypatch, user):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    with pytest.raises(NoBrowser, match="install it, or set CHROMIUM to its path"):
        chromium()
    machine("env", 'shift; exec "$@"')
    machine("apt-get", "exit 100")
    with pytest.raises(NoBrowser, match="CHROMIUM"):
        chromium()
