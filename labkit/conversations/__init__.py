"""A training row as other tools write it: one conversation, the shapes it takes, and the way back from each."""
