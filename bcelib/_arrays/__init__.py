"""How a formula meets arrays."""
