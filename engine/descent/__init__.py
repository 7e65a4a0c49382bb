"""The descent itself: one step, the loop, many runs side by side, and one step explained."""
