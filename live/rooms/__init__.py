"""Rooms: a lecturer's scene on the phones of a hall, and their answers to what is asked; nothing of it is stored."""
