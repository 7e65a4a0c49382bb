"""The page Lecture: scenes in an order, and what the browser needs to show them."""
