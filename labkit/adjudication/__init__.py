"""What a person must decide before rows are trained on, what was decided, and what follows from it. No I/O."""
