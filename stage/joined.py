"""The stage's modules joined to one file, and its style sheets to another: a browser asks twice, not sixty times.

Each module becomes a function of its own that returns what it exports, run in the order in which a browser would run
the modules. Only the forms that our files use are known: any other is refused, so nothing is ever joined by guess.
Modules lie in folders, and no two have the same name: in the joined file a module is known by its name alone.
"""

import posixpath
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

ENTRIES = ("stage", "link_button", "formula_box", "page_run", "progress")
"""The modules that pages mount; the joined file exports each under its name."""
ALONE = ("deck", "room", "embed", "point_board")
"""Those that one page alone mounts, the lecture's, the phones', the frame's and that of networks when points are drawn:
each is joined to a file of its own."""

# Sheets that build on each other; the others follow them by name.
FIRST_SHEETS = ("tokens.css", "stage.css", "surface.css", "lecture.css")

_IMPORT = re.compile(r'^import \{([^{}]*)\} from "(\.{1,2}/[a-z0-9_./]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:(?:async )?function\*? ?|class |const )(\w+))", re.MULTILINE)
_DATA = re.compile(r'await \(await fetch\(new URL\("\./([a-z0-9_]+\.json)", import\.meta\.url\)\)\)\.json\(\)')
# A file beside the joined one, as seen from a module's own folder.
_BESIDE = re.compile(r'new URL\("(\.{1,2}/[a-z0-9_./]+)", import\.meta\.url\)')
_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
# What is left of these words after the known forms are gone: a default, a list, a star, a renaming, `import(...)`.
_UNKNOWN = re.compile(r"^\s*(?:import|export)\b[^\n]*|\bimport\s*\([^\n]*", re.MULTILINE)
# Comments on lines of their own; those that a licence asks for, or that a later reader must find, stay.
_REMARK = re.compile(r"^[ \t]*(?:/\*(?!!)(?:(?!\*/|@license).)*\*/|//[^\n]*)[ \t]*$", re.DOTALL | re.MULTILINE)
# Blanks before a line's first word; those of a text over several lines go, too: none of ours says anything by them.
_INDENT = re.compile(r"^ +", re.MULTILINE)
_EMPTY = re.compile(r"\n{2,}")
_ASIDE = re.compile(r"[ \t]*/\*(?!!)[^*]*\*/")
"""A remark beside a rule of a style sheet."""
# Behind code, where what follows can be no part of a text: it holds no quotes, and what is before it has ended.
_BEHIND = re.compile(r"(?<=[;{},)])[ \t]+// [^\"'`/\n]*$", re.MULTILINE)
_WAITS = re.compile(r"^(?!(?:async )?function)\S[^\n]*\bawait\b[^\n]*", re.MULTILINE)


class NotJoinable(ValueError):
    """A module is written in a form that is not known here; the message names the module and the form."""


def joined_modules(folder: Path, entries: Sequence[str] = ENTRIES) -> str:
    """One module for all that `entries` need, in which a module's lines follow each other as they do in its file."""
    joined: dict[str, str] = {}
    exports: dict[str, frozenset[str]] = {}
    files: dict[str, str] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise NotJoinable(f"Modules import each other in a circle: {' -> '.join((*above, name))}")
        if name in joined:
            return
        text = (folder / f"{name}.js").read_text()
        for names, path in _IMPORT.findall(text):
            other = _from(name, path)
            add(other, (*above, name))
            if missing := {wanted for wanted, _ in _pairs(names)} - exports[other]:
                raise NotJoinable(f"{name}.js takes {', '.join(sorted(missing))} from {other}.js, which has none")
        if files.setdefault(same := posixpath.basename(name), name) != name:
            raise NotJoinable(f"Two modules are called {same}: {name}.js is one of them")
        exports[name] = frozenset(_EXPORT.findall(text))
        joined[name] = _scoped(name, text, exports[name], folder)

    for entry in entries:
        add(entry, ())
    outward = ", ".join(f"${entry} as {entry}" for entry in entries)
    # Where remarks were, lines are empty: a browser waits for them, too.
    return _EMPTY.sub("\n", "\n".join([*joined.values(), f"export {{ {outward} }};\n"]))


def joined_sheets(folder: Path) -> str:
    """One style sheet: the ones that build on each other, then the others."""
    files = {file.name: file for file in sorted(folder.rglob("*.css"), key=lambda file: file.name)}
    others = [name for name in files if name not in FIRST_SHEETS]
    sheets = {name: files[name].read_text() for name in (*FIRST_SHEETS, *others)}
    for name, text in sheets.items():
        if re.search(r"@(?:import|charset|namespace)\b", text):
            raise NotJoinable(f"{name} has a rule that only counts at the head of a file")
    return "\n".join(f"/* {name} */\n{_ASIDE.sub('', _REMARK.sub('', text))}" for name, text in sheets.items())


def _from(name: str, path: str) -> str:
    """The name, from the top folder on, of what a module calls `path`."""
    found = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
    if found.startswith(".."):
        raise NotJoinable(f"{name}.js takes something from outside the folder: {path}")
    return found


@cache
def _scoped(name: str, text: str, exports: frozenset[str], folder: Path) -> str:
    """A module as a function; kept, for several files hold the same ones."""

    def taken(found: re.Match[str]) -> str:
        names = ", ".join(own if wanted == own else f"{wanted}: {own}" for wanted, own in _pairs(found[1]))
        return f"const {{ {names} }} = ${posixpath.basename(found[2])};" + "\n" * found[0].count("\n")

    def data(found: re.Match[str]) -> str:
        return (folder / _from(name, found[1])).read_text().replace("\n", " ").strip()

    body = _DATA.sub(data, _EXPORT.sub("", _IMPORT.sub(taken, text)))
    body = _BESIDE.sub(lambda found: f'new URL("./{_from(name, found[1])}", import.meta.url)', body)
    body = _REMARK.sub(lambda found: "\n" * found[0].count("\n"), body)  # a seventh of what a browser waits for
    body = _BEHIND.sub("", body)
    code = _COMMENT.sub("", body)
    for form in (_UNKNOWN, _WAITS):
        if unknown := form.search(code):
            raise NotJoinable(f"{name}.js has a form that cannot be joined: {unknown[0].strip()}")
    body = _INDENT.sub("", body)
    own = posixpath.basename(name)
    return f"const ${own} = (() => {{ // {name}.js\n{body}\nreturn {{ {', '.join(sorted(exports))} }};\n}})();\n"


def _pairs(names: str) -> list[tuple[str, str]]:
    """What is taken and what it is called here, of the list in an import's braces."""
    parts = [part.split() for part in names.split(",") if part.strip()]
    return [(part[0], part[-1]) for part in parts]
