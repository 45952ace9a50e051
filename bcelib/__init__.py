"""Binary cross-entropy, from coin flips to a loss: the companion package of the course.

Import a module, then use its functions::

    from bcelib import losses
    losses.binary_cross_entropy_with_logits(0.0, 1)

The modules retell the course: ``numerics``, ``bernoulli``, ``losses``.
"""

__version__ = "0.1.0"
