"""Losses whose formulas, with all their derivatives, need a page of their own."""
