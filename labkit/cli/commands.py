"""Imports every command file, which registers its commands on the app."""

from labkit.cli import compare, dataset, doctor, evaluate, lab, release, scene, status, tour, train  # noqa: F401
