"""The engines that move a model through time. They know nothing of the disease."""
