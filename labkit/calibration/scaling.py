"""Maps from what a model says to what comes true, fitted to rows whose truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LEAST = 1e-9  # a probability of 0 or 1 has no log-odds; float32 softmaxes give both
_STEEPEST = 20.0  # where every row is right or every row wrong, no slope is the best
_BINS = 10


@dataclass(frozen=True, slots=True)
class Scaling:
    """A line through log-odds: p becomes sigmoid(slope * logit(p) + offset); slope 1, offset 0 changes nothing.

    Args:
        slope: never negative, so that the order of rows stays; below 1 the model was too sure of itself.
        offset: above 0 it was too modest overall.
    """

    slope: float = 1.0
    offset: float = 0.0

    def apply(self, probabilities: Floats) -> Floats:
        """Rescale probabilities of any shape."""
        import numpy as np

        return 1 / (1 + np.exp(-(self.slope * log_odds(probabilities) + self.offset)))


def log_odds(probabilities: Floats) -> Floats:
    """log(p / (1 - p)), finite at 0 and 1 too."""
    import numpy as np

    p = np.clip(np.asarray(probabilities, dtype=np.float64), _LEAST, 1 - _LEAST)
    return np.asarray(np.log(p) - np.log1p(-p))


def fit_scaling(probabilities: Floats, came_true: Floats) -> Scaling:
    """Platt's scaling: the line of least log-loss, on targets drawn a little inwards (Platt 1999).

    Args:
        probabilities: what was said, shape (n,).
        came_true: 1 where it was so, else 0, shape (n,).
    """
    import numpy as np
    from scipy.optimize import minimize

    x = log_odds(probabilities)
    hits, misses = float(came_true.sum()), float((1 - came_true).sum())
    target = np.where(came_true > 0, (hits + 1) / (hits + 2), 1 / (misses + 2))

    def loss(line: Floats) -> float:
        z = line[0] * x + line[1]
        return float((np.logaddexp(0, z) - target * z).mean())

    found = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0, _STEEPEST), (None, None)])
    return Scaling(float(found.x[0]), float(found.x[1]))


def fit_temperature(probabilities: Floats, truth: Floats) -> float:
    """The temperature T of least log-loss for choices of one label: p becomes p^(1/T), normalised (Guo et al. 2017).

    Args:
        probabilities: shape (rows, choices), each row adding up to 1.
        truth: the right choice's column, shape (rows,).

    Returns:
        T, 0.05 to 20; above 1 the model was too sure of itself.
    """
    import numpy as np
    from scipy.optimize import minimize_scalar
    from scipy.special import logsumexp

    logs = np.log(np.clip(probabilities, _LEAST, 1))
    right = logs[np.arange(len(logs)), truth.astype(int)]

    def loss(log_t: float) -> float:
        return float((logsumexp(logs / np.exp(log_t), axis=1) - right / np.exp(log_t)).mean())

    limits = (np.log(1 / _STEEPEST), np.log(_STEEPEST))
    return float(np.exp(minimize_scalar(loss, bounds=limits, method="bounded").x))


def brier(probabilities: Floats, came_true: Floats) -> float:
    """The mean squared difference between what was said and what came true (Brier 1950); 0 is perfect."""
    return float(((probabilities - came_true) ** 2).mean())


def calibration_error(probabilities: Floats, came_true: Floats) -> float:
    """Expected calibration error over ten bins of equally many rows (Naeini et al. 2015, with equal-mass bins)."""
    import numpy as np

    order = np.argsort(probabilities, kind="stable")
    bins = np.array_split(order, min(_BINS, len(order)))
    return float(sum(abs(probabilities[b].sum() - came_true[b].sum()) for b in bins) / len(order))
