"""Tests of the audit of data."""
