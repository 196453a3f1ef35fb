"""Tools without tables, which know nothing of the house above them."""
