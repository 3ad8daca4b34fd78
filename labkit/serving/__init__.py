"""The current release over HTTP, for a laptop, a demo or a small team, answering as it did at its gate."""

from labkit.serving.deployment import Deployment, write_deployment
from labkit.serving.live_release import LiveRelease, NotAsGated, bring_live
from labkit.serving.server import Serving, serve

__all__ = ["Deployment", "LiveRelease", "NotAsGated", "Serving", "bring_live", "serve", "write_deployment"]
