"""What pages share: the scene and its link, pickers, theme, and results as data for the stage and as words."""
