"""A homework as its teacher wrote it, and what is made of it for others."""
