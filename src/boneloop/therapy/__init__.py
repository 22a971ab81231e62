"""Therapy: what we can do about the circle. Each names the place it acts on and by how much; the loop applies it."""
