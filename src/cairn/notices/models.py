"""No rows of its own: letters stand in the kernel, where the other doors can show them."""
