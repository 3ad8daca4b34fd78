"""Benchmarks: each file has `main()`, measures side by side in one run and prints a table; timing never decides a test."""
