"""Official papers as values: what stands in each cell, from the model alone; knows no page and no file."""
