"""Which work is done when, and in which thread: compilation, warm-up, and what visitors leave time for."""
