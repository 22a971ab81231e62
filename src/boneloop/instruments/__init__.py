"""Questionnaires: one table each, and one scorer for all of them."""
