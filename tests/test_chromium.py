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


def installing(folder: Path, package: str) -> str:
    """An apt-get that notes what it is asked, and puts a browser on the path when asked for the one it has."""
    browser = folder / package
    return (
        f'echo "$@" >> {folder}/asked\n'
        f'case "$*" in *" {package}") echo "#!/bin/sh" > {browser}; /bin/chmod +x {browser};;\n'
        "*install*) exit 100;; esac"
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


def test_of_two_on_the_path_the_one_without_windows(machine):
    machine("chromium")
    found = machine("chromium-headless-shell")
    assert chromium() == found


@pytest.mark.parametrize("packages", [["chromium-headless-shell"], ["chromium-headless-shell", "chromium"]])
def test_then_debian_s_package_in_two_pieces_or_in_one(machine, monkeypatch, tmp_path, packages):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine("env", 'shift; exec "$@"')
    machine("apt-get", installing(tmp_path, packages[-1]))
    assert chromium() == str(tmp_path / packages[-1])
    asked = (tmp_path / "asked").read_text().splitlines()
    steps = [("update", f"install --yes --no-install-recommends {package}") for package in packages]
    assert asked == [step for both in steps for step in both]


def test_with_sudo_where_we_are_not_root(machine, monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine("env", 'shift; exec "$@"')
    machine("apt-get", installing(tmp_path, "chromium-headless-shell"))
    machine("sudo", f'echo "$@" > {tmp_path}/become; shift; exec "$@"')
    assert chromium() == str(tmp_path / "chromium-headless-shell")
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
