"""The stage's modules in one file: what they export is the same, and what cannot be joined is refused."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from stage import assets
from stage.joined import ALONE, ENTRIES, FIRST_SHEETS, NotJoinable, joined_modules, joined_sheets


def written(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text)
    return folder


def told(script: str, folder: Path) -> str:
    """What a script prints in Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("There is no Node here; the browser tests run the joined file too.")
    (folder / "script.mjs").write_text(script)
    reply = subprocess.run([node, "script.mjs"], cwd=folder, capture_output=True, text=True, timeout=20)
    assert reply.returncode == 0, reply.stderr
    return reply.stdout


def test_joined_modules_run_as_they_do_singly(tmp_path):
    """Order, renaming, private names that two modules share, functions used above their place: against Node's own."""
    written(
        tmp_path,
        low='globalThis.log = ["low"];\nconst own = 1;\nexport const base = own + 1;\n'
        "export async function wait() { return own; }\n",
        mid='import { base as floor } from "./low.js";\nlog.push("mid");\nconst own = early();\n'
        "function early() { return floor * 10; }\n"
        "export class Thing { get size() { return own; } }\nexport function* count() { yield own; yield floor; }\n",
        top='import {\n  Thing, count,\n} from "./mid.js";\nimport { wait } from "./low.js";\nlog.push("top");\n'
        "// import is a word here, and so is export\nexport const all = [new Thing().size, ...count(), `a\nb`];\n"
        "export async function show() { return [await wait(), ...all, log]; }\n",
    )
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "all.js").write_text(joined_modules(tmp_path, ["top"]))
    singly = told('import { show } from "./top.js"; console.log(JSON.stringify(await show()));', tmp_path)
    joined = told('import { top } from "./all.js"; console.log(JSON.stringify(await top.show()));', tmp_path)
    assert joined == singly == '[1,20,20,2,"a\\nb",["low","mid","top"]]\n'


def test_folders_are_joined_as_they_are_loaded_singly(tmp_path):
    """A module of one folder takes from another, from the top and from its own, and sees the same file beside them."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    written(tmp_path, top='import { all } from "./one/high.js";\nexport function show() { return all; }\n')
    written(tmp_path, base="export const base = 1;\n")
    written(
        tmp_path / "one",
        high='import { base } from "../base.js";\nimport { beside } from "./near.js";\n'
        'import { far } from "../two/far.js";\n'
        "export const all = [base, beside, far];\n",
        near="export const beside = 2;\n",
    )
    written(
        tmp_path / "two", far='export const far = new URL("../base.js", import.meta.url).pathname.split("/").pop();\n'
    )
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "all.js").write_text(joined_modules(tmp_path, ["top"]))
    singly = told('import { show } from "./top.js"; console.log(JSON.stringify(show()));', tmp_path)
    joined = told('import { top } from "./all.js"; console.log(JSON.stringify(top.show()));', tmp_path)
    assert joined == singly == '[1,2,"base.js"]\n'
    assert 'new URL("./base.js", import.meta.url)' in (tmp_path / "all.js").read_text()


def test_two_modules_of_one_name_are_refused(tmp_path):
    (tmp_path / "one").mkdir()
    written(tmp_path / "one", a="export const a = 1;\n")
    written(tmp_path, a='import { a as b } from "./one/a.js";\nexport const a = b;\n')
    with pytest.raises(NotJoinable):
        joined_modules(tmp_path, ["a"])


def test_our_own_are_joined_whole():
    """Each module that a page mounts, and every module that it imports, stands once in the file that the page loads."""
    there = set()
    files = assets.joined_files()
    for name, entries in {"all.js": ENTRIES, **{f"{one}_all.js": (one,) for one in ALONE}}.items():
        joined = files[name].decode()
        found = re.findall(r"^const \$(\w+) = \(\(\) => \{ // ([\w/]+)\.js$", joined, re.MULTILINE)
        assert len({own for own, _ in found}) == len(found)
        assert all(own == file.rpartition("/")[2] for own, file in found)
        assert joined.endswith(f"export {{ {', '.join(f'${entry} as {entry}' for entry in entries)} }};\n")
        assert "palette.json" not in re.sub(r"/\*.*?\*/", "", joined, flags=re.DOTALL)
        there |= {own for own, _ in found}
    assert there == {file.stem for file in assets.FOLDER.rglob("*.js")}
    assert "$deck" not in files["all.js"].decode(), "what one page alone needs, the first picture does not wait for"


@pytest.mark.parametrize(
    "text",
    [
        "export default 1;",
        "export { a };",
        'export * from "./b.js";',
        "export let a = 1;",
        "export var a = 1;",
        "export const { a } = b;",
        'import "./b.js";',
        'import b from "./b.js";',
        'import * as b from "./b.js";',
        "import { b } from './b.js';",
        'import { b } from "../b.js";',
        '  import { b } from "./b.js";',
        'const b = import("./b.js");',
        'function f() { return import ("./b.js"); }',
        'export const a = await fetch("./b.json");',
        'import { nothing } from "./b.js";',
        'import { a } from "./a.js";',
        'import { c } from "./c.js";\nexport const a = 1;',
    ],
)
def test_a_form_that_is_not_known_is_refused(tmp_path, text):
    written(tmp_path, a=text, b="export const b = 1;\n", c='import { a } from "./a.js";\nexport const c = a;\n')
    with pytest.raises(NotJoinable):
        joined_modules(tmp_path, ["a"])


def test_sheets_follow_each_other_as_they_build_on_each_other(tmp_path):
    for name in (*FIRST_SHEETS, "another.css"):
        (tmp_path / name).write_text(f".{name[:-4]} {{}}")
    assert re.findall(r"^\.(\w+)", joined_sheets(tmp_path), re.MULTILINE) == [
        "tokens", "stage", "surface", "lecture", "another",
    ]  # fmt: skip
    (tmp_path / "another.css").write_text('@import "more.css";')
    with pytest.raises(NotJoinable):
        joined_sheets(tmp_path)
