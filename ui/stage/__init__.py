"""The pages with a stage: pickers, what the stage is given, and what stands below it."""
