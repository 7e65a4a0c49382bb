"""Diagnosis of a run: the evidence, the symptoms, the verdict, and the rate that is prescribed."""
