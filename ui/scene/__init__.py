"""The state of a picture: its record, its link, its file, and the visitor's session."""
