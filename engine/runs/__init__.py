"""A descent as a record: its fields and bounds, what it is fed with, and the trajectory it leaves behind."""
