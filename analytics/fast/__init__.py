"""Fast twins: the measures of millions of holders, equal to the readable functions.

`measured` takes an array of 64-bit integers or floats, wide amounts as limbs, or Python integers,
sorts once and answers everything that a page of concentration shows. Tests hold it equal to the
functions of `analytics`, which stay the definition.
"""

from analytics.fast.answers import measured
from analytics.fast.limbs import Limbs
from analytics.fast.result import Measured

__all__ = ["Limbs", "Measured", "measured"]
"""What is asked for; the rest are its parts."""
