"""The Networks page: its settings and link, its figures, and what it says."""
