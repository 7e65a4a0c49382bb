"""What is promised about speed, measured beside peers: `make bench`, or `python -m benchmarks --only live`.

Every row is measured in this run on this machine. Rows that compare take their peers in turns, round after round, so
that a busy minute falls on all of them; the number is the median of the rounds, the spread its lowest and highest.
"""
