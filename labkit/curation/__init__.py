"""What goes into a scene and how it is parted: near duplicates, splits, the choice of rows."""
