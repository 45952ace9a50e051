"""A student's code, alone."""
