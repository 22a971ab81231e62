"""Simulated against published: tables, figures and one page."""
