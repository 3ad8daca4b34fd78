"""Who has which numbers: two arrays side by side, an owner and a number of his in each place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def distinct(owner: Ints, number: Ints) -> tuple[Ints, Ints]:
    """Each owner's numbers once, by owner and in their order.

    Args:
        owner: from 0.
        number: from 0.
    """
    import numpy as np

    width = int(number.max(initial=0)) + 1
    ordered = np.sort(owner * width + number)  # np.unique would hash first: several times as slow
    return np.divmod(ordered[np.diff(ordered, prepend=-1) > 0], width)
