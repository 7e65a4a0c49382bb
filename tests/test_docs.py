"""The README and the pages behind it: what they name is there, and what they tell a contributor to do works."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PARTS = ("app.py", "engine", "i18n", "landscapes", "lessons", "live", "pages", "pyproject.toml", "stage", "tests", "ui")
ONE_SCREEN = 320
"""Words of a README that is read at a glance."""

# The tests that every record of a kind has to pass, with the record's key in their names.
CONTRACTS = {
    "landscapes": ("tests/landscapes/test_landscape_records.py",),
    "optimizers": ("tests/engine/test_registries.py", "tests/engine/test_export.py", "tests/engine/test_explain.py"),
    "schedules": ("tests/engine/test_registries.py", "tests/engine/test_export.py"),
    "kinds": ("tests/live/test_messages.py",),
    "path": ("tests/test_lessons.py",),
    "challenges": ("tests/test_challenges.py",),
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_every_path_leads_somewhere(page: Path):
    text = page.read_text()
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (page.parent / target).exists(), target
    made = set(re.findall(r"^# (\S+\.(?:py|toml))$", text, re.MULTILINE))
    for named in re.findall(rf"`((?:{'|'.join(PARTS)}|docs)/[\w/.]*)(?::[^`]*)?`", text):
        assert (ROOT / named).exists() or named in made, named


def test_the_readme_is_one_screen():
    assert len(PAGES[0].read_text().split()) <= ONE_SCREEN


def examples() -> list[tuple[str, str]]:
    """The files that `docs/adding.md` has its reader make: path and text."""
    blocks = re.findall(r"```(?:python|toml)\n# (\S+)\n(.*?)```", (ROOT / "docs" / "adding.md").read_text(), re.DOTALL)
    return [(path, text) for path, text in blocks]


def test_there_is_an_example_of_every_kind():
    assert {Path(path).parent.name for path, _ in examples()} == CONTRACTS.keys()


def key_of(path: str) -> str:
    return re.sub(r"^\d+_", "", Path(path).stem)


def test_the_files_of_the_page_are_all_that_new_records_need(tmp_path: Path):
    """All at once, since most of the time goes before the first test: none knows of another, so each would do alone."""
    for part in PARTS:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / part)
    keys = {path: key_of(path) for path, _ in examples()}
    for path, text in examples():
        (tmp_path / path).write_text(text)
        named = re.findall(r"""[="':](\w+)""", text.replace(f'key="{keys[path]}"', ""))
        assert not {key for other, key in keys.items() if other != path} & {*named}, f"{path} stands on another"
    contracts = sorted({file for path in keys for file in CONTRACTS[Path(path).parent.name]})
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *contracts]
    command += ["-k", " or ".join(keys.values())]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3_000:]
    passed = re.findall(r"^(\S+?)::(.*) PASSED", done.stdout, re.MULTILINE)
    for path, key in keys.items():
        for contract in CONTRACTS[Path(path).parent.name]:
            assert any(file == contract and key in name for file, name in passed), f"{contract} meets {path}"


def test_every_bound_of_the_threats_page_is_held_by_a_test_that_is_there():
    rows = re.findall(
        r"^\| (?!what|-).*\| `(tests/[^`]+)` \|$", (ROOT / "docs" / "threats.md").read_text(), re.MULTILINE
    )
    assert len(rows) > 12
    for held in rows:
        file, _, test = held.partition("::")
        assert (ROOT / file).is_file(), held
        assert not test or f"def {test}(" in (ROOT / file).read_text(), held
