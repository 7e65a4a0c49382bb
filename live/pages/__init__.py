"""What goes with pages: files of the picture, packing, preloading, styles, and where a request may come from."""
