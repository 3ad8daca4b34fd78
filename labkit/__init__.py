"""labkit: from a business scene, posts and labels, to a shipped language model."""

from labkit.version import __version__

__all__ = ["__version__"]
