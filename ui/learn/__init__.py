"""The page Learn: the list of lessons, and a lesson's screens beside the stage."""
