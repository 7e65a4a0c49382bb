"""Compiled programs: kept between starts where that is safe, and made before the first visitor comes."""

import gc
import logging
import os
import stat
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path

import jax

from engine.networks import Network
from engine.networks import warm_up as warm_up_networks
from landscapes import Landscape
from live.work.activity import Activity
from live.work.executors import Executors

log = logging.getLogger(__name__)

OTHER_DEPTHS = (3, 4, 12, 50)
"""Layers, one of each size that programs of networks are compiled for, but for the one the page opens with."""


def keep_programs(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Let JAX keep compiled programs in a directory of ours, and return it; None where there is no safe one.

    The directory is DESCENT_LAB_CACHE, else descent-lab in the XDG cache. It holds machine code that the next start
    will run, so it is used only where it belongs to us and nobody else can write to it.
    """
    folder = private_folder(environment)
    if folder is not None:
        jax.config.update("jax_compilation_cache_dir", str(folder))
        # Our programs are many and small, below the sizes and times that JAX thinks worth keeping.
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)
    return folder


def private_folder(environment: Mapping[str, str]) -> Path | None:
    """The cache directory, made with mode 0700 if it is new; None, with a line in the log, where it is not safe."""
    named = environment.get("DESCENT_LAB_CACHE")
    if named:
        folder = Path(named).expanduser()
    elif environment.get("XDG_CACHE_HOME") or environment.get("HOME"):
        caches = environment.get("XDG_CACHE_HOME") or Path(environment["HOME"], ".cache")
        folder = Path(caches, "descent-lab")
    else:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as fault:
        log.info("No compiled programs are kept: %s.", fault)
        return None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        log.warning("No compiled programs are kept: %s is not a directory of ours alone (mode 0700).", folder)
        return None
    # An unwritable one would cost a warning for every program.
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


def with_counterparts(landscapes: Iterable[Landscape]) -> list[Landscape]:
    """Those surfaces, and behind all of them their counterparts, to which the first move of a parameter leads."""
    shown = list(landscapes)
    return [*shown, *filter(None, (landscape.counterpart for landscape in shown))]


async def warm_up(
    executors: Executors,
    landscapes: Iterable[Landscape],
    *,
    whole: bool = True,
    networks: bool = False,
    activity: Activity | None = None,
) -> None:
    """Compile the descents of `landscapes`, one after the other, then set their objects aside.

    With `whole`, after those of all of them also their critical points and opening maps, and at last the descents of
    the optimizers that look at curvature: in the order in which visitors ask. With `networks`, before all the size of
    network that page opens with, and last of all those of its other depths.

    One at a time, so that a visitor who asks for another surface waits for one compilation and not for all of them, and
    each in a quiet moment of `activity`, if it is given: beside one, a drag lost a third of its frames.

    JAX leaves some 170,000 objects behind; frozen, they are no longer scanned by every full garbage collection, which
    would hold the interpreter for 60 ms each time.
    """
    if networks:
        await executors.train(lambda: warm_up_networks(Network()))
    quiet = (activity or Activity()).quiet
    rounds = (executors.prepare, executors.prepare_maps, executors.prepare_curved) if whole else (executors.prepare,)
    for prepare, landscape in product(rounds, list(landscapes)):
        await quiet()
        try:
            await prepare(landscape)
        except Exception:
            # The app can do without: the first visitor of this surface compiles it, or reads why it fails.
            log.exception("%s could not be compiled ahead", landscape.key)
    for depth in OTHER_DEPTHS if networks else ():
        await quiet()
        await executors.train(lambda depth=depth: warm_up_networks(Network(depth=depth)))
    gc.collect()
    gc.freeze()
