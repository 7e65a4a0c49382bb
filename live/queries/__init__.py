"""Messages in, answers out: what may be asked of the engine, within which limits, and how each kind is answered."""
