"""Imports every command file, which registers its commands on the app."""

from labkit.cli import (  # noqa: F401
    annotation,
    calibrate,
    cascade,
    compare,
    dataset,
    doctor,
    errors,
    evaluate,
    experience,
    import_run,
    lab,
    memo,
    models,
    power,
    release,
    reliance,
    scene,
    status,
    tour,
    train,
)
