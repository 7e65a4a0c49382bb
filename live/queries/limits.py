"""Every bound of the wire, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one connection, one message or one surface may ask for.

    A message beyond a size is refused with a sentence; beyond a rate it is delayed, never refused.
    """

    message_bytes: int = 96 * 1024
    brackets: int = 512
    """`[` and `{` in one message: 16 full runs need about 150; far deeper nesting would exhaust the parser's stack."""
    sentence: int = 400
    """Characters of a refusal."""
    runs: int = 16
    name_letters: int = 40
    """Of what a run is called."""
    steps: int = 10_000
    """Steps of one run."""
    answer_steps: int = 30_000_000
    """Steps of a formula that one answer may cost: some three seconds, after which a browser gives a line up."""
    inline_steps: int = 10_000
    """Steps of one message answered on the event loop: about 2 ms at most, less than a thread switch under load."""
    messages_per_second: float = 120.0
    steps_per_second: float = 2e6
    compile_cost: float = 5e5
    """Steps that a program to be compiled counts for: about half a second of a core, as some 500,000 steps are."""
    waiting: int = 256
    """Unanswered messages held for one connection; beyond it the server stops reading, and TCP slows the sender."""
    waiting_bytes: int = 1024 * 1024
    """Of them together: of longer messages fewer are held."""
    connections_per_address: int = 1_500
    """A hall of 200 behind one router, each with three pages, and its 500 phones, which ask for long runs themselves;
    and some for pages that have just been left."""
    connections: int = 4_000
    jobs_per_address: int = 600
    """Questions that wait for one thread (see `Executors`): a connection has one at a time, so a hall of 200 with three
    pages each is never refused, whatever all of them ask for at the same moment."""
    jobs: int = 1_500
    reading_per_address: float = 0.4
    """Seconds of formulas read in a second: an ordinary one takes 0.7 ms, so 570 of them; 200 who type ask for less."""
    reading: float = 0.6
    """The same of all addresses that check what is being typed."""
    reading_wait: float = 2.0
    """Seconds that such a check waits for its turn before it gets a sentence instead."""
    surface_points: tuple[int, int] = (2, 400)
    """Fewest and most columns, and rows, of one surface."""
    field_points: tuple[int, int] = (2, 40)
    """Fewest and most columns, and rows, of the arrows over a surface."""
    map_starts: int = 65_536
    """Descents of one map's answer: 256 x 256, or a band of a larger one."""
    sweep_rates: int = 1_000
    tournament_budget: int = 2_000
    """Gradient evaluations of a run of a tournament."""
    tournament_starts: int = 256
    """On each surface of a tournament."""
    fits: int = 32
    """Fits of a model in one answer: each method's, and another of each with all points."""
    surface_cache_bytes: int = 32 * 2**20
    surfaces_waiting: int = 64
    """Surfaces being computed or waiting at once, over all visitors; beyond it the answer is 503."""


LIMITS = Limits()
