"""What is said of a run: the sentence of its outcome, and the summary of several."""
