"""What engine_speed measures against: a server that takes its time, and peers."""
