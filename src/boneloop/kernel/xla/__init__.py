"""The JAX engine: gradients, and graphics processors; needs the extra ``jax``."""
