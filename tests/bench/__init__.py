"""Benchmarks: each file has `main()`, measures side by side in one run, prints a table; timing decides no test."""
