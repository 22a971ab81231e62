"""Guideline rules as data, the engine that reads them, and the candidate care plans they lead to."""
